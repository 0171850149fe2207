"""What the engine promises, against peers in the same run: 300 formulas over 3 and 30 million observations.

Peers: bare NumPy written by hand (``_peer_numpy.py``) and SQL written by hand for DuckDB (``_peer_duckdb.py``). Every
run is a process of its own, from the release on disk to results on disk. Runs are interleaved and the best of each
compared: ratios of one machine at one time, on which other work counts least. The values of all three must agree to
one part in 10^9.

    python benchmarks/engine.py [--sizes small|3M|30M ...] [--rounds 3] [--json FILE] [--folder DIR]
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from mudmai.core.areas import AreaSystem
from mudmai.core.formulas.check import CheckedFormula
from mudmai.core.series import Catalogue
from mudmai.engine import bench
from mudmai.engine.evaluator import CubeEvaluator
from mudmai.engine.recompute import recompute, write_results
from mudmai.engine.release import Release
from mudmai.engine.releases import ReleaseStore
from mudmai.engine.results import Results

MOST_OF_NUMPY = 1.3
MOST_OF_DUCKDB = 1.0
MOST_MIB = 2048.0
MOST_GROWTH = 1.1
"""Time may grow at most so many times as fast as rows."""
MOST_INCREMENT = 0.05
ENGINES = ("ours", "numpy", "duckdb")


# -- in the child process: one engine, once ---


@dataclass(frozen=True)
class Task:
    """What every engine gets before its clock starts: a running system holds its catalogue and checked formulas."""

    root: Path
    shape: bench.Shape
    known: Catalogue
    formulas: Mapping[str, CheckedFormula]
    out: Path

    @property
    def system(self) -> AreaSystem:
        """The areas."""
        return self.known.area_systems[bench.SYSTEM]

    def release(self, store: str = "store") -> Release:
        """The served release."""
        found = ReleaseStore(self.root / store).current()
        assert found is not None
        return found


def _ours(task: Task) -> None:
    write_results(task.out, task.release(), task.known, task.formulas, bench.FIRST, bench.LAST)


def _numpy(task: Task) -> None:
    import _peer_numpy

    _peer_numpy.run(ReleaseStore(task.root / "store"), task.shape, task.system, task.out)


def _duckdb(task: Task) -> None:
    import _peer_duckdb

    _peer_duckdb.run(ReleaseStore(task.root / "store"), task.shape, task.system, task.out)


def _increment(task: Task) -> None:
    recompute(Results.open(task.root / "kept"), task.out, task.release("changed"), task.known, task.formulas)


def _full_after(task: Task) -> None:
    write_results(task.out, task.release("changed"), task.known, task.formulas, bench.FIRST, bench.LAST)


def _ours_unwritten(task: Task) -> None:
    for _ in CubeEvaluator(task.release(), task.known).evaluate(task.formulas, bench.FIRST, bench.LAST):
        pass


def _numpy_unwritten(task: Task) -> None:
    import _peer_numpy

    for _ in _peer_numpy.cubes(ReleaseStore(task.root / "store"), task.shape, task.system):
        pass


_WORK: dict[str, Callable[[Task], None]] = {
    "ours": _ours,
    "numpy": _numpy,
    "duckdb": _duckdb,
    "increment": _increment,
    "full after": _full_after,
    "ours, not written": _ours_unwritten,
    "numpy, not written": _numpy_unwritten,
}


def _child(engine: str, root: Path, size: str, out: Path) -> None:
    if engine in ("numpy", "numpy, not written"):
        import _peer_numpy  # noqa: F401 - imports are not what is measured
    if engine == "duckdb":
        import _peer_duckdb  # noqa: F401
    known = bench.catalogue(bench.SHAPES[size])
    task = Task(root, bench.SHAPES[size], known, bench.formulas(bench.SHAPES[size], known), out)
    pa.array([0])  # where pandas is installed, Arrow imports it with its first array
    begin, worked = time.perf_counter(), time.process_time()
    _WORK[engine](task)
    spent = {"seconds": time.perf_counter() - begin, "cpu_seconds": time.process_time() - worked}
    print(json.dumps({**spent, "peak_mib": bench.peak_mib()}))


# -- in the parent ---


def _apart(engine: str, root: Path, size: str, out: Path) -> dict[str, float]:
    shutil.rmtree(out, ignore_errors=True)
    command = [sys.executable, str(Path(__file__)), "--child", engine, str(root), size, str(out)]
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, float] = json.loads(told.stdout.splitlines()[-1])
    return found


def _values(folder: Path, name: str, shape: bench.Shape) -> np.ndarray[Any, Any]:
    """One formula's values [areas, years] from any engine's files, put into the system's order."""
    own = sorted(folder.glob(f"{name}-*.parquet"))  # a file for each formula, or one that begins with an earlier one
    file = own[0] if own else max(f for f in folder.glob("*.parquet") if f.stem <= name)
    found = pq.read_table(file, filters=[("formula", "=", name)])
    codes = pa.array([a.code for a in bench.area_system(shape).areas])
    values = np.full((shape.areas, 20), -1.0)
    rows = pc.index_in(found.column("area").cast(pa.string()), codes).to_numpy()
    years = found.column("period").cast(pa.string()).cast(pa.int64()).to_numpy() - 2004
    values[rows, years] = found.column("value").to_numpy()
    return values


