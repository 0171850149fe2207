"""The workload that the engine's speed is promised on, and a benchmark that runs from an installed tree.

Made-up figures, for timing only: 7,436 areas in a four-level hierarchy, 20 years, 20 series for every 3 million
observations, and 300 formulas of fifteen kinds (ratios, growth, means over time, shares of the parent, sums, weighted
means and Gini over children, ranks, comparisons, running sums). One row in a hundred is missing. The comparison with
hand-written NumPy and with SQL lives in ``benchmarks/``, beside the peers it needs.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from mudmai.core.areas import Area, AreaSystem
from mudmai.core.formulas.check import CheckedFormula, check
from mudmai.core.language import same
from mudmai.core.periods import Frequency, Period
from mudmai.core.series import Aggregation, AggregationRule, Catalogue, Series
from mudmai.core.units import unit
from mudmai.engine.cubes import Floats
from mudmai.engine.recompute import recompute, write_results
from mudmai.engine.release import Release
from mudmai.engine.releases import ReleaseStore
from mudmai.engine.results import Results

SYSTEM = "bench"
FIRST, LAST = Period.year(2004), Period.year(2023)
CHUNK = 20
"""Series that belong together: ten counts, ten rates; formulas stay inside a chunk."""

KINDS = 15
TOUCHED = "c000"
"""The series whose middle level is a dataset of its own, published again by the incremental run."""


@dataclass(frozen=True)
class Shape:
    """How large the workload is: ``chunks`` of twenty series, areas per level, formulas (a multiple of 15)."""

    chunks: int = 1
    middle: int = 77
    districts: int = 928
    smallest: int = 6430
    formulas: int = 300

    @property
    def areas(self) -> int:
        """Areas of all four levels."""
        return 1 + self.middle + self.districts + self.smallest

    @property
    def observations(self) -> int:
        """Rows of the whole workload."""
        return self.areas * 20 * CHUNK * self.chunks


SMALL = Shape(chunks=1, middle=5, districts=20, smallest=100, formulas=60)
THREE_MILLION = Shape(chunks=1)
THIRTY_MILLION = Shape(chunks=10)


def area_system(shape: Shape) -> AreaSystem:
    """Four levels in breadth-first order; children spread evenly over parents."""
    areas = [Area("n", same("n"), "whole")]
    above = ["n"]
    for level, count in (("middle", shape.middle), ("district", shape.districts), ("smallest", shape.smallest)):
        codes = [f"{level[0]}{i:05d}" for i in range(count)]
        areas += [Area(c, same(c), level, above[i * len(above) // count]) for i, c in enumerate(codes)]
        above = codes
    return AreaSystem(SYSTEM, same(SYSTEM), tuple(areas))


def catalogue(shape: Shape) -> Catalogue:
    """Counts (additive) ``c000`` ... and rates ``r000`` ...; ten of each in every chunk."""
    units = {"heads": unit("heads", {"person": 1}), "baht": unit("baht", {"THB": 1})}
    total, none = Aggregation(AggregationRule.SUM), Aggregation()
    series = {}
    for i in range(10 * shape.chunks):
        for letter, code, rule in (("c", "heads", total), ("r", "baht", none)):
            name = f"{letter}{i:03d}"
            series[name] = Series(name, same(name), SYSTEM, Frequency.ANNUAL, code, rule)
    return Catalogue(units=units, area_systems={SYSTEM: area_system(shape)}, series=series)


@dataclass(frozen=True)
class Use:
    """One formula of the workload: its kind (0..14), the series it reads and its whole-number parameter."""

    kind: int
    a: str
    b: str
    r: str
    q: str
    n: int

    @property
    def text(self) -> str:
        """The formula as a planner would write it."""
        a, b, r, q, n = self.a, self.b, self.r, self.q, self.n
        return (
            f"100 * {a} / {b}",
            f"growth({a} + {b}, {n})",
            f"cagr({r}, {n + 2})",
            f"mean_over({r} - {q}, {n + 2})",
            f"share_of_parent({a} + {b})",
            f"children_gini({r} + {q})",
            f"children_sum({a}) / children_sum({b})",
            f"if({r} + {q} > parent({r} + {q}), 1, 0)",
            f"rank({r} / {q})",
            f"{r} - lag({q}, {n})",
            f"coalesce({r}, lag({r}, {n}), {q})",
            f"growth({r} / {b}, {n})",
            f"children_weighted_mean({r}, {a} + {b})",
            f"cumulative({a} - {b}, since={2004 + n})",
            f"{r} / parent({q})",
        )[self.kind]


def uses(shape: Shape) -> dict[str, Use]:
    """The formulas, chunk after chunk; together they read every series."""
    found = {}
    variants = shape.formulas // (KINDS * shape.chunks)
    for chunk in range(shape.chunks):
        for u in range(variants):
            for kind in range(KINDS):
                at = [
                    10 * chunk + (o + u) % 10 for o in (kind, kind + 3 + u // 10, 2 * kind + 1, 2 * kind + 2 + u // 10)
                ]
                use = Use(kind, f"c{at[0]:03d}", f"c{at[1]:03d}", f"r{at[2]:03d}", f"r{at[3]:03d}", 1 + u // 10)
                found[f"f{chunk:02d}-{u:02d}-{kind:02d}"] = use
    return found


def formulas(shape: Shape, known: Catalogue) -> dict[str, CheckedFormula]:
    """All formulas, checked."""
    return {name: check(use.text, known) for name, use in uses(shape).items()}


def values(shape: Shape, series: str) -> Floats:
    """[areas, years] of one series, the same in every run; positive, one in a hundred missing."""
    rng = np.random.default_rng([len(series), ord(series[0]), int(series[1:])])
    found = np.round(rng.lognormal(5.0, 1.0, (shape.areas, 20)), 3)
    found[rng.random(found.shape) < 0.01] = np.nan
    return found


def _table(shape: Shape, names: list[str], rows: slice, numbers: Mapping[str, Floats]) -> pa.Table:
    codes = [a.code for a in area_system(shape).areas][rows]
    cells, count = len(codes) * 20, len(names)
    years = [str(y) for y in range(2004, 2024)]

    def coded(indices: object, words: list[str]) -> pa.DictionaryArray:
        return pa.DictionaryArray.from_arrays(pa.array(indices, pa.int32()), pa.array(words, pa.string()))

    column = np.concatenate([numbers[name][rows].ravel() for name in names])
    return pa.table(
        {
            "area_system": coded(np.zeros(cells * count, np.int32), [SYSTEM]),
            "area": coded(np.tile(np.repeat(np.arange(len(codes)), 20), count), codes),
            "period": coded(np.tile(np.arange(20), len(codes) * count), years),
            "series": coded(np.repeat(np.arange(count), cells), names),
            "value": pa.array(column, pa.float64(), from_pandas=True),
            "flag": coded(np.isnan(column).astype(np.int32), ["A", "O"]),
        }
    )


def tables(shape: Shape) -> Iterator[tuple[str, pa.Table]]:
    """Datasets one after the other: a chunk each; the middle level of :data:`TOUCHED` is a dataset of its own."""
    middle = slice(1, 1 + shape.middle)
    for chunk in range(shape.chunks):
        names = [f"{letter}{i:03d}" for letter in "cr" for i in range(10 * chunk, 10 * chunk + 10)]
        numbers = {name: values(shape, name) for name in names}
        if TOUCHED in names:
            names.remove(TOUCHED)
            rest = [_table(shape, [TOUCHED], part, numbers) for part in (slice(0, 1), slice(1 + shape.middle, None))]
            yield "bench/middle", _table(shape, [TOUCHED], middle, numbers)
            yield "bench/rest", pa.concat_tables(rest).unify_dictionaries()
        yield f"bench/{chunk:02d}", _table(shape, names, slice(None), numbers)


def publish(store: ReleaseStore, shape: Shape) -> None:
    """Put the workload into an empty store."""
    for name, table in tables(shape):
        store.publish(name, table)


def publish_change(store: ReleaseStore, shape: Shape) -> None:
    """Publish the dataset of the middle level again, with other values."""
    numbers = {TOUCHED: np.round(values(shape, TOUCHED) * 1.01, 3)}
    store.publish("bench/middle", _table(shape, [TOUCHED], slice(1, 1 + shape.middle), numbers))


# -- the benchmark itself ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Report:
    """What one run took. Seconds are of this machine and this moment: compare only inside one report."""

    observations: int
    formulas: int
    full_seconds: float
    incremental_seconds: float
    recomputed: int
    peak_mib: float
    equal: bool

    @property
    def share(self) -> float:
        """The incremental run as a share of the full one."""
        return self.incremental_seconds / self.full_seconds

    @property
    def cells_per_second(self) -> float:
        """Result cells computed and written in one second of the full run."""
        return self.formulas * (self.observations / CHUNK) / self.full_seconds


def peak_mib() -> float:
    """Peak resident memory of this process so far, in MiB.

    Linux: VmHWM; ``ru_maxrss`` would begin with the size of the process that started this one.
    """
    status = Path("/proc/self/status")
    if status.exists():
        (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) / (1 << 10)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def timed(work: Callable[[], Results]) -> tuple[float, Results]:
    """Seconds and results of one run."""
    begin = time.perf_counter()
    results = work()
    return time.perf_counter() - begin, results


def run(shape: Shape = SMALL, say: Callable[[str], None] = lambda _: None) -> Report:
    """Publish the workload in a temporary folder, run it in full and after a change, and compare the two."""
    with tempfile.TemporaryDirectory(prefix="mudmai-bench-") as there:
        root = Path(there)
        store = ReleaseStore(root / "store")
        say(f"{shape.observations:,} observations, {shape.formulas} formulas: publish")
        publish(store, shape)
        known = catalogue(shape)
        checked = formulas(shape, known)

        def served() -> Release:
            release = store.current()
            assert release is not None
            return release

        def full_run(folder: str) -> tuple[float, Results]:
            return timed(lambda: write_results(root / folder, served(), known, checked, FIRST, LAST))

        say("full run")
        full, before = full_run("before")
        publish_change(store, shape)
        say("incremental run")
        part, after = timed(lambda: recompute(before, root / "after", served(), known, checked))
        _, again = full_run("again")
        recomputed = len(after.formulas) - len(after.copied)
        return Report(shape.observations, shape.formulas, full, part, recomputed, peak_mib(), after.same_as(again))


SHAPES: Mapping[str, Shape] = {"small": SMALL, "3M": THREE_MILLION, "30M": THIRTY_MILLION}


if __name__ == "__main__":
    print(json.dumps(asdict(run(SHAPES[sys.argv[1] if len(sys.argv) > 1 else "small"]))))
