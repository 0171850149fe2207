"""Datasets joined with what a release holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from mudmai.core.datasets import GeoUnit
from mudmai.core.errors import UnknownNameError
from mudmai.core.periods import Period
from mudmai.workspace import Workspace
from mudmai.workspace.datasets import RowFilter

UNDECIDED = {"th-register/liveable_city_certificates"}
"""Registers without any decision have no figures, not figures of zero."""
COMPILED = ("smart-cities", "smart-city-certificates")
"""Figures of depa that others compiled."""


def test_every_starter_file_is_described_by_its_real_publisher(thailand: Workspace) -> None:
    records = thailand.datasets()
    declared = {t for r in records for t in r.dataset.tables}
    assert declared - set(thailand.release().datasets) == UNDECIDED
    assert set(thailand.release().datasets) <= declared
    assert all(r.dataset.contact.email and r.dataset.publisher.url for r in records)
    assert sum(r.holding.rows for r in records) == thailand.release().rows
    for record in records:
        if UNDECIDED.issuperset(record.dataset.tables):
            continue
        sources = [thailand.catalogue.sources[name] for name in record.holding.sources]
        named = record.dataset.publisher.name.en.rpartition("(")[2].rstrip(")")
        assert any(named in s.publisher.en for s in sources) or record.id in COMPILED


def test_a_holding_counts_what_is_there(thailand: Workspace) -> None:
    record = next(r for r in thailand.datasets() if r.id == "nso-labour-force")
    holding = record.holding
    assert (holding.rows, holding.missing, holding.filled) == (1508, 0, 1.0)
    assert (holding.first, holding.last) == (Period.from_iso("2014-Q4"), Period.from_iso("2021-Q4"))
    assert (holding.series, holding.dimensions) == (("employed",), ("sex",))
    assert set(holding.areas) == {"th-nso"} and holding.areas["th-nso"][0] == "TH"
    levels = {thailand.catalogue.area_system("th-nso").by_code[code].level for code in holding.areas["th-nso"]}
    assert "province" in levels and record.dataset.geo_unit is GeoUnit.PROVINCE
    assert holding.release == thailand.release().id
    assert holding.issued == holding.modified == thailand.release().created_at


def test_the_finest_area_that_is_claimed_is_there(thailand: Workspace) -> None:
    finest = {GeoUnit.COUNTRY: {"kingdom"}, GeoUnit.REGION: {"kingdom", "zone"}}
    for record in thailand.datasets():
        if UNDECIDED.issuperset(record.dataset.tables):
            continue
        levels = {
            thailand.catalogue.area_system(system).by_code[code].level
            for system, codes in record.holding.areas.items()
            for code in codes
        }
        expected = finest.get(record.dataset.geo_unit)
        assert "province" in levels if expected is None else levels <= expected


def test_rows_are_filtered_without_reading_other_series(thailand: Workspace) -> None:
    catalogue = thailand.dataset_catalogue()
    record = catalogue.open_one("nso-labour-force")
    wanted = RowFilter(areas=frozenset({"TH"}), dims={"sex": frozenset({"F"})}, first=Period.year(2016))
    (table,) = catalogue.tables(record, wanted)
    assert table.column("period").to_pylist() == ["2016-Q4", "2017-Q4", "2018-Q4", "2019-Q4"]
    assert set(table.column("dims").to_pylist()) == {"sex=F"}
    assert list(catalogue.tables(record, RowFilter(series=frozenset({"population"})))) == []


def test_a_release_of_the_past_has_its_own_holdings(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path / "home")
    first = workspace.init()
    file = tmp_path / "next.csv"
    file.write_text("area_system,area,period,series,value,flag\nth-nation,TH,2567,smart_cities_certified,,O\n", "utf-8")
    second = workspace.import_file(file, dataset="th-m8/smart_cities", mode="update")

    def rows(release: str) -> tuple[int, int]:
        found = next(r for r in workspace.datasets(release=release) if r.id == "smart-cities").holding
        return found.rows, found.missing

    assert (rows(first.id), rows(second.id)) == ((4, 0), (5, 1))


def test_a_dataset_that_is_not_there_is_an_unknown_name(thailand: Workspace) -> None:
    with pytest.raises(UnknownNameError):
        thailand.dataset_catalogue().open_one("nothing")
