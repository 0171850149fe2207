"""A real workspace with the starter data behind the real site."""

from __future__ import annotations

import pytest
from django.test import Client

from mudmai.site import wiring
from mudmai.workspace import Workspace


@pytest.fixture(scope="session")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The shipped packs with their figures, loaded once."""
    workspace = Workspace.open(tmp_path_factory.mktemp("web-home"))
    workspace.init()
    return workspace


@pytest.fixture
def client(starter: Workspace, monkeypatch: pytest.MonkeyPatch) -> Client:
    """A browser without scripts in front of the starter workspace."""
    monkeypatch.setattr(wiring, "_opened", starter)
    return Client(raise_request_exception=False)
