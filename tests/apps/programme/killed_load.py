"""A process whose children load a workbook and are killed on the way; run by ``test_half_written.py``.

Prints one line of JSON: for each child how it ended and what the register held then and after another try.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from typing import Any

PROJECTS, LINES = 300, 600
FRACTIONS = (0.1, 0.3, 0.5, 0.7, 0.85, 0.95, 1.0, 1.05)


def main() -> None:
    import django
    from django.conf import settings

    settings.MUDMAI_CATALOGUE = "tests.apps.programme.programme_world.catalogue"
    django.setup()
    from django.db import connections

    from mudmai.apps.programme.domain import form_rows, loading
    from mudmai.apps.programme.domain.projects import create_programme, projection_faults
    from mudmai.apps.programme.models import BudgetLine, Programme, ProjectVersion
    from mudmai.apps.registry.models import AuditEntry
    from mudmai.core.errors import InputError
    from mudmai.exchange.forms.book import NoteKind
    from tests.apps.programme.form_books import agreeing, book, note, project, raw
    from tests.apps.programme.programme_world import build_programme_world

    world = build_programme_world()
    added = note(NoteKind.ADDED, "เพิ่มเติม ครั้งที่ 1/2567", number="1/2567")
    staged = book(*(project(13 + n, f"ถนน {n}", notes=[added] if n % 50 == 0 else []) for n in range(PROJECTS)))

    def programme() -> Programme:
        return create_programme(
            acting_user=world.officer,
            organisation=world.people.department,
            title_th="แผน",
            first_year=2024,
            last_year=2028,
        )

    def load(into: Programme) -> None:
        loading.load_form_book(
            acting_user=world.officer, programme=into, book=staged, raw=raw(), reconciliation=agreeing()
        )

    def state(of: Programme) -> list[int]:
        return [
            of.projects.count(),
            BudgetLine.objects.filter(project__programme=of).count(),
            ProjectVersion.objects.filter(project__programme=of).count(),
            of.events.count(),
            of.loads.count(),
            AuditEntry.objects.filter(action="programme.load", object_id=str(of.pk)).count(),
        ]

    def again(of: Programme) -> str:
        try:
            load(of)
        except InputError as told:
            return told.code
        return "loaded"

    def child(of: Programme, moment: str, seconds: float) -> dict[str, Any]:
        connections.close_all()
        pid = os.fork()
        if pid == 0:
            _arrange(moment, form_rows, loading)
            load(of)
            os._exit(7)
        if not moment:
            time.sleep(seconds)
            os.kill(pid, signal.SIGKILL)
        _, ended = os.waitpid(pid, 0)
        after = state(of)
        tried = again(of)
        return {
            "moment": moment or f"after {seconds:.3f} s",
            "killed": os.WIFSIGNALED(ended) and os.WTERMSIG(ended) == signal.SIGKILL,
            "after": after,
            "again": tried,
            "then": state(of),
            "faults": len(projection_faults(of)),
        }

    rehearsed = programme()
    start = time.perf_counter()
    load(rehearsed)
    whole = time.perf_counter() - start
    told = [child(programme(), moment, 0.0) for moment in ("Project", "BudgetLine", "ProjectVersion", "audit", "end")]
    told += [child(programme(), "", whole * fraction) for fraction in FRACTIONS]
    with connections["default"].cursor() as cursor:
        sound = cursor.execute("PRAGMA integrity_check").fetchone()[0]
    print(json.dumps({"whole": state(rehearsed), "children": told, "sound": sound}))


def _arrange(moment: str, form_rows: Any, loading: Any) -> None:
    """Kill this process at the moment: after the rows of a model, at the audit's entry, before the commit."""

    def kill(*_: object, **__: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    real = form_rows.insert_prepared

    def insert(model: Any, names: Any, rows: Any) -> None:
        real(model, names, rows)
        if model.__name__ == moment:
            kill()

    form_rows.insert_prepared = insert
    if moment == "audit":
        loading.record = kill
    if moment == "end":
        loading.announce = kill


if __name__ == "__main__":
    sys.exit(main())