def _agree(root: Path, shape: bench.Shape) -> None:
    """One formula of each kind in the first and last chunk, all cells, for all three engines."""
    names = list(bench.uses(shape))
    for name in names[: bench.KINDS] + names[-bench.KINDS :]:
        ours = _values(root / "ours", name, shape)
        for peer in ENGINES[1:]:
            np.testing.assert_allclose(
                ours, _values(root / peer, name, shape), rtol=1e-9, atol=1e-9, err_msg=f"{name} {peer}"
            )


def _prepare(root: Path, size: str) -> None:
    store = ReleaseStore(root / "store")
    if store.current_id() is None:
        bench.publish(store, bench.SHAPES[size])
    if not (root / "changed").exists():
        shutil.copytree(root / "store", root / "changed")
        bench.publish_change(ReleaseStore(root / "changed"), bench.SHAPES[size])


def measure(root: Path, size: str, rounds: int, say: Callable[[str], None]) -> dict[str, Any]:
    """All engines on one size: the best of interleaved runs, as ratios."""
    shape = bench.SHAPES[size]
    say(f"{size}: {shape.observations:,} observations, {shape.formulas} formulas; publish")
    _prepare(root, size)
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in _WORK}
    for turn in range(rounds):
        for engine in (*ENGINES, "increment", "full after", "ours, not written", "numpy, not written"):
            if engine == "full after" and turn:
                continue
            if engine == "increment" and not (root / "kept").exists():
                shutil.copytree(root / "ours", root / "kept")
            out = root / engine.split(",")[0] if "not written" not in engine else root / "nothing"
            runs[engine] += [_apart(engine, root, size, out) for _ in range(3 if engine == "increment" else 1)]
            say(f"  round {turn + 1} {engine}: {runs[engine][-1]['seconds']:.2f} s")
        if not turn:
            _agree(root, shape)
            equal = Results.open(root / "increment").same_as(Results.open(root / "full after"))
    seconds = {name: min(r["seconds"] for r in found) for name, found in runs.items()}
    cpu = {name: min(r["cpu_seconds"] for r in found) for name, found in runs.items()}
    before, after = Results.open(root / "kept").formulas, Results.open(root / "increment").formulas
    return {
        "size": size,
        "observations": shape.observations,
        "seconds": seconds,
        "cpu_seconds": cpu,
        "of_numpy": seconds["ours"] / seconds["numpy"],
        "cpu_of_numpy": cpu["ours"] / cpu["numpy"],
        "cpu_of_duckdb": cpu["ours"] / cpu["duckdb"],
        "of_duckdb": seconds["ours"] / seconds["duckdb"],
        "of_numpy_not_written": seconds["ours, not written"] / seconds["numpy, not written"],
        "increment": seconds["increment"] / seconds["ours"],
        "cpu_increment": cpu["increment"] / cpu["ours"],
        "recomputed": sum(after[name].made_from != before[name].made_from for name in after),
        "increment_equal": equal,
        "peak_mib": {name: max(r["peak_mib"] for r in runs[name]) for name in ENGINES},
    }


