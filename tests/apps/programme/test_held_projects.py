"""What the portfolio takes from kept columns is what the database answers: choice, pages, values, money."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from django.db.models import Count
from pytest_django import Settings

from mudmai.apps.programme.area_money import all_stages
from mudmai.apps.programme.domain.finding import page_held, project_page
from mudmai.apps.programme.domain.projects import release_programme
from mudmai.apps.programme.models import Project
from mudmai.apps.programme.portfolio import Chosen, choices, held_by, money_held, money_of, projects_of
from mudmai.apps.programme.queries import passages
from tests.apps.programme.programme_world import ProgrammeWorld, money
from tests.apps.programme.test_area_money import at, thailand

__all__ = ["thailand"]


@pytest.fixture(autouse=True)
def _thailand(_settings: None, settings: Settings) -> None:
    settings.MUDMAI_CATALOGUE = "tests.apps.programme.test_area_money.thailand"


@pytest.fixture
def register(world: ProgrammeWorld) -> ProgrammeWorld:
    """Projects of every kind, in two programmes of which one is released."""
    places = (at("TH-400101"), at("TH-40", "TH-41"), at("NESDC-NE", system="th-nesdc"), [])
    budgets = ([money(2024, "9999999999999.99")], [money(2024, "0.01"), money(2025, "3.10")], [money(2025, None)])
    for n, (where, budget) in enumerate(product(places, budgets)):
        facts = {"places": where, "budget": budget, "department": f"กอง {n % 3}" if n % 4 else ""}
        world.project(f"ถนนสาย {n}", **facts)
    release_programme(acting_user=world.publisher, programme=world.programme)
    return world


def chosen(world: ProgrammeWorld) -> list[Chosen]:
    one = Chosen()
    return [
        one,
        replace(one, programme=world.programme.pk),
        replace(one, year=2025),
        replace(one, stage="planned"),
        replace(one, stage="disbursed"),
        replace(one, status="identification", department="กอง 1"),
        replace(one, department="ไม่มี"),
        replace(one, area="TH-40", codes=passages().around("TH-40")),
        replace(one, text="สาย ๑"),
        replace(one, text="ถนน", year=2024, area="TH-41", codes=passages().around("TH-41")),
        replace(one, ids=frozenset(Project.objects.values_list("pk", flat=True)[:3])),
    ]


def test_what_is_chosen_from_columns_is_what_the_database_chooses(register: ProgrammeWorld) -> None:
    for person in (None, register.officer):
        for asked in chosen(register):
            held, rows = held_by(person, asked), projects_of(person, asked)
            keys = {key for key, one in zip(held.columns.keys, held.wanted.tolist(), strict=True) if one}
            assert keys == {one.pk.hex for one in rows}, asked
            assert money_held(held, asked) == money_of(rows, asked), asked
            assert set(all_stages(money_held(held, asked).years)) == set(all_stages({}))
    assert len(held_by(None, Chosen()).columns.keys) == 12


def test_values_to_choose_have_the_counts_of_the_database(register: ProgrammeWorld) -> None:
    held = held_by(None, Chosen())
    for name, field in (("programme", "programme_id"), ("status", "status"), ("department", "department")):
        rows = projects_of(None, Chosen()).order_by().values_list(field).annotate(n=Count("pk"))
        told = {getattr(value, "hex", value): n for value, n in rows if value}
        assert {one.value: one.count for one in choices(held, name)} == told, name


def test_pages_from_columns_are_those_of_the_database(register: ProgrammeWorld) -> None:
    held, rows = held_by(None, Chosen()), projects_of(None, Chosen())
    programme = register.programme.pk.hex
    cursors = ["", "nonsense", f"{'0' * 32}-5", f"{'f' * 32}-5", *(f"{programme}-{n}" for n in range(15))]
    for cursor, size in product(cursors, (1, 5, 12, 50)):
        for way in ({"after": cursor}, {"before": cursor}):
            assert page_held(held, **way, size=size) == project_page(rows, **way, size=size), (way, size)
