"""Differences row by row: real changes first, the noise of arithmetic apart."""

from __future__ import annotations

from mudmai.workspace.holdings import plain
from mudmai.workspace.row_diff import diff_rows, summary
from mudmai.workspace.workspace import Workspace
from tests.apps.data.data_world import tidy


def test_the_noise_of_arithmetic_is_no_revision(toy: Workspace) -> None:
    old = tidy([("A", "2019", 235362.5041), ("A", "2020", 126.0), ("B", "2019", 12345678901.0), ("B", "2020", 100.0)])
    new = tidy([("A", "2019", 235362.50410000003), ("A", "2020", 126.05), ("B", "2019", 12345678902.0)])
    diff = diff_rows(plain(old), plain(new), removes=False)
    assert (diff.counts.revised, diff.counts.rounding, diff.counts.changed) == (2, 1, 2)
    assert [row["period"] + row["area"] for row in diff.rows.to_pylist()] == ["2020A", "2019B"]
    said = summary(diff, toy.catalogue).en
    assert said.startswith("2 values revised, the largest by +0.04%") and "1 by rounding only" in said


def test_only_noise_is_said_to_change_nothing(toy: Workspace) -> None:
    diff = diff_rows(plain(tidy([("A", "2019", 0.3)])), plain(tidy([("A", "2019", 0.1 + 0.2)])), removes=False)
    assert diff.rows.num_rows == 0
    assert summary(diff, toy.catalogue).en == "nothing differs from what is published (1 by rounding only)"
