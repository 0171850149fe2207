"""Reported disbursement by fiscal year: exact, once, and the ledger as of any day left as it was."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from mudmai.apps.programme import queries
from mudmai.apps.programme.domain.disbursed_years import years_of, years_of_project
from mudmai.apps.programme.domain.projects import plan_as_of
from mudmai.apps.programme.domain.report_cycle import set_monitoring
from mudmai.apps.programme.domain.reporting import attach_evidence, return_report, submit_report
from mudmai.apps.programme.domain.revising import ProjectChange, revise
from mudmai.apps.programme.models import BudgetLine, Project, Report
from mudmai.apps.programme.portfolio import Chosen, ledger_mark, money_by_programme, money_by_project, money_of
from mudmai.core.reporting_periods import fiscal_year_of
from mudmai.workspace.raw_files import RawFiles
from tests.apps.programme.programme_world import ProgrammeWorld, money
from tests.apps.programme.test_reports import Q1, Q2, Q3, approved, draft, refusal, road, sent

Q4 = Q3.shift(1)
"""October to December 2024: the first quarter of the fiscal year 2025."""


def told(project: Project) -> dict[int, str]:
    """Disbursed by fiscal year, as totals have it."""
    lines = BudgetLine.counted.filter(project=project, stage="disbursed").order_by("fiscal_year")
    return {one.fiscal_year: str(one.amount) for one in lines}


def test_only_what_is_approved_counts_and_each_year_holds_its_part(world: ProgrammeWorld) -> None:
    project = road(world)
    sent(world, project, Q1, "20", "100000.25")
    assert told(project) == {}
    approved(world, other := road(world, "อื่น"), Q3, "40", "300000.10")
    assert told(other) == {2024: "300000.10"}
    approved(world, other, Q4, "60", "450000.35")
    assert told(other) == {2024: "300000.10", 2025: "150000.25"}
    chosen = Chosen(programme=world.programme.pk)
    totals = money_of(Project.objects.all(), chosen)
    assert totals.stages["disbursed"] == Decimal("450000.35")
    assert totals.years[2025]["disbursed"] == Decimal("150000.25")
    assert money_by_project([other.pk])[other.pk]["disbursed"] == Decimal("450000.35")
    assert money_by_programme([world.programme.pk])[world.programme.pk]["disbursed"] == Decimal("450000.35")
    found = queries.totals(stages=["disbursed"])
    assert found.grand == 45_000_035


def test_a_returned_report_counts_no_more_and_pages_in_memory_are_made_anew(world: ProgrammeWorld) -> None:
    project = road(world)
    before = ledger_mark()
    report = approved(world, project, Q1, "20", "100000")
    mark = ledger_mark()
    assert mark != before and told(project) == {2024: "100000.00"}
    return_report(acting_user=world.reviewer, report=report, reason="ตัวเลขผิด")
    assert told(project) == {} and ledger_mark() not in (mark,)


def test_the_ledger_and_the_reports_are_never_counted_twice(world: ProgrammeWorld) -> None:
    budget = [money(2024, "900.00"), money(2025, "900.00")]
    budget += [money(year, "100.00", stage="disbursed") for year in (2024, 2025)]
    project = road(world, budget=budget)
    assert told(project) == {2024: "100.00", 2025: "100.00"}
    approved(world, project, Q4, "20", "250.00")
    assert told(project) == {2024: "100.00", 2025: "150.00"}  # 250 so far, 100 of it before
    stays = plan_as_of(world.programme, date(2024, 1, 1))[str(project.pk)].facts["budget"]
    assert [one["amount"] for one in stays if one["stage"] == "disbursed"] == ["100.00", "100.00"]
    assert [str(one.amount) for one in project.budget.filter(stage="disbursed")] == ["100.00", "100.00"]


def test_a_revision_of_the_ledger_brings_the_years_up_to_it(world: ProgrammeWorld) -> None:
    budget = [money(2024, "900.00"), money(2024, "100.00", stage="disbursed")]
    project = road(world, budget=budget)
    report = approved(world, project, Q4, "20", "250.00")
    project.refresh_from_db()
    changed = [money(2024, "900.00"), money(2024, "40.00", stage="disbursed")]
    changed += [money(2025, "70.00", stage="disbursed"), money(2026, "5.00", stage="disbursed")]
    revise(
        acting_user=world.officer,
        programme=world.programme,
        kind="corrected",
        decided_on=date(2024, 5, 1),
        reason="แก้",
        changes=[ProjectChange(project, {"budget": changed})],
    )
    assert told(project) == {2024: "40.00", 2025: "210.00", 2026: "5.00"}
    return_report(acting_user=world.reviewer, report=report, reason="ผิด")
    assert told(project) == {2024: "40.00", 2025: "70.00", 2026: "5.00"}


def test_a_fall_corrects_the_years_before_and_needs_its_reason(world: ProgrammeWorld) -> None:
    project = road(world)
    approved(world, project, Q3, "40", "300.00")
    report = draft(world, project, Q4, "45", "250.00")
    assert refusal(submit_report, acting_user=world.officer, report=report).where.field == "fall_reason"
    approved(world, project, Q4, "45", "250.00", fall_reason="ผู้รับจ้างคืนเงิน", revision=report.revision)
    assert told(project) == {2024: "250.00", 2025: "0.00"}
    row = years_of_project(project)[0]
    assert (str(row.amount), str(row.lowered_by)) == ("250.00", "50.00")


def test_what_nothing_divides_says_since_which_year() -> None:
    [row] = years_of([(date(2025, 3, 31), Decimal(9))], {}, start=date(2022, 11, 1))
    assert (row.fiscal_year, row.since_year) == (2025, 2023)
    [row] = years_of([(date(2025, 3, 31), Decimal(9))], {2024: Decimal(4)}, start=date(2022, 11, 1))
    assert (row.amount, row.since_year) == (5, 2025)
    first, second = years_of([(date(2024, 6, 30), Decimal(4)), (date(2025, 3, 31), Decimal(9))], {})
    assert (first.since_year, second.since_year) == (2024, 2024)  # July to September 2024 is in it
    _, second = years_of([(date(2024, 9, 30), Decimal(4)), (date(2025, 3, 31), Decimal(9))], {})
    assert second.since_year == 2025


def test_a_period_of_two_fiscal_years_is_refused(world: ProgrammeWorld) -> None:
    rules = {"acting_user": world.publisher, "programme": world.programme}
    fault = refusal(set_monitoring, **rules, fiscal_start=11)
    assert (fault.code, fault.where.field) == ("report_period", "fiscal_start")
    set_monitoring(**rules, reporting="month", fiscal_start=11)
    world.programme.refresh_from_db()
    assert world.programme.reporting == "month" and world.programme.monitoring.fiscal_start == 11


def test_another_start_of_the_fiscal_year_moves_the_money(world: ProgrammeWorld) -> None:
    project = road(world)
    approved(world, project, Q4, "40", "300.00")
    assert told(project) == {2025: "300.00"}
    set_monitoring(acting_user=world.publisher, programme=world.programme, fiscal_start=1)
    assert told(project) == {2024: "300.00"}


def test_work_that_is_done_needs_evidence(world: ProgrammeWorld, tmp_path) -> None:
    project = road(world)
    report = draft(world, project, Q1, "100", "300.00")
    fault = refusal(submit_report, acting_user=world.officer, report=report)
    assert fault.code == "report_evidence" and "หลักฐาน" in fault.remedy.th
    kept = RawFiles(tmp_path / "raw").keep_bytes(b"photo", name="site.jpg")
    attach_evidence(acting_user=world.officer, report=report, raw=kept)
    assert submit_report(acting_user=world.officer, report=Report.objects.get(pk=report.pk)).state == "submitted"
    later = draft(world, project, Q2, "100", "300.00")
    assert submit_report(acting_user=world.officer, report=later).state == "submitted"


def test_settings_of_an_older_page_are_refused(world: ProgrammeWorld) -> None:
    rules = {"acting_user": world.publisher, "programme": world.programme}
    revision = world.programme.revision
    set_monitoring(**rules, revision=revision)
    assert refusal(set_monitoring, **rules, revision=revision).code == "project_changed"


amounts = st.decimals(min_value=0, max_value=10**12, places=2)


@settings(deadline=None)
@given(
    st.dictionaries(st.dates(date(2015, 1, 1), date(2035, 1, 1)), amounts, max_size=8),
    st.dictionaries(st.integers(2014, 2036), amounts, max_size=6),
    st.sampled_from([1, 7, 10]),
)
def test_all_years_together_are_the_latest_sum_exactly(sums, ledger, start) -> None:
    rows = years_of(sums.items(), ledger, fiscal_start=start)
    assert all(one.amount >= 0 and one.lowered_by >= 0 and one.since_year <= one.fiscal_year for one in rows)
    assert [one.fiscal_year for one in rows] == sorted({one.fiscal_year for one in rows})
    if not sums:
        assert rows == []
        return
    last = max(sums)
    own = {one.fiscal_year: one.amount for one in rows}
    upto = fiscal_year_of(last, start)
    counted = {year: amount for year, amount in ledger.items() if year <= upto and year not in own}
    assert sum(own.values()) + sum(counted.values()) == sums[last]
