"""Which areas alone are read of a submission's file."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """A list of areas on the submission."""

    dependencies: ClassVar = [("data", "0002_exceptions")]
    operations: ClassVar = [
        migrations.AddField(
            model_name="submission", name="only_areas", field=models.JSONField(blank=True, default=list)
        ),
    ]
