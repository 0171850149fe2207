"""Small indices for the tests of composite methods."""

from __future__ import annotations

from typing import Any

from mudmai.core.composites import Aggregation, CompositeIndex, IndexGroup, IndexIndicator, Normalisation
from mudmai.core.language import same


def indicator(name: str, **more: Any) -> IndexIndicator:
    """An indicator whose formula is its name."""
    return IndexIndicator(name, same(name), name, **more)


def group(name: str, *children: IndexGroup | IndexIndicator, **more: Any) -> IndexGroup:
    """A group."""
    return IndexGroup(name, same(name), children, **more)


def index(*children: IndexGroup | IndexIndicator, how: Aggregation = Aggregation.ARITHMETIC, **more: Any) -> Any:
    """An index over ``children``; scores on 0..1."""
    more.setdefault("scale", 1)
    root = group("root", *children, aggregation=how)
    return CompositeIndex("t", "1", same("t"), same(""), "land", "province", root, **more)


def fixed(name: str, **more: Any) -> IndexIndicator:
    """An indicator with goalposts 0 and 1."""
    return indicator(name, goalposts=(0.0, 1.0), **more)


GOALPOSTS = Normalisation.GOALPOSTS
