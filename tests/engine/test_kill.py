"""Killed at 200 random instants during import: the previous release is still served and the next import works."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mudmai.engine.releases import ReleaseStore
from tests.engine.killable_importer import DATASET, ROWS, import_number

KILLS = 200
ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the importer is forked; this system cannot fork")


@contextmanager
def importer(root: Path, folder: Path, acknowledgements: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.engine.killable_importer", str(root), str(folder), str(acknowledgements)]
    paths = os.pathsep.join([str(ROOT), str(ROOT / "src")])
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": paths},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait(timeout=120)
        assert process.stdout is not None
        process.stdout.close()


def kill_once(process: subprocess.Popen[str], after_seconds: float) -> None:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("go\n")
    process.stdin.flush()
    child = int(process.stdout.readline())
    time.sleep(after_seconds)
    os.kill(child, signal.SIGKILL)
    assert process.stdout.readline().strip() == str(int(signal.SIGKILL))


def acknowledged(path: Path) -> tuple[int, str]:
    """The last import that returned; half a line would not be acknowledged."""
    lines = path.read_text("ascii").split("\n")[:-1] if path.exists() else []
    number, release = lines[-1].split() if lines else ("0", "")
    return int(number), release


def seconds_of_an_import(folder: Path) -> float:
    """How long one import takes here and now."""
    folder.mkdir()
    store = ReleaseStore(folder / "store")
    import_number(store, folder, 1)
    begin = time.perf_counter()
    import_number(store, folder, 2)
    return time.perf_counter() - begin


def served_number(store: ReleaseStore) -> int:
    """The number that the served release is made of; all its values must be there and be that number."""
    release = store.current()
    if release is None:
        return 0
    values = set(release.observations("output")["value"].to_pylist())
    assert release.rows == release.observations("output").num_rows == ROWS
    assert values == {float(release.note)}
    return int(release.note)


@pytest.mark.slow
def test_killed_at_200_random_instants(tmp_path: Path) -> None:
    root, acks = tmp_path / "store", tmp_path / "acknowledged"
    theirs, ours = tmp_path / "theirs", tmp_path / "ours"
    theirs.mkdir()
    ours.mkdir()
    chance = random.Random(25660101)
    left_behind, last = 0, 0
    span = min(0.25, 2.5 * seconds_of_an_import(tmp_path / "measured"))
    with importer(root, theirs, acks) as process:
        for _ in range(KILLS):
            kill_once(process, chance.uniform(0.0, span))
            store = ReleaseStore(root, lock_seconds=10)  # as another process would open it
            number, release_id = acknowledged(acks)
            number = max(number, last)
            # The last import may have been served in the instant before it could be acknowledged.
            assert served_number(store) in (number, number + 1)
            if release_id:
                assert store.get(release_id).note == str(acknowledged(acks)[0])
            left_behind += any((root / "incoming").glob("*")) if root.exists() else 0
            last = served_number(store) + 1
            assert import_number(store, ours, last) == store.current_id()
            assert served_number(ReleaseStore(root)) == last
    assert acknowledged(acks)[0] > 0
    assert left_behind > 0, "no kill came while a file was being built: the instants are not random enough"
    store = ReleaseStore(root)
    assert store.collect_orphans() != ()
    named = {version.object for release in store.list() for version in release.datasets.values()}
    assert {p.stem for p in (root / "objects").iterdir()} == named
    assert {int(p.stem) for p in (root / "releases").iterdir()} == {r.sequence for r in store.list()}
    assert list((root / "incoming").iterdir()) == []
    assert [int(r.note) for r in store.list()] == sorted((int(r.note) for r in store.list()), reverse=True)
    assert list(store.list()[0].datasets) == [DATASET]
    store.check_whole()
