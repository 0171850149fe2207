"""The store: publish, read, go back, refuse."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import numpy as np
import polars
import pyarrow as pa
import pytest

from mudmai.core.errors import FaultError, ImportRefused, InputError, UnknownNameError
from mudmai.core.observations import Flag
from mudmai.core.periods import Period
from mudmai.engine import objects
from mudmai.engine.objects import SeriesKey
from mudmai.engine.releases import ReleaseStore
from tests.engine.toy_facts import cells, table, ticking, toy

ROWS = [toy("B", "2019", 1.0), toy("A", "2020", None), toy("A", "2019", 2.0), toy("A", "2019", 3.0, "people", "sex=F")]


@pytest.fixture
def store(tmp_path: Path) -> ReleaseStore:
    return ReleaseStore(tmp_path / "store")


def test_an_empty_store(store: ReleaseStore) -> None:
    assert (store.current(), store.current_id(), store.list(), store.collect_orphans()) == (None, None, (), ())
    assert not store.root.exists()


def test_observations_come_back_in_storage_order_with_their_provenance(store: ReleaseStore) -> None:
    given = table(ROWS, source=["book"] * 4, method=["count"] * 4, locator=["f.csv", "f.csv", "T1!D7", "f.csv"])
    given = given.append_column("row", pa.array([2, 3, None, 5], pa.int32()))
    release = store.publish("toy/gpp", given, note="first", clock=lambda: datetime(2026, 1, 2, tzinfo=UTC))
    assert release.observations("gpp").to_pylist() == [
        {"area_system": "toy", "area": a, "period": p, "series": "gpp", "dims": "", "value": v, "flag": f,
         "source": "book", "method": "count", "locator": where, "dataset": "toy/gpp"}
        for a, p, v, f, where in (
            ("A", "2019", 2.0, "A", "T1!D7"), ("A", "2020", None, "O", "f.csv!3"), ("B", "2019", 1.0, "A", "f.csv!2"),
        )
    ]  # fmt: skip
    assert (release.sequence, release.parent, release.note, release.rows) == (1, None, "first", 4)
    assert release.created_at == datetime(2026, 1, 2, tzinfo=UTC)
    version = release.datasets["toy/gpp"]
    assert (version.rows, version.series, version.since) == (4, 2, release.id)


def test_series_dimensions_and_everything(store: ReleaseStore) -> None:
    release = store.publish("toy", table(ROWS))
    assert release.series_keys() == (SeriesKey("toy", "gpp"), SeriesKey("toy", "people", "sex=F"))
    assert release.observations("people").num_rows == 0
    assert release.observations("people", "sex=F").num_rows == 1
    assert release.observations("people", (("sex", "F"),)).num_rows == 1
    assert release.observations("people", None).num_rows == 1
    assert release.observations("nothing").num_rows == 0
    assert cells(release.observations()) == cells(table(ROWS))
    assert release.periods_of(SeriesKey("toy", "gpp")) == ("2019", "2020")
    assert release.periods_of(SeriesKey("toy", "nothing")) == ()


def test_one_cell(store: ReleaseStore) -> None:
    release = store.publish("toy", table(ROWS))
    found = release.cell("gpp", "", "A", Period.year(2020))
    assert found is not None
    assert (found.value, found.flag, found.dataset, found.period) == (None, Flag.MISSING, "toy", Period.year(2020))
    assert release.cell("people", (("sex", "F"),), "A", "2019") is not None
    for series, area, period in (("gpp", "A", "2021"), ("gpp", "C", "2019"), ("gpp", "B", "2020"), ("x", "A", "2019")):
        assert release.cell(series, "", area, period) is None


def test_columns_for_computing(store: ReleaseStore) -> None:
    more = [toy(a, p, 7.0, "other") for a, p in (("A", "2019"), ("A", "2020"), ("B", "2019"))]
    release = store.publish("toy", table([*ROWS, *more]))
    gpp, other = release.series_columns("gpp"), release.series_columns("other")
    assert gpp is not None
    assert other is not None
    assert [(gpp.areas[a], gpp.periods[p]) for a, p in zip(gpp.area_codes, gpp.period_codes, strict=True)] == [
        ("A", "2019"), ("A", "2020"), ("B", "2019"),
    ]  # fmt: skip
    np.testing.assert_array_equal(gpp.values, [2.0, np.nan, 1.0])
    np.testing.assert_array_equal(gpp.missing, [False, True, False])
    assert gpp.layout == other.layout
    assert gpp.area_codes.dtype == gpp.period_codes.dtype == np.int32
    assert [c.key.series for c in release.scan()] == ["gpp", "other", "people"]
    assert [c.key.series for c in release.scan([SeriesKey("toy", "other")])] == ["other"]
    assert release.series_columns("nothing") is None


def test_large_and_small_keys_are_cut_into_row_groups_and_found_again(
    store: ReleaseStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(objects, "ROW_GROUP_ROWS", 8)
    monkeypatch.setattr(objects, "LARGEST_ROW_GROUP", 16)
    sizes = (3, 3, 3, 20, 2, 8, 1, 40, 5)
    rows = [toy(f"A{a:02d}", "2019", k * 100.0 + a, f"s{k}") for k, size in enumerate(sizes) for a in range(size)]
    release = store.publish("toy", table(rows))
    for k, size in enumerate(sizes):
        found = release.series_columns(f"s{k}")
        assert found is not None
        np.testing.assert_array_equal(found.values, k * 100.0 + np.arange(size))
        assert release.observations(f"s{k}")["value"].to_pylist() == found.values.tolist()
        cell = release.cell(f"s{k}", "", f"A{size - 1:02d}", "2019")
        assert cell is not None
        assert cell.value == k * 100.0 + size - 1


def test_equal_content_makes_no_release_whatever_its_order_and_types(store: ReleaseStore) -> None:
    first = store.publish("toy", table(ROWS), clock=ticking())
    again = table(ROWS[::-1])
    words = {n: again[n].dictionary_encode() for n in ("area", "series", "flag")}
    again = pa.table({n: words.get(n, again[n]) for n in again.column_names})
    assert store.publish("toy", again, note="the same") is first
    assert store.publish("toy", table(ROWS[:1]), mode="update").id == first.id
    assert len(store.list()) == 1


def test_equal_content_has_an_equal_hash_in_any_store_at_any_time(tmp_path: Path) -> None:
    one, two = ReleaseStore(tmp_path / "one"), ReleaseStore(tmp_path / "two")
    two.publish("toy", table(ROWS[:2]), clock=ticking())
    assert one.publish("toy", table(ROWS)).hash == two.publish("toy", table(ROWS), note="x").hash
    assert [r.sequence for r in (one.list()[0], two.list()[0])] == [1, 2]
    two.publish("toy", table(ROWS[:2]))
    assert two.list()[0].hash == two.list()[2].hash
    assert two.list()[0].id.startswith("r3-")


def test_a_negative_zero_is_a_zero(store: ReleaseStore) -> None:
    first = store.publish("toy", table([toy("A", "2019", 0.0)]))
    assert store.publish("toy", table([toy("A", "2019", -0.0)])) is first


def test_update_keeps_what_it_does_not_mention(store: ReleaseStore) -> None:
    store.publish("toy", table(ROWS))
    release = store.publish("toy", table([toy("A", "2020", 5.0), toy("C", "2021", 6.0)]), mode="update")
    expected = cells(table(ROWS)) | cells(table([toy("A", "2020", 5.0), toy("C", "2021", 6.0)]))
    assert cells(release.observations()) == expected
    assert release.cell("gpp", "", "A", "2020").flag == Flag.NORMAL  # type: ignore[union-attr]


def test_replace_drops_what_it_does_not_mention(store: ReleaseStore) -> None:
    store.publish("toy", table(ROWS))
    assert cells(store.publish("toy", table(ROWS[:1])).observations()) == cells(table(ROWS[:1]))


def test_several_datasets_in_one_release(store: ReleaseStore) -> None:
    release = store.publish_all({"b": table([toy("A", "2019", 1.0)]), "a": table([toy("A", "2020", 2.0)])})
    assert (release.sequence, list(release.datasets)) == (1, ["a", "b"])
    merged = release.series_columns("gpp")
    assert merged is not None
    np.testing.assert_array_equal(merged.values, [1.0, 2.0])
    assert [merged.periods[c] for c in merged.period_codes] == ["2019", "2020"]
    found = release.cell("gpp", "", "A", "2020")
    assert found is not None
    assert found.dataset == "a"


def test_a_dataset_can_be_removed_and_old_releases_keep_it(store: ReleaseStore) -> None:
    first = store.publish("a", table(ROWS))
    store.publish("b", table([toy("Z", "2019", 1.0)]))
    third = store.remove_dataset("a", note="withdrawn")
    assert list(third.datasets) == ["b"]
    assert cells(store.get(first.id).observations()) == cells(table(ROWS))
    with pytest.raises(UnknownNameError) as caught:
        store.remove_dataset("aa")
    assert caught.value.message.en == "unknown dataset “aa”"


def test_older_releases_by_id_by_number_and_by_time(store: ReleaseStore) -> None:
    clock = ticking()
    made = [store.publish("toy", table([toy("A", "2019", float(n))]), clock=clock) for n in range(3)]
    fresh = ReleaseStore(store.root)
    assert [r.id for r in fresh.list()] == [r.id for r in made[::-1]]
    for name in (made[1].id, "r2", "2"):
        assert cells(fresh.get(name).observations()) == {("toy", "A", "2019", "gpp", ""): 1.0}
    at = made[1].created_at
    assert fresh.as_of(at + timedelta(minutes=5)).id == made[1].id  # type: ignore[union-attr]
    assert fresh.as_of(made[0].created_at - timedelta(minutes=5)) is None
    for name in ("r4", "r0", "r2-00000000", "x", ""):
        with pytest.raises(UnknownNameError) as caught:
            fresh.get(name)
        assert caught.value.message.en == f"unknown release “{name}”"


def test_readers_keep_their_snapshot_and_other_processes_see_the_swap(store: ReleaseStore) -> None:
    first = store.publish("toy", table([toy("A", "2019", 1.0)]))
    other = ReleaseStore(store.root)
    assert other.current_id() == first.id
    second = store.publish("toy", table([toy("A", "2019", 2.0)]))
    assert first.observations("gpp")["value"].to_pylist() == [1.0]
    assert other.current().id == second.id  # type: ignore[union-attr]


def test_many_threads_may_read_one_release(store: ReleaseStore) -> None:
    release = store.publish("toy", table([toy(f"A{a}", "2019", float(a), f"s{a % 7}") for a in range(200)]))
    wrong: list[object] = []

    def read() -> None:
        for a in range(200):
            found = release.cell(f"s{a % 7}", "", f"A{a}", "2019")
            if found is None or found.value != a:
                wrong.append(found)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_other_programs_read_the_objects(store: ReleaseStore) -> None:
    release = store.publish("toy", table(ROWS))
    path = store.root / "objects" / f"{release.datasets['toy'].object}.parquet"
    seen = duckdb.sql(f"select area, period, value from '{path}' where series = 'gpp' order by all").fetchall()
    assert seen == [("A", "2019", 2.0), ("A", "2020", None), ("B", "2019", 1.0)]
    assert polars.read_parquet(path)["area"].to_list() == ["A", "A", "B", "A"]


def test_a_fact_in_two_datasets_is_refused_and_nothing_changes(store: ReleaseStore) -> None:
    first = store.publish("a", table(ROWS))
    files = sorted(store.root.rglob("*.parquet"))
    with pytest.raises(ImportRefused) as caught:
        store.publish("b", table([toy("A", "2019", 9.0), toy("A", "2021", 9.0)]))
    error = caught.value
    assert error.message.en == "1 fact for the dataset b already held by a (with another value)"
    assert error.remedy.en.startswith("import it with: mudmai data import FILE --dataset a --mode update - it revises")
    assert [(p.message.en, p.remedy.en) for p in error.problems] == [
        (
            "gpp A 2019 is already in the dataset a, with another value",
            "import with --dataset a --mode update, or leave the row out",
        )
    ]
    assert store.current() is first
    assert sorted(store.root.rglob("*.parquet")) == files


def test_repeating_published_facts_is_refused_and_the_named_command_takes_them(store: ReleaseStore) -> None:
    store.publish("prices", table([toy("A", "2019", 2.0), toy("A", "2020", None), toy("B", "2019", 1.0)]))
    again = [toy("A", "2019", 2.0), toy("A", "2020", None), toy("A", "2021", 5.0)]
    with pytest.raises(ImportRefused) as caught:
        store.publish("user/new", table(again))
    assert (
        caught.value.message.en == "2 facts for the dataset user/new already held by prices (all with the same values)"
    )
    assert "--dataset prices --mode update" in caught.value.remedy.th
    release = store.publish("prices", table(again), mode="update")  # what the remedy says
    assert release.cell("gpp", "", "A", "2021").value == 5.0
    assert release.cell("gpp", "", "B", "2019").value == 1.0, "rows that the file does not name stay"


def test_facts_of_two_datasets_name_both_commands(store: ReleaseStore) -> None:
    store.publish("one", table([toy("A", "2019", 2.0)]))
    store.publish("the other", table([toy("B", "2019", 1.0)]))
    with pytest.raises(ImportRefused) as caught:
        store.publish("c", table([toy("A", "2019", 2.0), toy("B", "2019", 3.0)]))
    assert caught.value.message.en.endswith("held by one, the other (1 of them with another value)")
    for named in ("--dataset one --mode update", "--dataset 'the other' --mode update", "split the file"):
        assert named in caught.value.remedy.en


def test_a_fact_given_twice_is_refused(store: ReleaseStore) -> None:
    with pytest.raises(ImportRefused) as caught:
        store.publish("a", table([*ROWS, ROWS[0]], row=[2, 3, 4, 5, 6]))
    assert caught.value.message.en == "1 fact is given twice"
    problem = caught.value.problems[0]
    assert (problem.message.en, problem.where.row) == ("gpp B 2019 (toy) has two values", 6)
    assert store.current() is None


REFUSED: list[tuple[pa.Table, str]] = [
    (table(ROWS).drop_columns(["area"]), "the table of observations lacks area"),
    (table(ROWS[:0]), "the dataset toy has no rows"),
    (table([toy("A", "2562-1", 1.0)]), "“2562-1” is not a period"),
    (table([toy("A", "2019", 1.0, dims="sex=F;age=1")]), "“sex=F;age=1” is not the house form of dimensions"),
    (table([toy("A", "2019", float("nan"))]), "a value is not a finite number (NaN or infinity)"),
    (table([toy("A", "2019", float("inf"))]), "a value is not a finite number (NaN or infinity)"),
    (table([toy("", "2019", 1.0)]), "the column area has empty cells"),
    (table(ROWS).set_column(6, "flag", pa.array(["A"] * 4)), "flags and values contradict each other"),
    (table(ROWS).set_column(6, "flag", pa.array(["A", "O", "A", "X"])), "unknown flag “X”"),
    (table([toy("A", "2019", 1.0), toy("A", "2019-Q1", 1.0)]), "gpp has periods of two frequencies: 2019 and 2019-Q1"),
]


@pytest.mark.parametrize(("given", "message"), REFUSED)
def test_tables_that_are_refused(store: ReleaseStore, given: pa.Table, message: str) -> None:
    with pytest.raises(InputError) as caught:
        store.publish("toy", given)
    assert caught.value.message.en == message
    assert store.current() is None
    assert store.collect_orphans() == ()


@pytest.mark.parametrize("name", ["", " ", "a ", "a/ b", "/a", "a/", "a//b", "../a", "a/..", "a\n"])
def test_names_that_cannot_name_a_dataset(store: ReleaseStore, name: str) -> None:
    with pytest.raises(InputError) as caught:
        store.publish(name, table(ROWS))
    assert caught.value.message.en == f"“{name}” cannot name a dataset"


def test_thai_names_can(store: ReleaseStore) -> None:
    assert list(store.publish("แผน/รายได้ ปี 2566", table(ROWS)).datasets) == ["แผน/รายได้ ปี 2566"]


def test_a_second_writer_waits_and_then_says_so(store: ReleaseStore) -> None:
    first = store.publish("toy", table(ROWS))
    hasty = ReleaseStore(store.root, lock_seconds=0.05)
    with store._writer(), pytest.raises(InputError) as caught:
        hasty.publish("toy", table(ROWS[:1]))
    assert (caught.value.code, caught.value.message.en) == ("store_busy", "another import is writing to this store")
    assert hasty.current_id() == first.id
    assert hasty.publish("toy", table(ROWS[:1])).sequence == 2


def test_what_a_killed_writer_leaves_is_invisible_and_collected(store: ReleaseStore) -> None:
    first = store.publish("toy", table(ROWS))
    stray = json.loads((store.root / "releases" / "1.json").read_text("utf-8")) | {"id": "r2-12345678", "sequence": 2}
    (store.root / "releases" / "2.json").write_text(json.dumps(stray), "utf-8")
    (store.root / "objects" / "00ff.parquet").write_bytes(b"half")
    (store.root / "incoming" / "draft").write_bytes(b"half")
    with pytest.raises(UnknownNameError):
        store.get("r2-12345678")
    assert [r.id for r in store.list()] == [first.id]
    assert store.collect_orphans() == ("incoming/draft", "objects/00ff.parquet", "releases/2.json")
    assert store.publish("toy", table(ROWS[:1])).sequence == 2
    assert store.collect_orphans() == ()
    store.check_whole()


def damage(store: ReleaseStore, what: str) -> None:
    release = store.current()
    assert release is not None
    path = {
        "current": store.root / "current",
        "manifest": store.root / "releases" / "1.json",
        "object": store.root / "objects" / f"{release.datasets['toy'].object}.parquet",
    }[what]
    path.write_bytes(path.read_bytes()[:-3] if what != "current" else b"nonsense")


@pytest.mark.parametrize("what", ["current", "manifest", "object"])
def test_a_damaged_store_is_a_fault_and_says_which_file(store: ReleaseStore, what: str) -> None:
    store.publish("toy", table(ROWS))
    damage(store, what)
    with pytest.raises(FaultError) as caught:
        ReleaseStore(store.root).current().observations()  # type: ignore[union-attr]
    start = {
        "current": "the pointer to the current release is damaged ('nonsense')",
        "manifest": "a file of the store is damaged: 1.json (",
        "object": "a file of the store is damaged: ",
    }[what]
    assert caught.value.message.en.startswith(start)
    assert caught.value.code == "damaged_store"


def test_an_object_damaged_in_the_middle_is_found(store: ReleaseStore) -> None:
    release = store.publish("toy", table([toy(f"A{n}", "2019", n * 1.7) for n in range(500)]))
    path = store.root / "objects" / f"{release.datasets['toy'].object}.parquet"
    content = bytearray(path.read_bytes())
    content[4:200] = bytes(196)
    path.write_bytes(bytes(content))
    with pytest.raises(FaultError):
        ReleaseStore(store.root).check_whole()
