"""The benchmark of the engine runs, and its three engines give the same results (speed is not judged here)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from mudmai.engine import bench

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "engine.py"


@pytest.mark.slow
def test_all_engines_agree_on_the_small_workload(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, str(SCRIPT), "--sizes", "small", "--rounds", "1", "--json", str(tmp_path / "found.json")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    found = json.loads((tmp_path / "found.json").read_text())
    (small,) = found["sizes"]
    assert small["increment_equal"]
    assert 0 < small["recomputed"] < bench.SMALL.formulas / 4
    assert set(small["seconds"]) >= {"ours", "numpy", "duckdb", "increment"}


@pytest.mark.parametrize("size", ["3M", "30M"])
def test_the_workload_is_what_the_promise_names(size: str) -> None:
    shape = bench.SHAPES[size]
    uses = bench.uses(shape)
    read = {name for use in uses.values() for name in (use.a, use.b, use.r, use.q)}
    assert shape.areas == 7436
    assert len(uses) == 300
    assert len({use.text for use in uses.values()}) > 250
    assert len(read) == bench.CHUNK * shape.chunks, "every series is read"
    assert abs(shape.observations / (int(size[:-1]) * 1e6) - 1) < 0.01


def test_the_hierarchy_has_four_levels_and_no_gaps() -> None:
    system = bench.area_system(bench.THREE_MILLION)
    assert [len(system.level(level)) for level in system.levels] == [1, 77, 928, 6430]
    assert all(area.code in system.children_of for area in system.level("district"))
