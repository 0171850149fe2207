"""Results on disk; an incremental run gives the files of a full one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pytest

from mudmai.core.errors import FaultError, UnknownNameError
from mudmai.core.formulas.check import check
from mudmai.core.language import same
from mudmai.core.series import Break
from mudmai.engine import bench
from mudmai.engine.cubes import Cube
from mudmai.engine.evaluator import CubeEvaluator
from mudmai.engine.recompute import recompute, write_results
from mudmai.engine.release import Release
from mudmai.engine.releases import ReleaseStore
from mudmai.engine.results import Results, ResultWriter

SHAPE = replace(bench.SMALL, formulas=45)
KNOWN = bench.catalogue(SHAPE)
FORMULAS = bench.formulas(SHAPE, KNOWN)


@pytest.fixture
def store(tmp_path: Path) -> ReleaseStore:
    made = ReleaseStore(tmp_path / "store")
    bench.publish(made, SHAPE)
    return made


def served(store: ReleaseStore) -> Release:
    release = store.current()
    assert release is not None
    return release


def full(store: ReleaseStore, folder: Path) -> Results:
    return write_results(folder, served(store), KNOWN, FORMULAS, bench.FIRST, bench.LAST)


def test_what_is_written_reads_back_to_the_bit(store: ReleaseStore, tmp_path: Path) -> None:
    full(store, tmp_path / "out")
    results = Results.open(tmp_path / "out")
    assert results.release == served(store).id
    for name, cube in CubeEvaluator(served(store), KNOWN).evaluate(FORMULAS, bench.FIRST, bench.LAST):
        assert results.cube(name, KNOWN).same_bits(cube)
    with pytest.raises(UnknownNameError):
        results.cube("nothing", KNOWN)


def test_anybody_can_read_the_files(store: ReleaseStore, tmp_path: Path) -> None:
    results = full(store, tmp_path / "out")
    cube = results.cube("f00-00-00", KNOWN)
    question = "select count(*), count(value), sum(value) from read_parquet(?) where formula = 'f00-00-00'"
    (told,) = duckdb.connect().execute(question, [f"{tmp_path}/out/*.parquet"]).fetchall()
    assert told[:2] == (cube.values.size, int(np.count_nonzero(~np.isnan(cube.values))))
    assert told[2] == pytest.approx(np.nansum(cube.values))


def test_only_dependents_of_what_changed_are_computed_again(store: ReleaseStore, tmp_path: Path) -> None:
    before = full(store, tmp_path / "before")
    bench.publish_change(store, SHAPE)
    done: list[str] = []
    after = recompute(before, tmp_path / "after", served(store), KNOWN, FORMULAS, progress=done.append)
    dependents = {name for name, f in FORMULAS.items() if any(ref.series == bench.TOUCHED for ref in f.series)}
    assert set(done) == dependents
    assert set(after.copied) == set(FORMULAS) - dependents
    assert 0 < len(dependents) < len(FORMULAS) / 2
    assert after.same_as(full(store, tmp_path / "again"))
    assert not after.same_as(before)
    for entry in after.formulas.values():
        assert (after.folder / entry.file).read_bytes() == (tmp_path / "again" / entry.file).read_bytes()


def test_nothing_changed_nothing_computed(store: ReleaseStore, tmp_path: Path) -> None:
    before = full(store, tmp_path / "before")
    after = recompute(before, tmp_path / "after", served(store), KNOWN, FORMULAS)
    assert set(after.copied) == set(FORMULAS)
    assert after.same_as(before)


def test_a_change_of_meaning_is_a_change(store: ReleaseStore, tmp_path: Path) -> None:
    """A break, another hierarchy, another formula under the same name: computed again, though no value changed."""
    before = full(store, tmp_path / "before")
    name = next(n for n, use in bench.uses(SHAPE).items() if use.kind == 1)
    broken = bench.uses(SHAPE)[name].a
    series = replace(KNOWN.series[broken], breaks=(Break(bench.FIRST.shift(5), same("new method")),))
    known = replace(KNOWN, series={**KNOWN.series, broken: series})
    formulas = {n: check(use.text, known) for n, use in bench.uses(SHAPE).items()}
    after = recompute(before, tmp_path / "after", served(store), known, formulas)
    assert name not in after.copied
    assert after.formulas[name].file != before.formulas[name].file

    areas = KNOWN.area_systems[bench.SYSTEM].areas
    moved = replace(areas[-1], parent=areas[-2].parent if areas[-2].parent != areas[-1].parent else areas[6].code)
    system = replace(KNOWN.area_systems[bench.SYSTEM], areas=(*areas[:-1], moved))
    known = replace(KNOWN, area_systems={bench.SYSTEM: system})
    assert recompute(before, tmp_path / "moved", served(store), known, bench.formulas(SHAPE, known)).copied == ()

    other = {**FORMULAS, name: check(bench.uses(SHAPE)[name].text + " + 1", KNOWN)}
    assert name not in recompute(before, tmp_path / "other", served(store), KNOWN, other).copied


def test_a_lost_file_is_made_again(store: ReleaseStore, tmp_path: Path) -> None:
    before = full(store, tmp_path / "before")
    lost = before.folder / before.formulas["f00-00-03"].file
    lost.unlink()
    after = recompute(before, tmp_path / "after", served(store), KNOWN, FORMULAS)
    assert set(FORMULAS) - set(after.copied) == {"f00-00-03"}
    assert (after.folder / lost.name).is_file()


def test_results_that_are_not_whole_are_a_fault(tmp_path: Path) -> None:
    with pytest.raises(FaultError):
        Results.open(tmp_path)
    (tmp_path / "results.json").write_text('{"format": 1')
    with pytest.raises(FaultError):
        Results.open(tmp_path)


def test_a_failed_write_is_raised_not_lost(store: ReleaseStore, tmp_path: Path) -> None:
    ((_, cube),) = CubeEvaluator(served(store), KNOWN).evaluate({"f": FORMULAS["f00-00-00"]}, bench.FIRST, bench.LAST)
    torn = Cube(cube.values[:, :3], cube.areas, cube.periods)  # labels and values do not fit

    def write_all() -> None:
        with ResultWriter(tmp_path / "out") as writer:
            for number in range(20):
                writer.write(f"f{number}", torn)

    with pytest.raises(ValueError, match="length"):
        write_all()
    assert not list((tmp_path / "out").glob("f*.parquet"))


def test_the_small_benchmark_keeps_its_word() -> None:
    report = bench.run(replace(bench.SMALL, formulas=30))
    assert report.equal
    assert 0 < report.recomputed < 15
    assert report.observations == 126 * 20 * 20
