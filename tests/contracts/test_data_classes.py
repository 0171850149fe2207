"""Figures that are not open stay where only their own people read them."""

from __future__ import annotations

import ast
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src" / "mudmai"
OPENERS = {"internal_store", "truth_store", "internal_folder"}
"""Functions that lead to the store of data that are not open."""
ALLOWED = {
    "workspace/data_classes.py",
    "workspace/publications.py",
    "apps/data/domain/differences.py",
    "apps/data/domain/outbox.py",
    "apps/data/domain/planning.py",
    "apps/data/domain/releasing.py",
    "apps/obligations/domain/calendar.py",
    "workspace/checking/running.py",
}
"""Who opens it: what publishes; what compares, checks and counts a submission for those who may see it."""


def openers(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    names |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    names |= {a.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for a in node.names}
    words = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.strip("/") == "store-internal"
    }
    return (names & OPENERS) | words


def test_only_what_publishes_and_reviews_opens_the_internal_store() -> None:
    found = {p.relative_to(SOURCE).as_posix() for p in SOURCE.rglob("*.py") if openers(p)}
    assert found - ALLOWED == set()


def test_the_guard_sees_what_it_looks_for() -> None:
    assert {"workspace/data_classes.py", "workspace/publications.py"} <= {
        p.relative_to(SOURCE).as_posix() for p in SOURCE.rglob("*.py") if openers(p)
    }
