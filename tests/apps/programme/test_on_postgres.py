"""The same on a real PostgreSQL: the register's own tests."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.apps.data.test_processes import ROOT
from tests.site.test_postgres import pytestmark, server, variables

__all__ = ["pytestmark", "server", "variables"]


@pytest.mark.slow
def test_the_register_s_own_tests_pass_there(variables: dict[str, str]) -> None:
    files = [
        *("test_revising.py", "test_loading.py", "test_queries.py", "test_details.py"),
        *("test_area_money.py", "test_held_projects.py", "test_links.py", "test_disbursed_years.py"),
    ]
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *(f"tests/apps/programme/{f}" for f in files)],
        cwd=ROOT,
        env=variables,
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stdout[-3000:]
