"""The job that reads a submission: by a kept recipe, by one just confirmed, again after a change, and not at all."""

from __future__ import annotations

import io

import openpyxl
import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks

from mudmai.apps.data.domain.jobs_reading import begin_reading, confirm_recipe
from mudmai.apps.data.domain.submissions import replace_file, start_submission
from mudmai.apps.data.domain.tables import table_named
from mudmai.apps.data.models import Submission
from mudmai.apps.jobs.models import Job
from mudmai.apps.registry.policy import NotAllowed
from mudmai.workspace.looking import look
from mudmai.workspace.raw_files import raw_files
from mudmai.workspace.recipes import RecipeShelf
from tests.apps.data.data_world import DataWorld, raw
from tests.apps.registry.small_world import somebody

ROWS = [["พื้นที่", "พ.ศ. 2563", "พ.ศ. 2564"], ["Alpha", 126, 130], ["Beta", 101, 104], ["Country", 227, 234]]


def book(rows: list[list[object]]) -> bytes:
    workbook = openpyxl.Workbook()
    for row in rows:
        workbook.active.append(row)
    held = io.BytesIO()
    workbook.save(held)
    return held.getvalue()


def handed_in(world: DataWorld, content: bytes, name: str = "เงิน.xlsx") -> Submission:
    return start_submission(
        acting_user=world.contributor, dataset="toy-money", organisation=world.ministry, raw=raw(content, name)
    )


Committed = DjangoCaptureOnCommitCallbacks


def read(world: DataWorld, one: Submission, committed: Committed) -> Submission:
    with committed(execute=True):
        begin_reading(acting_user=world.contributor, submission=one)
    one.refresh_from_db()
    return one


def recipe_of(world: DataWorld, one: Submission):
    path = raw_files(world.workspace).path(one.raw_sha)
    return look(world.workspace, path, name=one.raw_name, dataset=one.dataset).recipe


def test_a_new_file_waits_for_answers_then_is_read_whole(
    data_world: DataWorld, django_capture_on_commit_callbacks: Committed
) -> None:
    one = read(data_world, handed_in(data_world, book(ROWS)), django_capture_on_commit_callbacks)
    assert one.reading["kind"] == "proposal" and one.table_sha == "" and one.errors == 0
    with django_capture_on_commit_callbacks(execute=True):
        confirm_recipe(
            acting_user=data_world.contributor, submission=one, recipe=recipe_of(data_world, one), name="เงินรายปี"
        )
    one.refresh_from_db()
    assert (one.reading["kind"], one.reading["rows"], one.errors) == ("recipe", 6, 0), one.reading["problems"]
    told = {(r["area"], r["period"]): (r["value"], r["locator"]) for r in table_named(one.table_sha).to_pylist()}
    assert told["B", "2021"] == (104.0, "เงิน.xlsx!Sheet!C3")
    kept = RecipeShelf(data_world.workspace).one("toy-money", "เงินรายปี")
    assert kept.by == data_world.contributor.pseudonym


def test_next_years_file_goes_through_by_itself(
    data_world: DataWorld, django_capture_on_commit_callbacks: Committed
) -> None:
    first = handed_in(data_world, book(ROWS))
    RecipeShelf(data_world.workspace).keep("toy-money", recipe_of(data_world, first), by="")
    grown = [["รายงาน"], [*ROWS[0], "พ.ศ. 2565"], *([*row, 140] for row in ROWS[1:])]
    later = read(data_world, handed_in(data_world, book(grown)), django_capture_on_commit_callbacks)
    assert (later.reading["kind"], later.reading["rows"]) == ("recipe", 9)
    assert later.report_sha and raw_files(data_world.workspace).has(later.table_sha)


def test_reading_twice_changes_nothing(data_world: DataWorld, django_capture_on_commit_callbacks: Committed) -> None:
    one = handed_in(data_world, book(ROWS))
    RecipeShelf(data_world.workspace).keep("toy-money", recipe_of(data_world, one), by="")
    once = read(data_world, one, django_capture_on_commit_callbacks)
    revision, table = once.revision, once.table_sha
    twice = read(data_world, one, django_capture_on_commit_callbacks)
    assert (twice.revision, twice.table_sha) == (revision, table)


@pytest.mark.parametrize(
    ("name", "content"), [("a.xlsx", b"PK\x03\x04 cut short"), ("a.pdf", b"%PDF-1.7 x"), ("a.csv", b"a\n")]
)
def test_a_file_that_cannot_be_read_is_an_error_with_a_next_step(
    data_world: DataWorld, django_capture_on_commit_callbacks: Committed, name: str, content: bytes
) -> None:
    one = read(data_world, handed_in(data_world, content, name), django_capture_on_commit_callbacks)
    assert one.errors >= 1 and one.table_sha == ""
    assert all(told["remedy_th"] and told["remedy_en"] for told in one.reading["problems"])
    assert Job.objects.get().state == "done"


def test_a_mended_file_takes_the_place_of_the_faulty_one(
    data_world: DataWorld, django_capture_on_commit_callbacks: Committed
) -> None:
    one = handed_in(data_world, book(ROWS))
    RecipeShelf(data_world.workspace).keep("toy-money", recipe_of(data_world, one), by="")
    bad = handed_in(data_world, book([*ROWS, ["Gamma", 1, 2]]))
    bad = read(data_world, bad, django_capture_on_commit_callbacks)
    assert bad.errors and [p["code"] for p in bad.reading["problems"]] == ["area_name"]
    replace_file(acting_user=data_world.contributor, submission=bad, raw=raw(book(ROWS), "mended.xlsx"))
    bad.refresh_from_db()
    assert read(data_world, bad, django_capture_on_commit_callbacks).errors == 0


def test_only_who_may_change_the_draft_confirms_its_recipe(data_world: DataWorld) -> None:
    one = handed_in(data_world, book(ROWS))
    with pytest.raises(NotAllowed):
        confirm_recipe(acting_user=somebody(), submission=one, recipe=recipe_of(data_world, one), name="r")
    assert RecipeShelf(data_world.workspace).of("toy-money") == ()
