"""The catalogue finds Thai words inside sentences, in either digit script and era, and counts what it offers."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mudmai.core.language import Text, same, to_thai_digits
from mudmai.workspace import Workspace
from mudmai.workspace.catalogue_entries import FACETS, Entry, entries_of
from mudmai.workspace.catalogue_index import open_index
from mudmai.workspace.catalogue_search import CatalogueQuery, CatalogueSearch, catalogue_search, today

NAMES = {("toy", "1"): Text("บางปลา", "Bang Pla"), ("toy", "2"): Text("เลย", "Loei")}


def entry(
    name: str,
    title: str = "",
    *,
    notes: str = "",
    tags: tuple[str, ...] = (),
    years: tuple[int, ...] = (),
    area: str = "",
    facets: Mapping[str, tuple[str, ...]] | None = None,
    is_open: bool = True,
) -> Entry:
    """A dataset to the search."""
    return Entry(
        name, same(title), same(notes), tuple(map(same, tags)), same("สำนักงาน"), (), years, facets or {},
        (("toy", (area,)),) if area else (), is_open,
    )  # fmt: skip


def search_of(*entries: Entry) -> CatalogueSearch:
    """A search in memory."""
    return CatalogueSearch(open_index(entries, NAMES, ["จังหวัด", "จ."]))


def ids(search: CatalogueSearch, text: str, **choices: tuple[str, ...]) -> list[str]:
    """What is found, in order."""
    return list(search.search(CatalogueQuery(text, choices)).ids)


@pytest.fixture(scope="module")
def starter(thailand: Workspace) -> CatalogueSearch:
    """The search of the shipped datasets."""
    return catalogue_search(thailand)


def test_a_word_inside_a_sentence_is_found(starter: CatalogueSearch) -> None:
    assert set(ids(starter, "อัจฉริยะ")[:2]) == {"smart-cities", "smart-city-certificates"}
    assert ids(starter, "มีงานทำ")[0] == "nso-labour-force"
    assert ids(starter, "Gini")[0] == "nso-income-gini"
    assert "nesdc-accounts" in ids(starter, "ปริมาณลูกโซ่")


def test_digits_and_eras_make_no_difference(starter: CatalogueSearch) -> None:
    found = set(ids(starter, "2562"))
    assert found == set(ids(starter, "๒๕๖๒")) == set(ids(starter, "2019")) == set(ids(starter, "พ.ศ. ๒๕๖๒"))
    assert "nso-labour-force" in found
    assert found < set(ids(starter, ""))


def test_an_area_finds_the_datasets_that_speak_about_it(starter: CatalogueSearch) -> None:
    found = ids(starter, "ขอนแก่น")
    assert "boi-applications" in found
    assert "smart-cities" not in found
    assert found == ids(starter, "จังหวัดขอนแก่น") == ids(starter, "จ.ขอนแก่น")
    assert ids(starter, "Khon Kaen") == found


def test_all_words_must_hold(starter: CatalogueSearch) -> None:
    assert ids(starter, "การลงทุน รายจังหวัด") == ["boi-applications"]
    assert ids(starter, "การลงทุน อัจฉริยะ") == []
    assert ids(starter, "ขอนแก่น ผู้มีงานทำ") == ["nso-labour-force"]


def test_short_words_are_found() -> None:
    search = search_of(entry("a", "รถ EV ในเมือง"), entry("b", "รถไฟ"), entry("c", "ป่า"))
    assert ids(search, "EV") == ["a"]
    assert ids(search, "รถ") == ["a", "b"]
    assert ids(search, "ป") == ["c"]
    assert ids(search, "รถ ev") == ["a"]


def test_a_title_stands_before_tags_and_tags_before_notes() -> None:
    search = search_of(
        entry("notes", "ก", notes="ขยะ " * 30),
        entry("tag", "ข", tags=("ขยะมูลฝอย",)),
        entry("title", "ปริมาณขยะ", notes="ยาว " * 50),
        entry("all-words-apart", "ปริมาณ", notes="ขยะ"),
    )
    assert ids(search, "ขยะ") == ["title", "tag", "notes", "all-words-apart"]
    assert ids(search, "ขยะ ปริมาณ") == ["title", "all-words-apart"]


def test_facets_count_by_the_words_and_the_other_choices() -> None:
    search = search_of(
        entry("a", "น้ำ", facets={"geo": ("province",), "tag": ("x", "y")}),
        entry("b", "น้ำ", facets={"geo": ("country",), "tag": ("x",)}),
        entry("c", "ไฟ", facets={"geo": ("country",), "tag": ("y",)}),
    )

    def counts(facet: str, text: str = "", **choices: tuple[str, ...]) -> dict[str, int]:
        return {v.value: v.count for v in search.search(CatalogueQuery(text, choices)).facets[facet]}

    assert counts("geo") == {"country": 2, "province": 1}
    assert counts("geo", "น้ำ") == {"country": 1, "province": 1}
    assert counts("geo", geo=("country",)) == {"country": 2, "province": 1}, "own choices do not empty a facet"
    assert counts("tag", geo=("country",)) == {"x": 1, "y": 1}
    assert ids(search, "", geo=("country", "province"), tag=("y",)) == ["a", "c"]
    assert ids(search, "", geo=("nowhere",)) == []
    chosen = search.search(CatalogueQuery("น้ำ", {"tag": ("y",), "geo": ("country",)})).facets["tag"]
    assert [(v.value, v.count) for v in chosen if v.chosen] == [("y", 0)], "a choice that finds nothing can be undone"


def test_pages_never_overlap() -> None:
    search = search_of(*(entry(f"d{n}", "ขยะ" + "ก" * (n % 7)) for n in range(53)))
    pages = [search.search(CatalogueQuery("ขยะ", offset=at, limit=10)).ids for at in range(0, 60, 10)]
    listed = [name for page in pages for name in page]
    assert len(listed) == len(set(listed)) == 53


def test_closed_datasets_are_told_to_those_who_may_see_them_only() -> None:
    facets = {"publisher": ("office",)}
    search = search_of(entry("open", "ขยะ", facets=facets), entry("closed", "ขยะลับ", facets=facets, is_open=False))
    public = search.search(CatalogueQuery("ขยะ"))
    assert public.ids == ("open",)
    assert [v.count for v in public.facets["publisher"]] == [1]
    assert set(search.search(CatalogueQuery("ขยะ"), closed=["closed"]).ids) == {"open", "closed"}
    assert ids(search, "ขยะลับ") == []
    near = search.search(CatalogueQuery("ขยะลัง")).suggestion
    assert near is None or "ลับ" not in near.text, "not even as a suggestion"


def test_a_near_miss_gets_a_suggestion(starter: CatalogueSearch) -> None:
    for typed, meant in (("ประชากน", "ประชากร"), ("สัมประสิทธ์ความ", "สัมประสิทธิ์ความ"), ("ขอนแก่ง", "ขอนแก่น")):
        told = starter.search(CatalogueQuery(typed))
        assert told.total == 0
        assert told.suggestion is not None, typed
        assert told.suggestion.text == meant
        assert starter.search(CatalogueQuery(told.suggestion.text)).total
    assert starter.search(CatalogueQuery("zzzzqqqq")).suggestion is None
    without = starter.search(CatalogueQuery("ประชากร", {"geo": ("point",)})).suggestion
    assert without is not None
    assert without.without_choices


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_word_cut_from_inside_any_title_finds_it(thailand: Workspace, data: st.DataObject) -> None:
    records = thailand.dataset_catalogue().open
    record = data.draw(st.sampled_from(records))
    title = data.draw(st.sampled_from([record.dataset.title.th, record.dataset.title.en]))
    word = data.draw(st.sampled_from([w for w in title.split() if any(c.isalnum() for c in w) and '"' not in w]))
    start = data.draw(st.integers(0, len(word) - 1))
    cut = word[start : data.draw(st.integers(start + 1, len(word)))]
    if not any(c.isalnum() for c in cut):
        return
    found = catalogue_search(thailand).search(CatalogueQuery(data.draw(st.sampled_from([cut, to_thai_digits(cut)]))))
    assert record.id in found.ids


@given(st.text(max_size=60))
@settings(max_examples=150, deadline=None)
def test_no_question_breaks_the_search(thailand: Workspace, text: str) -> None:
    found = catalogue_search(thailand).search(CatalogueQuery(text))
    assert found.total <= catalogue_search(thailand).size


def test_questions_that_look_like_code_are_words() -> None:
    search = search_of(entry("a", 'ราคา "พิเศษ" OR NOT'), entry("b", "ไฟ"))
    for text in ('" OR 1=1', "title:ไฟ", "NEAR(a b)", "*", "ไฟ*", "'; DROP TABLE entry; --", '{title} : "x"'):
        search.search(CatalogueQuery(text))
    assert ids(search, "NOT") == ["a"]


# ------------------------------------------------------------------ the file
def test_the_index_is_kept_and_found_again(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    one = entry("a", "ขยะ")
    open_index([one], NAMES, cache=cache).close()
    (file,) = (cache / "catalogue").iterdir()
    before = file.stat().st_mtime_ns
    assert ids(CatalogueSearch(open_index([one], NAMES, cache=cache)), "ขยะ") == ["a"]
    assert file.stat().st_mtime_ns == before
    open_index([one, entry("b", "ไฟ")], NAMES, cache=cache).close()
    assert len(list((cache / "catalogue").iterdir())) == 2, "other content, another file"


def test_a_spoilt_file_is_built_anew(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    open_index([entry("a", "ขยะ")], NAMES, cache=cache).close()
    (file,) = (cache / "catalogue").iterdir()
    file.write_bytes(b"not a database")
    assert ids(CatalogueSearch(open_index([entry("a", "ขยะ")], NAMES, cache=cache)), "ขยะ") == ["a"]


def test_a_folder_that_cannot_be_written_does_not_matter(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file stands where the folder would be")
    assert ids(CatalogueSearch(open_index([entry("a", "ขยะ")], NAMES, cache=tmp_path / "cache")), "ขยะ") == ["a"]


def test_many_may_build_it_at_once(tmp_path: Path) -> None:
    entries = [entry(f"d{n}", f"ขยะ {n}") for n in range(50)]
    found: list[int] = []

    def build() -> None:
        search = CatalogueSearch(open_index(entries, NAMES, cache=tmp_path / "cache"))
        found.append(search.search(CatalogueQuery("ขยะ")).total)

    threads = [threading.Thread(target=build) for _ in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert found == [50] * 6
    assert [p.suffix for p in (tmp_path / "cache" / "catalogue").iterdir()] == [".sqlite3"]


def test_the_search_is_made_once_for_a_release(thailand: Workspace) -> None:
    assert catalogue_search(thailand) is catalogue_search(thailand)


def test_every_facet_of_the_shipped_datasets_has_values(thailand: Workspace) -> None:
    found = catalogue_search(thailand).search(CatalogueQuery())
    assert found.total == len(thailand.dataset_catalogue().open)
    assert all(found.facets[name] for name in FACETS)
    assert {v.value for v in found.facets["data_class"]} == {"open"}


@pytest.mark.slow
def test_the_benchmark_measures_what_it_says(tmp_path: Path) -> None:
    script = Path(__file__).parents[2] / "benchmarks" / "catalogue.py"
    out = tmp_path / "found.json"
    subprocess.run(  # whether the promise holds is not judged here: a small index says nothing about a large one
        [sys.executable, str(script), "--datasets", "200", "--rounds", "1", "--questions", "40", "--json", str(out)],
        check=False,
        capture_output=True,
    )
    told = json.loads(out.read_text())
    assert told["datasets"] == 200
    assert told["p95_ms"] >= told["p50_ms"] > 0
    assert told["ratio"] == pytest.approx(told["p95_ms"] / told["bare_p95_ms"])


def test_figures_that_are_late_are_told(thailand: Workspace) -> None:
    held = thailand.dataset_catalogue()
    by_day = {
        day: {e.id: e.facets["freshness"] for e in entries_of(held.records, held.catalogue, day)}
        for day in (date(2021, 6, 1), date(2026, 11, 22))
    }
    assert by_day[date(2021, 6, 1)]["nesdc-accounts"] == ("current",)
    assert by_day[date(2026, 11, 22)]["nesdc-accounts"] == ("late",)


def test_the_day_is_that_of_the_place_and_not_of_greenwich(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first place of the world is 26 hours before the last: they never share a day."""
    try:
        days = []
        for zone in ("first-14", "last12"):
            monkeypatch.setenv("TZ", zone)
            time.tzset()
            days.append(today())
    finally:
        monkeypatch.undo()
        time.tzset()
    assert days[0] > days[1]
