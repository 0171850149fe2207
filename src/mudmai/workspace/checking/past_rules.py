"""Rules that hold a figure against the past of its own series: jumps, published figures changed, one-way counts."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mudmai.core.checks import CheckRule, Fact
from mudmai.core.language import Text
from mudmai.core.period_text import period_text
from mudmai.methods.outliers import modified_z_scores
from mudmai.workspace.checking.figures import Bools, FileFigures, Floats, Grid, Ints
from mudmai.workspace.checking.hits import Hits, Said, cells_hit, present
from mudmai.workspace.checking.scope import in_scope
from mudmai.workspace.checking.sentences import apart, fact_words, number, unit_of

_CHECK_UNIT = Text(
    "ตรวจหน่วยและหลักของตัวเลข (เช่น พันกับล้าน) และตรวจว่าไม่สลับแถวหรือคอลัมน์ หากถูกต้องให้บันทึกเหตุผลเป็นข้อยกเว้น",
    "check unit and digits (thousands or millions?) and that rows or columns are not swapped; if it is right, say why "
    "and accept it",
)


FLOOR = 10
"""Figures below so many of the last place that their unit shows do not jump: one step of rounding is a large part of
them. A rule may declare another floor (``above``)."""


def before(grid: Grid, values: Floats) -> tuple[Floats, Ints]:
    """For every cell the value of the nearest earlier period of the same area that has one, and its place.

    A break of the series stands between two values that do not compare: then there is none (NaN, -1).
    """
    areas, periods = values.shape
    at = np.where(np.isnan(values), -1, np.arange(periods))
    last = np.full((areas, periods), -1, np.int64)
    if periods > 1:
        last[:, 1:] = np.maximum.accumulate(at, axis=1)[:, :-1]
    for one in grid.series.breaks:
        if one.period.frequency is grid.axes.frequency:
            after = grid.axes.periods >= one.period.ordinal
            first_after = int(np.argmax(after)) if after.any() else periods
            last[:, first_after:] = np.where(last[:, first_after:] < first_after, -1, last[:, first_after:])
    found = np.take_along_axis(values, np.maximum(last, 0), axis=1)
    return np.where(last < 0, np.nan, found), last


def jumps(rule: CheckRule, figures: FileFigures) -> Iterator[Hits]:
    """Figures more than ``times`` off the one before them, and (where ``spread`` is given, too) whose change stands out
    from the changes that the area has seen. A figure that is published as it stands is not told again."""
    return present(_jump(rule, figures, grid) for grid in figures.grids(rule.series))


def _jump(rule: CheckRule, figures: FileFigures, grid: Grid) -> Hits | None:
    values = grid.filled
    old, last = before(grid, values)
    with np.errstate(all="ignore"):
        decimals = figures.catalogue.unit(grid.series.unit).decimals
        big = np.maximum(np.abs(values), np.abs(old)) >= (rule.above or FLOOR * 10.0**-decimals)
        news = grid.given & ~np.isnan(values) & ~np.isnan(old) & ~_same(values, grid.published)
        hit = news & big & in_scope(rule, grid)
        if rule.times is not None:
            far = (np.abs(values) > rule.times * np.abs(old)) | (np.abs(values) < np.abs(old) / rule.times)
            hit &= far & (old != 0)
        if rule.spread is not None:
            hit &= np.abs(_scores(values, old)) > rule.spread
    catalogue = figures.catalogue

    def say(area: int, period: int, fact: Fact) -> Said:
        then = period_text(grid.axes.period(int(last[area, period])))
        now, past = number(float(values[area, period]), decimals), number(float(old[area, period]), decimals)
        name, unit = fact_words(fact, catalogue), unit_of(grid.series, catalogue)
        how = _how_far(float(values[area, period]), float(old[area, period]), rule)
        return Said(
            Text(
                f"{name.th} เป็น {now} {unit.th} ขณะที่ {then.th} เป็น {past} {how.th}",
                f"{name.en}: {now} {unit.en}, while {then.en} has {past} {how.en}",
            ),
            _CHECK_UNIT,
            Text(f"ใกล้เคียง {past} ({then.th})", f"near {past} ({then.en})"),
        )

    return cells_hit(rule, grid, hit, say)


def _same(one: Floats, other: Floats) -> Bools:
    return np.isclose(one, other, rtol=1e-12, atol=0)


def _scores(values: Floats, old: Floats) -> Floats:
    """How far each change stands out among the changes of its area; relative changes where all figures are above 0."""
    positive = np.all(np.isnan(values) | (values > 0), axis=1, keepdims=True)
    change = np.where(positive, np.log(np.where(positive, values, 1) / np.where(positive, old, 1)), values - old)
    return modified_z_scores(change)


def _how_far(now: float, past: float, rule: CheckRule) -> Text:
    if not now:
        return Text("(กลายเป็นศูนย์)", "(it fell to zero)")
    usual = Text("ซึ่งผิดไปจากที่พื้นที่นี้เคยเปลี่ยน", "unlike the changes this area has seen") if rule.spread else Text("", "")
    times = max(abs(now / past), abs(past / now)) if past else float("inf")
    if 2 <= times < float("inf"):
        up = abs(now) > abs(past)
        th, en = f"{'เพิ่มขึ้น' if up else 'ลดลง'} {times:,.1f} เท่า", f"{times:,.1f} times {'more' if up else 'less'}"
    elif past:
        th = en = f"{(now / past - 1) * 100:+,.1f}%"
    else:
        th, en = "จากศูนย์", "up from zero"
    return Text(f"({' '.join(w for w in (th, usual.th) if w)})", f"({', '.join(w for w in (en, usual.en) if w)})")


def changed_history(rule: CheckRule, figures: FileFigures) -> Iterator[Hits]:
    """Published figures that the file gives differently, or gives as missing. The latest ``open_periods`` published
    periods may be revised freely."""
    return present(_changed(rule, figures, grid) for grid in figures.grids(rule.series))


def _changed(rule: CheckRule, figures: FileFigures, grid: Grid) -> Hits | None:
    old, new = grid.published, grid.values
    known = ~np.isnan(old)
    if not known.any():
        return None
    with np.errstate(invalid="ignore"):
        allowed = np.maximum(
            rule.tolerance.absolute + rule.tolerance.rounding_per_figure, rule.tolerance.relative * np.abs(old)
        )
        differs = np.abs(new - old) > allowed
    hit = grid.given & known & (differs | np.isnan(new)) & in_scope(rule, grid)
    if rule.open_periods:
        held = np.flatnonzero(known.any(axis=0))
        hit[:, held[-rule.open_periods :]] = False
    catalogue = figures.catalogue
    decimals = catalogue.unit(grid.series.unit).decimals

    def say(area: int, period: int, fact: Fact) -> Said:
        was, now = float(old[area, period]), float(new[area, period])
        name = fact_words(fact, catalogue)
        shown = apart(was, now, decimals)
        change = f" ({(now / was - 1) * 100:+,.2f}%)" if was and now == now else ""
        said = shown[1] if now == now else "–"
        return Said(
            Text(
                f"{name.th} เผยแพร่ไว้แล้วเป็น {shown[0]} แต่ไฟล์นี้ให้ {said}{change}",
                f"{name.en} is published as {shown[0]}, and this file has {said}{change}",
            ),
            Text(
                "หากไม่ได้ตั้งใจปรับค่าย้อนหลัง ให้คืนค่าที่เผยแพร่แล้ว หากปรับปรุงจริง ให้บันทึกเหตุผลเป็นข้อยกเว้น",
                "put the published value back unless it is meant to be revised; if it is, say why and accept it",
            ),
            Text(shown[0], shown[0]),
        )

    return cells_hit(rule, grid, hit, say, value=lambda a, p: float(new[a, p]))


def one_way(rule: CheckRule, figures: FileFigures) -> Iterator[Hits]:
    """Cumulative figures that turn back."""
    return present(_turned(rule, figures, grid) for grid in figures.grids(rule.series))


def _turned(rule: CheckRule, figures: FileFigures, grid: Grid) -> Hits | None:
    values = grid.filled
    old, last = before(grid, values)
    sign = -1.0 if rule.falling else 1.0
    with np.errstate(invalid="ignore"):
        allowed = np.maximum(rule.tolerance.absolute, rule.tolerance.relative * np.abs(old))
        hit = (sign * (old - values) > allowed) & in_scope(rule, grid)
        before_given = np.take_along_axis(grid.given, np.maximum(last, 0), axis=1) & (last >= 0)
        hit &= grid.given | before_given
    catalogue = figures.catalogue
    decimals = catalogue.unit(grid.series.unit).decimals

    def say(area: int, period: int, fact: Fact) -> Said:
        then = period_text(grid.axes.period(int(last[area, period])))
        now, past = number(float(values[area, period]), decimals), number(float(old[area, period]), decimals)
        name = fact_words(fact, catalogue)
        most = Text("ไม่เกิน", "at most") if rule.falling else Text("ไม่น้อยกว่า", "at least")
        never = Text("เพิ่มขึ้น", "rises") if rule.falling else Text("ลดลง", "falls")
        return Said(
            Text(
                f"{name.th} เป็น {now} แต่ {then.th} เป็น {past} แล้ว ค่านี้ต้องไม่{never.th}",
                f"{name.en}: {now}, after {past} in {then.en}; this figure never {never.en}",
            ),
            Text(
                "ตรวจว่าเป็นยอดสะสมไม่ใช่ยอดของปี และตรวจตัวเลขทั้งสองปี",
                "check that it is the running total and not the year's own",
            ),
            Text(f"{most.th} {past}", f"{most.en} {past}"),
        )

    return cells_hit(rule, grid, hit, say, marks=lambda a, p: (float(values[a, p]), float(old[a, p])))
