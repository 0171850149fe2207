"""Workbooks with many traps: read right, or told; never silently wrong, never a crash."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mudmai.core.errors import ImportRefused
from mudmai.exchange.sheets.applying import apply_recipe
from mudmai.exchange.sheets.layout import find_tables
from mudmai.exchange.sheets.propose import propose
from mudmai.exchange.sheets.workbook import open_workbook
from tests.exchange.sheets.many_traps import TRAPS, Made, make
from tests.exchange.sheets.offices import book, catalogue, facts, read

WITHOUT_LONG = sorted(set(TRAPS) - {"long_form", "fill_down"})


@pytest.mark.parametrize("seed", range(10))
def test_ten_workbooks_with_many_traps(seed: int, tmp_path: Path) -> None:
    chance = random.Random(1000 + seed)
    made = make(tmp_path / "many.xlsx", seed, frozenset(chance.sample(WITHOUT_LONG, 14)))
    reading = read(made.path)
    assert reading.facts == made.facts, (sorted(made.traps), reading.tidy.problems[:3])
    assert reading.tidy.accepted


def _never_wrong(made: Made) -> bool:
    """Whether all was read; asserts that what was read is right and that what was not is told."""
    reading = read(made.path)
    wrong = {key: value for key, value in reading.facts.items() if made.facts.get(key, "absent") != value}
    assert wrong == {}
    all_read = reading.facts == made.facts
    assert all_read or reading.codes or reading.proposal.questions or reading.tidy.ignored
    return all_read


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 10**6), traps=st.frozensets(st.sampled_from(TRAPS), max_size=12))
def test_never_silently_wrong(seed: int, traps: frozenset[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        assert _never_wrong(make(Path(folder) / "a.xlsx", seed, traps)), sorted(traps)


_CELLS = st.one_of(
    st.none(),
    st.integers(-5, 3000),
    st.floats(-10, 1e7, allow_nan=False),
    st.sampled_from(
        ["จังหวัด", "เชียงใหม่", "ลำปาง", "รวม", "ชาย", "หญิง", "2566", "พ.ศ. 2565", "ปี", "-", "n.a.", "(1,200)", "หมายเหตุ",
         "ร้อยละ", "(บาท)", "ไตรมาส 1", "ม.ค.", "ภาคเหนือ", "x", "1,5", "ลำดับ", "=A1"]
    ),
    st.text(max_size=6).filter(lambda text: text.isprintable() and not text.startswith("=")),
)  # fmt: skip
_GRIDS = st.lists(st.lists(_CELLS, max_size=6), max_size=9)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=_GRIDS, merge=st.sampled_from([None, "A1:C1", "A1:A3", "B1:C2"]))
@example([["จังหวัด", "ร้อยละ", "หมายเหตุ"], [2566.0, "=A1"], ["จังหวัด", 1, "ร้อยละ", "ลำดับ"], ["=A1"]], "A2:D2")
@example([["=A1", "ลำดับ", "เชียงใหม่"], ["ปี"], ["จังหวัด"], ["=A1", "หมายเหตุ", "2566", "=A1"], ["1,5", "ปี"]], "A1:C1")
def test_any_grid_is_read_or_refused(rows: list[list[object]], merge: str | None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        workbook = open_workbook(book(Path(folder) / "a.xlsx", rows, merges=[merge] if merge else []))
        find_tables(workbook.sheets[0])
        try:
            proposal = propose(workbook, catalogue(), series="population")
            tidy = apply_recipe(workbook, proposal.recipe, catalogue())
        except ImportRefused:
            return
        assert tidy.accepted or tidy.problems[0].remedy.th
        facts(tidy)
