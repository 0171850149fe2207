"""``mudmai assess profile``: a city beside its peers on the command line, from the register of the shipped packs."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from .conftest import process


@pytest.fixture(scope="module")
def home(started_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with figures and a database, whose register has the first entries."""
    import shutil

    made = Path(shutil.copytree(started_home, tmp_path_factory.mktemp("profile") / "home"))
    assert process(made, "assess", "register", "load").code == 0
    return made


def test_the_table_tells_peers_with_their_reasons_and_what_is_not_known(home: Path) -> None:
    told = process(home, "assess", "profile", "phuket", "--lang", "en").text
    assert "Phuket Smart City (phuket)" in told and "no known end" in told
    assert "certified for 7 of 7 same parts" in told and "Hat Yai Smart City" in told
    assert "Not known of this city: legal type" in told and "No scores:" in told
    assert "are of the whole of Phuket and not the city's own" in told
    thai = process(home, "assess", "profile", "phuket", "--region", "--lang", "th").text
    assert "อยู่ภาคใต้เหมือนกัน" in thai and "ใครให้ข้อมูลได้" in thai


def test_as_data_it_is_what_the_api_answers(home: Path, tmp_path: Path) -> None:
    whole = process(home, "assess", "profile", "phuket", "--format", "json").json()
    assert whole["code"] == "phuket" and whole["population"] is None and whole["decided"] == []
    assert whole["certificates"][0]["number"] == "smart-city-2021-F13"
    assert whole["peers"]["features"] == ["legal_type", "marks"]
    assert all(one["reason_en"] and one["traits"] for one in whole["peers"]["peers"])
    book = tmp_path / "phuket.xlsx"
    assert process(home, "assess", "profile", "phuket", "-o", str(book)).code == 0
    rows = list(load_workbook(book)["profile"].values)
    listed = process(home, "assess", "profile", "phuket", "--format", "csv", "--lang", "en").text
    plain = list(csv.DictReader(io.StringIO(listed.lstrip("\ufeff"))))
    assert len(rows) - 1 == len(plain) and [one for one in rows[0] if one] == list(plain[0])
    peers = [one for one in plain if one["part"] == "peer"]
    assert len(peers) == len(whole["peers"]["peers"])
    assert "legal type is not known of either" in peers[0]["not_known"]
    missing = next(one for one in plain if one["part"] == "area" and not one["low"])
    assert missing["value_words"] == "–" and missing["median"]


@pytest.mark.parametrize(("language", "begins"), [("th", "โปรไฟล์"), ("en", "City profile")])
def test_the_page_on_paper_in_both_languages(home: Path, tmp_path: Path, language: str, begins: str) -> None:
    paper = tmp_path / "phuket.pdf"
    ended = process(home, "assess", "profile", "phuket", "--pdf", str(paper), "--lang", language)
    assert (ended.code, ended.err) == (0, "") and "phuket.pdf" in ended.text
    (page,) = PdfReader(paper).pages
    words = page.extract_text()
    assert begins in words and ("peers" in words) is (language == "en")
    assert [round(float(side)) for side in page.mediabox[2:]] == [595, 842]


def test_what_is_not_there_is_told_with_what_is(home: Path) -> None:
    lost = process(home, "assess", "profile", "phuke", "--lang", "en")
    assert lost.code == 1 and "phuket" in lost.err
    assert process(home, "assess", "profile", "phuket", "--population", "0.1").code == 2
