"""A programme in the small country."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings

from tests.apps.programme.programme_world import ProgrammeWorld, build_programme_world


@pytest.fixture(autouse=True)
def _settings(settings: Settings, tmp_path: Path) -> None:
    settings.MUDMAI_CATALOGUE = "tests.apps.programme.programme_world.catalogue"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.SECRET_KEY = "a key for tests that is long enough to be one"
    settings.MUDMAI_HOME = tmp_path


@pytest.fixture
def world(db: None) -> ProgrammeWorld:
    """A draft programme of a department, its officer and its reviewer."""
    return build_programme_world()
