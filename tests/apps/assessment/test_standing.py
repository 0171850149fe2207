"""Where a file stands, workbooks of answers, local criteria, and the road map."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook

from mudmai.apps.assessment.domain.answers import (
    export_answer_book,
    load_answer_book,
    preview_answer_book,
    read_book_of,
    save_answer,
    values_of,
)
from mudmai.apps.assessment.domain.files import claim_parts, withdraw_file
from mudmai.apps.assessment.domain.local_criteria import add_local, change_local, local_mark, remove_local
from mudmai.apps.assessment.domain.roadmap import (
    change_action,
    done_action,
    drop_action,
    make_draft_project,
    money_by_year,
    plan_action,
    points_by_year,
)
from mudmai.apps.assessment.domain.standing import standing_of
from mudmai.apps.assessment.models import CityFile, RoadmapState
from mudmai.apps.programme.domain.programmes import release_programme
from mudmai.apps.programme.domain.projects import create_programme
from mudmai.apps.registry.models import AuditEntry, Role
from mudmai.apps.registry.policy import NotAllowed
from mudmai.core.errors import InputError
from tests.apps.assessment.assessment_world import DAY, AssessmentWorld
from tests.apps.registry.small_world import holding


def test_blockers_say_what_is_lacking_and_what_helps_most(world: AssessmentWorld) -> None:
    held = world.file()
    world.answer(held, {"c-plan": 3, "c-open": 3, "c-money": 1})
    now = standing_of(held)
    environment = now.assessed.parts["environment"]
    assert environment.low == pytest.approx(2 / 9) and environment.high == pytest.approx(5 / 9)
    assert now.assessed.level is None and now.next.level.id == "passed"
    kinds = [one.kind for one in now.blockers]
    assert kinds == ["part", "count", "criterion", "criterion"]  # the whole has 61% and stands not in the way
    assert now.blockers[0].text.th.startswith("หมวด “สิ่งแวดล้อม” ได้แน่ 22.2% ต้องได้ 70%")
    assert "up to 55.5%" in now.blockers[0].text.en
    assert [one.criterion for one in now.blockers[2:]] == ["c-money", "c-waste"]
    assert now.blockers[2].gain >= now.blockers[3].gain > 0
    assert [one.id for one in now.open_questions] == ["c-waste"]
    assert {one.id: many for one, many in now.evidence_missing} == {"c-plan": 1, "c-money": 1}


def test_a_compulsory_part_that_is_not_claimed_blocks_first(world: AssessmentWorld) -> None:
    held = world.file(claimed=("energy",))
    world.answer(held, {"c-plan": 3, "c-open": 3, "c-energy": 3})
    now = standing_of(held)
    assert now.blockers[0].kind == "unclaimed" and now.blockers[0].part == "environment"


def test_a_claim_above_what_the_figure_reaches_is_told(world: AssessmentWorld) -> None:
    held = world.file()
    world.answer(held, {"c-money": 3})
    (claim,) = standing_of(held).claims_above
    assert (claim.answer, claim.reaches) == (3, 1)
    assert "claims step 3" in claim.text.en and "70" in claim.text.en
    row = save_answer(acting_user=world.filler, file=held, criterion="c-money", value=1, revision=1, today=DAY)
    assert row.value == 1 and standing_of(held).claims_above == ()


def test_the_top_has_no_blockers_and_asks_for_nothing_more(
    world: AssessmentWorld, django_assert_max_num_queries
) -> None:
    held = world.filled({"c-plan": 3, "c-open": 3, "c-money": 3, "c-waste": 3})
    with django_assert_max_num_queries(3):
        now = standing_of(held)
    assert now.next is None and now.blockers == () and now.assessed.level.id == "high"


def book_of(file: CityFile, folder: Path, **cells: int):
    path = folder / "answers.xlsx"
    path.write_bytes(export_answer_book(file))
    book = load_workbook(path)
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for key, value in cells.items():
                if str(row[0].value) == f"criterion:{key.replace('_', '-')}":
                    sheet.cell(row[0].row, 8, value)
    book.save(path)
    return read_book_of(file, path)


def test_a_workbook_goes_out_and_comes_back_all_or_nothing(world: AssessmentWorld, tmp_path: Path) -> None:
    held = world.filled()
    same = preview_answer_book(held, book_of(held, tmp_path))
    assert same.ok and same.changes == ()
    book = book_of(held, tmp_path, c_plan=3, c_waste=0)
    seen = preview_answer_book(held, book)
    assert {one.criterion.id: (one.old_value, one.new_value) for one in seen.changes} == {
        "c-plan": (2, 3),
        "c-waste": (2, 0),
    }
    save_answer(acting_user=world.colleague, file=held, criterion="c-open", value=3, revision=1, today=DAY)
    with pytest.raises(InputError) as slower:
        load_answer_book(acting_user=world.filler, file=held, book=book, mark=seen.mark, today=DAY)
    assert slower.value.code == "answer_changed" and values_of(held)["c-plan"] == 2
    with pytest.raises(InputError) as faulty:
        load_answer_book(
            acting_user=world.filler, file=held, book=book_of(held, tmp_path, c_plan=3, c_coast=2), today=DAY
        )
    assert faulty.value.code == "answer_book" and faulty.value.problems[0].where.cell
    assert values_of(held)["c-plan"] == 2
    with pytest.raises(NotAllowed):
        load_answer_book(acting_user=world.reader, file=held, book=book, today=DAY)
    load_answer_book(acting_user=world.filler, file=held, book=book_of(held, tmp_path, c_plan=3), today=DAY)
    assert values_of(held)["c-plan"] == 3
    assert AuditEntry.objects.get(action="file.load_answers").new["answers"] == {"c-plan": [2, 3]}


def test_local_criteria_stand_beside_the_score(world: AssessmentWorld) -> None:
    held = world.filled()
    before = standing_of(held).assessed.overall
    made = add_local(acting_user=world.filler, file=held, title="ลานเล่น", why="เด็กมาก", today=DAY)
    assert standing_of(held).assessed.overall == before
    mark = local_mark(made)
    change_local(acting_user=world.filler, local=made, mark=mark, title="ลานเด็กเล่น", today=DAY)
    with pytest.raises(InputError) as second:
        change_local(acting_user=world.colleague, local=made, mark=mark, title="สนาม", today=DAY)
    assert second.value.code == "assessment_changed"
    made.refresh_from_db()
    remove_local(acting_user=world.filler, local=made, mark=local_mark(made), today=DAY)
    assert held.steps.last().facts["before"]["title"] == "ลานเด็กเล่น" and not held.local_criteria.exists()


def planned(world: AssessmentWorld, criterion: str = "c-plan", **more):
    return plan_action(acting_user=world.filler, city=world.city, criterion=criterion, **more)


def test_the_road_map_tells_points_and_money_by_year(world: AssessmentWorld) -> None:
    held = world.filled({"c-plan": 1, "c-open": 3, "c-money": 1, "c-waste": 0})
    planned(world, action="write-plan", to_step=3, fiscal_year=2027, budget=Decimal("1000"))
    planned(world, "c-waste", title="คัดแยก", to_step=3, fiscal_year=2028)
    planned(world, "c-money", title="เงิน", to_step=3, fiscal_year=2028, budget=Decimal("500.50"))
    planned(world, "c-open", title="ไม่มีปี")
    points = points_by_year(held)
    assert [one.fiscal_year for one in points] == [None, 2027, 2028]
    assert [one.assessed.level and one.assessed.level.id for one in points] == [None, None, "high"]
    assert points[0].assessed.overall.low < points[1].assessed.overall.low < points[2].assessed.overall.low == 1.0
    assert points[2].changed == {"c-waste": 3, "c-money": 3}
    money = [(one.fiscal_year, one.items, one.known, one.unknown) for one in money_by_year(world.city)]
    assert money == [
        (2027, 1, Decimal("1000.00"), 0),
        (2028, 2, Decimal("500.50"), 1),
        (None, 1, None, 1),
    ]


def test_items_are_checked_changed_dropped_and_done(world: AssessmentWorld) -> None:
    with pytest.raises(InputError, match="open a file first"):
        planned(world)
    world.file()
    for given, field in (
        ({"fiscal_year": 2570, "title": "ก"}, "fiscal_year"),
        ({"to_step": 9, "title": "ก"}, "to_step"),
        ({"budget": Decimal("-1"), "title": "ก"}, "budget"),
        ({"title": " "}, "title"),
    ):
        with pytest.raises(InputError) as wrong:
            planned(world, **given)
        assert wrong.value.where.field == field
    item = planned(world, action="write-plan")
    assert item.title == "จัดทำแผน"
    with pytest.raises(NotAllowed):
        change_action(acting_user=world.reader, item=item, revision=1, to_step=2)
    item = change_action(acting_user=world.filler, item=item, revision=1, to_step=2)
    with pytest.raises(InputError) as second:
        drop_action(acting_user=world.colleague, item=item, revision=1, reason="ไม่มีเงิน")
    assert second.value.code == "roadmap_changed"
    assert done_action(acting_user=world.filler, item=item, revision=2).state == RoadmapState.DONE
    with pytest.raises(InputError) as again:
        drop_action(acting_user=world.filler, item=item, revision=3, reason="ไม่มีเงิน")
    assert again.value.code == "roadmap"
    assert AuditEntry.objects.filter(action="roadmap.change").count() == 3


def test_an_item_becomes_a_draft_project_and_each_knows_the_other(world: AssessmentWorld) -> None:
    world.file()
    item = planned(world, action="write-plan", fiscal_year=2027, budget=Decimal("1000"), unit="กองแผน")
    programme = create_programme(
        acting_user=world.filler, organisation=world.town, title_th="แผน", first_year=2026, last_year=2028
    )
    made = make_draft_project(acting_user=world.filler, item=item, programme=programme, revision=1)
    project = made.project
    assert project.roadmap_item == made and (project.title, project.department) == ("จัดทำแผน", "กองแผน")
    (line,) = project.budget.all()
    assert (line.fiscal_year, line.amount) == (2027, Decimal("1000.00"))
    assert [one.area for one in project.places.all()] == ["A1"]
    with pytest.raises(InputError):
        make_draft_project(acting_user=world.filler, item=made, programme=programme, revision=2)
    other = planned(world, "c-waste", title="ขยะ")
    release_programme(acting_user=holding(Role.PUBLISHER, world.town, name="publisher"), programme=programme)
    programme.refresh_from_db()
    with pytest.raises(InputError) as released:
        make_draft_project(acting_user=world.filler, item=other, programme=programme, revision=1)
    assert released.value.code == "roadmap"
    assert AuditEntry.objects.get(action="roadmap.project").new["project"] == str(project.pk)


def test_a_withdrawn_file_is_no_ground_for_a_plan(world: AssessmentWorld) -> None:
    held = world.file()
    claim_parts(acting_user=world.filler, file=held, parts=[], revision=held.revision, today=DAY)
    withdraw_file(acting_user=world.sender, file=held, reason="ไม่พร้อม")
    with pytest.raises(InputError, match="open a file first"):
        planned(world)
