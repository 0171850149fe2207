"""``mudmai bench``: names, exit codes, and the timing of a workspace."""

from __future__ import annotations

from pathlib import Path

import pytest

from mudmai.cli import bench

from .conftest import Cli


def test_the_workspace_is_timed(cli: Cli) -> None:
    rows = cli("bench", "--here", "--repeat", "1", "--format", "json").json()
    assert len(rows) == 3
    assert all(row["milliseconds"] > 0 for row in rows)


@pytest.mark.parametrize(("code", "ended"), [(0, 0), (1, 3)])
def test_a_script_that_misses_its_bound_is_a_fault_of_ours(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, ended: int
) -> None:
    script = tmp_path / "quick.py"
    script.write_text(f"import sys; print(sys.argv[1:]); sys.exit({code})")
    monkeypatch.setattr(bench, "scripts", lambda: {"quick": script})
    told = cli("bench", "quick", "--rows", "3")
    assert told.code == ended
    assert told.text == "['--rows', '3']\n"
    assert ("quick" in told.err.replace("# quick", "")) == bool(code)
    assert cli("bench").code == ended


def test_the_scripts_of_the_source_tree_are_known() -> None:
    assert "serving" in bench.scripts()
