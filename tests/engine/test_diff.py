"""The story of a revision, told in counts, cells and one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from mudmai.engine.diff import Counts
from mudmai.engine.objects import SeriesKey
from mudmai.engine.releases import ReleaseStore
from tests.engine.toy_facts import table, toy


@pytest.fixture
def store(tmp_path: Path) -> ReleaseStore:
    return ReleaseStore(tmp_path / "store")


def test_added_removed_revised_and_noted(store: ReleaseStore) -> None:
    kept = [toy("A", "2019", 100.0), toy("B", "2019", 50.0), toy("C", "2019", 7.0), toy("D", "2019", None)]
    older = store.publish("toy", table([*kept, toy("E", "2019", 1.0)], source=["s"] * 5))
    new = [toy("A", "2019", 103.1), toy("B", "2019", 49.0), toy("C", "2019", 7.0), toy("D", "2019", 4.0)]
    newer = store.publish("toy", table([*new, toy("F", "2019", 2.0, "people")], source=["s", "s", "t", "s", "s"]))
    diff = store.diff(older.id, newer.id)
    assert diff.counts == Counts(added=1, removed=1, revised=3, noted=1)
    assert diff.by_series == {
        SeriesKey("toy", "gpp"): Counts(removed=1, revised=3, noted=1),
        SeriesKey("toy", "people"): Counts(added=1),
    }
    assert diff.by_dataset == {"toy": diff.counts}
    told = [(r["change"], r["area"], r["old_value"], r["new_value"]) for r in diff.cells.to_pylist()]
    assert told == [
        ("revised", "A", 100.0, 103.1), ("revised", "B", 50.0, 49.0), ("noted", "C", 7.0, 7.0),
        ("revised", "D", None, 4.0), ("removed", "E", 1.0, None), ("added", "F", None, 2.0),
    ]  # fmt: skip
    percent = diff.cells["change_percent"].to_pylist()
    assert percent == [pytest.approx(3.1), pytest.approx(-2.0), None, None, None, None]
    assert diff.largest == pytest.approx(3.1)
    assert diff.summary.en == (
        "3 values revised (largest +3.1%), 1 value added, 1 value removed, 1 value with another flag or source"
    )
    assert diff.summary.th == ("ปรับปรุง 3 ค่า (มากที่สุดร้อยละ +3.1) เพิ่ม 1 ค่า นำออก 1 ค่า เปลี่ยนสถานะ แหล่งที่มา หรือวิธีการ 1 ค่า")


def test_nothing_changed(store: ReleaseStore) -> None:
    release = store.publish("toy", table([toy("A", "2019", 1.0)]))
    assert store.diff(release, release).summary.en == "no data changed"


def test_a_move_between_datasets_changes_nothing(store: ReleaseStore) -> None:
    older = store.publish("a", table([toy("A", "2019", 1.0), toy("B", "2019", 1.0)]))
    store.remove_dataset("a")
    store.publish("a", table([toy("A", "2019", 1.0)]))
    newer = store.publish("b", table([toy("B", "2019", 1.0)]))
    assert store.diff(older, newer).summary.en == "no data changed"


def test_another_row_of_the_file_is_no_change(store: ReleaseStore) -> None:
    older = store.publish("a", table([toy("A", "2019", 1.0)], row=[2]))
    newer = store.publish("a", table([toy("A", "2019", 1.0)], row=[3]))
    assert older.id != newer.id
    assert store.diff(older, newer).counts == Counts()


def test_all_are_counted_where_not_all_are_kept(store: ReleaseStore) -> None:
    older = store.publish("a", table([toy(f"A{n}", "2019", 1.0, f"s{n % 3}") for n in range(30)]))
    newer = store.publish("a", table([toy(f"A{n}", "2019", 1.0 + n, f"s{n % 3}") for n in range(30)]))
    diff = store.diff(older, newer, keep=12)
    assert (diff.counts.revised, diff.cells.num_rows, diff.is_cut) == (29, 12, True)
    assert diff.largest == pytest.approx(2900.0)
    assert not store.diff(older, newer, keep=None).is_cut


def test_a_base_of_zero_has_no_percentage(store: ReleaseStore) -> None:
    older = store.publish("a", table([toy("A", "2019", 0.0)]))
    newer = store.publish("a", table([toy("A", "2019", 1.0)]))
    diff = store.diff(older, newer)
    assert diff.cells["change_percent"].to_pylist() == [None]
    assert diff.summary.en == "1 value revised"
