"""Two processes act on one file at one moment: one of them is told that it was slower, and nothing is lost."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mudmai.site.database import migrate
from mudmai.workspace import Workspace
from tests.apps.assessment.assessment_world import write_packs
from tests.apps.data.test_processes import CLEAN, ROOT

RACING = str(Path(__file__).with_name("racing.py"))


@pytest.mark.slow
def test_of_two_at_once_one_is_told_and_nothing_is_lost(tmp_path: Path) -> None:
    write_packs(tmp_path / "shipped")
    home = tmp_path / "home"
    Workspace.open(home, shipped=tmp_path / "shipped").init()
    variables = {**CLEAN, "MUDMAI_HOME": str(home)}
    migrate(home, variables)
    variables |= {
        "DJANGO_SETTINGS_MODULE": "mudmai.site.settings",
        "TOY_PACKS": str(tmp_path / "shipped"),
        "PYTHONPATH": str(ROOT),
    }

    def start(*arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, RACING, *arguments],
            cwd=ROOT,
            env=variables,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def ended(process: subprocess.Popen[str]) -> str:
        out, err = process.communicate(timeout=180)
        assert process.returncode == 0, err[-3000:]
        return out.split("\n")[-2]

    ids = json.loads(ended(start("seed")))
    for what, people in (("answer", ("filler", "colleague")), ("submit", ("sender", "sender"))):
        at = str(time.time() + 8)
        both = [start(what, ids["file"], ids[who], str(2 + n), at) for n, who in enumerate(people)]
        said = sorted(ended(one) for one in both)
        refusal = {"answer": "answer_changed", "submit": "file_changed"}[what]
        assert said == sorted([refusal, "done"]), what
