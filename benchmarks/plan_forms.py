"""What a plan workbook costs over the bare read of its sheets by the reader library, in the same run.

*bare read*: the library (calamine) opens the file and gives every cell of every sheet as a value of Python. In it: the
unfolding and parsing of the sheets and of the shared strings. Not in it: the check of the archive before it is trusted,
hidden rows, merged ranges, drawings (the notes stand there), and any sense of what is read. Those are the reader's work
and count as such.

*preview*: from the file to what a person sees first: the archive checked, drawings scanned, all forms read, every sheet
and year compared with the summary. At most 3 x the bare read.

*load*: from that staged book to the committed register: compared again, checked, all projects, places, budget lines and
versions written with the audit's entry, in one transaction, on SQLite in a file as an installation has it (WAL,
synchronous FULL, foreign keys and constraints on). At most 5 x the bare read. *whole* is preview and load together, as
the background job does them.

*floor*: no bound, but what to hold the load against: the rows that the load left in the register, read back and given
to SQLite's own ``executemany`` and ``commit``, with the same tables, indexes and constraints, by nothing but the
``sqlite3`` module (*floor by hundreds*: the same by statements of a hundred rows, as the load itself does).

The jobs take turns; medians of processor time are compared. The workbook is made up, for timing and tests: 47 sheets
and, with all its forms, 2,341 projects of 14,015 amounts.

    python benchmarks/plan_forms.py [--rounds 7] [--no-bounds]
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import chain
from pathlib import Path
from statistics import median
from typing import Any

from python_calamine import CalamineWorkbook

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from mudmai.exchange.forms import FormBook, Reconciliation, read_form_book, reconcile, shipped_form_layouts
from mudmai.exchange.sheets import open_workbook
from tests.exchange.forms.plan_workbook import MAIN_BAHT, MAIN_PROJECTS, write_plan_workbook

MOST_OF_PREVIEW, MOST_OF_LOAD = 3.0, 5.0
TABLES = ("programme_project", "programme_budgetline", "programme_projectversion")


def bare(path: Path) -> None:
    """What the library alone takes for all sheets."""
    book = CalamineWorkbook.from_path(path)
    for name in book.sheet_names:
        book.get_sheet_by_name(name).to_python(skip_empty_area=False)


def preview(path: Path) -> tuple[FormBook, Reconciliation]:
    """What a person sees first."""
    book = read_form_book(open_workbook(path), shipped_form_layouts()[0])
    return book, reconcile(book)


class Register:
    """An installation in ``home`` with a programme for each round."""

    def __init__(self, home: Path, rounds: int) -> None:
        os.environ |= {"MUDMAI_HOME": str(home), "DJANGO_SETTINGS_MODULE": "mudmai.site.settings"}
        from mudmai.site.database import migrate

        migrate(home, dict(os.environ))
        import django
        from django.conf import settings

        settings.MUDMAI_CATALOGUE = "tests.apps.programme.programme_world.catalogue"
        django.setup()
        from mudmai.apps.programme.domain.projects import create_programme
        from tests.apps.programme.programme_world import build_programme_world

        self._world = build_programme_world()
        self._programmes = [
            create_programme(
                acting_user=self._world.officer,
                organisation=self._world.people.department,
                title_th=f"แผน {n}",
                first_year=2023,
                last_year=2027,
            )
            for n in range(rounds)
        ]
        self.file = home / "mudmai.sqlite3"

    def load(self, book: FormBook, number: int) -> Any:
        """The staged book into the register, committed."""
        from mudmai.apps.programme.domain.projects import load_form_book
        from mudmai.workspace.raw_files import RawFile

        raw = RawFile(f"{number:064d}", 1, "plan.xlsx")
        programme = self._programmes[number]
        return load_form_book(acting_user=self._world.officer, programme=programme, book=book, raw=raw)


class Floor:
    """The rows of the first load, taken out of a copy of the register, to be put back by ``sqlite3`` alone."""

    def __init__(self, register: Register, folder: Path) -> None:
        with sqlite3.connect(register.file) as source, sqlite3.connect(folder / "floor.sqlite3") as copy:
            source.backup(copy)
        self._connection = copy = sqlite3.connect(folder / "floor.sqlite3", isolation_level=None)
        copy.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536;")
        self._rows, self._names = {}, {}
        for table in TABLES:
            rows = copy.execute(f"SELECT * FROM {table} ORDER BY rowid")
            self._names[table] = [f'"{one[0]}"' for one in rows.description]
            self._rows[table] = rows.fetchall()

    def empty(self) -> None:
        """As before the load; not timed."""
        self._connection.execute("PRAGMA foreign_keys=OFF")
        for table in reversed(TABLES):
            self._connection.execute(f"DELETE FROM {table}")
        self._connection.executescript("VACUUM; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA foreign_keys=ON;")

    def fill(self, at_once: int = 1) -> None:
        """All rows in one transaction."""
        self._connection.execute("BEGIN IMMEDIATE")
        for table, rows in self._rows.items():
            names = self._names[table]
            head = f"INSERT INTO {table} ({', '.join(names)}) VALUES "
            marks = f"({', '.join('?' * len(names))})"
            if at_once == 1:
                self._connection.executemany(head + marks, rows)
                continue
            for at in range(0, len(rows), at_once):
                some = rows[at : at + at_once]
                self._connection.execute(head + ", ".join([marks] * len(some)), list(chain.from_iterable(some)))
        self._connection.execute("COMMIT")


def clocked(job: Callable[[], Any], into: list[float]) -> Any:
    """What ``job`` gives; its seconds of processor time are noted."""
    start = time.process_time()
    found = job()
    into.append(time.process_time() - start)
    return found


def measure(path: Path, register: Register, rounds: int) -> dict[str, Any]:
    """Median seconds of processor time, and their ratios to the bare read."""
    book, found = preview(path)
    assert book.totals("por-02") == (MAIN_PROJECTS, MAIN_BAHT)
    assert found.agrees
    loaded = register.load(book, 0)
    assert loaded.projects == len(book.projects)
    floor = Floor(register, path.parent)
    names = ("bare", "preview", "load", "floor", "floor by hundreds")
    times: dict[str, list[float]] = {name: [] for name in names}
    for number in range(1, rounds + 1):
        clocked(lambda: bare(path), times["bare"])
        book, _ = clocked(lambda: preview(path), times["preview"])
        clocked(lambda: register.load(book, number), times["load"])  # noqa: B023  called at once
        for name, at_once in (("floor", 1), ("floor by hundreds", 100)):
            floor.empty()
            clocked(lambda: floor.fill(at_once), times[name])  # noqa: B023  called at once
    times["whole"] = [a + b for a, b in zip(times["preview"], times["load"], strict=True)]
    return {
        "projects": len(book.projects),
        "lines": loaded.load.lines,
        "seconds": {name: round(median(taken), 4) for name, taken in times.items()},
        "of_bare": {name: _ratio(taken, times["bare"]) for name, taken in times.items() if name != "bare"},
    }


def _ratio(taken: Sequence[float], bare_taken: Sequence[float]) -> float:
    """The median of the ratios round by round: what else the machine does falls on both sides."""
    return round(median(one / other for one, other in zip(taken, bare_taken, strict=True)), 2)


def main() -> int:
    """Print what was found; 1 when a bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--no-bounds", action="store_true", help="only measure")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.xlsx"
        write_plan_workbook(path)
        home = Path(folder) / "home"
        home.mkdir()
        found = measure(path, Register(home, asked.rounds + 1), asked.rounds)
    of_bare = found["of_bare"]
    kept = {"preview": of_bare["preview"] <= MOST_OF_PREVIEW, "load": of_bare["load"] <= MOST_OF_LOAD}
    print(json.dumps({**found, "kept": kept}, indent=1))
    return 0 if asked.no_bounds or all(kept.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
