"""A set survives its lasting form, the file of a pack and the workbook that officers edit."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings

from mudmai.core.criteria import CriteriaSet
from mudmai.core.errors import FaultError
from mudmai.exchange.criteria.canonical import criteria_json, criteria_of_json
from mudmai.exchange.criteria.criteria_book import read_criteria_book, write_criteria_book
from mudmai.exchange.criteria.reading import read_criteria_file, read_criteria_sets
from mudmai.exchange.criteria.writing import criteria_yaml
from mudmai.exchange.packs.pack import shipped_packs
from tests.exchange.criteria.criteria_worlds import criteria_worlds

SHIPPED = read_criteria_sets(shipped_packs() / "th-criteria")


@settings(max_examples=60, deadline=None)
@given(criteria_worlds())
def test_the_lasting_form_is_lossless_and_of_one_spelling(one: CriteriaSet) -> None:
    content = criteria_json(one)
    assert criteria_of_json(content) == one
    assert criteria_json(criteria_of_json(content)) == content


@settings(max_examples=60, deadline=None)
@given(criteria_worlds())
def test_the_file_of_a_pack_is_lossless(one: CriteriaSet) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "criteria.yaml"
        path.write_text(criteria_yaml(one), encoding="utf-8")
        assert read_criteria_file(path) == one


@settings(max_examples=12, deadline=None)
@given(criteria_worlds())
def test_the_workbook_of_a_set_is_lossless(one: CriteriaSet) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "criteria.xlsx"
        path.write_bytes(write_criteria_book(one))
        read = read_criteria_book(path)
        assert read.problems == ()
        assert read.criteria == one


@pytest.mark.parametrize("one", SHIPPED, ids=lambda one: one.id)
def test_shipped_sets_survive_all_three(one: CriteriaSet, tmp_path: Path) -> None:
    assert criteria_of_json(criteria_json(one)) == one
    (tmp_path / "a.yaml").write_text(criteria_yaml(one), encoding="utf-8")
    assert read_criteria_file(tmp_path / "a.yaml") == one
    (tmp_path / "a.xlsx").write_bytes(write_criteria_book(one))
    assert read_criteria_book(tmp_path / "a.xlsx").criteria == one


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"form": "other"}', b"\xff"])
def test_what_is_no_kept_set_is_a_fault_of_ours(content: bytes) -> None:
    with pytest.raises(FaultError) as told:
        criteria_of_json(content)
    assert told.value.code == "criteria_kept"


def test_a_kept_set_with_a_part_missing_is_a_fault_of_ours() -> None:
    record = json.loads(criteria_json(SHIPPED[0]))
    del record["criteria"][0]["scale"]
    with pytest.raises(FaultError):
        criteria_of_json(json.dumps(record).encode())
