"""Vocabularies of the government catalogue: our Thai labels are its values."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mudmai.core import datasets
from mudmai.core.datasets import DataClass, DataType, GeoUnit, Governance, Holding, UpdateUnit, frequency_of_update
from mudmai.core.language import Text

FACTS = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "stats" / "gdcatalog_metadata_fields.json"


@pytest.fixture(scope="module")
def facts() -> Any:
    if not FACTS.exists():
        pytest.skip("the facts of the government catalogue are not at hand (../shared/data/stats)")
    return json.loads(FACTS.read_text("utf-8"))


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (DataType, "data_type_choices"),
        (Governance, "data_category_choices"),
        (UpdateUnit, "update_frequency_unit_choices"),
        (GeoUnit, "geo_coverage_choices"),
    ],
)
def test_labels_are_the_values_of_the_government_catalogue(facts: Any, ours: Iterable[Any], theirs: str) -> None:
    assert [one.label.th for one in ours] == facts[theirs]
    assert all(one.label.en for one in ours)


def test_only_open_public_data_is_open() -> None:
    example = datasets._EXAMPLE
    assert example.is_open
    assert not any(replace(example, data_class=c).is_open for c in (DataClass.SHARED, DataClass.INTERNAL))
    assert not any(replace(example, governance=g).is_open for g in Governance if g is not Governance.PUBLIC)


def test_the_frequency_of_update_in_words() -> None:
    example = datasets._EXAMPLE
    assert frequency_of_update(example) == Text("ทุก 2 ปี", "every 2 years")
    assert frequency_of_update(replace(example, update=UpdateUnit.QUARTER, interval=1)).th == "ทุกไตรมาส"
    assert frequency_of_update(replace(example, update=UpdateUnit.NEVER)) == UpdateUnit.NEVER.label


def test_the_share_of_rows_with_a_value() -> None:
    assert (Holding("r1", 8, 2).filled, Holding("r1").filled) == (0.75, 0.0)
