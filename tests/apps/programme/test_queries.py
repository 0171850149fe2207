"""The register's money: totals at every level of every system are the grand total, to the satang."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mudmai.apps.programme.domain.facts import cleaned
from mudmai.apps.programme.domain.ledger_rows import Decision, Written, add_event, write
from mudmai.apps.programme.domain.projects import mark_duplicate, project_page
from mudmai.apps.programme.models import BudgetLine, Project
from mudmai.apps.programme.queries import lines, totals
from tests.apps.programme.programme_world import ProgrammeWorld, catalogue, money

PLACES = ["TH", "N", "S", "P1", "P2", "P3", "P1a", "P1b", "P2a", "P3b"]
LEVELS = [(system, level) for system in catalogue().area_systems.values() for level in system.levels]


def put_in(world: ProgrammeWorld, *facts: dict) -> list[Project]:
    programme = world.programme
    decision = Decision("original", date(2023, 10, 1))
    event = add_event(acting_user=world.officer, programme=programme, decision=decision)
    start = Project.objects.count()
    rows = [
        Written(Project(programme=programme, position=start + n), cleaned(programme, {"title": f"{n}", **one}))
        for n, one in enumerate(facts)
    ]
    return write(event, rows)


@st.composite
def projects(draw: st.DrawFn) -> dict:
    places = draw(st.lists(st.sampled_from(PLACES), max_size=4, unique=True))
    rule = draw(st.sampled_from(["undivided", "equal", "population", "area", "beneficiaries"]))
    weights = [str(draw(st.integers(1, 10**7))) for _ in places]
    amount = st.decimals(0, 10**12, places=2, allow_nan=False).map(str)
    years = draw(st.lists(st.integers(2024, 2028), max_size=3, unique=True))
    return {
        "places": [{"area_system": "one", "area": p, "weight": w} for p, w in zip(places, weights, strict=True)],
        "sharing_rule": rule,
        "budget": [money(year, draw(st.none() | amount)) for year in years],
    }


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(projects(), max_size=5))
def test_totals_at_every_level_of_every_system_are_the_grand_total(world: ProgrammeWorld, facts: list[dict]) -> None:
    made = put_in(world, *facts)
    mine = Project.objects.filter(pk__in=[one.pk for one in made])
    grand = sum(
        (a for a in BudgetLine.objects.filter(project__in=mine).values_list("amount", flat=True) if a), Decimal(0)
    )
    for level in LEVELS:
        found = totals(mine, areas=level)
        assert found.adds_up
        assert Decimal(int(found.grand)).scaleb(-2) == grand


def test_what_is_direct_shared_and_whole(world: ProgrammeWorld) -> None:
    def at(*codes: str) -> list[dict]:
        return [{"area_system": "one", "area": code} for code in codes]

    road, canal, again, nowhere = put_in(
        world,
        {"places": at("P1"), "budget": [money(2024, "10.00")]},
        {"places": at("P1", "P2", "P3"), "sharing_rule": "equal", "budget": [money(2024, "100.00")]},
        {"places": at("P1"), "budget": [money(2024, "10.00")]},
        {"budget": [money(2024, "7.00"), money(2025, None)]},
    )
    mark_duplicate(acting_user=world.officer, project=again, of=road, reason="ซ้ำ")
    one = catalogue().area_systems["one"]
    provinces = totals(areas=(one, "province")).level_totals("province")
    assert {code: (m.direct, m.shared) for code, m in provinces.areas.items()} == {
        "P1": (Decimal("10.00"), Decimal("33.34")),
        "P2": (0, Decimal("33.33")),
        "P3": (0, Decimal("33.33")),
    }
    assert (provinces.outside, provinces.grand) == (Decimal("7.00"), Decimal("117.00"))
    regions = totals(areas=(one, "region")).level_totals("region")
    assert regions.areas["N"].total == Decimal("76.67")
    districts = totals(areas=(one, "district")).level_totals("district")
    assert districts.whole[("P1",)] == Decimal("43.34") and not districts.areas
    two = catalogue().area_systems["two"]
    outside = totals(areas=(two, "province")).level_totals("province")
    assert outside.grand == Decimal("117.00")
    assert {row["project"] for row in lines(system="one").to_pylist()} == {p.pk.hex for p in (road, canal, nowhere)}


def test_weights_that_are_not_known_leave_it_undivided(world: ProgrammeWorld) -> None:
    (road,) = put_in(
        world,
        {
            "places": [{"area_system": "one", "area": p, "weight": "1"} for p in ("P1", "P2")],
            "budget": [money(2024, "8.00")],
        },
    )
    Project.objects.filter(pk=road.pk).update(sharing_rule="population")
    road.places.filter(area="P2").update(weight=None)
    (row,) = lines(system="one").to_pylist()
    assert (row["areas"], row["satang"]) == (["P1", "P2"], 800)


def test_the_same_questions_for_two_and_for_forty(world: ProgrammeWorld, django_assert_num_queries) -> None:
    facts = {"places": [{"area_system": "one", "area": "P1"}], "budget": [money(2024, "1.00")]}
    put_in(world, facts, facts)
    with django_assert_num_queries(3):
        lines(system="one")
    put_in(world, *[facts] * 38)
    with django_assert_num_queries(3):
        assert lines(system="one").num_rows == 40
    with django_assert_num_queries(1):
        assert len(project_page(Project.objects.all()).rows) == 40


@pytest.mark.parametrize("size", [1, 3, 7, 20])
def test_pages_hold_every_project_once_forwards_and_backwards(world: ProgrammeWorld, size: int) -> None:
    every = [one.pk for one in put_in(world, *[{}] * 20)]
    seen, page = [], project_page(Project.objects.all(), size=size)
    assert page.before == ""
    while True:
        seen += [one.pk for one in page.rows]
        if not page.after:
            break
        last, page = page, project_page(Project.objects.all(), after=page.after, size=size)
        back = project_page(Project.objects.all(), before=page.before, size=size)
        assert [one.pk for one in back.rows] == [one.pk for one in last.rows]
    assert seen == every
    assert project_page(Project.objects.all(), after="nonsense").rows[0].pk == every[0]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="a plan of SQLite is read")
def test_the_last_page_steps_along_the_index(world: ProgrammeWorld) -> None:
    put_in(world, *[{}] * 3)
    with CaptureQueriesContext(connection) as asked:
        page = project_page(Project.objects.all(), after=f"{world.programme.pk.hex}-1")
    assert [one.position for one in page.rows] == [2]
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + asked.captured_queries[0]["sql"])
        plan = " ".join(row[3] for row in cursor.fetchall())
    assert "SEARCH programme_project USING INDEX" in plan
    assert "TEMP B-TREE" not in plan
