"""The benchmark of rank intervals runs, and both of its sides agree (speed is not judged here)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "composite.py"


def test_it_runs_on_a_small_index() -> None:
    told = subprocess.run(
        [sys.executable, str(SCRIPT), "--areas", "300", "--indicators", "30", "--draws", "60", "--rounds", "1",
         "--no-bounds"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    found = json.loads(told.stdout)
    assert found["areas"] == 300 and found["choices"] == 6 and found["ratio"] > 0
