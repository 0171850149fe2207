import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assessment", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Inventory",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("year", models.PositiveSmallIntegerField()),
                ("rules", models.CharField(max_length=64)),
                ("gwp_set", models.CharField(max_length=64)),
                ("level", models.CharField(max_length=8)),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "draft"), ("released", "released")],
                        db_index=True,
                        default="draft",
                        max_length=8,
                    ),
                ),
                ("population", models.PositiveIntegerField(blank=True, null=True)),
                ("population_source", models.CharField(blank=True, max_length=300)),
                ("note", models.TextField(blank=True)),
                ("revision", models.PositiveIntegerField(default=1)),
                ("published", models.CharField(blank=True, max_length=64)),
                ("published_why", models.JSONField(blank=True, default=dict)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("released_at", models.DateTimeField(blank=True, null=True)),
                (
                    "city",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="inventories", to="assessment.city"
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inventories_begun",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "released_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inventories_released",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-year", "city_id"),
                "constraints": [
                    models.UniqueConstraint(fields=("city", "year"), name="assessment_inventory_once"),
                    models.CheckConstraint(
                        condition=models.Q(("year__gte", 1900), ("year__lte", 2200)), name="assessment_inventory_year"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("level__in", ["BASIC", "BASIC+"])), name="assessment_inventory_level"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BalanceFlow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("balance", models.CharField(max_length=64)),
                ("flow", models.CharField(max_length=64)),
                ("amount", models.DecimalField(blank=True, decimal_places=9, max_digits=30, null=True)),
                ("uncertainty", models.FloatField(blank=True, null=True)),
                ("notation", models.CharField(blank=True, max_length=2)),
                ("source", models.CharField(blank=True, max_length=500)),
                (
                    "inventory",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="flows", to="assessment.inventory"
                    ),
                ),
            ],
            options={
                "ordering": ("inventory_id", "balance", "id"),
                "constraints": [
                    models.UniqueConstraint(fields=("inventory", "balance", "flow"), name="assessment_flow_once"),
                    models.CheckConstraint(
                        condition=models.Q(("amount", None), ("amount__gte", 0), _connector="OR"),
                        name="assessment_flow_amount",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="InventoryEntry",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("cell", models.CharField(max_length=64)),
                ("activity", models.CharField(max_length=200)),
                ("amount", models.DecimalField(blank=True, decimal_places=9, max_digits=30, null=True)),
                ("unit", models.CharField(blank=True, max_length=16)),
                ("notation", models.CharField(blank=True, max_length=2)),
                ("factor", models.CharField(blank=True, max_length=64)),
                ("own_factor", models.JSONField(blank=True, default=dict)),
                ("uncertainty", models.FloatField(blank=True, null=True)),
                ("quality", models.CharField(blank=True, max_length=1)),
                ("source", models.CharField(blank=True, max_length=500)),
                ("locator", models.CharField(blank=True, max_length=300)),
                ("changed_at", models.DateTimeField(auto_now=True)),
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inventory_entries",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "inventory",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="entries", to="assessment.inventory"
                    ),
                ),
            ],
            options={
                "ordering": ("inventory_id", "cell", "activity", "id"),
                "constraints": [
                    models.UniqueConstraint(fields=("inventory", "cell", "activity"), name="assessment_entry_once"),
                    models.CheckConstraint(
                        condition=models.Q(("amount", None), ("amount__gte", 0), _connector="OR"),
                        name="assessment_entry_amount",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("notation", ""), models.Q(("amount", None), ("factor", "")), _connector="OR"
                        ),
                        name="assessment_entry_notation",
                    ),
                ],
            },
        ),
    ]
