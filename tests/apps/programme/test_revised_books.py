"""A revised workbook: matched to the projects that are there, told field by field, written as one event or not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mudmai.apps.programme.domain.facts import empty_facts
from mudmai.apps.programme.domain.matching import Held, How, Row, match_rows
from mudmai.apps.programme.domain.projects import (
    ProjectChange,
    load_form_book,
    mark_duplicate,
    plan_as_of,
    projection_faults,
    revise,
    revision_table,
)
from mudmai.apps.programme.domain.revised_books import (
    NEW,
    REMOVE,
    Choices,
    compare_book,
    last_sequence,
    revise_by_book,
)
from mudmai.apps.programme.models import Project, ProjectVersion, RevisionEvent
from mudmai.apps.registry.areas import AreaRef
from mudmai.apps.registry.models import AuditEntry
from mudmai.apps.registry.policy import NotAllowed
from mudmai.core.errors import InputError
from mudmai.exchange.forms.book import FormBook, FormProject, NoteKind
from tests.apps.programme.form_books import SHEET, amount, book, note, project, raw
from tests.apps.programme.programme_world import DAY, ProgrammeWorld, money

ROAD, CANAL, SCHOOL = "ก่อสร้างถนนสายวัดใหม่", "ขุดลอกคลองหนองบัว", "ปรับปรุงอาคารเรียนชั้นเดียว"
DECIDED = date(2024, 6, 1)


def plan(*more: FormProject) -> FormBook:
    return book(project(13, ROAD), project(14, CANAL), project(15, SCHOOL), *more)


def loaded(world: ProgrammeWorld, made: FormBook | None = None) -> dict[str, Project]:
    places = {(SHEET, 13): AreaRef("one", "P1")}
    load_form_book(acting_user=world.officer, programme=world.programme, book=made or plan(), raw=raw(), places=places)
    return {one.title: one for one in world.programme.projects.all()}


def revised(world: ProgrammeWorld, made: FormBook, **more):
    given = {"kind": "changed", "decided_on": DECIDED, "reason": "สภามีมติ", "number": "2/2567", "raw": raw("b"), **more}
    return revise_by_book(acting_user=world.officer, programme=world.programme, book=made, **given)


def said(told: InputError) -> str:
    return told.code


def test_the_book_that_was_loaded_changes_nothing_and_writes_nothing(world: ProgrammeWorld) -> None:
    gone = project(16, ROAD, state="duplicate", successor=(SHEET, 13), notes=(note(NoteKind.DUPLICATE, "ซ้ำลำดับที่ 1"),))
    made = plan(gone)
    loaded(world, made)
    before = (RevisionEvent.objects.count(), ProjectVersion.objects.count(), AuditEntry.objects.count())
    found = compare_book(world.programme, made)
    assert found.nothing
    assert len(found.unchanged) == 4
    done = revised(world, made)
    assert (done.event, done.unchanged) == (None, 4)
    assert before == (RevisionEvent.objects.count(), ProjectVersion.objects.count(), AuditEntry.objects.count())


def test_planted_edits_are_found_and_written_as_one_event(world: ProgrammeWorld) -> None:
    there = loaded(world)
    made = book(
        project(
            13,
            ROAD,
            amount(2024, "250.50", "E13"),
            amount(2025, "80.00", "F13"),
            notes=(note(NoteKind.CHANGED, "เปลี่ยนแปลง ครั้งที่ 2/2567", number="2/2567"),),
        ),
        project(14, SCHOOL),
        project(15, "ติดตั้งไฟส่องสว่างพลังงานแสงอาทิตย์", amount(2026, "900.00", "G15")),
    )
    found = compare_book(world.programme, made)
    assert found.numbers == (("changed", "2/2567"),)
    changes = {one.form.title: one for one in found.changed}
    assert changes[ROAD].money == (
        (2024, "planned", Decimal("100.00"), Decimal("250.50")),
        (2025, "planned", None, Decimal("80.00")),
    )
    assert changes[SCHOOL].fields == ("number",)
    assert [one.form.title for one in found.new] == ["ติดตั้งไฟส่องสว่างพลังงานแสงอาทิตย์"]
    assert [one.facts["title"] for one in found.missing] == [CANAL]
    done = revised(world, made, choices=Choices(missing={str(there[CANAL].pk): REMOVE}), base=found.base)
    assert (done.changed, done.added, done.removed, done.unchanged) == (2, 1, 1, 0)
    assert RevisionEvent.objects.count() == 2  # the plan, and this one
    road = Project.objects.get(pk=there[ROAD].pk)
    assert [line.amount for line in road.budget.all()] == [Decimal("250.50"), Decimal("80.00")]
    assert road.budget.first().locator == f"{SHEET}!E13"
    assert [one.area for one in road.places.all()] == ["P1"]  # what a form cannot tell stays
    assert Project.objects.get(pk=there[CANAL].pk).state == "removed"
    assert road.versions.last().note == "เปลี่ยนแปลง ครั้งที่ 2/2567"
    assert projection_faults(world.programme) == []
    then = plan_as_of(world.programme, date(2024, 5, 31))
    assert then[str(road.pk)].facts["budget"][0]["amount"] == "100.00"
    assert then[str(there[CANAL].pk)].state.counts
    table = revision_table(done.event)
    assert {row.field for row in table.changes if row.project == str(road.pk)} == {"budget"}
    assert compare_book(world.programme, made).nothing
    assert revised(world, made).event is None


def test_what_the_book_lacks_stays_unless_somebody_takes_it_out(world: ProgrammeWorld) -> None:
    there = loaded(world)
    made = book(project(13, ROAD), project(14, CANAL))
    assert [one.facts["title"] for one in compare_book(world.programme, made).missing] == [SCHOOL]
    assert revised(world, made).event is None
    assert Project.objects.get(pk=there[SCHOOL].pk).state == "active"
    assert revised(world, made, choices=Choices(missing={str(there[SCHOOL].pk): REMOVE})).removed == 1
    back = compare_book(world.programme, plan())
    assert [(one.form.title, one.old_state, one.state) for one in back.changed] == [(SCHOOL, "removed", "active")]
    assert revised(world, plan(), raw=raw("c")).changed == 1
    assert Project.objects.get(pk=there[SCHOOL].pk).state == "active"
    assert projection_faults(world.programme) == []


def test_an_uncertain_row_is_asked_and_the_answer_is_kept(world: ProgrammeWorld) -> None:
    there = loaded(world)
    other = project(14, "ขุดลอกคลองหนองบัวและก่อสร้างฝายน้ำล้นบ้านดอน", amount(2024, "77.00", "E14"))
    made = book(project(13, ROAD), replace(other, number="9"), project(15, SCHOOL))
    (asked,) = compare_book(world.programme, made).asked
    assert [one.project for one in asked[1].candidates] == [str(there[CANAL].pk)]
    assert "ชื่อคล้ายกัน" in asked[1].candidates[0].reasons[0].th
    with pytest.raises(InputError) as told:
        revised(world, made)
    assert said(told.value) == "match_undecided"
    assert told.value.problems[0].where.sheet == SHEET
    chosen = Choices({other.key: str(there[CANAL].pk)})
    assert not compare_book(world.programme, made, chosen).missing
    with pytest.raises(InputError) as told:
        revised(world, made, choices=replace(chosen, missing={str(there[CANAL].pk): REMOVE}))
    assert said(told.value) == "match_twice"
    with pytest.raises(InputError) as told:
        revised(world, made, choices=Choices({other.key: str(there[ROAD].pk)}))
    assert said(told.value) == "match_twice"
    assert revised(world, made, choices=chosen).changed == 1
    assert Project.objects.get(pk=there[CANAL].pk).title == other.title
    assert Project.objects.count() == 3


def test_an_uncertain_row_may_be_a_new_project(world: ProgrammeWorld) -> None:
    there = loaded(world)
    other = replace(project(14, "ขุดลอกคลองหนองบัวและก่อสร้างฝายน้ำล้นบ้านดอน", amount(2024, "77.00", "E14")), number="9")
    made = book(project(13, ROAD), other, project(15, SCHOOL))
    done = revised(world, made, choices=Choices({other.key: NEW}))
    assert (done.added, done.changed) == (1, 0)
    assert Project.objects.get(pk=there[CANAL].pk).state == "active"


def test_numbering_that_restarts_after_an_amendment(world: ProgrammeWorld) -> None:
    """Two projects of one title and number: the money tells them apart; without it a person is asked."""
    one = project(13, ROAD, amount(2024, "100.00", "E13"))
    two = replace(project(40, ROAD, amount(2024, "900.00", "E40")), number="1", run=1)
    loaded(world, book(one, two))
    moved = replace(one, row=50, amounts=(amount(2024, "100.00", "E50"), amount(2025, "5.00", "F50")), run=1)
    other = replace(two, row=20)
    found = compare_book(world.programme, book(other, moved))
    by_row = {key: match.project for key, match in found.matching.rows.items()}
    places = {p.budget.get(fiscal_year=2024).amount: str(p.pk) for p in Project.objects.all()}
    assert by_row[other.key] == places[Decimal("900.00")]
    assert by_row[moved.key] == places[Decimal("100.00")]
    both = [
        replace(one, amounts=(amount(2024, "1.00", "E13"),)),
        replace(two, row=45, amounts=(amount(2024, "2.00", "E45"),)),
    ]
    assert len(compare_book(world.programme, book(*both)).asked) >= 1


def test_moved_merged_and_doubled_rows_keep_their_meaning(world: ProgrammeWorld) -> None:
    there = loaded(world)
    home = (("strategy", "ยุทธศาสตร์ที่ 1"), ("plan", "แผนงานการศึกษา"))
    goes = replace(project(30, CANAL), sheet="ยุทธ2", hierarchy=home)
    made = book(
        project(13, ROAD),
        project(14, CANAL, state="moved", successor=goes.key, notes=(note(NoteKind.MOVED, "ย้ายไปแผนงานการศึกษา"),)),
        project(15, SCHOOL, state="merged", successor=(SHEET, 13), notes=(note(NoteKind.MERGED, "รวมกับลำดับที่ 1"),)),
        goes,
    )
    done = revised(world, made)
    assert (done.changed, done.added) == (2, 1)
    canal, school = (Project.objects.get(pk=there[name].pk) for name in (CANAL, SCHOOL))
    assert (canal.state, canal.successor.title, canal.successor.hierarchy) == ("moved", CANAL, [list(p) for p in home])
    assert (school.state, school.successor_id) == ("merged", there[ROAD].pk)
    assert canal.versions.last().note == "ย้ายไปแผนงานการศึกษา"
    assert compare_book(world.programme, made).nothing
    assert projection_faults(world.programme) == []


def test_what_a_person_decided_stands_against_the_book(world: ProgrammeWorld) -> None:
    there = loaded(world, plan(project(16, f"{ROAD} (ซ้ำ)")))
    mark_duplicate(acting_user=world.officer, project=there[f"{ROAD} (ซ้ำ)"], of=there[ROAD], reason="ซ้ำ")
    found = compare_book(world.programme, plan(project(16, f"{ROAD} (ซ้ำ)")))
    assert found.nothing
    assert [one.title for one, _ in found.stays] == [f"{ROAD} (ซ้ำ)"]


def test_sources_of_fund_that_make_the_amount_of_the_form_stay(world: ProgrammeWorld) -> None:
    there = loaded(world)
    parts = [
        money(2024, "60.00"),
        money(2024, "40.00", source="เงินอุดหนุน"),
        money(2024, "30.00", "committed"),
    ]
    revise(
        acting_user=world.officer,
        programme=world.programme,
        kind="corrected",
        decided_on=DAY,
        reason="แยกแหล่งเงิน",
        changes=[ProjectChange(there[ROAD], {"budget": parts})],
    )
    assert compare_book(world.programme, plan()).nothing
    made = book(project(13, ROAD, amount(2024, "120.00", "E13")), project(14, CANAL), project(15, SCHOOL))
    revised(world, made)
    lines = Project.objects.get(pk=there[ROAD].pk).budget.values_list("stage", "source_of_fund", "amount")
    assert set(lines) == {("planned", "", Decimal("120.00")), ("committed", "", Decimal("30.00"))}


def test_two_people_at_once_the_second_is_told_what_changed(world: ProgrammeWorld) -> None:
    loaded(world)
    made = book(project(13, ROAD, amount(2024, "1.00", "E13")), project(14, CANAL), project(15, SCHOOL))
    base = last_sequence(world.programme)
    revised(world, made, base=base, reason="คนแรก")
    other = book(project(13, ROAD, amount(2024, "2.00", "E13")), project(14, CANAL), project(15, SCHOOL))
    with pytest.raises(InputError) as told:
        revised(world, other, base=base, raw=raw("c"))
    assert said(told.value) == "plan_changed"
    assert "คนแรก" in told.value.problems[0].message.th
    assert Project.objects.get(title=ROAD).budget.get(fiscal_year=2024).amount == Decimal("1.00")


def test_a_refused_revision_leaves_nothing_behind(world: ProgrammeWorld) -> None:
    loaded(world)
    before = (RevisionEvent.objects.count(), ProjectVersion.objects.count(), AuditEntry.objects.count())
    bad = book(project(13, ROAD, amount(2024, "-1.00", "E13")), project(14, CANAL, amount(2024, "5.00", "E14")))
    for made, more, code in (
        (bad, {}, "form_book_faults"),
        (plan(project(17, "ใหม่")), {"reason": " "}, "reason_needed"),
        (plan(project(17, "ใหม่")), {"kind": "original"}, "project"),
        (book(project(13, ROAD, amount(2024, "5.00", "E13"))), {"decided_on": date(2001, 1, 1)}, "revision_order"),
    ):
        with pytest.raises(InputError) as told:
            revised(world, made, **more)
        assert said(told.value) == code
    with pytest.raises(NotAllowed):
        revise_by_book(
            acting_user=world.people.admin if hasattr(world.people, "admin") else None,
            programme=world.programme,
            book=plan(project(17, "ใหม่")),
            raw=raw("b"),
            kind="changed",
            decided_on=DECIDED,
            reason="x",
        )
    assert before == (RevisionEvent.objects.count(), ProjectVersion.objects.count(), AuditEntry.objects.count())


def test_the_queries_of_a_comparison_and_a_revision_do_not_grow_with_the_rows(world: ProgrammeWorld) -> None:
    titles = [f"โครงการอบรมหลักสูตรที่ {n}" for n in range(60)]
    few = book(*(project(13 + n, title) for n, title in enumerate(titles[:5])))
    loaded(world, few)
    counts = []
    for n in (5, 60):
        made = book(
            *(project(13 + n, title, amount(2024, f"{n}.00", f"E{13 + n}")) for n, title in enumerate(titles[:n]))
        )
        with CaptureQueriesContext(connection) as told:
            compare_book(world.programme, made)
        counts.append(len(told))
        with CaptureQueriesContext(connection) as told:
            revised(world, made, raw=raw("cd"[n > 5]), decided_on=date(2024, 6, 1 + n % 7))
        counts.append(len(told))
    assert counts[0] == counts[2]
    assert counts[3] <= counts[1] + 2


titles = st.text(alphabet="กขคถนสายบ้าน 12๓", min_size=1, max_size=14).filter(str.strip)
rows = st.lists(st.tuples(titles, st.integers(1, 4), st.sampled_from("กข"), st.integers(0, 3)), min_size=1, max_size=25)


@given(rows)
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_register_made_from_a_book_is_matched_to_it_whole(given_rows: list[tuple[str, int, str, int]]) -> None:
    made, held = [], []
    for place, (title, number, section, baht) in enumerate(given_rows):
        line = {"fiscal_year": 2024, "stage": "planned", "amount": f"{baht}.00"}
        facts = {
            **empty_facts(),
            "title": title,
            "number": str(number),
            "hierarchy": [["plan", section]],
            "budget": [line],
            "sheet": "s",
            "cell": f"A{place}",
        }
        made.append(Row(("s", place), facts))
        held.append(Held(str(place), facts))
    found = match_rows(made, held)
    assert not found.missing
    for place, row in enumerate(made):
        match = found.rows[row.key]
        assert match.how is How.SURE
        same = held[int(match.project)].facts
        assert (same["title"].replace(" ", ""), same["budget"]) == (
            held[place].facts["title"].replace(" ", ""),
            held[place].facts["budget"],
        )
