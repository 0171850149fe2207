"""What must hold for any content: what is published is what is read, and a diff is the way from one to the other."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from mudmai.engine.releases import ReleaseStore
from tests.engine.toy_facts import cells, table

Fact = tuple[str, str, str, str, str]

FACTS = st.tuples(
    st.sampled_from(["toy", "land"]),
    st.sampled_from(["A", "B", "กทม", "TH-10"]),
    st.sampled_from(["2018", "2019", "2020"]),
    st.sampled_from(["gpp", "ประชากร"]),
    st.sampled_from(["", "sex=F", "age=15-24;sex=F"]),
)
VALUES = st.none() | st.floats(allow_nan=False, allow_infinity=False)
CONTENTS = st.dictionaries(FACTS, VALUES, min_size=1, max_size=25)


def rows(content: Mapping[Fact, float | None]) -> list[tuple[str, str, str, str, str, float | None]]:
    return [(*fact, value) for fact, value in content.items()]


@settings(max_examples=30, deadline=None)
@given(CONTENTS)
def test_what_is_published_is_what_is_read(content: dict[Fact, float | None]) -> None:
    with TemporaryDirectory() as folder:
        release = ReleaseStore(Path(folder)).publish("toy", table(rows(content)))
        assert cells(release.observations()) == content
        for (_, area, period, series, dims), _ in content.items():
            assert release.cell(series, dims, area, period) is not None
        bulk = {}
        for columns in release.scan():
            key = columns.key
            for a, p, v in zip(columns.area_codes, columns.period_codes, columns.values, strict=True):
                fact = (key.area_system, columns.areas[a], columns.periods[p], key.series, key.dims)
                bulk[fact] = None if np.isnan(v) else float(v)
        assert bulk == content


@settings(max_examples=30, deadline=None)
@given(CONTENTS, CONTENTS)
def test_update_is_the_union_in_which_the_newer_wins(
    one: dict[Fact, float | None], two: dict[Fact, float | None]
) -> None:
    with TemporaryDirectory() as folder:
        store = ReleaseStore(Path(folder))
        store.publish("toy", table(rows(one)))
        updated = store.publish("toy", table(rows(two)), mode="update")
        assert cells(updated.observations()) == one | two
        assert updated.hash == store.publish("toy", table(rows(one | two))).hash


@settings(max_examples=30, deadline=None)
@given(CONTENTS, CONTENTS)
def test_a_diff_is_the_way_from_one_to_the_other(one: dict[Fact, float | None], two: dict[Fact, float | None]) -> None:
    with TemporaryDirectory() as folder:
        store = ReleaseStore(Path(folder))
        older, newer = store.publish("toy", table(rows(one))), store.publish("toy", table(rows(two)))
        diff = store.diff(older, newer)
        walked = dict(one)
        for row in diff.cells.to_pylist():
            fact = (row["area_system"], row["area"], row["period"], row["series"], row["dims"])
            assert walked.get(fact) == row["old_value"]
            assert row["old_value"] != row["new_value"] or row["change"] in ("added", "removed")
            if row["change"] == "removed":
                del walked[fact]
            else:
                assert (fact in walked) == (row["change"] != "added")
                walked[fact] = row["new_value"]
        assert walked == two
        assert diff.counts.added == len(two.keys() - one.keys())
        assert diff.counts.removed == len(one.keys() - two.keys())
        assert diff.counts.total == diff.cells.num_rows == sum(c.total for c in diff.by_series.values())
        assert diff.counts.total == sum(c.total for c in diff.by_dataset.values())
        assert (diff.counts.total == 0) == (one == two)
        back = store.diff(newer, older).counts
        assert (back.added, back.removed, back.revised) == (diff.counts.removed, diff.counts.added, diff.counts.revised)
