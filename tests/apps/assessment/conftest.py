"""A workspace with the toy country and criteria, and the people of a city and of a certifying agency."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from mudmai.apps.registry.models import Person
from mudmai.site import wiring
from mudmai.workspace import Workspace
from tests.apps.assessment.assessment_world import AssessmentWorld, build_assessment_world, write_packs
from tests.apps.assessment.register_fixtures import keeper, people, site, starter_home

__all__ = ["keeper", "people", "site", "starter_home"]


@pytest.fixture
def criteria_workspace(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """The toy country with criteria, as the workspace of this site."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.SECRET_KEY = "a key for tests that is long enough to be one"
    settings.MUDMAI_HOME = tmp_path / "home"
    settings.MUDMAI_JOBS = "immediate"
    write_packs(tmp_path / "shipped")
    opened = Workspace.open(tmp_path / "home", shipped=tmp_path / "shipped")
    opened.init()
    monkeypatch.setattr(wiring, "_opened", opened)
    monkeypatch.setattr("mudmai.workspace.criteria.shipped_packs", lambda: tmp_path / "shipped")
    return opened


@pytest.fixture
def world(db: None, criteria_workspace: Workspace) -> AssessmentWorld:
    """Both sides, a city and an open call."""
    return build_assessment_world(criteria_workspace)


@pytest.fixture
def signed_in(world: AssessmentWorld):
    """A browser without scripts in which a person has signed in."""

    def enter(person: Person) -> Client:
        cache.clear()
        client = Client(raise_request_exception=False)
        client.force_login(person)
        return client

    return enter
