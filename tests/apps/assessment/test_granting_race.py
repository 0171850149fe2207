"""Real processes: two certificates of a register granted at one moment have two numbers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from mudmai.site.database import migrate
from mudmai.workspace import Workspace

ROOT = Path(__file__).parents[3]
SCRIPT = str(Path(__file__).parent / "granting_racing.py")
CLEAN = {name: value for name, value in os.environ.items() if not name.startswith(("MUDMAI_", "DJANGO_", "PYTEST_"))}


def start(variables: dict[str, str], *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, SCRIPT, *arguments],
        cwd=ROOT, env=variables, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def told(process: subprocess.Popen[str]) -> dict[str, Any]:
    out, err = process.communicate(timeout=180)
    assert process.returncode == 0, err[-3000:]
    found: dict[str, Any] = json.loads(out.splitlines()[-1])
    return found


@pytest.mark.slow
def test_two_granted_at_one_moment_have_two_numbers(tmp_path: Path) -> None:
    home = tmp_path / "home"
    Workspace.open(home).init()
    given = {**CLEAN, "MUDMAI_HOME": str(home)}
    migrate(home, given)
    variables = given | {"DJANGO_SETTINGS_MODULE": "mudmai.site.settings", "PYTHONPATH": str(ROOT)}
    made = told(start(variables, "seed"))
    at = str(time.time() + 15)
    both = [start(variables, "grant", one, made["person"], at) for one in made["decisions"]]
    came = sorted(told(one)["number"] for one in both)
    assert came == ["smart-city-2026-0001", "smart-city-2026-0002"]
    assert told(start(variables, "state")) == {"numbers": came, "logged": 2}
