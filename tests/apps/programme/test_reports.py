"""Reports of progress: rights, four eyes, locks, two editors, figures; where projects stand."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mudmai.apps.programme.domain.monitoring import (
    monitored,
    overdue_list,
    portfolio_state,
    standing_of,
    standings,
)
from mudmai.apps.programme.domain.obstacles import meet_milestone, raise_obstacle, resolve_obstacle
from mudmai.apps.programme.domain.period_locks import lock_period, reopen_period
from mudmai.apps.programme.domain.planned_curves import planned_curve
from mudmai.apps.programme.domain.progress_curves import cost_unknown, curve_of_many, finish_unknown, s_curve
from mudmai.apps.programme.domain.report_cycle import set_monitoring
from mudmai.apps.programme.domain.report_urgency import Concern
from mudmai.apps.programme.domain.reporting import (
    approve_report,
    attach_evidence,
    detach_evidence,
    return_report,
    save_report,
    submit_report,
)
from mudmai.apps.programme.models import Milestone, Project, Report
from mudmai.apps.registry.models import AuditEntry, Role
from mudmai.apps.registry.policy import NotAllowed
from mudmai.core.errors import InputError
from mudmai.core.periods import Period
from mudmai.core.project_status import ProjectStatus
from mudmai.workspace.raw_files import RawFiles
from tests.apps.programme.programme_world import ProgrammeWorld, money
from tests.apps.registry.small_world import holding

Q1, Q2, Q3 = (Period.from_iso(f"2024-Q{n}") for n in (1, 2, 3))
TODAY = date(2024, 7, 10)


def road(world: ProgrammeWorld, title: str = "ถนนสายหลัก", committed: str = "1000000.00", **facts) -> Project:
    """A project of 2024 that is under way."""
    budget = [money(2024, committed), money(2024, committed, stage="committed")]
    facts = {"start": "2024-01-01", "end": "2024-12-31", "status": "implementation", "budget": budget} | facts
    return world.project(title, **facts)


def cycle(world: ProgrammeWorld, **rules) -> None:
    set_monitoring(acting_user=world.publisher, programme=world.programme, **{"first_period": Q1} | rules)
    world.programme.refresh_from_db()


def draft(world: ProgrammeWorld, project: Project, period: Period = Q1, percent="25", disbursed="200000", **rest):
    return save_report(
        acting_user=world.officer,
        project=project,
        period=period,
        percent=None if percent is None else Decimal(percent),
        disbursed=None if disbursed is None else Decimal(disbursed),
        **rest,
    )


def sent(world: ProgrammeWorld, project: Project, period: Period = Q1, percent="25", disbursed="200000", **rest):
    report = draft(world, project, period, percent, disbursed, **rest)
    return submit_report(acting_user=world.officer, report=report)


def evidenced(world: ProgrammeWorld, report: Report) -> Report:
    """The report with a photo."""
    kept = RawFiles(Path(settings.MUDMAI_HOME) / "raw").keep_bytes(b"photo", name="site.jpg")
    attach_evidence(acting_user=world.officer, report=report, raw=kept)
    return report


def approved(world: ProgrammeWorld, project: Project, period: Period = Q1, percent="25", disbursed="200000", **rest):
    report = sent(world, project, period, percent, disbursed, **rest)
    return approve_report(acting_user=world.reviewer, report=report)


def refusal(call, **arguments) -> InputError:
    with pytest.raises(InputError) as told:
        call(**arguments)
    return told.value


def test_a_report_from_draft_to_approval_keeps_its_steps(world: ProgrammeWorld) -> None:
    project = road(world)
    report = approved(world, project)
    assert (report.state, report.revision) == ("approved", 3)
    steps = list(report.steps.values_list("sequence", "action", "state"))
    assert steps == [
        (1, "report.save", "draft"),
        (2, "report.submit", "submitted"),
        (3, "report.approve", "approved"),
    ]
    assert report.steps.first().facts["percent"] == "25"
    logged = AuditEntry.objects.filter(object_kind="report").values_list("action", flat=True)
    assert sorted(logged) == ["report.approve", "report.save", "report.submit"]


def test_only_the_right_people(world: ProgrammeWorld) -> None:
    project = road(world)
    reader = holding(Role.READER, world.people.department, name="reader")
    stranger = holding(Role.PUBLISHER, world.people.other, name="stranger")
    for person in (reader, stranger):
        with pytest.raises(NotAllowed):
            save_report(acting_user=person, project=project, period=Q1, percent=Decimal(1), disbursed=None)
    report = sent(world, project)
    with pytest.raises(NotAllowed):
        approve_report(acting_user=world.officer, report=report)
    with pytest.raises(NotAllowed):
        lock_period(acting_user=world.reviewer, programme=world.programme, period=Q1)
    assert Report.objects.get().state == "submitted"


def test_who_submits_does_not_approve(world: ProgrammeWorld) -> None:
    report = draft(world, road(world))
    report = submit_report(acting_user=world.reviewer, report=report)
    assert refusal(approve_report, acting_user=world.reviewer, report=report).code == "report_own"
    assert approve_report(acting_user=world.publisher, report=report).state == "approved"


def test_two_editors_the_slower_is_told_and_nothing_is_lost(world: ProgrammeWorld) -> None:
    project = road(world)
    first = draft(world, project, percent="10")
    draft(world, project, percent="12", revision=first.revision)
    told = refusal(draft, world=world, project=project, percent="15", revision=first.revision)
    assert told.code == "report_changed" and told.remedy.th
    assert refusal(draft, world=world, project=project, percent="15").code == "report_changed"
    assert Report.objects.get().percent == 12
    stale = Report.objects.get()
    sent_now = submit_report(acting_user=world.officer, report=Report.objects.get())
    assert refusal(submit_report, acting_user=world.officer, report=stale).code == "report_changed"
    late = refusal(draft, world=world, project=project, percent="15", revision=sent_now.revision)
    assert late.code == "report_state"


def test_a_locked_period_takes_no_approval_until_it_is_reopened_with_a_reason(world: ProgrammeWorld) -> None:
    project = road(world)
    report, other = sent(world, project), road(world, "อื่น")
    lock_period(acting_user=world.publisher, programme=world.programme, period=Q1)
    lock_period(acting_user=world.publisher, programme=world.programme, period=Q1)
    told = refusal(approve_report, acting_user=world.reviewer, report=report)
    assert told.code == "report_locked" and "2567" in told.message.th
    assert refusal(return_report, acting_user=world.reviewer, report=report, reason="x").code == "report_locked"
    assert refusal(draft, world=world, project=other).code == "report_locked"
    arguments = {"acting_user": world.publisher, "programme": world.programme, "period": Q1}
    assert refusal(reopen_period, **arguments, reason=" ").code == "reason_needed"
    reopen_period(**arguments, reason="ตัวเลขงวดงานผิด")
    assert approve_report(acting_user=world.reviewer, report=report).state == "approved"
    assert refusal(reopen_period, **arguments, reason="อีกครั้ง").code == "report_period"
    lock = world.programme.locks.get()
    assert lock.reason == "ตัวเลขงวดงานผิด" and lock.reopened_by == world.publisher
    logged = AuditEntry.objects.filter(action__startswith="period.").order_by("sequence")
    assert list(logged.values_list("action", flat=True)) == ["period.lock", "period.reopen"]


@pytest.mark.parametrize(
    ("percent", "disbursed", "field"),
    [
        ("100.01", None, "percent"),
        ("-1", None, "percent"),
        ("NaN", None, "percent"),
        ("33.333", None, "percent"),
        (None, "-0.01", "disbursed"),
        (None, "1e15", "disbursed"),
        (None, "Infinity", "disbursed"),
        (None, "0.001", "disbursed"),
    ],
)
def test_figures_that_cannot_be(world: ProgrammeWorld, percent, disbursed, field) -> None:
    told = refusal(draft, world=world, project=road(world), percent=percent, disbursed=disbursed)
    assert (told.code, told.where.field) == ("report_figures", field)
    assert not Report.objects.exists()


def test_an_empty_report_is_no_report_but_one_figure_will_do(world: ProgrammeWorld) -> None:
    project = road(world)
    report = draft(world, project, percent=None, disbursed=None)
    assert refusal(submit_report, acting_user=world.officer, report=report).code == "report_figures"
    report = draft(world, project, percent=None, disbursed="0", revision=report.revision)
    assert submit_report(acting_user=world.officer, report=report).disbursed == 0


def test_disbursement_above_the_commitment_is_refused_with_the_numbers(world: ProgrammeWorld) -> None:
    project = road(world)
    report = draft(world, project, disbursed="1000000.01")
    told = refusal(submit_report, acting_user=world.officer, report=report)
    assert told.code == "disbursement_above_commitment"
    assert "1,000,000.01" in told.message.th and "0.01" in told.message.en and "1,000,000.00" in told.message.en
    report = draft(world, project, disbursed="1000000.01", over_reason="ค่าปรับราคา (ค่า K)", revision=report.revision)
    assert submit_report(acting_user=world.officer, report=report).state == "submitted"


def test_less_than_before_needs_a_reason(world: ProgrammeWorld) -> None:
    project = road(world)
    approved(world, project, Q1, "40", "300000")
    report = draft(world, project, Q2, "35", "300000")
    told = refusal(submit_report, acting_user=world.officer, report=report)
    assert told.where.field == "fall_reason" and "40" in told.message.en and "35" in told.message.th
    report = draft(world, project, Q2, "35", "300000", fall_reason="รื้อทำใหม่", revision=report.revision)
    assert submit_report(acting_user=world.officer, report=report).fall_reason == "รื้อทำใหม่"


def test_periods_of_another_cycle_or_still_to_come(world: ProgrammeWorld) -> None:
    project = road(world)
    assert refusal(draft, world=world, project=project, period=Period.from_iso("2024-01")).code == "report_period"
    ahead = refusal(draft, world=world, project=project, period=Q3, today=date(2024, 6, 30))
    assert ahead.code == "report_period"
    assert draft(world, project, Q3, today=date(2024, 7, 1)).until == date(2024, 9, 30)


def test_an_approved_report_is_corrected_by_returning_it(world: ProgrammeWorld) -> None:
    project = road(world)
    report = approved(world, project)
    back = return_report(acting_user=world.reviewer, report=report, reason="ภาพไม่ตรงสถานที่")
    assert back.state == "returned"
    again = draft(world, project, percent="20", revision=back.revision)
    assert again.pk == report.pk and again.steps.count() == 5
    assert again.steps.get(action="report.return").note == "ภาพไม่ตรงสถานที่"


def test_evidence_is_kept_and_only_while_the_report_is_open(world: ProgrammeWorld, tmp_path) -> None:
    shelf = RawFiles(tmp_path / "raw")
    raw = shelf.keep_bytes(b"a photograph", name="site.jpg")
    report = draft(world, road(world))
    attach_evidence(acting_user=world.officer, report=report, raw=raw)
    attach_evidence(acting_user=world.officer, report=report, raw=raw)
    kept = report.evidence.get()
    assert kept.raw_sha == raw.sha256 and shelf.has(kept.raw_sha)
    other = attach_evidence(acting_user=world.officer, report=report, raw=shelf.keep_bytes(b"b", name="b.jpg"))
    detach_evidence(acting_user=world.officer, report=report, evidence=other)
    assert report.evidence.count() == 1
    report = submit_report(acting_user=world.officer, report=report)
    assert refusal(attach_evidence, acting_user=world.officer, report=report, raw=raw).code == "report_state"


def test_standing_earned_value_and_forecasts(world: ProgrammeWorld) -> None:
    """By hand: 25 % done on 30 June where the straight line has 181/365 = 49.59 %: 24.59 points behind, late.

    180 000 paid for 250 000 of work: CPI 1.39. ES = 0.25 x 365 = 91.25 days after 181: as planned from now 274 days
    more, so 31 March 2025 at best.
    """
    cycle(world)
    project = road(world)
    approved(world, project, Q1, "10", "100000")
    approved(world, project, Q2, "25", "180000")
    standing = standing_of(project, TODAY)
    assert standing.judgement.status is ProjectStatus.LATE
    assert standing.facts.planned_percent == pytest.approx(181 / 365 * 100)
    assert standing.facts.budget == 1_000_000 and standing.budget_stage == "committed"
    assert standing.facts.finish.low == date(2024, 1, 1) + timedelta(days=181 + 274)
    assert standing.facts.cost.central == Decimal("720000.00")  # 1 000 000 / (250 000 / 180 000)
    assert standing.facts.cost.low <= standing.facts.cost.central <= standing.facts.cost.high
    assert standing.why and standing.urgency > 0 and not standing.overdue


def test_unapproved_figures_are_kept_from_the_public(world: ProgrammeWorld) -> None:
    cycle(world)
    project = road(world)
    approved(world, project, Q1, "25")
    sent(world, project, Q2, "50")
    inside, outside = standing_of(project, TODAY), standing_of(project, TODAY, approved_only=True)
    assert (inside.facts.percent, inside.waiting) == (50, True)
    assert (outside.facts.percent, outside.waiting) == (25, False)
    raise_obstacle(acting_user=world.officer, project=project, text="ภายใน", needs_decision=True)
    after = date(2024, 7, 20)  # the report of the second quarter waits for approval: it is not missing
    assert standing_of(project, after, approved_only=True).facts.missed == 0
    assert standing_of(project, after, approved_only=True).obstacles == () and standing_of(project, after).obstacles


def test_silence_is_not_judged_and_stands_in_the_overdue_list(world: ProgrammeWorld) -> None:
    cycle(world)
    project = road(world)
    quiet = road(world, "เงียบ")
    planned = world.project("อยู่ในแผน")
    approved(world, project, Q1)
    day = date(2024, 10, 16)  # reports of Q2 were due on 15 July, those of Q3 on 15 October
    standing = standing_of(project, day)
    assert standing.judgement.rule == "silent" and standing.facts.missed == 2
    assert standing_of(quiet, day).judgement.rule == "no_report"
    overdue = overdue_list(Project.objects.all(), day)
    assert [(one.project.title, owed.period.iso, owed.days) for one, owed in overdue] == [
        ("เงียบ", "2024-Q1", 184),
        ("ถนนสายหลัก", "2024-Q2", 93),
        ("เงียบ", "2024-Q2", 93),
        ("ถนนสายหลัก", "2024-Q3", 1),
        ("เงียบ", "2024-Q3", 1),
    ]
    assert planned not in monitored(Project.objects.all())
    assert not standing_of(project, date(2024, 7, 15)).overdue


def test_work_that_is_done_owes_nothing(world: ProgrammeWorld) -> None:
    cycle(world)
    project = road(world)
    report = submit_report(acting_user=world.officer, report=evidenced(world, draft(world, project, Q1, "100")))
    approve_report(acting_user=world.reviewer, report=report)
    standing = standing_of(project, date(2025, 6, 1))
    assert standing.judgement.status is ProjectStatus.COMPLETED and standing.owed == ()


def test_the_portfolio_puts_decisions_first(world: ProgrammeWorld) -> None:
    cycle(world)
    fine = road(world, "ตามแผน", committed="9000000.00")
    late, larger = road(world, "ล่าช้า"), road(world, "ล่าช้ากว่า", committed="2000000.00")
    asks = road(world, "ขอตัดสินใจ")
    spent = road(world, "เกินงบ")
    for project, percent, paid in ((fine, "50", "1"), (late, "5", "1"), (larger, "5", "1"), (asks, "50", "1")):
        approved(world, project, Q2, percent, paid)
    approved(world, spent, Q2, "50", "1000001", over_reason="x")
    obstacle = raise_obstacle(acting_user=world.officer, project=asks, text="ที่ดินติดเขตป่า", needs_decision=True)
    found = portfolio_state(Project.objects.all(), TODAY)
    assert [one.project.title for one in found] == ["ขอตัดสินใจ", "เกินงบ", "ล่าช้ากว่า", "ล่าช้า", "ตามแผน"]
    first = [Concern.ASKED, Concern.OVER_COST, Concern.LATE, Concern.LATE, Concern.OVERDUE]  # Q1 is owed by all
    assert [one.concern for one in found] == first
    assert all(a.urgency >= b.urgency for a, b in pairwise(found))
    assert "ที่ดินติดเขตป่า" in found[0].why[0].th
    resolve_obstacle(acting_user=world.officer, obstacle=obstacle, resolution="ได้รับอนุญาตแล้ว")
    assert list(standing_of(asks, TODAY).concerns) == [Concern.OVERDUE]
    assert refusal(resolve_obstacle, acting_user=world.officer, obstacle=obstacle, resolution="x").code == (
        "report_changed"
    )


def test_queries_do_not_grow_with_projects(world: ProgrammeWorld) -> None:
    cycle(world)

    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            standings(monitored(Project.objects.all()), TODAY)
        return len(seen)

    approved(world, road(world, "1"), Q1)
    few = count()
    for n in range(4):
        approved(world, road(world, f"x{n}"), Q1)
    assert count() == few


def test_curves(world: ProgrammeWorld) -> None:
    cycle(world)
    project = road(world, end="2025-12-31", budget=[money(2024, "300.00"), money(2025, "700.00")])
    Milestone.objects.create(project=project, title="ไม่มีน้ำหนัก", due_on=date(2024, 6, 1))
    approved(world, project, Q1, "10", "5")
    curve = s_curve(standing_of(project, TODAY))
    assert "ตามงบประมาณรายปี" in curve.basis.th
    # fiscal years 2024 and 2025 have money, 2026 (from 1 October 2025) has none: flat
    assert [(p.day, p.percent, p.money) for p in curve.planned] == [
        (date(2024, 1, 1), 0.0, 0),
        (date(2024, 10, 1), 30.0, 300),
        (date(2025, 10, 1), 100.0, 1000),
        (date(2025, 12, 31), 100.0, 1000),
    ]
    assert [(p.day, p.percent, p.money) for p in curve.actual] == [(date(2024, 3, 31), 10.0, 5)]


def test_the_curve_of_many_weighs_by_budget_and_leaves_out_what_was_not_told(world: ProgrammeWorld) -> None:
    cycle(world)
    small, large, silent = road(world, "เล็ก"), road(world, "ใหญ่", committed="3000000.00"), road(world, "เงียบ")
    undated = road(world, "ไม่มีวัน", start=None, end=None)
    approved(world, small, Q1, "10", "100.25")
    approved(world, large, Q1, "30", None)
    approved(world, large, Q2, "50", "2000.50")
    found = curve_of_many(standings(Project.objects.all(), TODAY), TODAY)
    assert (found.projects, found.budget, found.without) == (3, 5_000_000, 1)
    assert [(p.day, p.percent, p.money, p.covered) for p in found.curve.actual] == [
        (date(2024, 3, 31), 25.0, Decimal("100.25"), 2),  # (1 x 10 + 3 x 30) / 4; the third told nothing
        (date(2024, 6, 30), 40.0, Decimal("2100.75"), 2),
    ]
    assert found.curve.planned[0].percent == 0 and found.curve.planned[-1].percent == 100
    assert found.curve.planned[1].day == date(2024, 3, 31)
    assert curve_of_many(standings(Project.objects.filter(pk=undated.pk), TODAY), TODAY) is None
    quiet = standing_of(silent, TODAY)
    assert cost_unknown(quiet).en == finish_unknown(quiet).en == "no report yet"


@pytest.mark.parametrize(
    ("percent", "disbursed", "cost", "finish"),
    [
        ("0", "5", "no work is done", "no pace"),
        ("10", None, "no disbursement", None),
        (None, "5", "no percent", "no report gives"),
        ("10", "0", "nothing is paid", None),
    ],
)
def test_a_forecast_that_cannot_be_made_says_why(world: ProgrammeWorld, percent, disbursed, cost, finish) -> None:
    project = road(world)
    approved(world, project, Q1, percent, disbursed)
    standing = standing_of(project, TODAY)
    assert cost in cost_unknown(standing).en
    assert finish in finish_unknown(standing).en if finish else finish_unknown(standing) is None


def test_planned_curves_by_milestones_or_a_line() -> None:
    start, end = date(2024, 1, 1), date(2024, 12, 31)
    stones = [Milestone(due_on=date(2024, 7, 1), weight=Decimal("0.3")), Milestone(due_on=end, weight=Decimal("0.7"))]
    curve = planned_curve(start, end, milestones=stones)
    assert curve.basis == "milestones" and curve.at(date(2024, 7, 1)) == 30 and curve.at(end) == 100
    assert curve.at(date(2023, 1, 1)) == 0 and curve.at(date(2030, 1, 1)) == 100
    assert planned_curve(start, end, milestones=stones[:1]).basis == "linear"
    assert planned_curve(start, None) is None and planned_curve(end, start) is None


def test_rules_of_a_programme(world: ProgrammeWorld) -> None:
    cycle(world, thresholds={"late_points": 30, "risk_points": 26}, due_after=5)
    project = road(world)
    approved(world, project, Q2, "25", "1")
    assert standing_of(project, TODAY).judgement.rule != "behind"
    told = refusal(
        set_monitoring, acting_user=world.publisher, programme=world.programme, first_period=Period.from_iso("2024-01")
    )
    assert told.code == "report_period"
    bad = refusal(set_monitoring, acting_user=world.publisher, programme=world.programme, thresholds={"late": 1})
    assert bad.code == "project_threshold"
    with pytest.raises(NotAllowed):
        set_monitoring(acting_user=world.officer, programme=world.programme)


def test_milestones_are_met_on_days_that_were(world: ProgrammeWorld) -> None:
    stone = Milestone.objects.create(project=road(world), title="วางท่อ", due_on=date(2024, 5, 1))
    assert meet_milestone(acting_user=world.officer, milestone=stone, met_on=date(2024, 5, 3)).met_on.day == 3
    assert refusal(meet_milestone, acting_user=world.officer, milestone=stone, met_on=date(2999, 1, 1))
    assert AuditEntry.objects.filter(action="milestone.meet").count() == 1
