"""Values of all columns brought together: repeats, life of areas, bounds, and the canonical tidy table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from mudmai.core.language import Text, so_many
from mudmai.core.observations import MISSING_FLAGS
from mudmai.core.periods import Period
from mudmai.core.series import Catalogue
from mudmai.exchange.sheets.cell_facts import CellFacts
from mudmai.exchange.sheets.cell_values import FLAGS, MISSING, NORMAL
from mudmai.exchange.sheets.cells import cell_name, column_name
from mudmai.exchange.sheets.finding_tables import FoundTable
from mudmai.exchange.sheets.findings import KEPT, Findings, Tidy
from mudmai.exchange.sheets.recipe import Recipe
from mudmai.exchange.sheets.row_areas import OneArea
from mudmai.exchange.sheets.said import repeated, repeats_differ
from mudmai.exchange.tidy_words import area_not_valid, out_of_bounds, value_with_missing_flag

Ints: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True)
class CellBlock:
    """Values of one column: n cells in ascending rows. ``which`` into ``facts`` (None never occurs there)."""

    col: int
    rows: npt.NDArray[np.intp]
    areas: Ints
    which: Ints
    facts: Sequence[CellFacts | None]
    values: npt.NDArray[np.float64]
    flags: npt.NDArray[np.int8]


@dataclass
class _Cells:
    """All cells in reading order, every key as codes into words."""

    areas: Ints
    series: Ints
    dims: Ints
    periods: Ints
    values: npt.NDArray[np.float64]
    flags: npt.NDArray[np.int8]
    rows: Ints
    cols: Ints

    def take(self, which: npt.NDArray[Any]) -> _Cells:
        """Some of them."""
        return _Cells(*(getattr(self, name)[which] for name in self.__dataclass_fields__))


class _Ranks(dict[Any, int]):
    def __missing__(self, key: Any) -> int:
        self[key] = len(self)
        return self[key]


def build_table(
    blocks: Sequence[CellBlock],
    areas: Sequence[OneArea],
    found: FoundTable,
    recipe: Recipe,
    catalogue: Catalogue,
    findings: Findings,
) -> Tidy:
    """The tidy table of all blocks, checked."""
    series, dims, periods = _Ranks(), _Ranks(), _Ranks()
    cells = _gathered(blocks, series, dims, periods)
    named = _Names(tuple(areas), tuple(series), tuple(dims), tuple(periods), found, catalogue)
    cells = _living(cells, named, recipe, findings)
    _check_flags(cells, named, findings)
    _check_bounds(cells, named, findings)
    cells = _once(cells, named, recipe, findings)
    if not len(cells.values) and not findings.problems:
        findings.problem(
            "empty_dataset",
            Text("ไม่พบค่าที่อ่านได้ในตาราง", "no value could be read from the table"),
            Text("ตรวจสูตรอ่านไฟล์หรือเลือกตารางอื่น", "check the recipe, or choose another table"),
        )
    table = _arrow(cells, named, recipe)
    counts = {"values": int(np.isfinite(cells.values).sum()), "missing": int(np.isnan(cells.values).sum())}
    return Tidy(
        table, tuple(findings.problems), tuple(findings.notes), tuple(findings.ignored), findings.counted, counts
    )


@dataclass(frozen=True)
class _Names:
    areas: tuple[OneArea, ...]
    series: tuple[str, ...]
    dims: tuple[str, ...]
    periods: tuple[Period, ...]
    found: FoundTable
    catalogue: Catalogue

    def fact(self, cells: _Cells, at: int) -> str:
        """One fact in words: ``TH-50 · population · sex=F · 2023``."""
        parts = (
            self.areas[cells.areas[at]][1],
            self.series[cells.series[at]],
            self.dims[cells.dims[at]],
            self.periods[cells.periods[at]].iso,
        )
        return " · ".join(part for part in parts if part)

    @property
    def prefix(self) -> str:
        """``file!sheet``."""
        return f"{self.found.file}!{self.found.sheet.name}"

    def place(self, cells: _Cells, at: int) -> tuple[int, int]:
        return int(cells.rows[at]), int(cells.cols[at])


def _gathered(blocks: Sequence[CellBlock], series: _Ranks, dims: _Ranks, periods: _Ranks) -> _Cells:
    parts: list[_Cells] = []
    for block in blocks:
        one = [(series[f.series.id], dims[f.dims], periods[f.period]) if f else (0, 0, 0) for f in block.facts]
        keys = np.array(one or [(0, 0, 0)], np.int64)[block.which]
        cols = np.full(len(block.rows), block.col, np.int64)
        rows = block.rows.astype(np.int64)
        flags = np.where(np.isnan(block.values) & (block.flags == NORMAL), MISSING, block.flags).astype(np.int8)
        parts.append(_Cells(block.areas, keys[:, 0], keys[:, 1], keys[:, 2], block.values, flags, rows, cols))
    if not parts:
        none = np.zeros(0, np.int64)
        return _Cells(none, none, none, none, np.zeros(0), np.zeros(0, np.int8), none, none)
    whole = _Cells(*(np.concatenate([getattr(part, n) for part in parts]) for n in _Cells.__dataclass_fields__))
    order = np.argsort(whole.rows * (int(whole.cols.max()) + 1) + whole.cols, kind="stable")
    return whole.take(order)


def _living(cells: _Cells, named: _Names, recipe: Recipe, findings: Findings) -> _Cells:
    """Values of areas from before they were founded or after they were dissolved."""
    if recipe.not_alive == "keep" or not len(cells.values):
        return cells
    alive = np.ones(len(cells.values), bool)
    for rank, (system, code) in enumerate(named.areas):
        area = named.catalogue.area_systems[system].by_code[code]
        if area.valid_from is None and area.valid_to is None:
            continue
        lived = np.array([area.is_valid_in(period) for period in named.periods])
        own = cells.areas == rank
        gone = own & ~lived[cells.periods]
        if not gone.any():
            continue
        alive &= ~gone
        at = int(np.argmax(gone))
        message, remedy = area_not_valid(area, named.periods[cells.periods[at]])
        row, col = named.place(cells, at)
        if recipe.not_alive == "refuse":
            findings.problem("not_alive", message, remedy, row=row, col=col)
            continue
        numbers = cells.values[gone]
        zeros = int((numbers == 0).sum())
        reason = Text(
            f"{message.th} (ค่าที่ไม่อ่าน {len(numbers):,} ค่า เป็นศูนย์ {zeros:,} ค่า)",
            f"{message.en} ({so_many(len(numbers), 'value', 'values')} left out, {zeros:,} of them zero)",
        )
        findings.ignore(cell_name(row, col), "not_alive", reason, len(numbers))
    return cells.take(alive)


def _check_flags(cells: _Cells, named: _Names, findings: Findings) -> None:
    missing = [n for n, flag in enumerate(FLAGS) if flag in MISSING_FLAGS]
    wrong = np.flatnonzero(np.isfinite(cells.values) & np.isin(cells.flags, missing))
    for at in wrong[:KEPT].tolist():
        said = value_with_missing_flag(float(cells.values[at]), FLAGS[cells.flags[at]].value)
        row, col = named.place(cells, at)
        findings.problem("value_with_missing_flag", *said, row=row, col=col)
    findings.counted += max(0, len(wrong) - KEPT)


def _check_bounds(cells: _Cells, named: _Names, findings: Findings) -> None:
    for rank, name in enumerate(named.series):
        series = named.catalogue.series[name]
        own = cells.series == rank
        out = np.zeros(len(own), bool)
        if series.minimum is not None:
            out |= own & (cells.values < series.minimum)
        if series.maximum is not None:
            out |= own & (cells.values > series.maximum)
        places = np.flatnonzero(out)
        for at in places[:KEPT].tolist():
            row, col = named.place(cells, at)
            findings.problem("out_of_bounds", *out_of_bounds(float(cells.values[at]), series), row=row, col=col)
        findings.counted += max(0, len(places) - KEPT)


def _once(cells: _Cells, named: _Names, recipe: Recipe, findings: Findings) -> _Cells:
    """Every fact once: equal repeats are told and kept once, unequal ones are faults."""
    n = len(cells.values)
    if n < 2:
        return cells
    packed = np.zeros(n, np.int64)
    for part, width in (
        (cells.areas, len(named.areas)),
        (cells.series, len(named.series)),
        (cells.dims, len(named.dims)),
        (cells.periods, len(named.periods)),
    ):
        packed = packed * width + part
    order = np.argsort(packed, kind="stable")
    starts = np.concatenate(([True], packed[order][1:] != packed[order][:-1]))
    if starts.all():
        return cells
    first = np.empty(n, np.int64)
    first[order] = order[np.maximum.accumulate(np.where(starts, np.arange(n), 0))]
    repeat = first != np.arange(n)
    equal = (cells.values == cells.values[first]) | (np.isnan(cells.values) & np.isnan(cells.values[first]))
    differ = np.flatnonzero(repeat & ~equal)
    for at in differ[:KEPT].tolist():
        one = int(first[at])
        values = (f"{cells.values[at]:.15g}", f"{cells.values[one]:.15g}")
        said = repeats_differ(named.fact(cells, at), cell_name(*named.place(cells, one)), *values)
        row, col = named.place(cells, at)
        findings.problem("duplicate", *said, row=row, col=col)
    findings.counted += max(0, len(differ) - KEPT)
    same = np.flatnonzero(repeat & equal)
    if recipe.repeats == "refuse":
        for at in same[:KEPT].tolist():
            said = repeated(named.fact(cells, at), cell_name(*named.place(cells, int(first[at]))))
            row, col = named.place(cells, at)
            findings.problem("duplicate", *said, row=row, col=col)
        findings.counted += max(0, len(same) - KEPT)
    else:
        _tell_repeats(cells, first, same, findings)
    return cells.take(~repeat)


def _tell_repeats(cells: _Cells, first: Ints, same: npt.NDArray[np.intp], findings: Findings) -> None:
    rows, counts = np.unique(cells.rows[same], return_counts=True)
    of = dict(zip(cells.rows[same].tolist()[::-1], cells.rows[first[same]].tolist()[::-1], strict=True))
    for row, count in zip(rows.tolist(), counts.tolist(), strict=True):
        reason = Text(
            f"{count:,} ค่าซ้ำเหมือนแถว {of[row] + 1} ทุกตัว เก็บไว้ครั้งเดียว",
            f"{so_many(count, 'value repeats', 'values repeat')} row {of[row] + 1} exactly; kept once",
        )
        findings.ignore(f"row {row + 1}", "repeat", reason, count)
    if len(same):
        findings.note(
            f"ค่าซ้ำที่เหมือนกัน {len(same):,} ค่าใน {len(rows):,} แถว เก็บไว้ครั้งเดียว",
            f"{so_many(len(same), 'identical repeat', 'identical repeats')} in "
            f"{so_many(len(rows), 'row', 'rows')} kept once",
        )


def _arrow(cells: _Cells, named: _Names, recipe: Recipe) -> Any:
    import pyarrow as pa  # heavy, and needed only where a table is built
    import pyarrow.compute as pc

    def coded(codes: npt.NDArray[Any], words: Sequence[str]) -> Any:
        kind = np.int8 if len(words) < 1 << 7 else np.int16 if len(words) < 1 << 15 else np.int32
        return pa.DictionaryArray.from_arrays(pa.array(codes.astype(kind)), pa.array(list(words), pa.string()))

    one = [named.catalogue.series[name] for name in named.series]
    letters = [column_name(col) for col in range(int(cells.cols.max(initial=0)) + 1)]
    place = f"{named.prefix}!"
    start = pc.take(pa.array([place + letter for letter in letters], pa.string()), pa.array(cells.cols))
    locator = pc.binary_join_element_wise(start, pa.array(cells.rows + 1).cast(pa.string()), "")
    systems = _Ranks()
    of_area = np.array([systems[system] for system, _ in named.areas] or [0], np.int64)
    columns = {
        "area_system": coded(of_area[cells.areas], tuple(systems)),
        "area": coded(cells.areas, [code for _, code in named.areas]),
        "period": coded(cells.periods, [period.iso for period in named.periods]),
        "series": coded(cells.series, named.series),
        "dims": coded(cells.dims, named.dims),
        "value": pa.array(cells.values, pa.float64(), mask=np.isnan(cells.values)),
        "flag": coded(cells.flags.astype(np.int64), [flag.value for flag in FLAGS]),
        "source": coded(cells.series, [recipe.source or s.source for s in one]),
        "method": coded(cells.series, [recipe.method or s.method for s in one]),
        "locator": locator,
        "row": pa.nulls(len(cells.values), pa.int32()),
    }
    return pa.table(columns)


def findings_place(named: _Names) -> str:
    """``file!sheet``."""
    return f"{named.found.file}!{named.found.sheet.name}"
