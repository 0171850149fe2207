"""What the store promises: commits that stay as fast as the first ones, readers that never fail, a scan at disk speed.

* *append*: one writer, two readers; each commit replaces a dataset of 770 rows. Its peer, interleaved: the same rows
  written by bare Parquet, made durable, and a small file swapped. The last commits must be as fast as the first, and no
  reader may fail or see half a release.
* *scan*: all values of a dense release, against a bare read of the three columns that hold the same.

    python benchmarks/store.py [--commits 200] [--series 20]
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from mudmai.engine.releases import ReleaseStore

MOST_GROWTH = 1.5
"""Median of the last commits over that of the first."""
MOST_OF_BARE = 4.0
"""Median commit over bare Parquet, fsync and swap: coding, digests, sorting and the lock are the difference."""
MOST_OF_READ = 0.8
"""A scan over the bare read of area, period and value: equal layouts are read once."""
AREAS, YEARS = 77, 10


def rows_of(number: int) -> pa.Table:
    """770 rows in which every value is ``number``."""
    areas = [f"A{n:02d}" for n in range(AREAS) for _ in range(YEARS)]
    periods = [str(2010 + n) for _ in range(AREAS) for n in range(YEARS)]
    size = len(areas)
    return pa.table(
        {
            "area_system": ["toy"] * size, "area": areas, "period": periods, "series": ["s"] * size,
            "value": pa.array(np.full(size, float(number))),
        }
    )  # fmt: skip


def read_on(root: Path, stop: Any, answers: Any) -> None:
    """Read the served release again and again until told to stop; report (reads, faults)."""
    reads, faults = 0, []
    store = ReleaseStore(root)
    while not stop.is_set():
        try:
            release = store.current()
            assert release is not None
            columns = release.series_columns("s")
            assert columns is not None
            assert len(columns.values) == AREAS * YEARS
            assert np.unique(columns.values).size == 1
        except Exception as fault:  # every fault is the finding of this benchmark
            faults.append(repr(fault))
        reads += 1
        time.sleep(0.005)
    answers.put((reads, faults[:3]))


def bare_commit(folder: Path, number: int) -> None:
    """What no store could do without: write, make durable, swap a pointer durably."""
    path = folder / f"{number}.parquet"
    pq.write_table(rows_of(number), path)
    for made, final in ((path, path), (folder / "draft", folder / "current")):
        if made.name == "draft":
            made.write_text(str(number), "ascii")
        handle = os.open(made, os.O_RDONLY)
        os.fsync(handle)
        os.close(handle)
        os.replace(made, final)
        handle = os.open(folder, os.O_RDONLY)
        os.fsync(handle)
        os.close(handle)


def append(commits: int, folder: Path) -> dict[str, Any]:
    """One writer, two readers, and the bare peer interleaved."""
    store = ReleaseStore(folder / "store")
    (folder / "bare").mkdir()
    store.publish("toy", rows_of(0))
    context = multiprocessing.get_context("spawn")
    stop, answers = context.Event(), context.Queue()
    readers = [context.Process(target=read_on, args=(store.root, stop, answers)) for _ in range(2)]
    for reader in readers:
        reader.start()
    ours, bare = [], []
    for number in range(1, commits + 1):
        begin = time.perf_counter()
        store.publish("toy", rows_of(number))
        middle = time.perf_counter()
        bare_commit(folder / "bare", number)
        ours.append(middle - begin)
        bare.append(time.perf_counter() - middle)
    stop.set()
    told = [answers.get(timeout=60) for _ in readers]
    for reader in readers:
        reader.join()
    part = max(5, commits // 4)
    return {
        "commits": commits,
        "commit_ms": round(1000 * median(ours), 2),
        "p99_ms": round(1000 * quantiles(ours, n=100)[98], 2),
        "bare_ms": round(1000 * median(bare), 2),
        "of_bare": round(median(ours) / median(bare), 2),
        "growth": round(median(ours[-part:]) / median(ours[5 : 5 + part]), 2),
        "reads": sum(reads for reads, _ in told),
        "faults": [fault for _, faults in told for fault in faults],
    }


def scan(series: int, folder: Path) -> dict[str, Any]:
    """A dense release of ``series`` x 7,436 areas x 20 years."""
    areas, years = 7436, 20
    size = areas * years
    rng = np.random.default_rng(8)

    def words(codes: Any, names: list[str]) -> pa.DictionaryArray:
        return pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(names))

    table = pa.table(
        {
            "area_system": words(np.zeros(series * size, np.int8), ["toy"]),
            "series": words(np.repeat(np.arange(series, dtype=np.int16), size), [f"s{n:03d}" for n in range(series)]),
            "area": words(
                np.tile(np.repeat(np.arange(areas, dtype=np.int16), years), series), [f"A{n:05d}" for n in range(areas)]
            ),
            "period": words(
                np.tile(np.arange(years, dtype=np.int8), series * areas), [str(2000 + n) for n in range(years)]
            ),
            "value": pa.array(rng.lognormal(10, 1, series * size)),
        }
    )
    store = ReleaseStore(folder / "dense")
    begin = time.perf_counter()
    release = store.publish("toy", table)
    publish = time.perf_counter() - begin
    path = store.root / "objects" / f"{release.datasets['toy'].object}.parquet"
    ours, bare = [], []
    for _ in range(3):
        begin = time.perf_counter()
        opened = ReleaseStore(store.root).current()
        assert opened is not None
        assert sum(columns.values.size for columns in opened.scan()) == series * size
        middle = time.perf_counter()
        pq.read_table(path, columns=["area", "period", "value"], read_dictionary=["area", "period"])
        ours.append(middle - begin)
        bare.append(time.perf_counter() - middle)
    return {
        "rows": series * size,
        "publish_s": round(publish, 2),
        "bytes_per_row": round(path.stat().st_size / (series * size), 2),
        "scan_s": round(median(ours), 3),
        "million_rows_per_second": round(series * size / median(ours) / 1e6, 1),
        "of_bare_read": round(median(ours) / median(bare), 2),
    }


def main() -> int:
    """Run both; exit code 1 when a promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--commits", type=int, default=200)
    parser.add_argument("--series", type=int, default=20)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        appended = append(asked.commits, Path(name))
        scanned = scan(asked.series, Path(name))
    kept = {
        "append: growth": appended["growth"] <= MOST_GROWTH,
        "append: of bare": appended["of_bare"] <= MOST_OF_BARE,
        "append: readers": not appended["faults"],
        "scan: of bare read": scanned["of_bare_read"] <= MOST_OF_READ,
    }
    print(json.dumps({"append": appended, "scan": scanned, "kept": kept}, indent=1))
    return 0 if all(kept.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
