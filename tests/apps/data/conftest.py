"""A workspace of the test's own with people in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from mudmai.apps.registry.models import Person
from mudmai.site import wiring
from mudmai.workspace import Workspace
from tests.apps.data.data_world import DataWorld, build_data_world, write_packs


@pytest.fixture
def toy_workspace(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """The toy country, as the workspace of this site."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.SECRET_KEY = "a key for tests that is long enough to be one"
    settings.MUDMAI_HOME = tmp_path / "home"
    settings.MUDMAI_JOBS = "immediate"
    write_packs(tmp_path / "shipped")
    opened = Workspace.open(tmp_path / "home", shipped=tmp_path / "shipped")
    opened.init()
    monkeypatch.setattr(wiring, "_opened", opened)
    return opened


@pytest.fixture
def data_world(db: None, toy_workspace: Workspace) -> DataWorld:
    """People, organisations and datasets."""
    return build_data_world(toy_workspace)


@pytest.fixture
def signed_in(data_world: DataWorld):
    """A browser without scripts in which a person has signed in."""

    def enter(person: Person) -> Client:
        cache.clear()
        client = Client(raise_request_exception=False)
        client.force_login(person)
        return client

    return enter
