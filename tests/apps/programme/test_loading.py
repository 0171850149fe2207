"""Loading a plan workbook: everything with its cell, or nothing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from mudmai.apps.programme.domain import form_rows
from mudmai.apps.programme.domain.projects import load_form_book, plan_as_of, projection_faults, release_programme
from mudmai.apps.programme.models import BudgetLine, FormLoad, Programme, Project, ProjectVersion, RevisionEvent
from mudmai.apps.registry.models import AuditEntry, Role
from mudmai.apps.registry.policy import NotAllowed
from mudmai.core.errors import InputError
from mudmai.core.ledger import counted, money
from mudmai.exchange.forms.book import NoteKind
from tests.apps.programme.form_books import SHEET, agreeing, amount, book, note, project, raw
from tests.apps.programme.programme_world import ProgrammeWorld
from tests.apps.registry.small_world import holding


def load(world: ProgrammeWorld, *projects, **more):
    arguments = {"acting_user": world.officer, "programme": world.programme, "raw": raw(), "reconciliation": agreeing()}
    return load_form_book(book=more.pop("book", None) or book(*projects), **(arguments | more))


def nothing_is_there() -> bool:
    return not any(m.objects.exists() for m in (Project, BudgetLine, RevisionEvent, ProjectVersion, FormLoad))


def refused(world: ProgrammeWorld, *projects, **more) -> InputError:
    with pytest.raises(InputError) as told:
        load(world, *projects, **more)
    return told.value


def test_every_amount_keeps_its_cell(world: ProgrammeWorld) -> None:
    amounts = amount(2024, "100.50", "E13"), amount(2025, "0.00", "F13", told=True), amount(2026, None, "G13")
    loaded = load(world, project(13, "ถนน", *amounts))
    assert (loaded.projects, loaded.counted, loaded.planned) == (1, 1, Decimal("100.50"))
    lines = list(BudgetLine.objects.values_list("fiscal_year", "amount", "locator", "note"))
    assert lines == [
        (2024, Decimal("100.50"), f"{SHEET}!E13", ""),
        (2025, Decimal("0.00"), f"{SHEET}!F13", "-"),
        (2026, None, f"{SHEET}!G13", ""),
    ]
    road = Project.objects.get()
    assert (road.output, road.department, road.form, road.locator) == ("1 สาย", "กองช่าง", "por-02", f"{SHEET}!A13")
    assert road.extra == {"department_written": "กองช่างฯ", "plan": "ครุภัณฑ์"}
    assert Programme.objects.get().plan == ["strategy", "plan"]
    assert projection_faults(world.programme) == []
    entry = AuditEntry.objects.order_by("-sequence").first()
    assert (entry.action, entry.new["projects"], entry.new["lines"]) == ("programme.load", 1, 3)


def test_notes_become_events_and_nobody_counts_twice(world: ProgrammeWorld) -> None:
    loaded = load(
        world,
        project(13, "ถนน", notes=[note(NoteKind.CORRECTED, "แก้ไข ครั้งที่ 2/2567", number="2/2567")]),
        project(14, "คลอง", notes=[note(NoteKind.ADDED, "เพิ่มเติม ครั้งที่ 1/2568", number="1/2568")]),
        project(
            15,
            "ถนน (รวม)",
            notes=[note(NoteKind.MERGED, "รวมกับลำดับที่ 1", target="1")],
            state="merged",
            successor=(SHEET, 13),
        ),
        dates={"1/2568": date(2025, 3, 4)},
    )
    assert (loaded.projects, loaded.counted, loaded.planned) == (3, 2, Decimal("200.00"))
    events = list(RevisionEvent.objects.order_by("sequence").values_list("kind", "number", "decided_on"))
    assert events == [
        ("original", "", date(2023, 10, 1)),
        ("corrected", "2/2567", date(2024, 12, 31)),
        ("added", "1/2568", date(2025, 3, 4)),
    ]
    told = RevisionEvent.objects.get(number="2/2567")
    assert told.day_is_assumed and told.lacks_before and told.reason == ""
    merged = Project.objects.get(state="merged")
    assert merged.successor.title == "ถนน"
    assert merged.versions.get().note == "รวมกับลำดับที่ 1"
    then = counted(plan_as_of(world.programme, date(2025, 3, 3)))
    assert [one["title"] for one in then.values()] == ["ถนน"]
    now = counted(plan_as_of(world.programme, date(2025, 3, 4)))
    assert sum(money(facts) for facts in now.values()) == Decimal("200.00")
    assert projection_faults(world.programme) == []
    assert [v.event.number for v in Project.objects.get(title="ถนน").versions.all()] == ["", "2/2567"]


def test_sums_that_disagree_need_a_reason_which_is_kept(world: ProgrammeWorld) -> None:
    told = refused(world, project(13, "ถนน"), reconciliation=agreeing("100.00", "110.00"))
    assert told.code == "form_disagrees" and nothing_is_there()
    assert "E13:E40, C7" in told.problems[0].where.cell and "-10.00" in told.problems[0].message.en
    loaded = load(world, project(13, "ถนน"), reconciliation=agreeing("100.00", "110.00"), reason="แบบสรุปพิมพ์ผิด")
    assert loaded.load.reason == "แบบสรุปพิมพ์ผิด"
    assert loaded.load.disagreements[0]["where"]["cell"] == "E13:E40, C7"


@pytest.mark.parametrize(
    ("fault", "code", "cell"),
    [
        (amount(2024, "-5.00", "E13"), "budget_negative", "E13"),
        (amount(2024, "1000000000000000", "E13"), "budget_too_large", "E13"),
        (amount(2567, "5.00", "E13"), "year_calendar", "E13"),
        (amount(2023, "5.00", "E13"), "year_outside", "E13"),
    ],
)
def test_a_fault_is_named_by_its_cell_and_nothing_is_loaded(world: ProgrammeWorld, fault, code, cell) -> None:
    told = refused(world, project(14, "คลอง"), project(13, "ถนน", fault))
    assert told.code == "form_book_faults" and nothing_is_there()
    (one,) = told.problems
    assert (one.code, one.where.sheet, one.where.cell) == (code, SHEET, cell)


def test_a_year_of_two_cells_and_an_empty_column_outside_the_plan(world: ProgrammeWorld) -> None:
    told = refused(world, project(13, "ถนน", amount(2024, "1.00", "E13"), amount(2024, "1.00", "F13")))
    assert [(one.code, one.where.cell) for one in told.problems] == [("budget_twice", "F13")]
    load(world, project(13, "ถนน", amount(2023, None, "D13"), amount(2024, "1.00", "E13")))
    assert BudgetLine.objects.get().locator == f"{SHEET}!E13"


def test_a_move_to_a_plan_that_is_not_there(world: ProgrammeWorld) -> None:
    gone = note(NoteKind.MOVED, "ย้ายไปแผนงานสาธารณสุข", plan="สาธารณสุข")
    told = refused(world, project(13, "ถนน", notes=[gone], state="moved", successor=None))
    assert told.code == "form_book_faults" and nothing_is_there()
    assert (told.problems[0].code, told.problems[0].where.cell) == ("successor_missing", "F13")
    circle = (
        project(13, "ก", state="merged", successor=(SHEET, 14)),
        project(14, "ข", state="merged", successor=(SHEET, 13)),
    )
    assert {one.code for one in refused(world, *circle).problems} == {"successor_missing"}


@pytest.mark.parametrize("model", [Project, BudgetLine, ProjectVersion])
def test_an_import_that_breaks_half_way_leaves_nothing(world: ProgrammeWorld, monkeypatch, model) -> None:
    real = form_rows.insert_prepared

    def break_off(into, names, rows) -> None:
        real(into, names, rows)
        if into is model:
            raise RuntimeError("power is gone")

    with monkeypatch.context() as broken:
        broken.setattr(form_rows, "insert_prepared", break_off)
        with pytest.raises(RuntimeError):
            load(world, project(13, "ถนน"))
    assert nothing_is_there()
    assert not AuditEntry.objects.filter(action="programme.load").exists()
    assert load(world, project(13, "ถนน")).projects == 1


def test_the_same_file_and_a_second_original_are_refused(world: ProgrammeWorld) -> None:
    load(world, project(13, "ถนน"))
    assert refused(world, project(13, "ถนน")).code == "form_loaded_already"
    assert refused(world, project(13, "ถนน"), raw=raw("b")).code == "programme_not_empty"
    added = load(world, project(13, "คลอง"), raw=raw("b"), kind="added", decided_on=date(2024, 2, 1))
    assert (added.projects, Project.objects.count(), Project.objects.last().position) == (1, 2, 1)


def test_an_empty_book_is_refused(world: ProgrammeWorld) -> None:
    assert refused(world).problems[0].code == "form_empty"


def test_who_may_load(world: ProgrammeWorld) -> None:
    reader = holding(Role.READER, world.people.department, name="reader")
    with pytest.raises(NotAllowed):
        load(world, project(13, "ถนน"), acting_user=reader)
    release_programme(acting_user=world.publisher, programme=world.programme)
    with pytest.raises(NotAllowed):
        load(world, project(13, "ถนน"))
    load(world, project(13, "ถนน"), acting_user=world.reviewer)


def test_many_rows_ask_no_more_of_the_database(world: ProgrammeWorld, django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(40) as asked:
        load(world, *(project(13 + n, f"ถนน {n}") for n in range(2)))
    few = len(asked.captured_queries)
    with django_assert_max_num_queries(few):
        load(world, *(project(13 + n, f"คลอง {n}") for n in range(25)), raw=raw("c"), kind="added")
