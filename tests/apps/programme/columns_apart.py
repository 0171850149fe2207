"""Run by test_column_file.py: a process of its own over one register; it does what the lines of its input say."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402  Django first

from mudmai.apps.programme import column_file, kept_columns  # noqa: E402
from mudmai.apps.programme.domain.projects import release_programme, set_sharing  # noqa: E402
from mudmai.apps.programme.models import Project  # noqa: E402
from mudmai.apps.registry.models import Person  # noqa: E402
from mudmai.site.database import backup  # noqa: E402
from tests.apps.programme.programme_world import build_programme_world  # noqa: E402

column_file.ENOUGH = 1


def seed() -> None:
    """One released project of two places, the file of it, and a backup of the database as it was then."""
    world = build_programme_world()
    places = [{"area_system": "th-admin", "area": code} for code in ("TH-40", "TH-41")]
    world.project("ถนน", places=places)
    release_programme(acting_user=world.publisher, programme=world.programme)
    kept_columns.keep_columns()
    home = Path(settings.MUDMAI_HOME)
    backup(home, "", home / "backup.sqlite3")


def change(rule: str) -> None:
    """Share the money by another rule."""
    by = Person.objects.get(details__display_name="Khun reviewer")
    set_sharing(acting_user=by, project=Project.objects.get(), rule=rule, reason="แบ่งใหม่")


for line in sys.stdin:
    match line.split():
        case ["seed"]:
            seed()
        case ["change", rule]:
            change(rule)
        case ["keep"]:
            kept_columns.keep_columns()
    marks = kept_columns.programme_marks()
    taken = column_file.read_file(marks)
    told = [rule.value for rule, _ in kept_columns.register_columns().groups]
    print(json.dumps({"rules": told, "from_file": taken is not None}), flush=True)
