"""Small counts of a toy hospital register: hidden with what would give them away, over areas, sexes and releases."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mudmai.core.disclosure import DisclosureRule, SeriesSum
from mudmai.core.errors import InputError
from mudmai.exchange.packs import check_pack
from mudmai.workspace import Workspace
from mudmai.workspace.data_classes import internal_store
from mudmai.workspace.disclosure import publishable, publishable_tables
from mudmai.workspace.publications import PublicationPlan, publish_plan
from mudmai.workspace.publishing import publish_tables
from mudmai.workspace.raw_files import raw_files
from tests.exchange.test_packs_datasets import SOUND, written
from tests.workspace.toy_packs import write_toy_packs

SERIES = """\
  - id: patients
    title: {th: ผู้ป่วย, en: Patients}
    area_system: land
    frequency: annual
    unit: number
    aggregation: {rule: sum}
    dimensions:
      - id: sex
        title: {th: เพศ, en: Sex}
        codes: [{code: F, label: {th: หญิง, en: F}}, {code: M, label: {th: ชาย, en: M}}]
    source: office
    method: old
  - id: rate
    title: {th: อัตรา, en: Rate}
    area_system: land
    frequency: annual
    unit: ratio
    aggregation: {rule: none}
    source: office
    method: old
"""
DATASETS = """\
organisations:
  - {id: office, name: {th: สำนักงาน, en: Office}}
datasets:
  - id: register
    title: {th: ทะเบียน, en: Register}
    notes: {th: หมายเหตุ, en: Notes}
    publisher: office
    contact: {name: {th: โต๊ะ, en: Desk}, email: desk@office.example}
    licence: cc-by
    tags: [{th: ป่วย, en: ill}]
    objectives: [mission]
    update: year
    geo_unit: subdistrict
    data_source: {th: ทะเบียน, en: Register}
    data_class: internal
    series: [patients, rate]
    tables: [toyplan/register]
    disclosure: {counts: [patients], along: [rate]}
