"""Folding: what a question and a text share, whichever way either is typed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mudmai.core.search_text import fold, fold_with_places, marked, nearest_part, snippet, words_of, years_said

THAI = st.text(alphabet=[chr(c) for c in (*range(0x0E01, 0x0E3B), *range(0x0E40, 0x0E5C))] + list(" aB2\u200b–\n\"'"))


@given(THAI)
def test_the_fast_way_and_the_way_with_places_agree(text: str) -> None:
    folded, places = fold_with_places(text)
    assert fold(text) == folded
    assert len(places) == len(folded)
    assert all(0 <= place < len(text) for place in places)


@given(THAI)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(THAI, st.lists(st.text(alphabet="กนร2\u0e49\u0e33", min_size=1), max_size=3))
def test_marking_loses_no_letter(text: str, words: list[str]) -> None:
    assert "".join(piece.text for piece in marked(text, [fold(w) for w in words])) == text


def test_a_find_keeps_its_marks_together() -> None:
    hits = [p.text for p in marked("การจัดการน้ำเสีย", (fold("น้ำ"),)) if p.hit]
    assert hits == ["น้ำ"]
    assert [p.text for p in marked("ที่ดิน", (fold("ท"),)) if p.hit] == ["ที่"], "a letter is never parted from its marks"


def test_a_snippet_is_cut_around_the_find() -> None:
    text = "ก" * 400 + "ประชากรเมือง" + "ข" * 400
    found = snippet(text, ("ประชากร",), width=100)
    assert [p.text for p in found if p.hit] == ["ประชากร"]
    assert found[0].text == "… "
    assert found[-1].text == " …"
    assert sum(len(p.text) for p in found) < 110


def test_words_of_a_question() -> None:
    assert words_of("พ.ศ. ๒๕๖๖ ประชากร") == ("2566", "ประชากร")
    assert words_of("ปี 2566") == ("2566",)
    assert words_of('"per head" GPP') == ("per head", "gpp")
    assert words_of("- , ;") == ()
    assert words_of('"') == ()
    assert len(words_of(" ".join(map(str, range(100))))) == 12


def test_years_of_either_era() -> None:
    assert years_said("พ.ศ. ๒๕๖๖ and 2019") == {2023, 2019}
    assert years_said("12566 25661 1200 9999") == frozenset()


def test_a_near_stretch_is_whole_letters() -> None:
    assert nearest_part(fold("ผลิตภัณฑ์จังหวัด"), fold("ผลิตภันฑ์"), 2) == fold("ผลิตภัณฑ์")
    assert nearest_part(fold("ผลิตภัณฑ์จังหวัด"), fold("ปลาทู"), 1) is None
