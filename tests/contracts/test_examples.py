"""Every example in a docstring of the analytic floors and the command line says what the code does."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
from pathlib import Path

import pytest

import mudmai

FLOORS = ("core", "methods", "engine", "exchange", "workspace", "cli")


def modules() -> list[str]:
    """The modules of the floors, by their full names."""
    root = Path(mudmai.__file__).parent
    return [m.name for floor in FLOORS for m in pkgutil.walk_packages([str(root / floor)], f"mudmai.{floor}.")]


@pytest.mark.parametrize("name", modules())
def test_examples_hold(name: str) -> None:
    module = importlib.import_module(name)
    result = doctest.testmod(module, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert result.failed == 0


def test_examples_are_found_at_all() -> None:
    finder = doctest.DocTestFinder(exclude_empty=True)
    found = [t for name in modules() for t in finder.find(importlib.import_module(name)) if t.examples]
    assert len(found) > 20