"""


@pytest.fixture
def clinic(tmp_path: Path) -> Workspace:
    shipped = tmp_path / "shipped"
    write_toy_packs(shipped)
    series = shipped / "toyplan" / "series.yaml"
    series.write_text(series.read_text("utf-8").rstrip("\n") + "\n" + SERIES, "utf-8")
    (shipped / "toyplan" / "datasets.yaml").write_text(DATASETS, "utf-8")
    workspace = Workspace.open(tmp_path / "home", shipped=shipped)
    workspace.init()
    return workspace


def dataset(workspace: Workspace):
    return next(d for p in workspace.shelf.packs.values() for d in p.datasets if d.id == "register")


def rows(values: dict[str, float], *, series: str = "patients", period: str = "2020", dims: str = "") -> pa.Table:
    return pa.table(
        {
            "area_system": ["land"] * len(values),
            "area": list(values),
            "period": [period] * len(values),
            "series": [series] * len(values),
            "dims": [dims] * len(values),
            "value": pa.array(list(values.values()), pa.float64()),
            "flag": ["A"] * len(values),
        }
    )


def shown(table: pa.Table, series: str = "patients", dims: str = "") -> dict[str, float | None]:
    return {r["area"]: r["value"] for r in table.to_pylist() if r["series"] == series and r["dims"] == dims}


COUNTS = {"K": 160, "A": 90, "B": 70, "A1": 3, "A2": 87, "B1": 70}


def test_a_small_town_takes_its_sibling_along(clinic: Workspace) -> None:
    table, report = publishable(clinic, dataset(clinic), rows(COUNTS))
    assert shown(table) == {"K": 160, "A": 90, "B": 70, "A1": None, "A2": None, "B1": 70}
    assert [r["flag"] for r in table.to_pylist()] == ["A", "A", "A", "Q", "Q", "A"]
    assert (report.primary, report.complementary, report.narrowest, report.exposed) == (1, 1, 90, ())
    assert "3" not in report.summary.en.replace("2 values", "")


def test_nothing_small_leaves_the_table_as_it_is(clinic: Workspace) -> None:
    given = rows({**COUNTS, "A1": 30, "A2": 60})
    table, report = publishable(clinic, dataset(clinic), given)
    assert table.equals(given)
    assert report.hidden == 0


def test_sexes_and_areas_together(clinic: Workspace) -> None:
    women = {"K": 80, "A": 47, "B": 33, "A1": 2, "A2": 45, "B1": 33}
    both = {"K": 160, "A": 90, "B": 70, "A1": 22, "A2": 68, "B1": 70}
    men = {a: both[a] - women[a] for a in both}
    given = pa.concat_tables([rows(both), rows(women, dims="sex=F"), rows(men, dims="sex=M")])
    table, report = publishable(clinic, dataset(clinic), given)
    hidden = {(r["area"], r["dims"]) for r in table.to_pylist() if r["value"] is None}
    assert hidden == {("A1", "sex=F"), ("A1", "sex=M"), ("A2", "sex=F"), ("A2", "sex=M")}
    assert report.narrowest is not None and report.narrowest >= 5


def test_a_rate_goes_with_its_count(clinic: Workspace) -> None:
    given = pa.concat_tables([rows(COUNTS), rows({"A1": 0.1, "B1": 0.2}, series="rate")])
    table, report = publishable(clinic, dataset(clinic), given)
    assert shown(table, "rate") == {"A1": None, "B1": 0.2}
    assert report.along == 1


def test_a_level_that_is_not_in_the_table_is_passed_through(clinic: Workspace) -> None:
    """Without the regions the country is the sum of the towns."""
    table, _ = publishable(clinic, dataset(clinic), rows({"K": 160, "A1": 3, "A2": 87, "B1": 70}))
    assert shown(table) == {"K": 160, "A1": None, "A2": 87, "B1": None}


def test_declared_sums_of_series(clinic: Workspace) -> None:
    rule = DisclosureRule(("patients", "money"), sums=(SeriesSum("money", ("patients",)),))
    given = pa.concat_tables([rows({"A1": 3}), rows({"A1": 3}, series="money")])
    table, _ = publishable(clinic, replace(dataset(clinic), disclosure=rule), given)
    assert [r["value"] for r in table.to_pylist()] == [None, None]
    given = pa.concat_tables([rows({"A1": 3}), rows({"A1": 40}, series="money")])
    table, _ = publishable(clinic, replace(dataset(clinic), disclosure=rule), given)
    assert [r["value"] for r in table.to_pylist()] == [None, None]


def test_two_tables_of_a_dataset_are_protected_together(clinic: Workspace) -> None:
    towns = rows({"A1": 3, "A2": 87, "B1": 70})
    tables, _ = publishable_tables(clinic, dataset(clinic), {"a": rows({"K": 160, "A": 90, "B": 70}), "b": towns})
    assert shown(tables["b"]) == {"A1": None, "A2": None, "B1": 70}
    assert shown(tables["a"]) == {"K": 160, "A": 90, "B": 70}


def test_what_an_earlier_release_shows_cannot_be_taken_back_and_protects_nobody(clinic: Workspace) -> None:
    publish_tables(clinic, {"toyplan/register": rows({"A2": 87})})
    table, report = publishable(clinic, dataset(clinic), rows(COUNTS))
    assert shown(table)["A2"] == 87
    assert shown(table)["A"] is None  # another way to protect the town: the region, and the other one
    assert report.exposed == ()
    publish_tables(clinic, {"toyplan/register": rows({"A1": 3})})
    _, report = publishable(clinic, dataset(clinic), rows(COUNTS))
    assert report.already_public == (("land", "patients", "", "A1", "2020"),)
    assert "earlier releases" in report.summary.en


def test_what_was_hidden_once_stays_hidden(clinic: Workspace) -> None:
    first, _ = publishable(clinic, dataset(clinic), rows(COUNTS))
    publish_tables(clinic, {"toyplan/register": first})
    grown, report = publishable(clinic, dataset(clinic), rows({**COUNTS, "A1": 13, "A": 100, "K": 170}))
    # to show the town now would tell what it was: the sibling has not changed
    assert shown(grown) == {"K": 170, "A": 100, "B": 70, "A1": None, "A2": None, "B1": 70}
    assert (report.primary, report.complementary) == (0, 2)


def test_a_dataset_without_a_rule_is_open_or_refused(clinic: Workspace) -> None:
    plain = replace(dataset(clinic), disclosure=None)
    with pytest.raises(InputError) as refused:
        publishable(clinic, plain, rows(COUNTS))
    assert refused.value.code == "disclosure"
    table, report = publishable(clinic, dataset(clinic), rows(COUNTS).slice(0, 0))
    assert (table.num_rows, report.hidden) == (0, 0)


def test_the_rule_is_checked_with_file_line_and_key(tmp_path: Path) -> None:
    directory = written(tmp_path, SOUND + "    disclosure: {counts: [moneys], along: [other], zeros: perhaps}\n")
    (shape,) = check_pack(directory)
    assert (shape.where.file.endswith("datasets.yaml"), shape.where.field) == (True, "datasets[0].disclosure.zeros")
    directory = written(
        tmp_path / "b",
        SOUND + "    disclosure:\n      counts: [moneys]\n      along: [other]\n      dimensions: [hair]\n",
    )
    faults = {(one.where.field, one.code): one.where.line for one in check_pack(directory)}
    first = SOUND.count("\n") + 2
    assert faults == {
        ("datasets[0].disclosure.counts[0]", "pack_unknown_id"): first,
        ("datasets[0].disclosure.along[0]", "pack_unknown_id"): first + 1,
        ("datasets[0].disclosure.dimensions[0]", "pack_unknown_id"): first + 2,
    }


def test_a_publication_puts_the_whole_inside_and_the_rest_into_the_public_store(clinic: Workspace) -> None:
    def publish(values: dict[str, float], mark: str, mode: str = "replace") -> None:
        held = BytesIO()
        pq.write_table(rows(values), held)
        sha = raw_files(clinic).keep_bytes(held.getvalue(), name="t.parquet").sha256
        publish_plan(clinic, dataset(clinic), PublicationPlan(mode, {"toyplan/register": sha}), mark)

    def cells(store) -> dict[str, tuple[float | None, str]]:
        table = store.current().dataset_table("toyplan/register")
        return {r["area"]: (r["value"], r["flag"]) for r in table.to_pylist()}

    publish(COUNTS, "one")
    assert cells(internal_store(clinic))["A1"] == (3, "A")
    assert cells(clinic.store)["A1"] == (None, "Q")
    assert cells(clinic.store)["A2"] == (None, "Q")
    # a file with one new figure: the public table is made from the whole, not from the file
    publish({"B1": 71, "B": 71, "K": 161}, "two", "update")
    assert cells(internal_store(clinic))["A1"] == (3, "A")
    assert cells(clinic.store) == {
        "K": (161, "A"), "A": (90, "A"), "B": (71, "A"), "A1": (None, "Q"), "A2": (None, "Q"), "B1": (71, "A"),
    }  # fmt: skip


@pytest.mark.parametrize("name", ["toyplan/register", "user/mine"])
def test_a_file_of_protected_figures_does_not_go_straight_into_the_public_store(
    clinic: Workspace, tmp_path: Path, name: str
) -> None:
    before = clinic.store.current_id()
    file = tmp_path / "patients.csv"
    file.write_text("area_system,area,period,series,value,source,method\nland,A1,2020,patients,3,office,old\n", "utf-8")

    with pytest.raises(InputError, match="register") as refused:
        clinic.import_file(file, dataset=name)

    assert refused.value.code == "not_open"
    assert clinic.store.current_id() == before


def test_starter_data_of_a_protected_dataset_stay_out_of_the_public_store(clinic: Workspace, tmp_path: Path) -> None:
    data = tmp_path / "shipped" / "toyplan" / "data"
    (data / "register.csv").write_text(
        "area_system,area,period,series,value,source,method\nland,A1,2020,patients,3,office,old\n", "utf-8"
    )
    again = Workspace.open(tmp_path / "home", shipped=tmp_path / "shipped")

    assert "toyplan/register" not in again.init().datasets
