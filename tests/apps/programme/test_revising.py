"""Changing projects: rights, locks, the ledger behind every row."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from mudmai.apps.programme.domain.projects import (
    ProjectChange,
    create_programme,
    create_project,
    mark_duplicate,
    merge_projects,
    move_project,
    plan_as_of,
    projection_faults,
    release_programme,
    revise,
    revision_table,
    set_places,
    set_sharing,
)
from mudmai.apps.programme.models import Project, ProjectVersion, RevisionEvent
from mudmai.apps.registry.areas import AreaRef
from mudmai.apps.registry.models import AuditEntry, Role
from mudmai.apps.registry.policy import NotAllowed
from mudmai.core.errors import InputError, UnknownNameError
from mudmai.core.ledger import counted
from mudmai.core.ledger import money as money_of
from tests.apps.programme.programme_world import DAY, ProgrammeWorld, money
from tests.apps.registry.small_world import holding


def refusal(call, **arguments) -> InputError:
    with pytest.raises(InputError) as told:
        call(**arguments)
    return told.value


def change(world: ProgrammeWorld, project: Project, day: date, **facts):
    return revise(
        acting_user=world.officer,
        programme=world.programme,
        kind="changed",
        decided_on=day,
        reason="สภามีมติ",
        number="2/2567",
        document="รายงานการประชุม 4/2567",
        changes=[ProjectChange(project, facts)],
    )


def test_a_revision_is_kept_with_its_day_and_the_plan_is_known_as_of_any_day(world: ProgrammeWorld) -> None:
    road = world.project()
    event = change(world, road, date(2024, 6, 1), title="ถนนสายรอง", budget=[money(2024, "250.50")])
    road.refresh_from_db()
    assert (road.title, road.version) == ("ถนนสายรอง", 2)
    assert [line.amount for line in road.budget.all()] == [Decimal("250.50")]
    then = plan_as_of(world.programme, date(2024, 5, 31))[str(road.pk)]
    now = plan_as_of(world.programme, date(2024, 6, 1))[str(road.pk)]
    assert (then.facts["title"], now.facts["title"]) == ("ถนนสายหลัก", "ถนนสายรอง")
    assert plan_as_of(world.programme, date(2023, 9, 30)) == {}
    rows = {row.field: (row.before, row.after) for row in revision_table(event).changes}
    assert rows["title"] == ("ถนนสายหลัก", "ถนนสายรอง")
    assert rows["budget"][1][0]["amount"] == "250.50"
    assert projection_faults(world.programme) == []
    entry = AuditEntry.objects.order_by("-sequence").first()
    assert (entry.action, entry.object_id, entry.reason) == ("programme.revise", str(road.pk), "สภามีมติ")


def test_two_editors_of_one_project(world: ProgrammeWorld) -> None:
    road = world.project()
    other = Project.objects.get(pk=road.pk)
    change(world, road, date(2024, 6, 1), title="คนแรก")
    told = refusal(change, world=world, project=other, day=date(2024, 6, 1), title="คนที่สอง")
    assert told.code == "project_changed"
    assert Project.objects.get(pk=road.pk).title == "คนแรก"
    change(world, road, date(2024, 6, 1), title="คนแรกอีกครั้ง")  # the first one's row was brought up to date


def test_a_refused_revision_leaves_nothing_behind(world: ProgrammeWorld) -> None:
    road, canal = world.project(), world.project("คลอง")
    before = (RevisionEvent.objects.count(), ProjectVersion.objects.count(), AuditEntry.objects.count())
    told = refusal(
        revise,
        acting_user=world.officer,
        programme=world.programme,
        kind="changed",
        decided_on=date(2024, 6, 1),
        reason="x",
        changes=[ProjectChange(road, {"title": "ใหม่"}), ProjectChange(canal, {"budget": [money(2024, "-1.00")]})],
    )
    assert told.code == "budget_negative"
    assert (RevisionEvent.objects.count(), ProjectVersion.objects.count(), AuditEntry.objects.count()) == before
    assert Project.objects.get(pk=road.pk).title == "ถนนสายหลัก"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (money(2567, "1.00"), "year_calendar"),
        (money(2031, "1.00"), "year_outside"),
        (money(2024, "1000000000000000"), "budget_too_large"),
        (money(2024, "-0.01"), "budget_negative"),
        (money(2024, "0.001"), "budget"),
        (money(2024, 0.1), "budget"),  # a binary number is never money
        (money(2024, "NaN"), "budget"),
        (money(2024, "1", "promised"), "budget"),
    ],
)
def test_money_that_is_refused(world: ProgrammeWorld, line: dict, code: str) -> None:
    arguments = {"acting_user": world.officer, "programme": world.programme}
    assert refusal(create_project, **arguments, facts={"title": "ก", "budget": [line]}).code == code
    assert not Project.objects.exists()


def test_money_of_one_year_stage_and_source_is_given_once(world: ProgrammeWorld) -> None:
    twice = {"title": "ก", "budget": [money(2024, "1.00"), money(2024, "2.00"), money(2024, "3.00", source="เงินกู้")]}
    told = refusal(create_project, acting_user=world.officer, programme=world.programme, facts=twice)
    assert told.code == "budget_twice"


def test_an_amount_that_is_not_known_is_no_zero(world: ProgrammeWorld) -> None:
    road = world.project(budget=[money(2024, None), money(2025, "0")])
    assert list(road.budget.values_list("fiscal_year", "amount")) == [(2024, None), (2025, Decimal("0.00"))]


def test_more_disbursed_than_committed_needs_a_reason(world: ProgrammeWorld) -> None:
    road = world.project(budget=[money(2024, "100.00"), money(2024, "90.00", "committed")])
    lines = [money(2024, "100.00"), money(2024, "90.00", "committed"), money(2024, "90.01", "disbursed")]
    assert refusal(change, world=world, project=road, day=date(2024, 6, 1), budget=lines).code == (
        "disbursement_above_commitment"
    )
    event = revise(
        acting_user=world.officer,
        programme=world.programme,
        kind="corrected",
        decided_on=date(2024, 6, 1),
        reason="ปรับยอด",
        over_commitment="ค่าปรับคืน",
        changes=[ProjectChange(road, {"budget": lines})],
    )
    assert event.reason == "ปรับยอด\nค่าปรับคืน"


def test_days_stand_in_order_and_not_in_the_future(world: ProgrammeWorld) -> None:
    road = world.project()
    change(world, road, date(2024, 6, 1), title="ก")
    assert refusal(change, world=world, project=road, day=date(2024, 5, 1), title="ข").code == "revision_order"
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert refusal(change, world=world, project=road, day=tomorrow, title="ข").where.field == "decided_on"


def test_moved_merged_and_duplicate_projects_are_counted_once(world: ProgrammeWorld) -> None:
    road, canal, bridge, well = (world.project(name) for name in ("ถนน", "คลอง", "สะพาน", "บ่อ"))
    arguments = {"acting_user": world.officer, "reason": "มติสภา"}
    moved = move_project(project=road, hierarchy=[("plan", "แผนงานเคหะ")], **arguments)
    merge_projects(projects=[canal], into=bridge, facts={"budget": [money(2024, "180.00")]}, **arguments)
    mark_duplicate(project=well, of=moved, **arguments)
    state = plan_as_of(world.programme, timezone.localdate())
    total = sum(money_of(facts) for facts in counted(state).values())
    assert (len(counted(state)), total) == (2, Decimal("280.00"))
    assert {p.title: p.state for p in Project.objects.exclude(state="active")} == {
        "ถนน": "moved",
        "คลอง": "merged",
        "บ่อ": "duplicate",
    }
    assert Project.objects.get(pk=road.pk).successor == moved
    assert moved.hierarchy == [["plan", "แผนงานเคหะ"]]
    assert projection_faults(world.programme) == []
    road.refresh_from_db()
    assert refusal(mark_duplicate, project=road, of=bridge, **arguments).code == "project_gone"
    assert refusal(mark_duplicate, project=bridge, of=well, **arguments).code == "project_gone"
    assert refusal(mark_duplicate, project=bridge, of=bridge, **arguments).code == "successor_cycle"


def test_a_move_to_another_programme_is_in_both_ledgers(world: ProgrammeWorld) -> None:
    road = world.project()
    other = create_programme(
        acting_user=world.officer, organisation=world.people.department, title_th="อื่น", first_year=2024, last_year=2024
    )
    moved = move_project(acting_user=world.officer, project=road, programme=other, reason="มติ")
    assert (moved.programme, moved.counts, road.counts) == (other, True, False)
    assert (projection_faults(world.programme), projection_faults(other)) == ([], [])
    late = world.project("ปีหลัง", budget=[money(2028, "1.00")])
    told = refusal(move_project, acting_user=world.officer, project=late, programme=other, reason="มติ")
    assert told.code == "year_outside"
    other.pk = late.pk  # a programme that is not there
    told = refusal(move_project, acting_user=world.officer, project=late, programme=other, reason="มติ")
    assert told.code == "successor_missing"


def test_removed_and_brought_back(world: ProgrammeWorld) -> None:
    road = world.project()
    arguments = {"acting_user": world.officer, "programme": world.programme, "kind": "changed", "reason": "มติ"}
    revise(decided_on=date(2024, 6, 1), changes=[ProjectChange(road, state="removed")], **arguments)
    assert not Project.objects.get(pk=road.pk).counts
    revise(decided_on=date(2024, 7, 1), changes=[ProjectChange(road, state="active")], **arguments)
    assert Project.objects.get(pk=road.pk).counts
    assert counted(plan_as_of(world.programme, date(2024, 6, 15))) == {}


def test_a_draft_is_edited_and_a_released_programme_is_revised(world: ProgrammeWorld) -> None:
    road = world.project()
    with pytest.raises(NotAllowed):
        release_programme(acting_user=world.reviewer, programme=world.programme)
    release_programme(acting_user=world.publisher, programme=world.programme)
    with pytest.raises(NotAllowed):
        change(world, road, date(2024, 6, 1), title="ก")
    event = revise(
        acting_user=world.reviewer,
        programme=world.programme,
        kind="corrected",
        decided_on=date(2024, 6, 1),
        reason="พิมพ์ผิด",
        changes=[ProjectChange(road, {"title": "ก"})],
    )
    assert event.by == world.reviewer


def test_a_role_of_one_area_reaches_the_projects_there(world: ProgrammeWorld) -> None:
    road = world.project(places=[{"area_system": "one", "area": "P1"}])
    local = holding(Role.CONTRIBUTOR, world.people.department, AreaRef("one", "P1"), name="local")
    set_sharing(acting_user=local, project=road, rule="equal")
    with pytest.raises(NotAllowed):
        set_places(acting_user=local, project=road, places=[AreaRef("one", "P2")])
    with pytest.raises(NotAllowed):
        create_project(acting_user=local, programme=world.programme, facts={"title": "ทุกพื้นที่"})


def test_places_that_are_not_there_or_not_alive(world: ProgrammeWorld) -> None:
    road = world.project()
    with pytest.raises(UnknownNameError):
        set_places(acting_user=world.officer, project=road, places=[AreaRef("one", "P9")])
    told = refusal(set_places, acting_user=world.officer, project=road, places=[AreaRef("one", "P4")])
    assert told.code == "area_not_alive" and "2024" in told.message.en
    later = world.project("ปีหลัง", budget=[money(2025, "5.00")])
    set_places(acting_user=world.officer, project=later, places=[AreaRef("one", "P4")])
    assert later.places.get().area == "P4"


def test_shares_by_hand_make_the_whole(world: ProgrammeWorld) -> None:
    road = world.project(places=[{"area_system": "one", "area": one} for one in ("P1", "P2")])
    arguments = {"acting_user": world.officer, "project": road, "rule": "by_hand"}
    told = refusal(set_sharing, weights={"P1": Decimal("0.7"), "P2": Decimal("0.5")}, **arguments)
    assert told.code == "sharing" and "120" in told.message.en
    assert refusal(set_sharing, weights={"P1": Decimal("0.7")}, **arguments).code == "weight_missing"
    assert refusal(set_sharing, weights={"P3": Decimal(1)}, **arguments).code == "project"
    set_sharing(weights={"P1": Decimal("0.7"), "P2": Decimal("0.3")}, **arguments)
    assert [str(one.weight) for one in road.places.all()] == ["0.70000000", "0.30000000"]
    assert not road.versions.last().event.is_official
    assert projection_faults(world.programme) == []


def test_a_place_recorded_today_does_not_bar_the_resolution_of_last_week(world: ProgrammeWorld) -> None:
    road = world.project()
    set_places(acting_user=world.officer, project=road, places=[AreaRef("one", "P1")])
    assert road.versions.last().event.decided_on == DAY
    changed = revise(
        acting_user=world.reviewer,
        programme=world.programme,
        kind="changed",
        decided_on=DAY + timedelta(days=7),
        reason="ราคากลางใหม่",
        changes=[ProjectChange(road, {"budget": [money(2024, "120.00")]})],
    )
    assert changed.is_official and road.places.get().area == "P1"
    assert projection_faults(world.programme) == []


def test_years_of_a_programme_are_of_the_common_era(world: ProgrammeWorld) -> None:
    told = refusal(
        create_programme,
        acting_user=world.officer,
        organisation=world.people.department,
        title_th="ก",
        first_year=2567,
        last_year=2571,
    )
    assert told.code == "year_calendar" and "2024" in told.message.en


def test_the_first_day_of_the_plan(world: ProgrammeWorld) -> None:
    world.project()
    assert list(plan_as_of(world.programme, DAY)) == [str(Project.objects.get().pk)]


def test_a_revision_of_many_asks_no_more_of_the_database(world: ProgrammeWorld, django_assert_max_num_queries) -> None:
    few, many = ([ProjectChange(None, {"title": f"{n}"}) for n in range(count)] for count in (2, 25))
    arguments = {
        "acting_user": world.officer,
        "programme": world.programme,
        "kind": "added",
        "decided_on": DAY,
        "reason": "มติ",
    }
    with django_assert_max_num_queries(30) as asked:
        revise(changes=few, **arguments)
    with django_assert_max_num_queries(len(asked.captured_queries)):
        revise(changes=many, **arguments)
