"""Likeness of texts by the letters that they share."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudmai.methods.similarity import alike_pairs, index_texts, ngrams, plain

texts = st.lists(st.text(alphabet="กขคงาีถนสะพาน 0๑ab-", max_size=30), min_size=1, max_size=6)


def test_weights_are_those_worked_out_by_hand() -> None:
    """``ab`` is in both documents; the other n-grams of the first (``cd``, and those across the space) in one."""
    index = index_texts(["ab cd", "ab"])
    everywhere, once = 1 + math.log(3 / 3), 1 + math.log(3 / 2)
    own = {"ab", "cd", "b c", "ab c", "b cd"}
    assert set(ngrams("ab cd")) == own
    length = math.sqrt(everywhere**2 + (len(own) - 1) * once**2)
    assert index.cosines(["ab"])[0].tolist() == pytest.approx([everywhere / length, 1.0])


def test_numbers_and_digit_scripts_make_nothing_alike_or_different() -> None:
    assert plain("หมายเลข 311 กม.15+700") == plain("หมายเลข ๑๒ กม.๙")
    index = index_texts(["ทางหลวง 2567"])
    assert index.cosines(["ทางหลวง ๒๕๖๘"])[0, 0] == pytest.approx(1.0)


def test_thai_needs_no_word_breaks_and_forgives_a_letter() -> None:
    index = index_texts(["ก่อสร้างถนนคอนกรีต", "ฝึกอบรมเกษตรกร"])
    near = index.cosines(["โครงการปรับปรุงถนนคอนกรีดสายหลัก"])[0]
    assert near[0] > 0.3
    assert near[0] > 5 * near[1]


def test_the_words_that_made_it_are_told() -> None:
    index = index_texts(["เชื่อมการเดินทางและขนส่งให้ปลอดภัย"])
    assert index.shared("ติดตั้งอุปกรณ์เพื่อความปลอดภัยในการขนส่งสินค้า", 0, most=2) == ("ปลอดภัย", "ขนส่ง")


def test_rare_words_count_more_than_common_ones() -> None:
    common = ["โครงการพัฒนา"] * 20
    index = index_texts(["โครงการพัฒนา ป่าไม้", "โครงการพัฒนา ถนน"], background=common)
    forest, road = index.cosines(["โครงการพัฒนา ถนน"])[0]
    assert road == pytest.approx(1.0)
    assert forest < index_texts(["โครงการพัฒนา ป่าไม้", "โครงการพัฒนา ถนน"]).cosines(["โครงการพัฒนา ถนน"])[0, 0]


@given(texts)
def test_cosines_are_between_0_and_1_and_1_with_itself(said: list[str]) -> None:
    found = index_texts(said).cosines(said)
    assert ((found >= 0) & (found <= 1)).all()
    assert np.allclose(found, found.T)
    for n, text in enumerate(said):
        assert found[n, n] == pytest.approx(1.0 if ngrams(text) else 0.0)


@given(texts, st.sampled_from([0.3, 0.7, 0.99]))
def test_pairs_are_all_those_that_are_alike(said: list[str], least: float) -> None:
    cosines = index_texts(said).cosines(said)
    wanted = {(i, j) for i in range(len(said)) for j in range(i + 1, len(said)) if cosines[i, j] >= least + 1e-9}
    found = {(pair.first, pair.second) for pair in alike_pairs(said, least=least)}
    assert wanted <= found
    assert all(cosines[pair] >= least - 1e-9 for pair in found)


def test_nothing_is_like_nothing() -> None:
    assert index_texts(["ถนน"]).cosines(["", "xyz"]).tolist() == [[0.0], [0.0]]
    assert index_texts([]).cosines(["ถนน"]).shape == (1, 0)
