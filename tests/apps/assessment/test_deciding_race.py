"""Real processes: two decide one file at one moment."""

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
from tests.apps.assessment.assessment_world import write_packs

ROOT = Path(__file__).parents[3]
SCRIPT = str(Path(__file__).parent / "deciding_racing.py")
CLEAN = {name: value for name, value in os.environ.items() if not name.startswith(("MUDMAI_", "DJANGO_", "PYTEST_"))}


@pytest.fixture
def variables(tmp_path: Path) -> dict[str, str]:
    write_packs(tmp_path / "shipped")
    home = tmp_path / "home"
    Workspace.open(home, shipped=tmp_path / "shipped").init()
    given = {**CLEAN, "MUDMAI_HOME": str(home)}
    migrate(home, given)
    return given | {
        "DJANGO_SETTINGS_MODULE": "mudmai.site.settings",
        "TOY_PACKS": str(tmp_path / "shipped"),
        "PYTHONPATH": str(ROOT),
    }


def start(variables: dict[str, str], *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, SCRIPT, *arguments],
        cwd=ROOT,
        env=variables,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def told(process: subprocess.Popen[str]) -> dict[str, Any]:
    out, err = process.communicate(timeout=180)
    assert process.returncode == 0, err[-3000:]
    found: dict[str, Any] = json.loads(out.splitlines()[-1])
    return found


@pytest.mark.slow
def test_of_two_decisions_at_one_moment_one_stands_and_nothing_is_half_done(variables: dict[str, str]) -> None:
    made = told(start(variables, "seed"))
    at = str(time.time() + 10)
    asked = zip(made["people"], ("granted", "refused"), strict=True)
    both = [
        start(variables, "decide", made["file"], str(made["revision"]), person, outcome, at)
        for person, outcome in asked
    ]
    came = [told(one)["told"] for one in both]
    assert sorted(came) == ["done", "file_changed"]
    left = told(start(variables, "state", made["file"]))
    outcome = "granted" if came[0] == "done" else "refused"
    assert left == {
        "state": outcome,
        "decisions": [outcome],
        "certificates": int(outcome == "granted"),
        "logged": 1,
        "steps": 1,
    }
