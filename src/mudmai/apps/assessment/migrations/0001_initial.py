import uuid

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("programme", "0006_told_of_revisions"),
        ("registry", "0003_api_tokens"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Call",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("scheme", models.CharField(max_length=64)),
                ("criteria", models.CharField(max_length=64)),
                ("criteria_sha", models.CharField(max_length=64)),
                ("title_th", models.CharField(max_length=300)),
                ("title_en", models.CharField(blank=True, max_length=300)),
                ("note", models.TextField(blank=True)),
                ("opens_on", models.DateField()),
                ("closes_on", models.DateField()),
                ("reply_days", models.PositiveSmallIntegerField(default=15)),
                ("appeal_days", models.PositiveSmallIntegerField(default=30)),
                ("markers", models.PositiveSmallIntegerField(default=2)),
                ("is_published", models.BooleanField(db_index=True, default=False)),
                ("revision", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="calls_set_up",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="calls", to="registry.organisation"
                    ),
                ),
            ],
            options={
                "ordering": ("-opens_on", "title_th", "id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("closes_on__gte", models.F("opens_on"))), name="assessment_call_days"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("appeal_days__lte", 365),
                            ("markers__gte", 2),
                            ("markers__lte", 5),
                            ("reply_days__lte", 365),
                        ),
                        name="assessment_call_limits",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="City",
            fields=[
                ("area_system", models.CharField(blank=True, default="", max_length=60)),
                ("area_code", models.CharField(blank=True, default="", max_length=60)),
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "code",
                    models.CharField(
                        max_length=60,
                        unique=True,
                        validators=[django.core.validators.RegexValidator("^[a-z0-9][a-z0-9-]*$")],
                    ),
                ),
                ("name_th", models.CharField(max_length=200)),
                ("name_en", models.CharField(blank=True, max_length=200)),
                ("legal_type", models.CharField(blank=True, max_length=40)),
                ("is_whole_area", models.BooleanField(default=False)),
                ("latitude", models.FloatField(blank=True, null=True)),
                ("longitude", models.FloatField(blank=True, null=True)),
                ("facts", models.JSONField(blank=True, default=dict)),
                ("note", models.TextField(blank=True)),
                ("source", models.CharField(blank=True, max_length=300)),
                ("revision", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cities_added",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cities",
                        to="registry.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ("code",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("area_code", ""), ("area_system", "")),
                            models.Q(
                                models.Q(("area_system", ""), _negated=True), models.Q(("area_code", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="assessment_city_area",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CityFile",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("criteria_sha", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("submitted", "submitted"),
                            ("marking", "marking"),
                            ("reconciling", "reconciling"),
                            ("reply", "reply"),
                            ("deciding", "deciding"),
                            ("granted", "granted"),
                            ("refused", "refused"),
                            ("appealed", "appealed"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="draft",
                        max_length=12,
                    ),
                ),
                ("claimed", models.JSONField(blank=True, default=list)),
                ("facts", models.JSONField(blank=True, default=dict)),
                ("reply_due", models.DateField(blank=True, null=True)),
                ("revision", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("submitted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="files", to="assessment.call"
                    ),
                ),
                (
                    "city",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="files", to="assessment.city"
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="city_files_opened",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="city_files_submitted",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-created_at", "id"),
                "indexes": [models.Index(fields=["state", "reply_due"], name="assessment_files_waiting")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "withdrawn"), _negated=True),
                        fields=("call", "city"),
                        name="assessment_file_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "draft",
                                    "submitted",
                                    "marking",
                                    "reconciling",
                                    "reply",
                                    "deciding",
                                    "granted",
                                    "refused",
                                    "appealed",
                                    "withdrawn",
                                ],
                            )
                        ),
                        name="assessment_file_state",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("criterion", models.CharField(max_length=64)),
                ("value", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("text", models.TextField(blank=True)),
                ("changed_at", models.DateTimeField(auto_now=True)),
                ("revision", models.PositiveIntegerField(default=1)),
                (
                    "assigned_to",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="criteria_assigned",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="criteria_answered",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="answers", to="assessment.cityfile"
                    ),
                ),
            ],
            options={
                "ordering": ("file_id", "criterion"),
                "constraints": [models.UniqueConstraint(fields=("file", "criterion"), name="assessment_answer_once")],
            },
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("sequence", models.PositiveIntegerField()),
                ("outcome", models.CharField(choices=[("granted", "granted"), ("refused", "refused")], max_length=8)),
                ("level", models.CharField(blank=True, max_length=64)),
                ("reasons", models.TextField()),
                ("scores", models.JSONField(default=dict)),
                ("decided_on", models.DateField()),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="city_decisions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="decisions", to="assessment.cityfile"
                    ),
                ),
            ],
            options={
                "ordering": ("file_id", "sequence"),
                "constraints": [
                    models.UniqueConstraint(fields=("file", "sequence"), name="assessment_decision_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("outcome", "refused"), models.Q(("level", ""), _negated=True), _connector="OR"
                        ),
                        name="assessment_decision_level",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Certificate",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("scheme", models.CharField(db_index=True, max_length=64)),
                ("criteria", models.CharField(blank=True, max_length=64)),
                ("number", models.CharField(max_length=60, unique=True)),
                ("level", models.CharField(blank=True, max_length=64)),
                ("granted_on", models.DateField()),
                (
                    "granted_precision",
                    models.CharField(choices=[("day", "day"), ("year", "year")], default="day", max_length=4),
                ),
                ("expires_on", models.DateField(blank=True, null=True)),
                ("ended_on", models.DateField(blank=True, null=True)),
                (
                    "end_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", ""),
                            ("expired", "expired"),
                            ("withdrawn", "withdrawn"),
                            ("superseded", "superseded"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                ("facts", models.JSONField(blank=True, default=dict)),
                ("source", models.CharField(blank=True, max_length=500)),
                ("revision", models.PositiveIntegerField(default=1)),
                (
                    "renews",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="renewed_by",
                        to="assessment.certificate",
                    ),
                ),
                (
                    "city",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="certificates", to="assessment.city"
                    ),
                ),
                (
                    "decision",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="certificate",
                        to="assessment.decision",
                    ),
                ),
            ],
            options={
                "ordering": ("scheme", "granted_on", "number"),
                "indexes": [models.Index(fields=["expires_on", "ended_on"], name="assessment_expiring")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("expires_on", None), ("expires_on__gte", models.F("granted_on")), _connector="OR"
                        ),
                        name="assessment_certificate_days",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("end_reason", ""), ("ended_on", None)),
                            models.Q(
                                models.Q(("ended_on", None), _negated=True), models.Q(("end_reason", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="assessment_certificate_end",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CertificateEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sequence", models.PositiveIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("first_entry", "first_entry"),
                            ("granted", "granted"),
                            ("surveyed", "surveyed"),
                            ("renewed", "renewed"),
                            ("expired", "expired"),
                            ("withdrawn", "withdrawn"),
                            ("superseded", "superseded"),
                            ("corrected", "corrected"),
                        ],
                        max_length=12,
                    ),
                ),
                ("on", models.DateField()),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("reason", models.TextField(blank=True)),
                ("facts", models.JSONField(default=dict)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="certificate_events",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "certificate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="events", to="assessment.certificate"
                    ),
                ),
            ],
            options={
                "ordering": ("certificate_id", "sequence"),
                "constraints": [
                    models.UniqueConstraint(fields=("certificate", "sequence"), name="assessment_event_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Appeal",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("text", models.TextField()),
                ("filed_at", models.DateTimeField(auto_now_add=True)),
                (
                    "outcome",
                    models.CharField(
                        choices=[("open", "open"), ("upheld", "upheld"), ("dismissed", "dismissed")],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("reasons", models.TextField(blank=True)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appeals_decided",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "filed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appeals_filed",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decision",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="appeal", to="assessment.decision"
                    ),
                ),
            ],
            options={
                "ordering": ("filed_at", "id"),
            },
        ),
        migrations.CreateModel(
            name="Evidence",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("criterion", models.CharField(max_length=64)),
                (
                    "kind",
                    models.CharField(
                        choices=[("file", "file"), ("link", "link"), ("figure", "figure"), ("project", "project")],
                        max_length=8,
                    ),
                ),
                ("title", models.CharField(max_length=300)),
                ("raw_sha", models.CharField(blank=True, max_length=64)),
                ("raw_name", models.CharField(blank=True, max_length=255)),
                ("raw_size", models.BigIntegerField(default=0)),
                ("url", models.URLField(blank=True, max_length=1000)),
                ("figure", models.JSONField(blank=True, default=dict)),
                ("added_at", models.DateTimeField(auto_now_add=True)),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                ("removed_why", models.TextField(blank=True)),
                (
                    "added_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="city_evidence",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="evidence", to="assessment.cityfile"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence_for",
                        to="programme.project",
                    ),
                ),
                (
                    "removed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="city_evidence_removed",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "replaces",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="assessment.evidence",
                    ),
                ),
            ],
            options={
                "ordering": ("file_id", "criterion", "added_at", "id"),
                "indexes": [models.Index(fields=["file", "criterion"], name="assessment_evidence_of")],
            },
        ),
        migrations.CreateModel(
            name="FileStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sequence", models.PositiveIntegerField()),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("action", models.CharField(max_length=30)),
                ("state", models.CharField(max_length=12)),
                ("note", models.TextField(blank=True)),
                ("facts", models.JSONField(default=dict)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="city_file_steps",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="assessment.cityfile"
                    ),
                ),
            ],
            options={
                "ordering": ("file_id", "sequence"),
                "constraints": [models.UniqueConstraint(fields=("file", "sequence"), name="assessment_step_once")],
            },
        ),
        migrations.CreateModel(
            name="LocalCriterion",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("title", models.CharField(max_length=300)),
                ("why", models.TextField(blank=True)),
                ("standing", models.TextField(blank=True)),
                ("added_at", models.DateTimeField(auto_now_add=True)),
                (
                    "added_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="local_criteria",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="local_criteria",
                        to="assessment.cityfile",
                    ),
                ),
            ],
            options={
                "ordering": ("file_id", "added_at", "id"),
            },
        ),
        migrations.CreateModel(
            name="Marker",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("appointed", "appointed"),
                            ("marking", "marking"),
                            ("done", "done"),
                            ("recused", "recused"),
                        ],
                        default="appointed",
                        max_length=10,
                    ),
                ),
                ("declaration", models.TextField(blank=True)),
                ("has_conflict", models.BooleanField(null=True)),
                ("declared_at", models.DateTimeField(blank=True, null=True)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("appointed_at", models.DateTimeField(auto_now_add=True)),
                (
                    "appointed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="markers_appointed",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="markers", to="assessment.cityfile"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files_to_mark",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("file_id", "appointed_at", "id"),
                "constraints": [models.UniqueConstraint(fields=("file", "person"), name="assessment_marker_once")],
            },
        ),
        migrations.CreateModel(
            name="Mark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("criterion", models.CharField(max_length=64)),
                ("value", models.PositiveSmallIntegerField()),
                ("reason", models.TextField(blank=True)),
                ("marked_at", models.DateTimeField(auto_now=True)),
                ("revision", models.PositiveIntegerField(default=1)),
                (
                    "marker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="marks", to="assessment.marker"
                    ),
                ),
            ],
            options={
                "ordering": ("marker_id", "criterion"),
                "constraints": [models.UniqueConstraint(fields=("marker", "criterion"), name="assessment_mark_once")],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("about_kind", models.CharField(max_length=20)),
                ("about_id", models.CharField(max_length=64)),
                ("kind", models.CharField(max_length=30)),
                ("mails", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ("-at",),
                "constraints": [
                    models.UniqueConstraint(fields=("about_kind", "about_id", "kind"), name="assessment_notice_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="ReconciledMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("criterion", models.CharField(max_length=64)),
                ("sequence", models.PositiveIntegerField(default=1)),
                ("value", models.PositiveSmallIntegerField()),
                ("reason", models.TextField(blank=True)),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="marks_reconciled",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reconciled", to="assessment.cityfile"
                    ),
                ),
            ],
            options={
                "ordering": ("file_id", "criterion", "sequence"),
                "constraints": [
                    models.UniqueConstraint(fields=("file", "criterion", "sequence"), name="assessment_reconciled_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="RegisterHolder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("scheme", models.CharField(max_length=64, unique=True)),
                ("set_at", models.DateTimeField(auto_now=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="registers_held",
                        to="registry.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Reply",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("criterion", models.CharField(blank=True, max_length=64)),
                ("text", models.TextField()),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="city_replies",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="replies", to="assessment.cityfile"
                    ),
                ),
            ],
            options={
                "ordering": ("file_id", "at", "id"),
            },
        ),
        migrations.CreateModel(
            name="RoadmapItem",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("criterion", models.CharField(max_length=64)),
                ("action", models.CharField(blank=True, max_length=64)),
                ("title", models.CharField(max_length=300)),
                ("text", models.TextField(blank=True)),
                ("to_step", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("fiscal_year", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("budget", models.DecimalField(blank=True, decimal_places=2, max_digits=20, null=True)),
                ("unit", models.CharField(blank=True, max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[("planned", "planned"), ("done", "done"), ("dropped", "dropped")],
                        default="planned",
                        max_length=8,
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "city",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="roadmap", to="assessment.city"
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="roadmap_items",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="roadmap",
                        to="assessment.cityfile",
                    ),
                ),
                (
                    "project",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="roadmap_item",
                        to="programme.project",
                    ),
                ),
            ],
            options={
                "ordering": ("city_id", "fiscal_year", "created_at", "id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("budget", None), ("budget__gte", 0), _connector="OR"),
                        name="assessment_roadmap_budget",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Surveillance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due_on", models.DateField()),
                ("done_on", models.DateField(blank=True, null=True)),
                ("progress", models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True)),
                ("finding", models.TextField(blank=True)),
                ("has_concern", models.BooleanField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="certificate_checks",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "certificate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="surveillance",
                        to="assessment.certificate",
                    ),
                ),
            ],
            options={
                "ordering": ("certificate_id", "due_on"),
                "constraints": [
                    models.UniqueConstraint(fields=("certificate", "due_on"), name="assessment_check_once")
                ],
            },
        ),
    ]
