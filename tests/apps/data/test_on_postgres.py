"""The same on a real PostgreSQL: the app's own tests, and two people who act at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.apps.data.test_processes import ROOT, Site
from tests.site.test_postgres import pytestmark, server, variables

__all__ = ["pytestmark", "server", "variables"]


@pytest.mark.slow
def test_the_app_s_own_tests_pass_there(variables: dict[str, str]) -> None:
    files = ["test_submissions.py", "test_release.py"]
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *(f"tests/apps/data/{f}" for f in files)],
        cwd=ROOT,
        env=variables,
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stdout[-3000:]


@pytest.mark.slow
def test_of_two_at_once_one_wins_there_too(server: str, tmp_path: Path) -> None:
    site = Site(tmp_path, database=server)
    first = site.ids["submitted"][0]
    assert site.race(("approve", "reviewer"), ("approve", "publisher"), first) == ["done", "submission_state"]
    assert site.told(first)["approvals"] == 1
    ready = site.ids["approved"][0]
    outcome = site.race(("release", "publisher"), ("release", "second"), ready)
    assert outcome == ["done", "submission_state"]
    told = site.told(ready)
    assert (told["state"], told["steps"].count("submission.released")) == ("released", 1)  # type: ignore[attr-defined]
