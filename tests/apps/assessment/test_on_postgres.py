"""The same on a real PostgreSQL: the app's own tests. What acts at one moment is in the modules of races, on both."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.apps.data.test_processes import ROOT
from tests.site.test_postgres import pytestmark, server, variables

__all__ = ["pytestmark", "server", "variables"]


@pytest.mark.slow
def test_the_app_s_own_tests_pass_there(variables: dict[str, str]) -> None:
    files = [
        *("test_filling.py", "test_evidence.py", "test_marking.py", "test_deciding.py", "test_notices.py"),
        *("test_register.py", "test_inventories.py"),
    ]
    ended = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            *(f"tests/apps/assessment/{f}" for f in files),
        ],
        cwd=ROOT,
        env=variables,
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stdout[-3000:]