def verdicts(found: list[dict[str, Any]]) -> list[tuple[str, float, str, bool]]:
    """Each promise: name, measured figure, bound in words, kept or not. Small sizes are for equality, not for speed.

    A ratio is taken of elapsed and of processor time, and the lower one counts: where other work runs beside, elapsed
    time says more about that work.
    """
    promises = []
    for one in found:
        size = one["size"]
        promises.append(
            (f"{size}: incremental equals full", float(one["increment_equal"]), "1", one["increment_equal"])
        )
        if size == "small":
            continue
        for name, bound in (("of_numpy", MOST_OF_NUMPY), ("of_duckdb", MOST_OF_DUCKDB)):
            figure = min(one[name], one[f"cpu_{name}"])
            promises.append((f"{size}: time {name}", figure, f"<= {bound:g}", figure <= bound))
        peak = one["peak_mib"]["ours"]
        promises.append((f"{size}: peak MiB", peak, f"< {MOST_MIB:g}", peak < MOST_MIB))
        if size == "30M":
            figure = min(one["increment"], one["cpu_increment"])
            promises.append(("30M: incremental / full", figure, f"<= {MOST_INCREMENT:g}", figure <= MOST_INCREMENT))
    by_size = {one["size"]: one for one in found}
    if {"3M", "30M"} <= by_size.keys():
        growth = by_size["30M"]["seconds"]["ours"] / by_size["3M"]["seconds"]["ours"]
        rows = by_size["30M"]["observations"] / by_size["3M"]["observations"]
        promises.append(("time 30M / 3M", growth, f"<= {rows * MOST_GROWTH:g}", growth <= rows * MOST_GROWTH))
    return promises


def main() -> int:
    """Measure, print, and fail when a promise is broken."""
    if sys.argv[1:2] == ["--child"]:
        _child(sys.argv[2], Path(sys.argv[3]), sys.argv[4], Path(sys.argv[5]))
        return 0
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sizes", nargs="+", choices=list(bench.SHAPES), default=["3M", "30M"])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path, help="also write the figures here")
    parser.add_argument("--folder", type=Path, help="keep the workload here and use it again")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mudmai-bench-") as there:
        folder = asked.folder or Path(there)
        found = [
            measure(folder / size, size, asked.rounds, lambda text: print(text, file=sys.stderr, flush=True))
            for size in asked.sizes
        ]
    for one in found:
        print(
            f"{one['size']:>5}: {one['of_numpy']:.2f} of NumPy ({one['of_numpy_not_written']:.2f} without writing, "
            f"{one['cpu_of_numpy']:.2f} in processor time), "
            f"{one['of_duckdb']:.2f} of DuckDB, incremental {one['increment']:.4f} "
            f"({one['recomputed']} formulas), peak MiB {one['peak_mib']}"
        )
    promises = verdicts(found)
    for name, figure, bound, kept in promises:
        print(f"{'kept  ' if kept else 'BROKEN'} {name} = {figure:.3f} ({bound})")
    if asked.json:
        asked.json.write_text(json.dumps({"sizes": found, "promises": promises}, indent=1) + "\n")
    return 0 if all(kept for *_, kept in promises) else 1


if __name__ == "__main__":
    raise SystemExit(main())
