"""SDMX 2.1 REST: keys, time, details, formats, errors."""

from __future__ import annotations

import csv
import io
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client

from mudmai.core.datasets import DatasetRecord, Holding
from mudmai.core.periods import Frequency
from mudmai.core.series import Catalogue, Series
from mudmai.exchange.sdmx.flow import FREQUENCIES, Flow
from mudmai.workspace import Workspace

GEN = "{http://www.sdmx.org/resources/sdmxml/schemas/v2_1/data/generic}"
MES = "{http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message}"


def get(client: Client, path: str, status: int = 200, accept: str = "*/*") -> Any:
    answer: Any = client.get(f"/sdmx/{path}", headers={"accept": accept})
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert answer.status_code == status, content[:500]
    return answer, content


def told(client: Client, path: str) -> list[dict[str, str]]:
    _, content = get(client, path, accept="application/vnd.sdmx.data+csv")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"))))


def test_without_an_accept_header_the_answer_is_sdmx_ml(client: Client) -> None:
    for path, media in (("dataflow", "structure"), ("data/SMART_CITIES", "genericdata")):
        answer, content = get(client, path)
        assert answer.headers["Content-Type"].startswith(f"application/vnd.sdmx.{media}+xml; version=2.1")
        ElementTree.fromstring(content)


def test_keys_choose_series(client: Client) -> None:
    both = told(client, "data/NSO_LABOUR_FORCE/Q.TH+TH-10.employed.F+M")
    assert {(r["REF_AREA"], r["SEX"]) for r in both} == {("TH", "F"), ("TH", "M"), ("TH-10", "F"), ("TH-10", "M")}
    assert {r["SEX"] for r in told(client, "data/NSO_LABOUR_FORCE/.TH..")} == {"F", "M", "_T"}
    assert {r["SEX"] for r in told(client, "data/NSO_LABOUR_FORCE/.TH.._T")} == {"_T"}
    assert told(client, "data/MUDMAI,NSO_LABOUR_FORCE,1.0/all/all/") == told(client, "data/NSO_LABOUR_FORCE")


@pytest.mark.parametrize(
    ("bounds", "years"),
    [
        ("startPeriod=2018", [2018, 2019, 2020, 2021]),
        ("startPeriod=2018&endPeriod=2019", [2018, 2019]),
        ("endPeriod=2015-12-31", [2014, 2015]),
        ("startPeriod=2021-Q4", [2021]),
        ("startPeriod=2561&endPeriod=2562", [2018, 2019]),
        ("lastNObservations=1", [2021]),
        ("firstNObservations=2&lastNObservations=1", [2014, 2015, 2021]),
    ],
)
def test_time_is_bounded_in_whole_periods(client: Client, bounds: str, years: list[int]) -> None:
    found = told(client, f"data/NSO_LABOUR_FORCE/.TH.._T?{bounds}")
    assert [r["TIME_PERIOD"] for r in found] == [f"{year}-Q4" for year in years]


def test_details_leave_out_what_is_not_asked_for(client: Client) -> None:
    def parts(detail: str) -> tuple[int, int, int]:
        _, content = get(client, f"data/SMART_CITIES?detail={detail}")
        root = ElementTree.fromstring(content)
        return tuple(sum(1 for _ in root.iter(GEN + name)) for name in ("Series", "Obs", "Attributes"))  # type: ignore[return-value]

    assert parts("full") == (1, 4, 5)
    assert parts("dataonly") == (1, 4, 0)
    assert parts("nodata") == (1, 0, 1)
    assert parts("serieskeysonly") == (1, 0, 0)


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("data/NOTHING", 404, "100"),
        ("dataflow/MUDMAI/NOTHING", 404, "100"),
        ("dataflow/OTHER/all", 404, "100"),
        ("nonsense/MUDMAI", 404, "100"),
        ("data/SMART_CITIES/A.XX.smart_cities_certified", 404, "100"),
        ("data/SMART_CITIES?startPeriod=1900&endPeriod=1901", 404, "100"),
        ("data/SMART_CITIES/A.TH", 400, "140"),
        ("data/SMART_CITIES?startPeriod=soon", 400, "140"),
        ("data/SMART_CITIES?detail=everything", 400, "140"),
        ("data/SMART_CITIES?format=pdf", 400, "140"),
        ("data/SMART_CITIES?lastNObservations=-1", 400, "140"),
    ],
)
def test_errors_are_sdmx_messages(client: Client, path: str, status: int, code: str) -> None:
    _, content = get(client, path, status)
    root = ElementTree.fromstring(content)
    assert root.tag == f"{MES}Error"
    assert root[0].get("code") == code


@pytest.mark.parametrize(
    "accept", ["application/vnd.sdmx.data+json;version=2.0.0", "application/vnd.sdmx.data+csv;version=2.0.0"]
)
def test_a_client_that_takes_only_other_forms_is_told_so(client: Client, accept: str) -> None:
    get(client, "data/SMART_CITIES", 406, accept=accept)
    get(client, "data/SMART_CITIES", 200, accept=f"{accept}, */*;q=0.1")


def test_references_bring_everything_that_a_dataflow_needs(client: Client) -> None:
    def ids(path: str) -> set[str]:
        root = ElementTree.fromstring(get(client, path)[1])
        return {
            e.tag.partition("}")[2] for e in root.iter() if e.get("agencyID") and e.get("version") and e.get("isFinal")
        }

    whole = {"Dataflow", "DataStructure", "Codelist", "ConceptScheme"}
    assert ids("dataflow/MUDMAI/SMART_CITIES/latest?references=all") == whole
    assert ids("dataflow/all/all/latest") == {"Dataflow"}
    assert ids("dataflow/MUDMAI/SMART_CITIES/1.0?references=children") == {"Dataflow", "DataStructure"}
    assert ids("datastructure/MUDMAI/DSD_SMART_CITIES?references=children") == whole - {"Dataflow"}


def test_a_fiscal_year_is_the_range_of_its_days(starter: Workspace) -> None:
    """``FY2024`` begins in October 2023; SDMX has no code for it that every client reads alike."""
    record = starter.dataset_catalogue().open_one("smart-cities")
    flow = Flow(record, starter.catalogue)
    assert flow.time("FY2024") == "2023-10-01/P1Y"
    assert [flow.time(iso) for iso in ("2019", "2019-Q4", "2019-04")] == ["2019", "2019-Q4", "2019-04"]
    assert set(FREQUENCIES) == set(Frequency)


def test_names_that_sdmx_does_not_allow_stay_apart(starter: Workspace) -> None:
    record = starter.dataset_catalogue().open_one("smart-cities")
    base = starter.catalogue.one_series("smart_cities_certified")
    series = {n: Series(n, base.title, base.area_system, base.frequency, base.unit) for n in ("a.b", "a_b")}
    holding = Holding(record.holding.release, 2, series=("a.b", "a_b"), areas={"th-nation": ("TH",)})
    catalogue = Catalogue(units=starter.catalogue.units, area_systems=starter.catalogue.area_systems, series=series)
    flow = Flow(DatasetRecord(record.dataset, holding), catalogue)
    assert [flow.key(name, "TH", {})[2] for name in series] == ["a_b", "a_b_2"]
