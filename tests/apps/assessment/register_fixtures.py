"""A workspace of the shipped packs whose register the small country's department keeps."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from pytest_django import Settings

from mudmai.apps.assessment.domain.first_entries import load_first_entries
from mudmai.apps.assessment.domain.registers import hold_register
from mudmai.apps.registry.models import Person, Role
from mudmai.apps.registry.policy import OPERATOR
from mudmai.site import wiring
from mudmai.workspace import Workspace
from tests.apps.assessment.register_world import SCHEME
from tests.apps.registry.small_world import World, build, holding


@pytest.fixture(scope="session")
def starter_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped packs with their starter data, read once."""
    home = tmp_path_factory.mktemp("register-home")
    Workspace.open(home).init()
    return home


@pytest.fixture
def site(tmp_path: Path, starter_home: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A copy of it as the workspace of this site."""
    shutil.copytree(starter_home, tmp_path, dirs_exist_ok=True)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.SECRET_KEY = "a key for tests that is long enough to be one"
    settings.MUDMAI_HOME = tmp_path
    settings.MUDMAI_JOBS = "immediate"
    opened = Workspace.open(tmp_path)
    monkeypatch.setattr(wiring, "_opened", opened)
    return opened


@pytest.fixture
def people(db: None, site: Workspace) -> World:
    """The small country's organisations; the department keeps the register of smart cities."""
    world = build()
    load_first_entries(site.home.root, publish=False)
    hold_register(acting_user=OPERATOR, scheme=SCHEME, organisation=world.department)
    return world


@pytest.fixture
def keeper(people: World) -> Person:
    """Who decides and keeps the register."""
    return holding(Role.PUBLISHER, people.department, name="keeper")
