"""On a real PostgreSQL: acts on the same rows at one moment wait for each other in one direction only."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.site.test_postgres import ROOT, pytestmark, server, variables

__all__ = ["pytestmark", "server", "variables"]

BOTH = ["done", "done"]
PAIRS: dict[str, Any] = {
    "approval and details": BOTH,
    "obstacle and details": BOTH,
    "obstacle and link": BOTH,
    "report and revision": BOTH,
    "report and its writer's profile": BOTH,
    "details by two": BOTH,
    "programme and name": BOTH,
    "role and name": BOTH,
    "role and profile": BOTH,
    "erasure and role": ["done", "account_closed", 0],
    "role and erasure": ["done", "done", 0],
    "erasure and end of a role": BOTH,
    "erasure and end of a token": ["done", "unknown_name"],
    "erasure and end of an invitation": BOTH,
    "invitation and the same role": ["done", "done", 1],
    "administrators close each other": ["done", "last_administrator"],
    "log": True,
}


@pytest.fixture(scope="module")
def told(variables: dict[str, str]) -> dict[str, Any]:
    ended = subprocess.run(
        [sys.executable, str(Path(__file__).parent / "locks_racing.py")],
        cwd=ROOT,
        env={**variables, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stderr[-3000:]
    return dict(json.loads(ended.stdout))


@pytest.mark.slow
@pytest.mark.parametrize("pair", PAIRS)
def test_two_at_one_moment_both_come_to_an_end(told: dict[str, Any], pair: str) -> None:
    assert told[pair] == PAIRS[pair]


def test_rows_are_held_without_their_key() -> None:
    """Where a row is held with its key, adding one that refers to it waits for whoever waits for the log."""
    found = [
        f"{path.relative_to(ROOT)}: {call}"
        for path in sorted((ROOT / "src/mudmai").rglob("*.py"))
        for call in re.findall(r"select_for_update\((?:[^()]|\([^()]*\))*\)", path.read_text("utf-8"))
        if "no_key=True" not in call
    ]
    assert not found
