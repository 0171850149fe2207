"""The beginning of a tidy table in words: area, period, series, value, and the cell that it came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mudmai.core.errors import Problem
from mudmai.core.language import Text
from mudmai.core.periods import Period
from mudmai.core.series import Catalogue
from mudmai.exchange.sheets.findings import Ignored
from mudmai.workspace.checking.sentences import dims_words
from mudmai.workspace.intake import Reading

if TYPE_CHECKING:
    import pyarrow as pa

SHOWN = 15
_PROBLEMS = 50
_LEFT_OUT = 30


@dataclass(frozen=True, slots=True)
class TidyRow:
    """One value; ``cell`` is its place in the file."""

    area: Text
    code: str
    period: Period
    series: Text
    dims: Text
    value: float | None
    unit: Text
    decimals: int
    cell: str


@dataclass(frozen=True)
class TidyView:
    """``total`` values by series; ``rows`` are the first ones. The rest is there where it was only tried."""

    total: int
    rows: tuple[TidyRow, ...]
    series: tuple[tuple[Text, int], ...]
    problems: tuple[Problem, ...] = ()
    problem_count: int = 0
    left_out: tuple[Ignored, ...] = ()
    left_out_count: int = 0
    notes: tuple[Text, ...] = ()
    tried: bool = False


def tidy_view(table: pa.Table | None, catalogue: Catalogue, reading: Reading | None = None) -> TidyView:
    """The table as a person looks it over; ``reading`` where it is a trial."""
    told = reading.problems[:_PROBLEMS] if reading else ()
    count = reading.problem_count if reading else 0
    left = reading.left_out if reading else ()
    notes = reading.notes if reading else ()
    if table is None:
        return TidyView(0, (), (), told, count, left[:_LEFT_OUT], len(left), notes, reading is not None)
    counted = table.column("series").value_counts().to_pylist()
    series = tuple((catalogue.one_series(str(one["values"])).title, int(one["counts"])) for one in counted)
    rows = tuple(_row(one, catalogue) for one in table.slice(0, SHOWN).to_pylist())
    return TidyView(table.num_rows, rows, series, told, count, left[:_LEFT_OUT], len(left), notes, reading is not None)


def _row(row: dict[str, object], catalogue: Catalogue) -> TidyRow:
    one = catalogue.one_series(str(row["series"]))
    unit = catalogue.unit(one.unit)
    area = catalogue.area_system(str(row["area_system"])).by_code[str(row["area"])]
    value = row["value"]
    place = str(row["locator"]).rpartition("!")[2]
    if row.get("row") is not None:
        place = str(row["row"])
    return TidyRow(
        area.name,
        area.code,
        Period.from_iso(str(row["period"])),
        one.title,
        dims_words(str(row["dims"]), one),
        float(value) if isinstance(value, int | float) else None,
        unit.label,
        unit.decimals,
        place,
    )
