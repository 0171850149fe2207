"""The compiled evaluator as a whole: what is computed once, what is read, what is kept, what labels come out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
import pytest

from mudmai.core.areas import Area, AreaSystem
from mudmai.core.errors import InputError
from mudmai.core.formulas.check import CheckedFormula, check
from mudmai.core.language import same
from mudmai.core.observations import Observation
from mudmai.core.periods import Frequency, Period
from mudmai.core.series import Aggregation, AggregationRule, Break, Catalogue, Series
from mudmai.core.units import unit
from mudmai.engine import evaluator as evaluator_module
from mudmai.engine.cubes import Cube
from mudmai.engine.evaluator import CubeEvaluator
from mudmai.engine.objects import SeriesKey
from mudmai.engine.sources import MemorySource, SeriesRun

NAN = float("nan")
AREAS = AreaSystem(
    "s", same("s"), (Area("K", same("K"), "k"), Area("A", same("A"), "p", "K"), Area("B", same("B"), "p", "K"))
)


def series(name: str, frequency: Frequency = Frequency.ANNUAL, breaks: tuple[Break, ...] = ()) -> Series:
    return Series(name, same(name), "s", frequency, "heads", Aggregation(AggregationRule.SUM), breaks=breaks)


CATALOGUE = Catalogue(
    units={"heads": unit("heads", {"person": 1})},
    area_systems={"s": AREAS},
    series={
        s.id: s
        for s in (
            series("x"),
            series("y"),
            series("empty"),
            series("broken", breaks=(Break(Period.year(2018), same("new method")),)),
            series("q", Frequency.QUARTERLY),
        )
    },
)


def year(y: int) -> Period:
    return Period.year(y)


def observed() -> list[Observation]:
    """x: 1.. by year and area (2018 of A is missing, 2017 of B was never observed); y: 2; q: 1..4 in 2018."""
    found = []
    for i, area in enumerate(("K", "A", "B")):
        for y in (2016, 2017, 2018, 2019):
            found.append(Observation(area, year(y), "broken", float(y - 2015)))
            found.append(Observation(area, year(y), "y", 2.0))
            if (area, y) != ("B", 2017):
                value = None if (area, y) == ("A", 2018) else float((y - 2015) * 10**i)
                found.append(Observation(area, year(y), "x", value))
        for quarter in range(4):
            found.append(Observation(area, Period(Frequency.QUARTERLY, 4 * 2018 + quarter), "q", quarter + 1.0))
    return found


class CountingSource(MemorySource):
    """Counts how often each series is read."""

    def __init__(self, observations: Iterable[Observation], catalogue: Catalogue) -> None:
        super().__init__(observations, catalogue)
        self.read: list[str] = []

    def runs(self, key: SeriesKey) -> Sequence[SeriesRun]:
        self.read.append(key.series)
        return super().runs(key)


def checked(*texts: str) -> dict[str, CheckedFormula]:
    return {text: check(text, CATALOGUE) for text in texts}


def one(text: str, first: int = 2016, last: int = 2019) -> Cube:
    source = MemorySource(observed(), CATALOGUE)
    ((_, cube),) = CubeEvaluator(source, CATALOGUE).evaluate(checked(text), year(first), year(last))
    return cube


def line(cube: Cube, area: str) -> list[float]:
    return cube.values[cube.areas.rows[area]].tolist()


def equal(found: list[float], expected: list[float]) -> None:
    np.testing.assert_array_equal(found, expected)


def test_lag_is_by_calendar_never_by_row() -> None:
    equal(line(one("lag(x, 1)"), "B"), [NAN, 100.0, NAN, 300.0])
    equal(line(one("lag(x, 1)", 2019, 2022), "B"), [300.0, 400.0, NAN, NAN])


def test_a_window_beyond_the_data_is_missing_not_an_error() -> None:
    assert np.isnan(one("growth(x, 3)", 1990, 1995).values).all()
    equal(line(one("coalesce(x, 0)", 2018, 2021), "A"), [0.0, 40.0, 0.0, 0.0])
    assert one("x", 2020, 2019).values.shape == (3, 0)


def test_a_series_without_observations_is_missing() -> None:
    assert np.isnan(one("empty + x").values).all()
    equal(line(one("coalesce(empty, y)"), "A"), [2.0] * 4)
    assert np.isnan(one("mean_over(empty, 2) + lag(empty, 1)").values).all()


def test_a_break_stops_every_look_across() -> None:
    equal(line(one("growth(broken)"), "A"), [NAN, 100.0, NAN, 100.0 * (4.0 / 3.0 - 1.0)])
    equal(line(one("mean_over(broken, 2)"), "A"), [NAN, 1.5, NAN, 3.5])
    equal(line(one("at(broken, 2017)"), "A"), [2.0, 2.0, NAN, NAN])
    equal(line(one("cumulative(broken, since=2016)"), "A"), [1.0, 3.0, NAN, NAN])
    equal(line(one("broken - lag(y, 1)"), "A"), [NAN, 0.0, 1.0, 2.0])


def test_quarters_and_years() -> None:
    equal(line(one('annual(q, "sum")', 2017, 2019), "A"), [NAN, 10.0, NAN])
    equal(line(one('pick(q, "Q2")', 2018, 2018), "A"), [2.0])
    cube = one("lag(q, 1)", 2018, 2018)
    assert cube.periods.labels == ("2018-Q1", "2018-Q2", "2018-Q3", "2018-Q4")
    equal(line(cube, "A"), [NAN, 1.0, 2.0, 3.0])


def test_no_negative_zero_leaves() -> None:
    values = one("0 * (0 - x)").values
    assert not np.signbit(values[values == 0.0]).any()


def test_numbers_alone_need_an_area_system() -> None:
    source = MemorySource(observed(), CATALOGUE)
    evaluator = CubeEvaluator(source, CATALOGUE)
    ((_, cube),) = evaluator.evaluate(checked("1 + 1"), year(2018), year(2019), "s")
    assert cube.values.tolist() == [[2.0, 2.0]] * 3
    with pytest.raises(InputError) as refusal:
        list(evaluator.evaluate(checked("1 + 1"), year(2018), year(2019)))
    assert refusal.value.code == "no_area_system"


def test_each_series_is_read_once_and_shared_parts_are_computed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    source = CountingSource(observed(), CATALOGUE)
    counted: list[int] = []
    growth = evaluator_module.kernels.growth

    def counting(now: np.ndarray, base: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
        counted.append(1)
        return growth(now, base)

    monkeypatch.setattr(evaluator_module.kernels, "growth", counting)
    formulas = checked("growth(x / y)", "growth(x / y) + 1", "rank(growth(x / y))", "x - y", "y")
    assert len(dict(CubeEvaluator(source, CATALOGUE).evaluate(formulas, year(2016), year(2019)))) == 5
    assert sorted(source.read) == ["x", "y"]
    assert len(counted) == 1


def test_a_formula_under_two_names_gives_two_cubes_of_their_own() -> None:
    source = MemorySource(observed(), CATALOGUE)
    formula = check("x", CATALOGUE)
    cubes = dict(CubeEvaluator(source, CATALOGUE).evaluate({"a": formula, "b": formula}, year(2016), year(2019)))
    cubes["a"].values[:] = -1.0
    assert line(cubes["b"], "K") == [1.0, 2.0, 3.0, 4.0]


def test_changing_a_cube_does_not_reach_the_source_or_later_results() -> None:
    evaluator = CubeEvaluator(MemorySource(observed(), CATALOGUE), CATALOGUE)
    for _, cube in evaluator.evaluate(checked("x", "x + 0 * y", "lag(x, 0)"), year(2016), year(2019)):
        assert line(cube, "K") == [1.0, 2.0, 3.0, 4.0]
        cube.values[:] = 99.0


def test_intermediate_cubes_are_dropped_after_their_last_use() -> None:
    evaluator = CubeEvaluator(MemorySource(observed(), CATALOGUE), CATALOGUE)
    formulas = checked("growth(x / y)", "x - y", "rank(x)", "empty / growth(y)", "if(x > y, broken, empty)")
    program = evaluator.compile(formulas, year(2016), year(2019))
    run = evaluator_module._Run(evaluator, program)
    for target in program.targets:
        run.cube(target)
    assert not run.alive
    assert set(run.waiting) == {0}


def test_only_what_is_asked_for_is_computed() -> None:
    evaluator = CubeEvaluator(MemorySource(observed(), CATALOGUE), CATALOGUE)
    program = evaluator.compile(checked("at(x, 2017)"), year(2016), year(2019))
    (leaf,) = (step for step in program.steps if step.key is not None)
    assert leaf.span == (2017, 2017)
    program = evaluator.compile(checked("lag(x, 3)"), year(2019), year(2019))
    assert program.steps[0].span == (2016, 2016)
    assert program.steps[-1].span == (2019, 2019)


def test_results_come_in_the_order_of_storage() -> None:
    evaluator = CubeEvaluator(MemorySource(observed(), CATALOGUE), CATALOGUE)
    program = evaluator.compile(checked("y", "x + y", "broken", "x"), year(2016), year(2019))
    assert [target.name for target in program.targets] == ["broken", "x", "y", "x + y"]


def test_an_unknown_area_in_the_data_is_left_out() -> None:
    stray = [*observed(), Observation("nowhere", year(2018), "x", 5.0)]
    ((_, cube),) = CubeEvaluator(MemorySource(stray, CATALOGUE), CATALOGUE).evaluate(
        checked("x"), year(2018), year(2018)
    )
    equal(cube.values[:, 0].tolist(), [3.0, NAN, 300.0])


def test_the_order_of_areas_is_the_systems() -> None:
    turned = replace(CATALOGUE, area_systems={"s": AreaSystem("s", same("s"), AREAS.areas[::-1])})
    source = MemorySource(observed(), turned)
    ((_, cube),) = CubeEvaluator(source, turned).evaluate(
        {"f": check("children_sum(x)", turned)}, year(2016), year(2016)
    )
    assert cube.areas.codes == ("B", "A", "K")
    equal(cube.values[:, 0].tolist(), [NAN, NAN, 110.0])
