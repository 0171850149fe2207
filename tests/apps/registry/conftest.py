"""The small world in a database of the test's own; quick password hashing."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from mudmai.apps.registry.models import Person
from mudmai.site import wiring
from mudmai.workspace import Workspace
from tests.apps.registry.small_world import World, build


@pytest.fixture(autouse=True)
def _settings(settings: Settings, tmp_path: Path) -> None:
    settings.MUDMAI_CATALOGUE = "tests.apps.registry.small_world.catalogue"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.SECRET_KEY = "a key for tests that is long enough to be one"
    settings.MUDMAI_HOME = tmp_path


@pytest.fixture
def world(db: None) -> World:
    """Organisations and the administrator at the top."""
    return build()


@pytest.fixture(scope="session")
def packs_only(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The shipped packs without figures: enough for the menu."""
    return Workspace.open(tmp_path_factory.mktemp("people-home"))


@pytest.fixture
def client(db: None, packs_only: Workspace, monkeypatch: pytest.MonkeyPatch) -> Client:
    """A browser without scripts."""
    cache.clear()
    monkeypatch.setattr(wiring, "_opened", packs_only)
    return Client(raise_request_exception=False)


class SignedIn(Client):
    """A browser in which a person has signed in."""


@pytest.fixture
def signed_in(client: Client):
    """Sign a person in without the form."""

    def enter(person: Person) -> Client:
        client.force_login(person)
        return client

    return enter
