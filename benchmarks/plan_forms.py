"""What the preview of a plan workbook costs over the bare read of its sheets by the reader library, in the same run.

*preview*: open (archive checked, drawings and XML scanned), read all forms, reconcile with the summary. At most 3 x the
bare read. The runs take turns; medians of processor time are compared. The workbook is made up, for timing and tests.

    python benchmarks/plan_forms.py [--rounds 7] [--no-bounds]
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from python_calamine import CalamineWorkbook

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from mudmai.exchange.forms import FormBook, Reconciliation, read_form_book, reconcile, shipped_form_layouts
from mudmai.exchange.sheets import open_workbook
from tests.exchange.forms.plan_workbook import MAIN_BAHT, MAIN_PROJECTS, write_plan_workbook

MOST_OF_PREVIEW = 3.0


def bare(path: Path) -> None:
    """What the library alone takes for all sheets."""
    book = CalamineWorkbook.from_path(path)
    for name in book.sheet_names:
        book.get_sheet_by_name(name).to_python(skip_empty_area=False)


def preview(path: Path) -> tuple[FormBook, Reconciliation]:
    """What a person sees first."""
    book = read_form_book(open_workbook(path), shipped_form_layouts()[0])
    return book, reconcile(book)


def measure(path: Path, rounds: int) -> dict[str, Any]:
    """Median seconds of processor time, and their ratio."""
    book, found = preview(path)
    assert book.totals("por-02") == (MAIN_PROJECTS, MAIN_BAHT)
    assert found.agrees
    times: dict[str, list[float]] = {"bare": [], "preview": []}
    for _ in range(rounds):
        for name, job in (("bare", bare), ("preview", preview)):
            start = time.process_time()
            job(path)
            times[name].append(time.process_time() - start)
    seconds = {name: round(median(taken), 4) for name, taken in times.items()}
    return {
        "projects": len(book.projects),
        "seconds": seconds,
        "of_bare": round(seconds["preview"] / seconds["bare"], 2),
    }


def main() -> int:
    """Print what was found; 1 when the bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--no-bounds", action="store_true", help="only measure")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.xlsx"
        write_plan_workbook(path)
        found = measure(path, asked.rounds)
    kept = found["of_bare"] <= MOST_OF_PREVIEW
    print(json.dumps({**found, "kept": kept}, indent=1))
    return 0 if asked.no_bounds or kept else 1


if __name__ == "__main__":
    sys.exit(main())
