"""Each rule of a project's status, at its line and just before it."""

from __future__ import annotations

import doctest
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from mudmai.core import project_status as module
from mudmai.core.errors import InputError
from mudmai.core.project_status import (
    CostRange,
    FinishRange,
    ProjectFacts,
    ProjectStatus,
    Thresholds,
    judge_project,
)

END = date(2024, 12, 31)
GOOD = ProjectFacts(
    today=date(2024, 7, 10),
    start=date(2024, 1, 1),
    end=END,
    reported_until=date(2024, 6, 30),
    percent=Decimal(50),
    planned_percent=50.0,
    budget=Decimal("1000000.00"),
    disbursed=Decimal("300000.00"),
)


def judged(**changes):
    return judge_project(replace(GOOD, **changes))


def test_the_examples_in_the_docstrings():
    assert doctest.testmod(module).failed == 0


def test_money_that_is_not_paid_yet_does_no_harm():
    found = judged(disbursed=Decimal(0))
    assert found.status is ProjectStatus.ON_SCHEDULE
    assert "50" in found.reason.en and "50" in found.reason.th


@pytest.mark.parametrize(
    ("changes", "status", "rule"),
    [
        ({"stopped": True, "stopped_because": "flood"}, "stopped", "stopped"),
        ({"disbursed": Decimal("1000000.01")}, "over_cost", "overspent"),
        ({"disbursed": Decimal("1000000.00"), "percent": Decimal(100)}, "completed", "completed"),
        ({"start": date(2024, 8, 1), "reported_until": None, "percent": None}, "not_started", "not_started"),
        ({"reported_until": None, "percent": None}, "not_judged", "no_report"),
        ({"missed": 2}, "not_judged", "silent"),
        ({"missed": 1}, "on_schedule", "on_schedule"),
        ({"end": None}, "not_judged", "no_dates"),
        ({"percent": None}, "not_judged", "no_percent"),
        ({"today": END + timedelta(days=1)}, "late", "past_end"),
        ({"today": END}, "on_schedule", "on_schedule"),
        ({"percent": Decimal(30)}, "late", "behind"),
        ({"percent": Decimal("30.01")}, "at_risk", "behind"),
        ({"percent": Decimal("40")}, "at_risk", "behind"),
        ({"percent": Decimal("40.01")}, "on_schedule", "on_schedule"),
        ({"finish": FinishRange(END + timedelta(90), END + timedelta(120), None)}, "late", "forecast_late"),
        ({"finish": FinishRange(END, END + timedelta(30), None)}, "at_risk", "forecast_late"),
        ({"finish": FinishRange(END, END + timedelta(29), None)}, "on_schedule", "on_schedule"),
        ({"finish": FinishRange(END, None, None)}, "at_risk", "forecast_late"),
        ({"cost": CostRange(Decimal(1200000), Decimal(1250000), Decimal(1300000))}, "over_cost", "forecast_over"),
        ({"cost": CostRange(Decimal(1199999), Decimal(1250000), Decimal(1300000))}, "on_schedule", "on_schedule"),
        ({"disbursed": Decimal(650000)}, "at_risk", "paid_ahead"),
        ({"disbursed": Decimal(649999)}, "on_schedule", "on_schedule"),
        ({"disbursed": None, "budget": None}, "on_schedule", "on_schedule"),
    ],
)
def test_rules(changes, status, rule):
    found = judged(**changes)
    assert (found.status.value, found.rule) == (status, rule)
    assert found.reason.th and found.reason.en


def test_silence_is_told_with_its_date_and_beats_a_guess():
    found = judged(missed=4, percent=Decimal(5))
    assert found.status is ProjectStatus.NOT_JUDGED
    assert "30 Jun 2024" in found.reason.en and "30 มิ.ย. 2567" in found.reason.th


def test_the_reason_of_overspending_has_the_numbers():
    found = judged(disbursed=Decimal("1250000.50"))
    assert "1,250,000.50" in found.reason.en and "250,000.50" in found.reason.en and "1,000,000" in found.reason.en


def test_a_programme_sets_its_own_lines():
    assert judge_project(replace(GOOD, percent=Decimal(45)), Thresholds.read({"risk_points": 5})).status.value == (
        "at_risk"
    )
    assert Thresholds.read(Thresholds(late_days=60).as_dict()) == Thresholds(late_days=60)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"risk": 5}, "risk"),
        ({"late_points": -1}, "late_points"),
        ({"late_points": "x"}, "late_points"),
        ({"risk_points": 30}, "risk_points"),
        ({"late_days": 7}, "risk_days"),
        ({"silent_periods": True}, "silent_periods"),
    ],
)
def test_thresholds_that_make_no_sense_are_refused(given, field):
    with pytest.raises(InputError) as refused:
        Thresholds.read(given)
    assert refused.value.code == "project_threshold" and refused.value.where.field == field


def test_a_decision_is_wanted_for_the_worst_first():
    assert ProjectStatus.OVER_COST.urgency > ProjectStatus.LATE.urgency > ProjectStatus.ON_SCHEDULE.urgency == 0
