"""The benchmark of reading workbooks runs and reads every value (speed is not judged here)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[3] / "benchmarks" / "sheets.py"


def test_it_runs_on_a_small_sheet() -> None:
    told = subprocess.run(
        [sys.executable, str(SCRIPT), "--rows", "500", "--rounds", "1", "--no-bounds"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    found = json.loads(told.stdout)
    assert found["values"] == 500 * 8 and set(found["of_bare"]) == {"preview", "full"}
