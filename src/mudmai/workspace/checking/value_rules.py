"""Rules on single figures and rows: ranges, whole numbers, columns as declared, facts told twice, what is not there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from mudmai.core.checks import SCHEMA, CheckKind, CheckRule, Coverage, Fact, FieldRule, Severity
from mudmai.core.language import Text
from mudmai.core.observations import read_dims
from mudmai.core.period_text import period_text
from mudmai.core.periods import Period
from mudmai.exchange.tidy_columns import COLUMN_WORDS
from mudmai.workspace.checking.figures import NO_ROW, Bools, FileFigures, Grid, Ints, words_of
from mudmai.workspace.checking.hits import Hits, Said, cells_hit, present
from mudmai.workspace.checking.scope import in_scope, periods_of_rule
from mudmai.workspace.checking.sentences import dims_words, fact_words, number, unit_of

_NAMES_TOLD = 8


def ranges(rule: CheckRule, figures: FileFigures) -> Iterator[Hits]:
    """Figures outside of ``minimum``..``maximum``, or with a fraction where they count things."""
    return present(_outside(rule, figures, grid) for grid in figures.grids(rule.series))


def _outside(rule: CheckRule, figures: FileFigures, grid: Grid) -> Hits | None:
    values = grid.values
    hit = np.zeros(values.shape, bool)
    with np.errstate(invalid="ignore"):
        if rule.minimum is not None:
            hit |= values < rule.minimum
        if rule.maximum is not None:
            hit |= values > rule.maximum
        if rule.integer:
            hit |= np.abs(values - np.round(values)) > 1e-9 * np.maximum(1, np.abs(values))
    hit &= ~np.isnan(values) & in_scope(rule, grid)
    catalogue = figures.catalogue
    decimals = catalogue.unit(grid.series.unit).decimals
    expected = _range_words(rule, decimals)

    def say(area: int, period: int, fact: Fact) -> Said:
        value = number(float(values[area, period]), decimals + (2 if rule.integer else 0))
        name, unit = fact_words(fact, catalogue), unit_of(grid.series, catalogue)
        return Said(
            Text(
                f"{name.th} เป็น {value} {unit.th} ต้องเป็น{expected.th}",
                f"{name.en}: {value} {unit.en}; it should be {expected.en}",
            ),
            Text("ตรวจตัวเลขและหน่วยกับต้นฉบับ", "compare figure and unit with the original"),
            expected,
        )

    return cells_hit(rule, grid, hit, say)


def _range_words(rule: CheckRule, decimals: int) -> Text:
    low = None if rule.minimum is None else number(rule.minimum, decimals)
    high = None if rule.maximum is None else number(rule.maximum, decimals)
    th, en = [], []
    if rule.integer:
        th.append("จำนวนเต็ม")
        en.append("a whole number")
    if low is not None and high is not None:
        th.append(f"ค่าระหว่าง {low} ถึง {high}")
        en.append(f"between {low} and {high}")
    elif low is not None:
        th.append(f"ค่าตั้งแต่ {low} ขึ้นไป")
        en.append(f"at least {low}")
    elif high is not None:
        th.append(f"ค่าไม่เกิน {high}")
        en.append(f"at most {high}")
    return Text(" ".join(th), ", ".join(en))


def duplicates(rule: CheckRule, figures: FileFigures) -> Iterator[Hits]:
    """Facts that the file tells twice."""
    twice = figures.twice
    if not len(twice.rows):
        return
    columns = [figures.table.column(name) for name in ("area_system", "area", "period", "series", "dims")]
    values = figures.values

    def fact(at: int) -> Fact:
        return Fact(*(str(column[int(twice.rows[at])].as_py() or "") for column in columns))

    def say(at: int) -> Said:
        one, other = int(twice.rows[at]), int(twice.first[at])
        place = figures.place(other)
        name, equal = fact_words(fact(at), figures.catalogue), bool(values[one] == values[other])
        told = Text("ค่าเท่ากัน", "the same value") if equal else Text("ค่าต่างกัน", "another value")
        th, en = place.words("th", file=False), place.words("en", file=False)
        return Said(
            Text(f"{name.th} มีอยู่แล้วที่ {th} ({told.th})", f"{name.en} stands already at {en} ({told.en})"),
            Text("เหลือไว้เพียงแถวเดียว", "keep one of them"),
            Text("หนึ่งค่าต่อหนึ่งพื้นที่และช่วงเวลา", "one value for one area and period"),
        )

    yield Hits(
        rule,
        twice.rows,
        fact,
        lambda at: float(values[twice.rows[at]]),
        lambda at: (float(values[twice.rows[at]]), float(values[twice.first[at]])),
        say,
    )


def coverage(rule: CheckRule, figures: FileFigures) -> tuple[list[Hits], list[Coverage]]:
    """Areas and periods that should be there. One finding for each series and period, naming the areas.

    Expected are the areas of the rule's levels, alive in the period, in every period of the file (with ``continuous``:
    and in every period between the first and the last). A row that says a figure is missing counts as told.
    """
    hits: list[Hits] = []
    told: list[Coverage] = []
    for name, dims in _expected_keys(rule, figures):
        grid = figures.grid(name, dims)
        periods = _expected_periods(rule, figures, name, grid)
        if not len(periods):
            continue
        found, count = _gaps(rule, figures, name, dims, grid, periods)
        told.append(count)
        if found is not None:
            hits.append(found)
    return hits, told


def _expected_keys(rule: CheckRule, figures: FileFigures) -> list[tuple[str, str]]:
    names = [name for name in (rule.series or figures.series) if name in figures.catalogue.series]
    there = {name for name, _ in figures.held()}
    names = [name for name in names if rule.series or name in there]
    return [(name, dims) for name in names for dims in ("", *rule.dims)]


def _expected_periods(rule: CheckRule, figures: FileFigures, name: str, grid: Grid | None) -> Ints:
    """Ordinals of the periods that any series of the rule has in the file, or those between them."""
    series = figures.catalogue.series[name]
    grids = [g for g in figures.grids(rule.series) if g.axes.frequency is series.frequency]
    held = [g.axes.periods[(g.given.any(axis=0)) & periods_of_rule(g.axes, rule)] for g in grids]
    periods = np.unique(np.concatenate([np.zeros(0, np.int64), *held]))
    if rule.continuous and len(periods):
        first = int(periods[0])
        if grid is not None and figures.fill:
            known = grid.axes.periods[(~np.isnan(grid.filled)).any(axis=0) & periods_of_rule(grid.axes, rule)]
            first = min(first, int(known[0])) if len(known) else first
        periods = np.arange(first, int(periods[-1]) + 1)
    return periods


def _gaps(
    rule: CheckRule, figures: FileFigures, name: str, dims: str, grid: Grid | None, periods: Ints
) -> tuple[Hits | None, Coverage]:
    series = figures.catalogue.series[name]
    system = figures.catalogue.area_system(series.area_system)
    wanted = [at for at, area in enumerate(system.areas) if not rule.levels or area.level in rule.levels]
    times = [Period(series.frequency, int(one)) for one in periods]
    alive = np.ones((len(wanted), len(times)), bool)
    for row, place in enumerate(wanted):
        area = system.areas[place]
        if area.valid_from is not None or area.valid_to is not None:
            alive[row] = [area.is_valid_in(when) for when in times]
    present_, told = _there(figures, grid, np.array(wanted, np.int64), periods)
    missing = alive & ~present_ & ~told
    count = Coverage(rule.id, name, dims, int(alive.sum()), int((alive & present_).sum()), int((alive & told).sum()))
    at = np.flatnonzero(missing.any(axis=0))
    if not len(at):
        return None, count

    def codes(n: int) -> list[str]:
        return [system.areas[wanted[i]].code for i in np.flatnonzero(missing[:, at[n]]).tolist()]

    def fact(n: int) -> Fact:
        names = codes(n)
        return Fact(system.id, names[0] if len(names) == 1 else "", times[int(at[n])].iso, name, dims)

    def say(n: int) -> Said:
        names = [system.by_code[code].name for code in codes(n)]
        all_of_them = int(alive[:, at[n]].sum())
        rest = len(names) - _NAMES_TOLD
        th = " ".join(one.th for one in names[:_NAMES_TOLD]) + (f" และอีก {rest:,} พื้นที่" if rest > 0 else "")
        en = ", ".join(one.en for one in names[:_NAMES_TOLD]) + (f" and {rest:,} more" if rest > 0 else "")
        when, of = period_text(times[int(at[n])]), dims_words(dims, series)
        part = Text(f" {of.th}" if of.th else "", f", {of.en}" if of.en else "")
        return Said(
            Text(
                f"{series.title.th}{part.th} {when.th} ขาด {len(names):,} จาก {all_of_them:,} พื้นที่: {th}",
                f"{series.title.en}{part.en}, {when.en}: {len(names):,} of {all_of_them:,} areas are not there: {en}",
            ),
            Text(
                "เติมตัวเลขของพื้นที่ที่ขาด หากไม่มีตัวเลขจริง ให้มีแถวที่เว้นค่าว่างและใส่สถานะ O",
                "add the figures; where there really is none, give a row with an empty value and the flag O",
            ),
            Text(f"ครบ {all_of_them:,} พื้นที่", f"all {all_of_them:,} areas"),
        )

    rows = np.full(len(at), NO_ROW, np.int64)
    return Hits(rule, rows, fact, lambda n: None, lambda n: (" ".join(codes(n)),), say), count


def _there(figures: FileFigures, grid: Grid | None, areas: Ints, periods: Ints) -> tuple[Bools, Bools]:
    """For areas x periods: a figure is there; a row says that there is none."""
    shape = (len(areas), len(periods))
    if grid is None:
        return np.zeros(shape, bool), np.zeros(shape, bool)
    values = grid.filled if figures.fill else grid.values
    told = grid.given & np.isnan(grid.values)
    rows, row_known = _find(grid.axes.areas, areas)
    cols, col_known = _find(grid.axes.periods, periods)
    known = row_known[:, None] & col_known[None, :]
    return known & ~np.isnan(values[np.ix_(rows, cols)]), known & told[np.ix_(rows, cols)]


def _find(axis: Ints, wanted: Ints) -> tuple[Ints, Bools]:
    """Places of ``wanted`` in the ascending ``axis``, and which of them are there."""
    at = np.minimum(np.searchsorted(axis, wanted), len(axis) - 1)
    return at, axis[at] == wanted


def schema_rule(one: FieldRule) -> CheckRule:
    """The constraint of a column as a rule, for counts and findings."""
    return CheckRule(f"{SCHEMA}.{one.name}", CheckKind.RANGE, Severity.ERROR)


def columns(fields: Sequence[FieldRule], figures: FileFigures) -> Iterator[Hits]:
    """Cells that break the constraint of their column. Text is judged word by word, not row by row."""
    for one in fields:
        found = _numbers(one, figures) if one.name == "value" else _texts(one, figures)
        if found is not None:
            yield found


def _numbers(one: FieldRule, figures: FileFigures) -> Hits | None:
    values = figures.values
    bad = np.zeros(len(values), bool)
    with np.errstate(invalid="ignore"):
        if one.minimum is not None:
            bad |= values < one.minimum
        if one.maximum is not None:
            bad |= values > one.maximum
        if one.type == "integer":
            bad |= values != np.round(values)
    bad &= ~np.isnan(values)
    if one.required:
        bad |= np.isnan(values)
    as_rule = CheckRule("", CheckKind.RANGE, minimum=one.minimum, maximum=one.maximum, integer=one.type == "integer")
    expected = _range_words(as_rule, 2)
    if one.required and not expected.th:
        expected = Text("ตัวเลข", "a number")
    return _column_hits(one, figures, np.flatnonzero(bad), lambda row: float(values[row]), expected)


def _texts(one: FieldRule, figures: FileFigures) -> Hits | None:
    dimension = one.name not in figures.table.column_names
    column = words_of(figures.table.column("dims" if dimension else one.name))
    words = column.words
    if dimension:
        words = [dict(read_dims(word)).get(one.name, "") for word in words]
    pattern = re.compile(one.pattern) if one.pattern else None
    bad = [
        (one.required and not word)
        or bool(word and one.enum and word not in one.enum)
        or bool(word and pattern is not None and not pattern.fullmatch(word))
        for word in words
    ]
    if not any(bad):
        return None
    rows = np.flatnonzero(np.array(bad)[column.codes])
    listed = ", ".join(one.enum[:12]) + (" ..." if len(one.enum) > 12 else "")
    expected = (
        Text(f"หนึ่งใน {listed}", f"one of {listed}")
        if one.enum
        else Text(f"รูปแบบ {one.pattern}", f"the form {one.pattern}")
        if one.pattern
        else Text("มีค่า", "not empty")
    )
    return _column_hits(one, figures, rows, lambda row: words[int(column.codes[row])], expected)


def _column_hits(
    one: FieldRule, figures: FileFigures, rows: Ints, value: Callable[[int], float | str], expected: Text
) -> Hits | None:
    if not len(rows):
        return None
    keys = [figures.table.column(name) for name in ("area_system", "area", "period", "series", "dims")]

    def fact(at: int) -> Fact:
        return Fact(*(str(column[int(rows[at])].as_py() or "") for column in keys))

    def say(at: int) -> Said:
        found = value(int(rows[at]))
        shown = number(found, 2) if isinstance(found, float) else found or "–"
        name = fact_words(fact(at), figures.catalogue)
        return Said(
            Text(
                f"{name.th}: คอลัมน์{_column(one)} เป็น “{shown}” ต้องเป็น{expected.th}",
                f"{name.en}: the column {one.name} has “{shown}”; it should be {expected.en}",
            ),
            Text(f"แก้คอลัมน์{_column(one)} ตามที่ชุดข้อมูลกำหนด", f"mend the column {one.name} as the dataset declares it"),
            expected,
        )

    return Hits(schema_rule(one), rows, fact, lambda at: value(int(rows[at])), lambda at: (value(int(rows[at])),), say)


def title_of(one: FieldRule) -> Text:
    """A column constraint in words."""
    return Text(f"คอลัมน์{_column(one)} ตามที่กำหนด", f"column {one.name} as declared")


def _column(one: FieldRule) -> str:
    """The column in Thai; a dimension by its own name."""
    words = COLUMN_WORDS.get(one.name)
    return words.th if words is not None else f" {one.name}"
