"""What is exported can be imported again as it is, and changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from mudmai.workspace import Workspace


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_an_export_of_the_api_is_imported_without_a_change(
    client: Client, own_home: Workspace, tmp_path: Path, format: str
) -> None:
    """Every dataset with dimensions, missing values and places of its own, over the served file."""
    before = own_home.release()
    with_dims = {one.series.id for one in own_home.series_list() if one.series.dimensions}
    assert with_dims, "the starter data have series with dimensions"
    for dataset in before.datasets:
        answer = client.get("/api/v1/observations", {"dataset": dataset, "limit": 10_000, "format": format})
        assert answer.status_code == 200
        assert "Link" not in answer.headers, "the whole dataset on one page"
        kept = tmp_path / f"again.{format}"
        kept.write_bytes(answer.content)
        after = own_home.import_file(kept, dataset=dataset, mode="replace")
        assert after.datasets[dataset].object == before.datasets[dataset].object, dataset
    assert own_home.release().id == before.id


def test_an_export_of_imported_rows_keeps_the_place_they_came_from(
    client: Client, own_home: Workspace, tmp_path: Path
) -> None:
    """Rows without a locator were given file and row; their export names these, so nothing is new."""
    given = tmp_path / "figures.csv"
    given.write_text("area_system,area,period,series,value,flag\nth-nation,TH,2569,smart_cities_certified,42,P\n")
    first = own_home.import_file(given, dataset="user/figures")
    kept = tmp_path / "exported.csv"
    kept.write_bytes(client.get("/api/v1/observations", {"dataset": "user/figures", "format": "csv"}).content)
    after = own_home.import_file(kept, dataset="user/figures")
    assert own_home.diff(first.id, after.id).counts.revised == 0
    assert own_home.diff(first.id, after.id).counts.noted == 0
