"""Values of an import that stand far off the one before them: a slip of unit or digit more often than news.

A value is odd when it is more than :data:`TIMES` times, or less than that part of, the value of the nearest earlier
period of the same series, dimensions and area in the release served before. It is told, never refused: figures do jump.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from mudmai.core.errors import Problem, Where
from mudmai.core.language import Text, so_many, write_number
from mudmai.core.period_text import period_text
from mudmai.core.periods import Period
from mudmai.core.series import Catalogue
from mudmai.workspace.holdings import equal_facts, plain
from mudmai.workspace.notices import public_notices, withdrawn_table

if TYPE_CHECKING:
    import pyarrow as pa

    from mudmai.core.datasets import Dataset
    from mudmai.engine.release import Release
    from mudmai.workspace.workspace import Workspace

TIMES = 5.0
"""A change by more than this factor is odd."""

KEPT = 200
"""So many odd values are told, those of the first rows; the last one says how many more there are."""

_REMEDY = Text(
    "ตรวจหน่วยและหลักของตัวเลข (เช่น พันกับล้าน) หากถูกต้องแล้วไม่ต้องทำอะไร",
    "check unit and digits (thousands or millions?); if the figure is right, nothing need be done",
)

Numbers = npt.NDArray[np.float64]
_Odd = tuple[int, str, str, Period, float, Period, float]
"""Row of the file, series, area, period, value, and the period and value it is held against."""


def import_warnings(workspace: Workspace, table: pa.Table, name: str, *, file: str) -> tuple[Problem, ...]:
    """What should be looked at once more before ``table`` is served under ``name``: what the checks of its dataset
    bring up (where it declares none, :func:`odd_values`), and figures that were published and withdrawn before."""
    held = next((d for pack in workspace.packs.values() for d in pack.datasets if d.holds(name)), None)
    if held is None or not held.checks:
        return (
            *_withdrawn(workspace, table, held, file),
            *odd_values(table, workspace.store.current(), workspace.catalogue, file=file),
        )
    from mudmai.workspace.checking import check_table  # only datasets with checks need them

    findings = [one for one in check_table(workspace, held.id, table, file=file).findings if not one.accepted]
    told = [Problem("check_finding", one.text, one.remedy, one.where) for one in findings[:KEPT]]
    if len(findings) > KEPT:
        rest = len(findings) - KEPT
        more = Text(
            f"และอีก {rest:,} รายการจากการตรวจ", f"and {so_many(rest, 'more finding', 'more findings')} of the checks"
        )
        told.append(Problem("check_finding", more, _REMEDY, Where(file=file)))
    return (*_withdrawn(workspace, table, held, file), *told)


def _withdrawn(workspace: Workspace, table: pa.Table, held: Dataset | None, file: str) -> list[Problem]:
    """Figures of a file that its publisher has withdrawn, with the same value."""
    notices = public_notices(workspace, held.id) if held is not None else ()
    found = []
    for one in notices:
        count = equal_facts(plain(table), withdrawn_table(workspace, one)).num_rows
        if count:
            when = one.at.date().isoformat()
            message = Text(
                f"{count:,} ค่าในไฟล์นี้เคยถูกถอนเมื่อ {when}: {one.reason}",
                f"{so_many(count, 'value of this file was', 'values of this file were')} "
                f"withdrawn on {when}: {one.reason}",
            )
            found.append(Problem("withdrawn_before", message, _STILL, Where(file=file)))
    return found


_STILL = Text(
    "ตรวจว่าเหตุผลที่ถอนหมดไปแล้ว หากยังอยู่ให้นำชุดข้อมูลออกหรือนำเข้าค่าที่ถูกต้อง",
    "check that the reason no longer holds; if it does, remove the dataset or import the right values",
)


def odd_values(table: pa.Table, before: Release | None, catalogue: Catalogue, *, file: str) -> tuple[Problem, ...]:
    """One problem (code ``odd_value``) for every odd value of ``table`` (columns as ``read_tidy`` gives them).

    ``before`` is the release served so far; without one nothing can be odd. Missing values never are.
    """
    if before is None:
        return ()
    found = sorted(_odd(table, before), key=lambda one: one[0])
    told = [_problem(catalogue, file, one) for one in found[:KEPT]]
    if len(found) > KEPT:
        rest = len(found) - KEPT
        more = Text(
            f"และอีก {rest:,} ค่าที่ต่างจากค่าก่อนหน้ามาก",
            f"and {so_many(rest, 'more value', 'more values')} far off the one before",
        )
        told.append(Problem("odd_value", more, _REMEDY, Where(file=file)))
    return tuple(told)


def _odd(table: pa.Table, before: Release) -> Iterator[_Odd]:
    import pyarrow.compute as pc  # only where a file is imported

    keys = table.select(["area_system", "series", "dims"]).group_by(["area_system", "series", "dims"]).aggregate([])
    held = {(key.area_system, key.series, key.dims): key for key in before.runs}
    for one in keys.to_pylist():
        key = held.get((one["area_system"], one["series"], one["dims"]))
        if key is None:
            continue
        mine = table
        for name, word in one.items():
            mine = mine.filter(pc.equal(mine.column(name), word))
        old = before.columns_of(key)
        names = {area: at for at, area in enumerate(old.areas)}
        areas, own_area = _words(mine.column("area"))
        periods, own_period = _words(mine.column("period"))
        new_area = np.array([names.get(area, -1) for area in areas], np.int64)[own_area]
        new_time = np.array([Period.from_iso(iso).ordinal for iso in periods], np.int64)[own_period]
        old_periods = [Period.from_iso(iso) for iso in old.periods]
        old_time = np.array([p.ordinal for p in old_periods], np.int64)[old.period_codes]
        values = mine.column("value").to_numpy()
        rows = mine.column("row").fill_null(0).to_numpy()
        for at, past in _far(new_area, new_time, values, old.area_codes.astype(np.int64), old_time, old.values):
            period = Period.from_iso(periods[own_period[at]])
            then = old_periods[int(old.period_codes[past])]
            area = areas[own_area[at]]
            yield int(rows[at]), key.series, area, period, float(values[at]), then, float(old.values[past])


def _words(column: Any) -> tuple[list[str], npt.NDArray[np.int64]]:
    """The words of a text column, and for each row the number of its word."""
    coded = column.combine_chunks()
    if not hasattr(coded, "dictionary"):
        coded = coded.dictionary_encode()
    return coded.dictionary.to_pylist(), np.asarray(coded.indices, np.int64)


def _far(
    area: npt.NDArray[np.int64],
    time: npt.NDArray[np.int64],
    value: Numbers,
    old_area: npt.NDArray[np.int64],
    old_time: npt.NDArray[np.int64],
    old_value: Numbers,
) -> Iterator[tuple[int, int]]:
    """Places (new, old) of values that are far off the nearest earlier old value of the same area."""
    known = np.flatnonzero(~np.isnan(old_value))
    if not len(known):
        return
    first = int(min(time.min(initial=0), old_time.min(initial=0)))
    span = int(max(time.max(initial=0), old_time.max(initial=0))) - first + 1
    old_key = old_area[known] * span + (old_time[known] - first)
    order = np.argsort(old_key, kind="stable")
    at = np.searchsorted(old_key[order], area * span + (time - first), side="left") - 1
    fits = (at >= 0) & (area >= 0) & ~np.isnan(value)
    past = known[order[np.maximum(at, 0)]]
    fits &= old_area[past] == area
    base = old_value[past]
    far = (np.abs(value) > TIMES * np.abs(base)) | (np.abs(value) < np.abs(base) / TIMES)
    yield from ((int(n), int(past[n])) for n in np.flatnonzero(fits & far & (base != 0)))


def _problem(catalogue: Catalogue, file: str, odd: _Odd) -> Problem:
    row, series, area, period, value, then, base = odd
    one = catalogue.one_series(series)
    name = catalogue.area_system(one.area_system).by_code[area].name
    decimals = catalogue.unit(one.unit).decimals
    new, old = write_number(value, decimals), write_number(base, decimals)
    when, past = period_text(period), period_text(then)
    return Problem(
        "odd_value",
        Text(
            f"{one.title.th} {name.th} {when.th}: {new} ต่างจาก {old} ของ {past.th} เกิน {TIMES:g} เท่า",
            f"{one.title.en}, {name.en}, {when.en}: {new} is more than {TIMES:g} times off the {old} of {past.en}",
        ),
        _REMEDY,
        Where(file=file, row=row or None, field="value"),
    )
