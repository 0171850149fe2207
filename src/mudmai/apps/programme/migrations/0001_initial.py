import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("registry", "0003_api_tokens"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Programme",
            fields=[
                ("area_system", models.CharField(blank=True, default="", max_length=60)),
                ("area_code", models.CharField(blank=True, default="", max_length=60)),
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("title_th", models.CharField(max_length=300)),
                ("title_en", models.CharField(blank=True, max_length=300)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("local_plan", "local_plan"),
                            ("provincial_plan", "provincial_plan"),
                            ("budget", "budget"),
                            ("other", "other"),
                        ],
                        default="local_plan",
                        max_length=20,
                    ),
                ),
                ("first_year", models.PositiveSmallIntegerField()),
                ("last_year", models.PositiveSmallIntegerField()),
                ("form", models.CharField(blank=True, max_length=60)),
                (
                    "reporting",
                    models.CharField(
                        choices=[("month", "month"), ("quarter", "quarter"), ("none", "none")],
                        default="quarter",
                        max_length=8,
                    ),
                ),
                ("plan", models.JSONField(blank=True, default=list)),
                ("note", models.TextField(blank=True)),
                ("is_released", models.BooleanField(db_index=True, default=False)),
                ("revision", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="programmes_created",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="programmes",
                        to="registry.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ("-first_year", "title_th", "id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("area_code", ""), ("area_system", "")),
                            models.Q(
                                models.Q(("area_system", ""), _negated=True), models.Q(("area_code", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="programme_area_whole_or_none",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("first_year__gte", 1900),
                            ("first_year__lte", models.F("last_year")),
                            ("last_year__lte", 2200),
                        ),
                        name="programme_years",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Project",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("number", models.CharField(blank=True, max_length=40)),
                ("title", models.CharField(max_length=1000)),
                ("description", models.TextField(blank=True)),
                ("objective", models.TextField(blank=True)),
                ("output", models.TextField(blank=True)),
                ("outcome", models.TextField(blank=True)),
                ("kpi", models.TextField(blank=True)),
                ("department", models.CharField(blank=True, max_length=300)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("identification", "identification"),
                            ("preparation", "preparation"),
                            ("implementation", "implementation"),
                            ("completion", "completion"),
                            ("completed", "completed"),
                            ("cancelled", "cancelled"),
                        ],
                        default="identification",
                        max_length=16,
                    ),
                ),
                ("type", models.CharField(blank=True, max_length=60)),
                ("sector", models.CharField(blank=True, max_length=120)),
                ("purpose", models.TextField(blank=True)),
                ("start", models.DateField(blank=True, null=True)),
                ("end", models.DateField(blank=True, null=True)),
                ("hierarchy", models.JSONField(blank=True, default=list)),
                (
                    "sharing_rule",
                    models.CharField(
                        choices=[
                            ("undivided", "undivided"),
                            ("equal", "equal"),
                            ("population", "population"),
                            ("area", "area"),
                            ("beneficiaries", "beneficiaries"),
                            ("by_hand", "by_hand"),
                        ],
                        default="undivided",
                        max_length=16,
                    ),
                ),
                ("beneficiaries", models.PositiveBigIntegerField(blank=True, null=True)),
                ("sheet", models.CharField(blank=True, max_length=120)),
                ("cell", models.CharField(blank=True, max_length=20)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("active", "active"),
                            ("moved", "moved"),
                            ("merged", "merged"),
                            ("duplicate", "duplicate"),
                            ("removed", "removed"),
                        ],
                        default="active",
                        max_length=10,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("position", models.PositiveIntegerField()),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="projects_created",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="projects", to="programme.programme"
                    ),
                ),
                (
                    "successor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="predecessors",
                        to="programme.project",
                    ),
                ),
            ],
            options={
                "ordering": ("programme_id", "position"),
                "indexes": [
                    models.Index(fields=["programme", "state", "position"], name="programme_in_order"),
                    models.Index(fields=["status", "programme"], name="programme_by_status"),
                    models.Index(fields=["department"], name="programme_by_department"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("programme", "position"), name="programme_project_position"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["active", "moved", "merged", "duplicate", "removed"])),
                        name="programme_project_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("successor", None), models.Q(("state", "active"), _negated=True), _connector="OR"
                        ),
                        name="programme_active_stands_alone",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Party",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("publicAuthority", "publicAuthority"),
                            ("funder", "funder"),
                            ("administrativeEntity", "administrativeEntity"),
                            ("buyer", "buyer"),
                            ("supplier", "supplier"),
                            ("partner", "partner"),
                        ],
                        max_length=24,
                    ),
                ),
                ("name", models.CharField(max_length=300)),
                ("identifier", models.CharField(blank=True, max_length=60)),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="project_parts",
                        to="registry.organisation",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="parties", to="programme.project"
                    ),
                ),
            ],
            options={
                "ordering": ("project_id", "id"),
            },
        ),
        migrations.CreateModel(
            name="Milestone",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=300)),
                ("due_on", models.DateField(blank=True, null=True)),
                ("met_on", models.DateField(blank=True, null=True)),
                ("weight", models.DecimalField(blank=True, decimal_places=6, max_digits=9, null=True)),
                ("note", models.TextField(blank=True)),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="milestones", to="programme.project"
                    ),
                ),
            ],
            options={
                "ordering": ("project_id", "due_on", "id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("weight", None), models.Q(("weight__gte", 0), ("weight__lte", 1)), _connector="OR"
                        ),
                        name="programme_milestone_weight",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Contract",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=80)),
                ("title", models.CharField(blank=True, max_length=500)),
                ("amount", models.DecimalField(blank=True, decimal_places=2, max_digits=20, null=True)),
                ("signed_on", models.DateField(blank=True, null=True)),
                ("start", models.DateField(blank=True, null=True)),
                ("end", models.DateField(blank=True, null=True)),
                ("status", models.CharField(blank=True, max_length=16)),
                ("method", models.CharField(blank=True, max_length=120)),
                ("url", models.URLField(blank=True, max_length=500)),
                (
                    "supplier",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contracts",
                        to="programme.party",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="contracts", to="programme.project"
                    ),
                ),
            ],
            options={
                "ordering": ("project_id", "signed_on", "id"),
                "constraints": [
                    models.UniqueConstraint(fields=("project", "number"), name="programme_contract_once"),
                    models.CheckConstraint(
                        condition=models.Q(("amount", None), ("amount__gte", 0), _connector="OR"),
                        name="programme_contract_not_below_zero",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BudgetLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("fiscal_year", models.PositiveSmallIntegerField()),
                ("source_of_fund", models.CharField(blank=True, max_length=120)),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("planned", "planned"),
                            ("ordinance", "ordinance"),
                            ("allocated", "allocated"),
                            ("committed", "committed"),
                            ("disbursed", "disbursed"),
                        ],
                        default="planned",
                        max_length=10,
                    ),
                ),
                ("amount", models.DecimalField(blank=True, decimal_places=2, max_digits=20, null=True)),
                ("locator", models.CharField(blank=True, max_length=160)),
                ("note", models.CharField(blank=True, max_length=300)),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="budget", to="programme.project"
                    ),
                ),
            ],
            options={
                "ordering": ("project_id", "fiscal_year", "stage", "source_of_fund"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("project", "fiscal_year", "source_of_fund", "stage"), name="programme_money_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("stage__in", ["planned", "ordinance", "allocated", "committed", "disbursed"])
                        ),
                        name="programme_money_stage",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount", None), ("amount__gte", 0), _connector="OR"),
                        name="programme_money_not_below_zero",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProjectDocument",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("type", models.CharField(blank=True, max_length=60)),
                ("title", models.CharField(max_length=300)),
                ("raw_sha", models.CharField(blank=True, max_length=64)),
                ("raw_name", models.CharField(blank=True, max_length=255)),
                ("raw_size", models.BigIntegerField(blank=True, null=True)),
                ("url", models.URLField(blank=True, max_length=500)),
                ("published_on", models.DateField(blank=True, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="project_documents_created",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="documents", to="programme.project"
                    ),
                ),
            ],
            options={
                "ordering": ("project_id", "created_at", "id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("raw_sha", ""), _negated=True),
                            models.Q(("url", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="programme_document_somewhere",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ProjectIndicator",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("plan", models.CharField(blank=True, max_length=120)),
                ("indicator", models.CharField(blank=True, max_length=120)),
                ("title", models.CharField(max_length=500)),
                ("unit", models.CharField(blank=True, max_length=80)),
                ("baseline", models.DecimalField(blank=True, decimal_places=6, max_digits=24, null=True)),
                ("target", models.DecimalField(blank=True, decimal_places=6, max_digits=24, null=True)),
                ("actual", models.DecimalField(blank=True, decimal_places=6, max_digits=24, null=True)),
                ("target_year", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="indicators", to="programme.project"
                    ),
                ),
            ],
            options={
                "ordering": ("project_id", "id"),
            },
        ),
        migrations.CreateModel(
            name="ProjectPlace",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("area_system", models.CharField(max_length=60)),
                ("area", models.CharField(max_length=60)),
                ("weight", models.DecimalField(blank=True, decimal_places=8, max_digits=24, null=True)),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="places", to="programme.project"
                    ),
                ),
            ],
            options={
                "ordering": ("project_id", "id"),
                "indexes": [models.Index(fields=["area_system", "area"], name="programme_by_area")],
                "constraints": [
                    models.UniqueConstraint(fields=("project", "area_system", "area"), name="programme_place_once"),
                    models.CheckConstraint(
                        condition=models.Q(("weight", None), ("weight__gte", 0), _connector="OR"),
                        name="programme_weight_not_below_zero",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RevisionEvent",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("sequence", models.PositiveIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("original", "original"),
                            ("added", "added"),
                            ("changed", "changed"),
                            ("corrected", "corrected"),
                        ],
                        max_length=10,
                    ),
                ),
                ("number", models.CharField(blank=True, max_length=40)),
                ("decided_on", models.DateField()),
                ("document", models.CharField(blank=True, max_length=500)),
                ("document_sha", models.CharField(blank=True, max_length=64)),
                ("reason", models.TextField(blank=True)),
                ("recorded_at", models.DateTimeField(auto_now_add=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="revisions_recorded",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="events", to="programme.programme"
                    ),
                ),
            ],
            options={
                "ordering": ("programme_id", "sequence"),
                "constraints": [
                    models.UniqueConstraint(fields=("programme", "sequence"), name="programme_event_once"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["original", "added", "changed", "corrected"])),
                        name="programme_event_kind",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProjectVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sequence", models.PositiveIntegerField()),
                ("facts", models.JSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("active", "active"),
                            ("moved", "moved"),
                            ("merged", "merged"),
                            ("duplicate", "duplicate"),
                            ("removed", "removed"),
                        ],
                        default="active",
                        max_length=10,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=500)),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="programme.project"
                    ),
                ),
                (
                    "successor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="succeeded_versions",
                        to="programme.project",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="programme.revisionevent",
                    ),
                ),
            ],
            options={
                "ordering": ("project_id", "sequence"),
                "constraints": [
                    models.UniqueConstraint(fields=("project", "sequence"), name="programme_version_once"),
                    models.UniqueConstraint(fields=("project", "event"), name="programme_version_per_event"),
                ],
            },
        ),
        migrations.CreateModel(
            name="FormLoad",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("raw_sha", models.CharField(max_length=64)),
                ("raw_name", models.CharField(max_length=255)),
                ("projects", models.PositiveIntegerField()),
                ("lines", models.PositiveIntegerField()),
                ("disagreements", models.JSONField(default=list)),
                ("reason", models.TextField(blank=True)),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="form_loads",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="loads", to="programme.programme"
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="loads", to="programme.revisionevent"
                    ),
                ),
            ],
            options={
                "ordering": ("-at", "id"),
                "constraints": [models.UniqueConstraint(fields=("programme", "raw_sha"), name="programme_file_once")],
            },
        ),
        migrations.CreateModel(
            name="Risk",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=300)),
                ("likelihood", models.PositiveSmallIntegerField()),
                ("impact", models.PositiveSmallIntegerField()),
                ("response", models.TextField(blank=True)),
                ("closed_on", models.DateField(blank=True, null=True)),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="risks", to="programme.project"
                    ),
                ),
            ],
            options={
                "ordering": ("project_id", "id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("impact__range", (1, 5)), ("likelihood__range", (1, 5))),
                        name="programme_risk_scale",
                    )
                ],
            },
        ),
    ]
