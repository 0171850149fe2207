"""What reading an office's workbook costs over the bare read of the fastest reader library, in the same run.

* *preview*: open (archive checked, XML scanned), read, find the table, propose a recipe. At most 2 x the bare read.
* *full*: the preview, and the recipe applied to the tidy table with a source cell for every value. At most 4 x.

The bare read and the two runs take turns; medians of processor time are compared, so that other work on the machine
counts for neither. Made-up figures, for timing only.

    python benchmarks/sheets.py [--rows 100000] [--rounds 5] [--no-bounds]
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import pyarrow as pa
import xlsxwriter
from python_calamine import CalamineWorkbook

from mudmai.core.language import Text
from mudmai.core.periods import Frequency
from mudmai.core.series import Aggregation, AggregationRule, Catalogue, Series, SeriesDimension
from mudmai.exchange.packs.load import load_pack
from mudmai.exchange.packs.pack import shipped_packs
from mudmai.exchange.sheets.applying import apply_recipe
from mudmai.exchange.sheets.propose import Proposal, propose
from mudmai.exchange.sheets.workbook import Workbook, open_workbook

MOST_OF_PREVIEW, MOST_OF_FULL = 2.0, 4.0
YEARS = 8


def catalogue(codes: int) -> Catalogue:
    """The areas that ship and one series with a dimension of many codes, so that no fact repeats."""
    shipped = load_pack(shipped_packs() / "th-areas").catalogue
    labels = {f"k{n}": Text(f"รายการที่ {n}", f"item {n}") for n in range(codes)}
    kind = SeriesDimension("item", Text("รายการ", "item"), tuple(labels), labels)
    rule = Aggregation(AggregationRule.SUM)
    series = Series("made", Text("ตัวเลขสมมุติ", "made-up"), "th-nesdc", Frequency.ANNUAL, "number", rule, (kind,))
    return Catalogue(area_systems=shipped.area_systems, series={"made": series})


def write(path: Path, rows: int, known: Catalogue) -> None:
    """A wide table: a province, an item, eight years; a title above and a note below."""
    provinces = [a for a in known.area_system("th-nesdc").level("province") if a.valid_from is None]
    items = [label.th for label in known.series["made"].dimensions[0].labels.values()]
    chance = random.Random(1)
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet("ข้อมูล")
        sheet.write_row(0, 0, ["ตารางตัวเลขสมมุติเพื่อจับเวลา"])
        sheet.write_row(2, 0, ["จังหวัด", "รายการ", *range(2560, 2560 + YEARS)])
        for n in range(rows):
            name = provinces[n % len(provinces)].name.th
            values = [chance.randint(1, 10**7) / 100 for _ in range(YEARS)]
            sheet.write_row(n + 3, 0, [name, items[n // len(provinces)], *values])
        sheet.write_row(rows + 4, 0, ["หมายเหตุ: ตัวเลขสมมุติ"])


def bare(path: Path) -> None:
    """What the library alone takes."""
    CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python(skip_empty_area=False)


def preview(path: Path, known: Catalogue) -> tuple[Workbook, Proposal]:
    """What a person sees first."""
    workbook = open_workbook(path)
    return workbook, propose(workbook, known, series="made")


def full(path: Path, known: Catalogue) -> pa.Table:
    """The whole way."""
    workbook, proposal = preview(path, known)
    tidy = apply_recipe(workbook, proposal.recipe, known)
    tidy.raise_if_refused()
    return tidy.table


def measure(path: Path, known: Catalogue, rounds: int) -> dict[str, Any]:
    """Median seconds, and ratios to the bare read."""
    jobs: dict[str, Callable[[], object]] = {
        "bare": lambda: bare(path),
        "preview": lambda: preview(path, known),
        "full": lambda: full(path, known),
    }
    values = full(path, known).num_rows
    times: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(rounds):
        for name, job in jobs.items():
            start = time.process_time()
            job()
            times[name].append(time.process_time() - start)
    seconds = {name: round(median(taken), 4) for name, taken in times.items()}
    ratios = {name: round(seconds[name] / seconds["bare"], 2) for name in ("preview", "full")}
    return {"values": values, "seconds": seconds, "of_bare": ratios}


def main() -> int:
    """Print what was found; 1 when a bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--no-bounds", action="store_true", help="only measure")
    asked = parser.parse_args()
    known = catalogue(asked.rows // 70 + 1)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "office.xlsx"
        write(path, asked.rows, known)
        found = measure(path, known, asked.rounds)
    kept = {
        "preview": found["of_bare"]["preview"] <= MOST_OF_PREVIEW,
        "full": found["of_bare"]["full"] <= MOST_OF_FULL,
    }
    print(json.dumps({"rows": asked.rows, **found, "kept": kept}, indent=1))
    return 0 if asked.no_bounds or all(kept.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
