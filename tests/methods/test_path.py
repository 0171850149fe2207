"""The path to a deadline: the straight line, the chance, and since when the target is out of reach."""

from __future__ import annotations

import pytest

from mudmai.core.language import Text
from mudmai.core.periods import Period
from mudmai.core.plans import Form, Operator, Projection, Rule
from mudmai.core.series import Break
from mudmai.methods.path import path_ahead

CITIES = Rule(Form.COUNT_BY, Operator.AT_LEAST, 105, Period.year(2021), Period.year(2027))
AMOUNT = Rule(Form.CUMULATIVE_BY, Operator.AT_LEAST, 500.0, Period.year(2023), Period.year(2027))


def line(**values: float | None):
    return [(Period.year(int(year[1:])), value) for year, value in values.items()]


def test_thirty_seven_of_a_hundred_and_five():
    path = path_ahead(CITIES, line(y2021=15, y2022=30, y2023=36, y2024=None, y2025=37))
    assert path.required[0] == (Period.year(2021), 15) and path.required[-1] == (Period.year(2027), 105)
    assert dict(path.required)[Period.year(2025)] == 75
    assert (path.latest, path.latest_value) == (Period.year(2025), 37)
    assert path.needed_per_period == 34.0
    assert path.recent_per_period == 5.5
    assert [p.period.ordinal for p in path.points] == [2026, 2027]
    assert path.points[-1].median == pytest.approx(48)
    assert 0 < path.chance < 0.1
    last = path.points[-1]
    assert last.low95 <= last.low80 < last.median < last.high80 < last.high95
    assert last.low95 >= 0
    assert path.refusal is None and path.method.en
    # 15 a year was the fastest; 30 + 5 * 15 = 105 just did in 2022, 36 + 4 * 15 = 96 no more in 2023
    assert path.last_reachable == Period.year(2022)
    assert "2022" in path.last_reachable_note.en and "was last" in path.last_reachable_note.en
    assert not path.easier_than_trend


def test_while_in_reach_the_note_says_how_long_it_can_wait():
    path = path_ahead(CITIES, line(y2021=15, y2022=55, y2023=60))
    # 45 are missing, 40 a year was the fastest: two periods, so standing still until 2025 would do
    assert path.last_reachable == Period.year(2025)
    assert "still within reach" in path.last_reachable_note.en


def test_short_lines_are_refused_but_keep_the_straight_line():
    path = path_ahead(CITIES, line(y2021=15, y2022=30))
    assert path.points == () and path.chance is None
    assert "only 2 periods" in path.refusal.en and "2 ช่วงเวลา" in path.refusal.th
    assert len(path.required) == 7


def test_nothing_known_at_all():
    path = path_ahead(CITIES, [])
    assert (path.latest, path.needed_per_period, path.recent_per_period, path.last_reachable) == (None,) * 4
    assert path.required == () and path.refusal is not None


def test_an_amount_counts_from_zero_and_never_falls():
    path = path_ahead(AMOUNT, line(y2021=900, y2023=80, y2024=85, y2025=260))
    assert path.start == Period.year(2022) and path.required[0] == (Period.year(2022), 0.0)
    assert path.needed_per_period == 120.0
    assert path.recent_per_period == pytest.approx(260 / 3)
    assert all(p.low95 >= 260 for p in path.points)
    assert 0 < path.chance < 1


def test_an_amount_without_any_figure_has_a_line_and_no_projection():
    path = path_ahead(AMOUNT, [])
    assert path.latest is None and path.latest_value is None and path.points == ()
    assert path.refusal is not None and "no figures yet" in path.refusal.en
    assert path.needed_per_period is None and path.last_reachable_note == Text("", "")
    assert path.required[-1] == (Period.year(2027), 500.0)


def test_the_certain_zero_is_not_told_as_a_figure():
    path = path_ahead(AMOUNT, line(y2023=80))
    assert path.refusal.en == "no projection: figures for only 1 period, at least 3 are needed"
    assert path.refusal.th == "ยังพยากรณ์ไม่ได้ เพราะมีข้อมูลเพียง 1 ช่วงเวลา ต้องมีอย่างน้อย 3"
    assert path.needed_per_period == 105.0  # 420 in the four years after 2023, the latest with a figure


