"""Projects over the API: released ones for all, drafts by the policy, amounts to the last satang."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from mudmai.apps.programme.interfaces.records import record_page
from mudmai.apps.programme.models import Programme
from mudmai.apps.registry.domain.tokens import issue_token
from mudmai.apps.registry.models import Person
from tests.apps.programme.programme_world import ProgrammeWorld, build_programme_world, money


@pytest.fixture
def world(db: None, settings: Settings, tmp_path: Path) -> ProgrammeWorld:
    settings.MUDMAI_CATALOGUE = "tests.apps.programme.programme_world.catalogue"
    settings.MUDMAI_HOME = tmp_path
    return build_programme_world()


@pytest.fixture
def site(world: ProgrammeWorld, client: Client) -> Client:
    return client


def released(world: ProgrammeWorld) -> None:
    Programme.objects.filter(pk=world.programme.pk).update(is_released=True)


def read(client: Client, address: str, status: int = 200) -> Any:
    answer = client.get(f"/api/v1{address}")
    assert answer.status_code == status, answer.content
    return json.loads(answer.content, parse_float=Decimal)


def calling(person: Person) -> Client:
    secret = issue_token(acting_user=person, person=person, name="reader").secret
    return Client(raise_request_exception=False, headers={"Authorization": f"Bearer {secret}"})


def test_a_draft_is_for_its_own_people(world: ProgrammeWorld, site: Client) -> None:
    project = world.project()
    assert read(site, "/projects") == {"items": []}
    assert read(site, f"/projects/{project.pk}", 401)["code"] == "not_allowed"
    assert read(site, f"/programmes/{world.programme.pk}/ocds.json", 401)
    site = calling(world.officer)
    assert [one["id"] for one in read(site, "/projects")["items"]] == [str(project.pk)]
    assert read(site, f"/projects/{project.pk}")["title"] == project.title
    assert read(site, "/projects/oc4ids.json")["projects"] == []  # what is published is the same for all


def test_a_released_project_as_an_object_of_the_standard(world: ProgrammeWorld, site: Client) -> None:
    project = world.project(budget=[money(2024, "0.10"), money(2025, "9007199254740.07")])
    released(world)
    answer = site.get(f"/api/v1/projects/{project.pk}")
    assert b'"amount":9007199254740.17,' in answer.content and "no-store" in answer.headers["Cache-Control"]
    told = read(site, f"/projects/{project.pk}")
    assert told["publicAuthority"]["id"] == world.people.department.code == told["parties"][0]["id"]
    lines = told["budget"]["budgetBreakdowns"][0]["budgetBreakdown"]
    assert [one["amount"]["amount"] for one in lines] == [Decimal("0.10"), Decimal("9007199254740.07")]
    planning = read(site, f"/programmes/{world.programme.pk}/ocds.json")["releases"][0]["planning"]
    assert planning["budget"]["amount"] == {"amount": Decimal("9007199254740.17"), "currency": "THB"}


def test_packages_follow_each_other(world: ProgrammeWorld, site: Client) -> None:
    projects = [world.project(f"โครงการ {n}") for n in range(3)]
    released(world)
    first = site.get("/api/v1/projects/oc4ids.json?size=2")
    following = first.headers["Link"].partition(">")[0].removeprefix("<")
    second = site.get(following)
    ids = [one["id"] for answer in (first, second) for one in answer.json()["projects"]]
    assert ids == [str(one.pk) for one in projects] and "Link" not in second.headers
    page = read(site, "/projects?size=2")
    assert len(read(site, f"/projects?after={page['next']}")["items"]) == 1
    assert site.get("/api/v1/projects/oc4ids.json?size=2").content == first.content
    assert first.headers["Access-Control-Allow-Origin"] == "*"


def test_faults_are_told(world: ProgrammeWorld, site: Client) -> None:
    assert read(site, f"/projects/{uuid4()}", 404)["code"] == "unknown_name"
    assert read(site, "/projects?size=0", 422)["code"] == "invalid_parameter"
    assert read(site, "/projects?color=red", 422)["code"] == "unknown_parameter"


def test_queries_do_not_grow_with_the_projects(
    world: ProgrammeWorld, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(6):
        world.project(f"โครงการ {n}")
    released(world)
    with django_assert_max_num_queries(10):
        assert len(record_page(None, size=50)[0]) == 6
