"""The small world, and jobs of the tests' own that are forgotten afterwards."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mudmai.apps.jobs.domain import kinds, leases
from tests.apps.registry.conftest import (  # noqa: F401  the fixtures of the small world
    _settings,
    client,
    packs_only,
    signed_in,
    world,
)


@pytest.fixture(autouse=True)
def _own_kinds(_settings: None) -> Iterator[None]:  # noqa: F811  the fixture above
    before, timed = dict(kinds._kinds), dict(kinds._periods)
    kinds._periods.clear()
    yield
    kinds._kinds.clear()
    kinds._kinds.update(before)
    kinds._periods.clear()
    kinds._periods.update(timed)
    leases.stopping.clear()
    leases.leave()
