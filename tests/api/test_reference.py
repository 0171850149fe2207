"""The reference page of the API says what the OpenAPI document says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_reference_page_is_up_to_date(tmp_path: Path) -> None:
    import os

    env = {k: v for k, v in os.environ.items() if not k.startswith("MUDMAI_")} | {"MUDMAI_HOME": str(tmp_path)}
    run = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "reference_api.py"), "--check"],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stderr.strip()) == (0, "")
