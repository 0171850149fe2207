"""The toy country, a server that behaves as told, and a stand-in for the reading of files where none is registered."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.apps.data.conftest import data_world, signed_in, toy_workspace  # noqa: F401  fixtures of the toy country
from tests.exchange.connectors.naughty_server import Naughty, running


@pytest.fixture(autouse=True)
def _loopback(settings: Settings) -> None:
    settings.MUDMAI_CONNECT_NETWORKS = ("127.0.0.0/8",)


@pytest.fixture
def source() -> Iterator[Naughty]:
    with running() as found:
        yield found
