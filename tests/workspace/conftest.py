"""Workspaces to test against: the shipped packs with their starter data, and a toy country."""

from __future__ import annotations

from pathlib import Path

import pytest

from mudmai.workspace import Workspace
from tests.workspace.toy_packs import write_toy_packs


@pytest.fixture(scope="session")
def thailand(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The shipped packs, initialised once; tests only read it."""
    workspace = Workspace.open(tmp_path_factory.mktemp("thailand"))
    workspace.init()
    return workspace


@pytest.fixture
def toy(tmp_path: Path) -> Workspace:
    """A toy country with a plan of all six forms of judgement; tests may change it."""
    write_toy_packs(tmp_path / "shipped")
    workspace = Workspace.open(tmp_path / "home", shipped=tmp_path / "shipped")
    workspace.init()
    return workspace
