"""The plan workbook as offices keep it, revised: every planted edit is found, no project is taken for another."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from mudmai.apps.programme.domain.projects import create_programme, load_form_book
from mudmai.apps.programme.domain.revised_books import compare_book
from mudmai.apps.programme.models import Programme
from mudmai.exchange.forms import FormBook, shipped_form_layouts
from mudmai.exchange.forms.book import FormProject, ProjectKey
from mudmai.exchange.forms.reader import read_form_book
from mudmai.exchange.sheets.workbook import open_workbook
from tests.apps.programme.form_books import raw
from tests.apps.programme.programme_world import ProgrammeWorld
from tests.exchange.forms.plan_workbook import write_plan_workbook


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> FormBook:
    path: Path = tmp_path_factory.mktemp("plan") / "plan.xlsx"
    write_plan_workbook(path)
    (layouts,) = shipped_form_layouts()
    return read_form_book(open_workbook(path), layouts)


@pytest.fixture
def programme(world: ProgrammeWorld, book: FormBook) -> Programme:
    made = create_programme(
        acting_user=world.officer, organisation=world.people.department, title_th="แผน", first_year=2023, last_year=2027
    )
    load_form_book(acting_user=world.officer, programme=made, book=book, raw=raw())
    return made


def test_the_workbook_that_was_loaded_is_unchanged_row_by_row(programme: Programme, book: FormBook) -> None:
    found = compare_book(programme, book)
    assert found.nothing
    assert len(found.unchanged) == len(book.projects)
    homes = {(one.sheet, int(one.cell[1:])): str(one.pk) for one in programme.projects.all()}
    assert {key: match.project for key, match in found.matching.rows.items()} == homes
    assert found.numbers == ()


def test_planted_edits_in_a_book_that_is_numbered_anew(programme: Programme, book: FormBook) -> None:
    """Rows taken out, titles mended, amounts changed, rows added, all sheets numbered anew and shifted by ten rows."""
    chance = random.Random(8)
    homes = {(one.sheet, int(one.cell[1:])): str(one.pk) for one in programme.projects.all()}
    targets = {one.successor for one in book.projects}
    free = [one for one in book.projects if one.counted and one.key not in targets and one.total()]
    chosen = chance.sample(free, 120)
    gone, retitled, repriced, both = (
        {one.key for one in part} for part in (chosen[:30], chosen[30:60], chosen[60:100], chosen[100:])
    )
    origin: dict[ProjectKey, ProjectKey] = {}
    rows: list[FormProject] = []
    numbers: dict[str, int] = {}
    for one in book.projects:
        if one.key in gone:
            continue
        made = replace(one, row=one.row + 10)
        if made.number.isdecimal():
            numbers[one.sheet] = numbers.get(one.sheet, 0) + 1
            made = replace(made, number=str(numbers[one.sheet]))
        if one.key in retitled | both:
            made = replace(made, fields={**one.fields, "title": _misspelt(one.title)})
        if one.key in repriced | both:
            made = replace(made, amounts=_doubled(one))
        if one.successor:
            made = replace(made, successor=(one.successor[0], one.successor[1] + 10))
        origin[made.key] = one.key
        rows.append(made)
    added = [
        replace(
            free[n],
            row=9000 + n,
            number=str(900 + n),
            fields={**free[n].fields, "title": f"ปลูกป่าชายเลน แปลง {n + 5000}"},
        )
        for n in range(15)
    ]
    found = compare_book(programme, replace(book, projects=(*rows, *added)))
    wrong = [
        match
        for key, match in found.matching.rows.items()
        if match.project is not None and match.project != homes.get(origin.get(key, ("", 0)))
    ]
    assert wrong == []
    assert {one.key for one, _ in found.asked} <= {key for key, at in origin.items() if at in both | retitled}
    assert {one.form.key for one in found.new} == {one.key for one in added}
    missing = {one.id for one in found.missing}
    assert {homes[key] for key in gone} <= missing
    assert missing - {homes[key] for key in gone} <= {homes[origin[one.key]] for one, _ in found.asked}
    money = {origin[one.form.key] for one in found.changed if one.money}
    titles = {origin[one.form.key] for one in found.changed if "title" in one.fields}
    asked = {origin[one.key] for one, _ in found.asked}
    assert money == (repriced | both) - asked
    assert titles == (retitled | both) - asked
    for one, match in found.asked:  # what is asked names the right project first
        assert match.candidates[0].project == homes[origin[one.key]]
    print(f"{len(titles)} titles matched, {len(asked)} asked of {len(retitled | both)}")


def _misspelt(title: str) -> str:
    """A letter is lost, as in typing."""
    return title[:9] + title[10:]


def _doubled(one: FormProject):
    return tuple(a if not a.amount else a._replace(amount=a.amount * 2 + Decimal("0.50")) for a in one.amounts)
