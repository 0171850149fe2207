"""A table that adds up by construction never fails; a disturbed one always does. Ten thousand findings stay usable."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from mudmai.core.checks import KEPT, CheckKind, CheckReport, CheckRule, Severity, with_exceptions
from tests.workspace.checking.checking_world import PROVINCES, Row, check

RULES = (
    CheckRule("regions", CheckKind.PARTS, parts="region", whole="kingdom"),
    CheckRule("provinces", CheckKind.PARTS, parts="province", whole="region"),
    CheckRule("far", CheckKind.PARTS, parts="province", whole="kingdom"),
    CheckRule("sexes", CheckKind.PARTS, dimension="sex"),
)
SEXES = ("sex=M", "sex=F")

Cells = dict[tuple[str, str, str], float]
"""(area, period, dims) → value."""

numbers = st.integers(-(10**12), 10**12).map(lambda n: n / 8)
"""Exact in binary, so that the totals below are exact too."""


@st.composite
def additive(draw: st.DrawFn) -> Cells:
    """Figures of provinces by sex, and all totals of them."""
    cells: Cells = {}
    for period in draw(st.lists(st.sampled_from(["2012", "2015", "2018"]), min_size=1, unique=True)):
        for province, region in PROVINCES.items():
            for dims in SEXES:
                value = draw(numbers)
                for area in (province, region, "K"):
                    for whose in (dims, ""):
                        cells[area, period, whose] = cells.get((area, period, whose), 0.0) + value
    return cells


def report(cells: Cells, seed: int) -> CheckReport:
    rows: list[Row] = [(area, period, value, dims) for (area, period, dims), value in cells.items()]
    random.Random(seed).shuffle(rows)
    return check(rows, *RULES)


@settings(max_examples=40, deadline=None)
@given(additive(), st.integers(0, 1000))
def test_what_adds_up_never_fails(cells: Cells, seed: int) -> None:
    assert report(cells, seed).errors == 0


@settings(max_examples=40, deadline=None)
@given(additive(), st.data())
def test_one_disturbed_figure_is_always_found(cells: Cells, data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(sorted(cells)))
    amount = data.draw(st.floats(min_value=1.0, max_value=1e6)) * data.draw(st.sampled_from([-1, 1]))
    told = report({**cells, key: cells[key] + amount}, 1)
    assert told.errors > 0
    area, period, _ = key
    related = {area, PROVINCES.get(area, area), "K"}
    assert all(one.fact.area in related and one.fact.period == period for one in told.findings)


@settings(max_examples=25, deadline=None)
@given(additive(), st.integers(0, 1000))
def test_the_order_of_rows_changes_nothing_but_places(cells: Cells, seed: int) -> None:
    wrong = {**cells, ("K", next(iter(cells))[1], ""): 1e10}
    one, other = report(wrong, 0), report(wrong, seed)
    assert {f.fingerprint for f in one.findings} == {f.fingerprint for f in other.findings}
    assert one.errors == other.errors


def test_all_findings_are_counted_and_the_first_are_told() -> None:
    rows: list[Row] = [("P1", str(year), -1.0) for year in range(1000, 2000)]
    rows += [(area, str(year), 1e9, sex) for year in range(1000, 2000) for area in PROVINCES for sex in SEXES]
    rules = (
        CheckRule("low", CheckKind.RANGE, minimum=0),
        CheckRule("high", CheckKind.RANGE, Severity.WARNING, maximum=5),
    )
    told = check(rows, *rules)
    assert (told.errors, told.warnings) == (1_000, 10_000)
    assert len(told.findings) == KEPT
    assert [one.kept for one in told.counts if one.found] == [1_000, 9_000]
    assert told.findings[0].severity is Severity.ERROR
    assert told.cut == 1_000
    excepted = check(rows, *rules, accepted=frozenset(one.fingerprint for one in told.findings))
    assert (excepted.errors, excepted.warnings, excepted.accepted) == (0, 1_000, 10_000)
    assert with_exceptions(told, {told.findings[0].fingerprint}).errors == 999