def test_the_pack_chooses_how_to_look_ahead():
    values = line(y2021=15, y2022=30, y2023=36, y2025=37)
    drift, trend, none = (path_ahead(CITIES, values, method=one) for one in Projection)
    assert (drift.points[-1].median, drift.method) != (trend.points[-1].median, trend.method)
    # least squares: slope 43.5 / 8.75 through 29.5 at 2022.75
    assert trend.points[-1].median == pytest.approx(29.5 + 4.25 * 43.5 / 8.75, abs=1e-9)
    assert (none.points, none.chance, none.method) == ((), None, Text("", ""))
    assert "asks for none" in none.refusal.en and none.needed_per_period == 34.0
    assert none.required == drift.required and none.last_reachable == drift.last_reachable


def test_reached_needs_nothing_more():
    path = path_ahead(CITIES, line(y2021=15, y2022=30, y2023=110, y2024=112))
    assert path.needed_per_period == 0.0
    assert path.last_reachable == Period.year(2027)
    assert path.chance > 0.5


def test_at_the_deadline_nothing_lies_ahead():
    path = path_ahead(CITIES, line(y2021=15, y2022=30, y2023=36, y2025=37, y2027=80, y2028=200))
    assert path.latest == Period.year(2027) and path.points == () and path.refusal is None
    assert path.needed_per_period is None


def test_points_before_a_break_do_not_count():
    broken = (Break(Period.year(2023), Text("ใหม่", "new count")),)
    path = path_ahead(CITIES, line(y2021=15, y2022=30, y2023=36, y2025=37), broken)
    assert path.recent_per_period == 0.5 and "only 2 periods" in path.refusal.en
    assert path.required == ()


def test_a_count_that_must_fall():
    rule = Rule(Form.COUNT_BY, Operator.AT_MOST, 10, Period.year(2020), Period.year(2025))
    path = path_ahead(rule, line(y2020=40, y2021=38, y2022=30, y2023=29))
    assert path.needed_per_period == -9.5
    assert 0 < path.chance < 0.5
    # 8 a year was the fastest; 30 - 3 * 8 = 6 did in 2022, 29 - 2 * 8 = 13 no more
    assert path.last_reachable == Period.year(2022)


def test_no_movement_towards_the_target():
    path = path_ahead(CITIES, line(y2021=15, y2022=14))
    assert path.last_reachable is None and path.last_reachable_note.en


def test_a_target_below_the_trend_is_called_easy():
    path = path_ahead(CITIES, line(y2017=-45, y2018=-30, y2019=-15, y2020=0, y2021=15, y2022=20))
    assert path.easier_than_trend  # 15 a year before the start carries 15 to 105 in 2027
    assert not path_ahead(CITIES, line(y2019=5, y2020=10, y2021=15, y2022=60)).easier_than_trend


def test_other_forms_have_no_path():
    assert path_ahead(Rule(Form.PARENT, Operator.AT_LEAST), line(y2021=1)) is None


def test_a_count_that_cannot_fall_is_not_projected_below_its_latest_figure():
    values = line(y2021=15, y2022=30, y2023=36, y2025=37)
    falls, stays = (path_ahead(CITIES, values, can_fall=one) for one in (True, False))
    assert min(p.low95 for p in falls.points) < 37
    assert {p.low95 for p in stays.points} == {37.0} and stays.points[-1].median == falls.points[-1].median
    assert stays.chance == falls.chance


def test_a_projection_from_few_figures_says_so():
    few = path_ahead(CITIES, line(y2021=15, y2022=30, y2023=36, y2025=37))
    assert few.figures == 4 and few.method.en.endswith("(from 4 figures only)") and "เพียง 4 ค่า" in few.method.th
    assert (
        few.chance_note.en.startswith("chance of arriving: about ") and "in 100, from 4 figures" in few.chance_note.en
    )
    many = path_ahead(CITIES, line(y2020=9, y2021=15, y2022=30, y2023=36, y2024=36, y2025=37))
    assert many.figures == 6 and "only" not in many.method.en and many.chance_note.en.endswith("per cent")
    none = path_ahead(CITIES, line(y2021=15))
    assert none.chance_note.en == ""
