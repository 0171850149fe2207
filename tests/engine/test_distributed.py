"""The evaluator on Dask workers, as processes of their own, gives the bits of the embedded run."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from mudmai.core.errors import FaultError
from mudmai.engine import bench
from mudmai.engine.distributed import evaluate_distributed, grouped
from mudmai.engine.evaluator import CubeEvaluator
from mudmai.engine.releases import ReleaseStore

distributed = pytest.importorskip("distributed", reason="the extra mudmai[distributed] is not installed")

SHAPE = replace(bench.SMALL, smallest=60, formulas=45)
WINDOW = (bench.FIRST, bench.LAST)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> ReleaseStore:
    made = ReleaseStore(tmp_path_factory.mktemp("distributed"))
    bench.publish(made, SHAPE)
    return made


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as found,
    ):
        yield found


def test_two_worker_processes_give_the_bits_of_one(store: ReleaseStore, client: Any) -> None:
    release = store.current()
    assert release is not None
    known = bench.catalogue(SHAPE)
    formulas = bench.formulas(SHAPE, known)
    embedded = dict(CubeEvaluator(release, known).evaluate(formulas, *WINDOW))
    spread = dict(evaluate_distributed(client, store.root, release.id, known, formulas, *WINDOW))
    assert spread.keys() == embedded.keys() == formulas.keys()
    assert all(spread[name].same_bits(cube) for name, cube in embedded.items())
    workers = client.run(os.getpid)
    assert len(set(workers.values()) - {os.getpid()}) == 2


def _with_unreadable_values(path: Path, content: bytes) -> bytes:
    """The index of the file stays whole, so that only who reads values notices."""
    spoilt = bytearray(content)
    metadata = pq.read_metadata(path)
    for group in range(metadata.num_row_groups):
        chunk = metadata.row_group(group).column(metadata.num_columns - 1)
        assert chunk.path_in_schema == "value"
        begin = chunk.data_page_offset
        spoilt[begin : begin + chunk.total_compressed_size] = b"\xff" * chunk.total_compressed_size
    return bytes(spoilt)


def test_an_error_on_a_worker_is_raised_as_it_is(store: ReleaseStore, client: Any) -> None:
    release = store.current()
    assert release is not None
    known = bench.catalogue(SHAPE)
    formulas = {"f": bench.formulas(SHAPE, known)["f00-00-00"]}
    objects = {path: path.read_bytes() for path in (store.root / "objects").glob("*.parquet")}
    for path, content in objects.items():
        path.write_bytes(_with_unreadable_values(path, content))
    try:
        with pytest.raises(FaultError) as fault:
            list(evaluate_distributed(client, store.root, release.id, known, formulas, *WINDOW))
        assert fault.value.code == "damaged_store"
        assert fault.value.remedy.th
    finally:
        for path, content in objects.items():
            path.write_bytes(content)


def test_groups_hold_every_formula_once(store: ReleaseStore) -> None:
    release = store.current()
    assert release is not None
    known = bench.catalogue(SHAPE)
    formulas = bench.formulas(SHAPE, known)
    parts = grouped(store.root, release.id, known, formulas, *WINDOW, groups=7)
    assert sorted(name for part in parts for name in part) == sorted(formulas)
    assert max(map(len, parts)) - min(map(len, parts)) <= 1
    assert len(grouped(store.root, release.id, known, formulas, *WINDOW, groups=1000)) == len(formulas)


def test_without_dask_the_error_names_the_extra(tmp_path: Path) -> None:
    """In a process where ``distributed`` cannot be imported."""
    (tmp_path / "distributed.py").write_text("raise ImportError('not here')\n")
    code = (
        "from mudmai.core.errors import InputError\n"
        "from mudmai.engine.distributed import dask_client\n"
        "try:\n"
        "    dask_client()\n"
        "except InputError as refusal:\n"
        "    print(refusal.code, refusal.remedy.en)\n"
    )
    path = os.pathsep.join([str(tmp_path), *sys.path])
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": path}
    ).stdout
    assert told.startswith("extra_missing")
    assert "mudmai[distributed]" in told
