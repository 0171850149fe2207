"""The world of the data app: its workspace, people and browser."""

from __future__ import annotations

import pytest

from tests.apps.data.conftest import data_world, signed_in, toy_workspace
from tests.apps.data.data_world import DataWorld

__all__ = ["data", "data_world", "signed_in", "toy_workspace"]


@pytest.fixture
def data(data_world: DataWorld) -> DataWorld:
    """People, organisations and datasets."""
    return data_world
