"""A server that misbehaves on loopback, which these tests allow; raw files in a folder of the test."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mudmai.exchange.connectors import Allowed, Fetched, Limits, UrlSource, Validators, fetch
from mudmai.workspace.raw_files import RawFiles
from tests.exchange.connectors.naughty_server import Naughty, running

LOOPBACK = Allowed(networks=(ipaddress.ip_network("127.0.0.0/8"),))
QUICK = Limits(connect=2, read=1, total=2, max_bytes=200_000)


@pytest.fixture
def server() -> Iterator[Naughty]:
    with running() as found:
        yield found


@pytest.fixture
def raw(tmp_path: Path) -> RawFiles:
    return RawFiles(tmp_path / "raw")


@pytest.fixture
def get(raw: RawFiles) -> Callable[..., Fetched]:
    """Fetch a plain address with loopback allowed."""

    def call(url: str, known: Validators | None = None, **more: Any) -> Fetched:
        more = {"limits": QUICK, "allowed": LOOPBACK, **more}
        return fetch(UrlSource(url), into=raw, known=known, **more)

    return call
