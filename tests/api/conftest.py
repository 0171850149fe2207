"""A real workspace with the starter data behind the real site, for the tests of the API."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from mudmai.site import wiring
from mudmai.workspace import Workspace


@pytest.fixture(scope="session")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace = Workspace.open(tmp_path_factory.mktemp("api-home"))
    workspace.init()
    return workspace


@pytest.fixture
def client(starter: Workspace, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    monkeypatch.setattr(wiring, "_opened", starter)
    return Client(raise_request_exception=False)


@pytest.fixture
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A workspace of the test's own, to import into."""
    workspace = Workspace.open(tmp_path / "home")
    workspace.init()
    monkeypatch.setattr(wiring, "_opened", workspace)
    return workspace
