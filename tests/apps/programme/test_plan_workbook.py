"""The plan workbook as offices keep it: loaded, it is the register, to the baht; with planted faults it is refused."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from django.db.models import Sum

from mudmai.apps.programme.domain.projects import create_programme, load_form_book, projection_faults
from mudmai.apps.programme.models import BudgetLine, Programme, Project
from mudmai.apps.programme.queries import SATANG, totals
from mudmai.core.errors import InputError
from mudmai.exchange.forms import FormBook, shipped_form_layouts
from mudmai.exchange.forms.reader import read_form_book
from mudmai.exchange.sheets.workbook import open_workbook
from tests.apps.programme.form_books import raw
from tests.apps.programme.programme_world import ProgrammeWorld
from tests.exchange.forms.plan_workbook import (
    COORDINATION_BAHT,
    COORDINATION_PROJECTS,
    MAIN_BAHT,
    MAIN_PROJECTS,
    write_plan_workbook,
)


def read(path: Path) -> FormBook:
    (layouts,) = shipped_form_layouts()
    return read_form_book(open_workbook(path), layouts)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> FormBook:
    path = tmp_path_factory.mktemp("plan") / "plan.xlsx"
    write_plan_workbook(path)
    return read(path)


@pytest.fixture
def programme(world: ProgrammeWorld) -> Programme:
    return create_programme(
        acting_user=world.officer, organisation=world.people.department, title_th="แผน", first_year=2023, last_year=2027
    )


def test_the_register_is_the_workbook_to_the_baht(world: ProgrammeWorld, programme: Programme, book: FormBook) -> None:
    loaded = load_form_book(acting_user=world.officer, programme=programme, book=book, raw=raw())
    assert (loaded.projects, loaded.counted, loaded.disagreements) == (len(book.projects), len(book.counted), ())
    for form, count, baht in (
        ("por-02", MAIN_PROJECTS, MAIN_BAHT),
        ("por-02-2", COORDINATION_PROJECTS, COORDINATION_BAHT),
    ):
        rows = Project.objects.filter(programme=programme, form=form, state="active")
        planned = BudgetLine.objects.filter(project__in=rows, stage="planned")
        assert rows.count() == count
        assert planned.aggregate(sum=Sum(SATANG))["sum"] == baht * 100
    written = {(p.sheet, a.cell): a.amount for p in book.projects for a in p.amounts}
    lines = BudgetLine.objects.filter(project__programme=programme)
    kept = {tuple(where.rsplit("!", 1)): amount for where, amount in lines.values_list("locator", "amount")}
    assert kept == written
    assert totals(programme.projects.all(), stages=["planned"]).grand == loaded.planned * 100
    assert projection_faults(programme) == []


def test_planted_disagreements_stop_the_load_and_are_named(
    world: ProgrammeWorld, programme: Programme, tmp_path: Path
) -> None:
    made = write_plan_workbook(tmp_path / "planted.xlsx", planted=True)
    with pytest.raises(InputError) as told:
        load_form_book(acting_user=world.officer, programme=programme, book=read(made.path), raw=raw())
    assert told.value.code in ("form_disagrees", "form_book_faults")
    assert len(told.value.problems) >= len(made.planted) > 0
    assert not Project.objects.filter(programme=programme).exists()
    assert Decimal(0) == sum(BudgetLine.objects.values_list("amount", flat=True), Decimal(0))
