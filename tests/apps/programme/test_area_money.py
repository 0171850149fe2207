"""Money by area over kept columns: districts of Thailand in every system, drill, changes, the public summary."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import Settings

from mudmai.apps.jobs.models import Job, JobState
from mudmai.apps.programme.area_money import breakdown, held_projects, view_of, widest_system
from mudmai.apps.programme.area_summary import areas_told, undivided_told
from mudmai.apps.programme.domain import public_summary
from mudmai.apps.programme.domain.projects import release_programme, set_places
from mudmai.apps.programme.kept_columns import register_columns
from mudmai.apps.programme.models import BudgetLine, Project
from mudmai.apps.programme.queries import passages, totals
from mudmai.apps.registry.areas import AreaRef
from mudmai.core.series import Catalogue
from mudmai.exchange.packs import load_pack, shipped_packs
from tests.apps.programme.programme_world import ProgrammeWorld, money
from tests.apps.programme.test_queries import put_in


@cache
def thailand() -> Catalogue:
    return load_pack(shipped_packs() / "th-admin").catalogue


@pytest.fixture(autouse=True)
def _thailand(_settings: None, settings: Settings) -> None:
    settings.MUDMAI_CATALOGUE = "tests.apps.programme.test_area_money.thailand"


def at(*codes: str, system: str = "th-admin") -> list[dict[str, str]]:
    return [{"area_system": system, "area": code} for code in codes]


SOME = ["TH-400101", "TH-400102", "TH-4001", "TH-4010", "TH-40", "TH-200101", "TH-20", "TH-100101", "TH-500101", "TH"]


@st.composite
def projects(draw: st.DrawFn) -> dict:
    places = draw(st.lists(st.sampled_from(SOME), max_size=4, unique=True))
    return {
        "places": [p | {"weight": str(draw(st.integers(1, 10**6)))} for p in at(*places)],
        "sharing_rule": draw(st.sampled_from(["undivided", "equal", "population"])),
        "budget": [money(2024, str(draw(st.decimals(0, 10**12, places=2, allow_nan=False))))],
    }


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(projects(), max_size=4))
def test_subdistricts_add_up_at_every_level_of_every_system(world: ProgrammeWorld, facts: list[dict]) -> None:
    made = Project.objects.filter(pk__in=[one.pk for one in put_in(world, *facts)])
    known = BudgetLine.objects.filter(project__in=made).values_list("amount", flat=True)
    grand = sum((a for a in known if a is not None), Decimal(0))
    for system in thailand().area_systems.values():
        for level in system.levels:
            found = totals(made, areas=(system, level))
            assert found.adds_up and Decimal(int(found.grand)).scaleb(-2) == grand, (system.id, level)


def test_a_subdistrict_counts_in_its_province_and_region_in_every_system(world: ProgrammeWorld) -> None:
    put_in(
        world,
        {"places": at("TH-400101"), "budget": [money(2024, "100.00")]},
        {"places": at("TH-400101", "TH-410101"), "sharing_rule": "equal", "budget": [money(2024, "10.01")]},
        {"places": at("TH-200101", "TH-500101"), "sharing_rule": "equal", "budget": [money(2024, "8.00")]},
    )
    systems = thailand().area_systems

    def told(name: str, level: str) -> dict[tuple[str, ...], tuple[str, int]]:
        rows = totals(areas=(systems[name], level)).rows
        return {(*row.areas, str(row.area_kind)): row.satang for row in rows}

    assert told("th-admin", "province") == {
        ("TH-40", "direct"): 10000, ("TH-40", "shared"): 501, ("TH-41", "shared"): 500,
        ("TH-20", "shared"): 400, ("TH-50", "shared"): 400,
    }  # fmt: skip
    for name, region in (("th-nesdc", "NESDC-NE"), ("th-nso", "NSO-NE"), ("th-nso-income", "NSOI-NE")):
        assert told(name, "region")[region, "direct"] == 11001, name
    assert told("th-clusters", "cluster")["CL-NE-M", "direct"] == 10000
    zones = told("th-sez", "zone")
    assert zones["SEZ-EEC", "shared"] == 400
    assert zones["outside",] == 10000 + 1001 + 400


def test_the_drill_goes_from_region_to_subdistrict_and_adds_up_at_each_step(world: ProgrammeWorld) -> None:
    put_in(
        world,
        {"places": at("TH-400101"), "budget": [money(2024, "100.00")]},
        {"places": at("TH-4001"), "budget": [money(2024, "7.00")]},
        {"places": at("TH-400101", "TH-400102"), "budget": [money(2024, "3.00")]},
        {"places": at("NESDC-NE", system="th-nesdc"), "budget": [money(2024, "50.00")]},
        {"places": at("TH-500101"), "budget": [money(2024, "20.00"), money(2025, "1.00")]},
        {"places": [], "budget": [money(2024, "9.00")]},
    )
    release_programme(acting_user=world.publisher, programme=world.programme)
    held, known = held_projects(None), passages()
    view = widest_system(held)
    assert view is not None and view.id == "th-nesdc"
    steps = [("th-nesdc", "TH"), ("th-nesdc", "NESDC-NE"), ("th-nesdc", "TH-40"), ("th-admin", "TH-4001")]
    found = []
    for system, code in [*steps, ("th-admin", "TH-400101")]:
        own = known.systems[system]
        one = breakdown(held, view, own, own.by_code[code], "planned", 2024)
        assert one.adds_up and one.grand == Decimal("189.00"), code
        found.append(one)
    country, region, province, district, smallest = found
    assert {row.area.code: (row.money.total, row.count) for row in country.rows if row.count} == {
        "NESDC-NE": (Decimal(160), 4), "NESDC-N": (Decimal(20), 1)
    }  # fmt: skip
    assert (country.outside, country.outside_count) == (Decimal(9), 1)
    assert (region.whole, region.elsewhere) == (Decimal(50), Decimal(20))
    assert {row.area.code: row.money.direct for row in province.rows if row.count} == {"TH-4001": Decimal(110)}
    assert {row.area.code: row.count for row in district.rows if row.count} == {"TH-400101": 2, "TH-400102": 1}
    assert district.whole == Decimal(10)
    assert smallest.smallest and smallest.rows[0].money.direct == Decimal(100)
    assert [one.code for one in smallest.trail] == ["TH", "NESDC-NE", "TH-40", "TH-4001", "TH-400101"]
    assert view_of(known, "th-admin", "TH-4001") == "th-nesdc"


def test_kept_columns_follow_every_change_and_three_questions_tell_that_none_was_made(world: ProgrammeWorld) -> None:
    (road,) = put_in(world, {"places": at("TH-400101"), "budget": [money(2024, "100.00")]})
    assert register_columns().satang.tolist() == [10000]
    with CaptureQueriesContext(connection) as queries:
        again = register_columns()
    assert len(queries) == 3
    assert register_columns() is again
    set_places(
        acting_user=world.officer,
        project=Project.objects.get(pk=road.pk),
        places=[(AreaRef("th-admin", "TH-50"), None)],
        rule="undivided",
        reason="ย้ายที่",
    )
    changed = register_columns()
    assert [places for _, places in changed.groups if places] == [(("th-admin", "TH-50", None),)]
    other = world.project("โครงการใหม่", places=at("TH-40"))
    assert sorted(register_columns().keys) == sorted((road.pk.hex, other.pk.hex))


def test_the_summary_tells_each_area_its_own_and_what_is_undivided_above(world: ProgrammeWorld) -> None:
    put_in(
        world,
        {"title": "ถนน", "places": at("TH-400101"),
         "budget": [money(2024, "100.00"), money(2024, "40.00", "disbursed")]},
        {"title": "ประปา", "places": at("TH-400101", "TH-410101"), "sharing_rule": "equal",
         "budget": [money(2024, "10.01"), money(2025, "1.00")]},
        {"title": "ทั้งภาค", "places": at("NESDC-NE", system="th-nesdc"), "budget": [money(2024, None)]},
    )  # fmt: skip
    release_programme(acting_user=world.publisher, programme=world.programme)
    held = held_projects(None)
    told = areas_told(held)
    assert {name: told["TH-4001"][name] for name in ("projects", "direct", "shared", "disbursed")} == {
        "projects": 2, "direct": "100.00", "shared": "5.51", "disbursed": "40.00"
    }  # fmt: skip
    assert (told["NESDC-NE"]["direct"], told["NESDC-NE"]["projects"]) == ("111.01", 3)
    assert [title for _, title, _ in told["TH-40"]["largest"]] == ["ถนน", "ประปา"]
    assert (["TH-400101"], "105.51", 2) in undivided_told(held)


def test_many_changes_ask_once_for_the_summary_and_wait_for_nobody(
    world: ProgrammeWorld, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MUDMAI_JOBS = "worker"
    written: list[int] = []
    monkeypatch.setattr(public_summary, "refresh_summary", lambda: written.append(1))
    waiting = [one[1] for one in connection.run_on_commit]
    assert waiting.count(public_summary.ask_for_summary) == 1, "the changes of one transaction ask once"
    for _ in range(3):
        public_summary.ask_for_summary()
    asked = Job.objects.filter(kind=public_summary.SUMMARY)
    assert [job.state for job in asked] == [JobState.QUEUED]
    assert not written
    asked.update(state=JobState.RUNNING)
    public_summary.ask_for_summary()
    assert asked.count() == 2, "work that runs may have read before this change"
