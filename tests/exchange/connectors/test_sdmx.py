"""SDMX messages of other makers as flat tables, and services with the manners that services have."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from mudmai.exchange.connectors import Fetched, SdmxSource, Validators, fetch
from mudmai.exchange.sdmx.flattening import flatten
from mudmai.exchange.sdmx.reading import MessageFault
from mudmai.workspace.raw_files import RawFiles
from tests.exchange.connectors.conftest import LOOPBACK, QUICK
from tests.exchange.connectors.naughty_server import Handler, Naughty
from tests.exchange.connectors.test_url import code

SAMPLES = Path(__file__).parents[3].parent / "shared" / "data" / "interop" / "sdmx"
Ask = Callable[..., Fetched]
_V21 = "http://www.sdmx.org/resources/sdmxml/schemas/v2_1"


def table(path: Path) -> list[dict[str, str]]:
    out = io.BytesIO()
    flatten(path, out, structure=None, most_rows=100_000)
    return list(csv.DictReader(io.StringIO(out.getvalue().decode())))


def sample(name: str) -> Path:
    path = SAMPLES / f"data-message_samples_{name}.json"
    if not path.is_file():
        pytest.skip(f"shared/data/interop/sdmx/{path.name} is not there")
    return path


# ---------------------------------------------------------------------- the standard's own messages
RATES = {("NZD", "2013-01-18"): "1.5931", ("NZD", "2013-01-21"): "1.5925",
         ("RUB", "2013-01-18"): "40.3426", ("RUB", "2013-01-21"): "40.3"}  # fmt: skip


@pytest.mark.parametrize("shape", ["exr_exr-time-series", "exr_exr-flat", "exr_exr-cross-section"])
def test_one_fact_in_three_shapes_gives_one_table(shape: str) -> None:
    rows = table(sample(shape))
    assert {(r["CURRENCY"], r["TIME_PERIOD"]): r["OBS_VALUE"] for r in rows} == RATES
    assert {r["CURRENCY_NAME"] for r in rows} == {"New Zealand dollar", "Russian rouble"}
    assert {(r["FREQ"], r["CURRENCY_DENOM"], r["EXR_TYPE"], r["EXR_SUFFIX"]) for r in rows} == {
        ("D", "EUR", "SP00", "A")
    }
    assert list(rows[0])[:3] == ["FREQ", "FREQ_NAME", "CURRENCY"]


def test_attributes_stand_beside_their_values() -> None:
    rows = table(sample("exr_exr-time-series"))
    assert {r["TITLE"] for r in rows} == {"New Zealand dollar (NZD)", "Russian rouble (RUB)"}
    assert {r["OBS_STATUS"] for r in rows} == {"A"}


def test_the_agriculture_sample_has_its_areas_and_years() -> None:
    rows = table(sample("agri"))
    assert rows and {r["FREQ"] for r in rows} == {"A"} and len({r["REF_AREA"] for r in rows}) >= 2
    assert len({(r["REF_AREA"], r["TIME_PERIOD"]) for r in rows}) == len(rows)


def test_deletions_are_no_rows(tmp_path: Path) -> None:
    out = io.BytesIO()
    made = flatten(sample("exr_exr-action-delete"), out, structure=None, most_rows=10)
    assert made.deleted > 0


def test_a_generated_message_that_follows_the_schema_but_no_sense_is_refused_or_read() -> None:
    with suppress(MessageFault):  # any other exception fails
        table(sample("generated-sample"))


# ---------------------------------------------------------------------- ML and CSV as other services write them
SPECIFIC = f"""<?xml version="1.0"?><m:StructureSpecificData xmlns:m="{_V21}/message"
 xmlns:s="{_V21}/data/structurespecific" xmlns:u="urn:x"><m:Header><m:ID>1</m:ID>
 <m:Structure dimensionAtObservation="TIME_PERIOD" structureID="S"/></m:Header>
 <u:DataSet s:structureRef="S" s:dataScope="DataStructure"><Series geo="LU" freq="A">
 <Obs TIME_PERIOD="2012" OBS_VALUE="1.50"/><Obs TIME_PERIOD="2013" OBS_VALUE="NaN"/><Obs TIME_PERIOD="2014"/></Series>
 <Series geo="TH" freq="Q"><Obs TIME_PERIOD="2014-Q3" OBS_VALUE="2" OBS_STATUS="p"/></Series></u:DataSet>
 </m:StructureSpecificData>"""
GENERIC = f"""<message:GenericData xmlns:message="{_V21}/message" xmlns:g="{_V21}/data/generic"><message:Header>
 <message:Structure dimensionAtObservation="TIME_PERIOD" structureID="S"/></message:Header><message:DataSet>
 <g:Group type="Sibling"><g:GroupKey><g:Value id="GEO" value="TH"/></g:GroupKey>
 <g:Attributes><g:Value id="UNIT" value="THB"/></g:Attributes></g:Group>
 <g:Series><g:SeriesKey><g:Value id="FREQ" value="A"/><g:Value id="GEO" value="TH"/></g:SeriesKey>
 <g:Obs><g:ObsDimension value="2019-10-01/P1Y"/><g:ObsValue value="3"/></g:Obs></g:Series>
 </message:DataSet></message:GenericData>"""


def test_structure_specific_series(tmp_path: Path) -> None:
    (tmp_path / "m").write_text(SPECIFIC, encoding="utf-8")
    rows = table(tmp_path / "m")
    assert [(r["geo"], r["TIME_PERIOD"], r["OBS_VALUE"], r["OBS_STATUS"]) for r in rows] == [
        ("LU", "2012", "1.50", ""), ("LU", "2013", "", ""), ("LU", "2014", "", ""), ("TH", "2014-Q3", "2", "p")
    ]  # fmt: skip


def test_generic_series_with_groups_and_a_fiscal_year(tmp_path: Path) -> None:
    (tmp_path / "m").write_text(GENERIC, encoding="utf-8")
    assert table(tmp_path / "m") == [
        {"FREQ": "A", "GEO": "TH", "TIME_PERIOD": "FY2020", "OBS_VALUE": "3", "UNIT": "THB"}
    ]


@pytest.mark.parametrize(
    "text",
    [
        "DATAFLOW,FREQ,GEO,TIME_PERIOD,OBS_VALUE\nA:B(1.0),A,TH,2019,1.5\n",
        "STRUCTURE,STRUCTURE_ID,ACTION,FREQ,GEO,TIME_PERIOD,OBS_VALUE\ndataflow,A:B(1.0),I,A,TH,2019,1.5\n"
        "dataflow,A:B(1.0),D,A,TH,2020,9\n",
        "\ufeffDATAFLOW;FREQ: Frequency;GEO: Area;TIME_PERIOD: Time;OBS_VALUE: Value\n"
        "A:B(1.0): Name;A: Annual;TH: Thailand;2019;1.5\n",
    ],
)
def test_csv_of_both_versions(tmp_path: Path, text: str) -> None:
    (tmp_path / "m").write_text(text, encoding="utf-8")
    assert table(tmp_path / "m") == [{"FREQ": "A", "GEO": "TH", "TIME_PERIOD": "2019", "OBS_VALUE": "1.5"}]


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>',
        '<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>',
        SPECIFIC[:-40],
        "<html><body>Sign in</body></html>",
        "<a>" * 100,
        '{"data": {"dataSets": [{"observations": {"0:0": [1]}}], "structures": [{}]}}',
        '{"errors": [{"code": 404, "title": "No data"}]}',
        "[" * 100_000,
        "a,b\n1,2\n",
        "DATAFLOW,FREQ,TIME_PERIOD,OBS_VALUE\nA,B,C\n",
        "",
    ],
)
def test_hostile_and_broken_messages_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "m").write_text(text, encoding="utf-8")
    with pytest.raises(MessageFault) as found:
        table(tmp_path / "m")
    assert found.value.message.th


# ---------------------------------------------------------------------- services
@pytest.fixture
def ask(server: Naughty, raw: RawFiles) -> Ask:
    def call(known: Validators | None = None, **settings: Any) -> Fetched:
        source = SdmxSource(**{"root": server.base + "/rest", "flow": "POP", **settings})
        return fetch(source, into=raw, known=known, limits=QUICK, allowed=LOOPBACK)

    return call


def test_a_message_prepared_anew_with_the_same_figures_is_unchanged(server: Naughty, raw: RawFiles, ask: Ask) -> None:
    server.put("/rest/data/POP/all", SPECIFIC.encode(), "application/xml")
    first = ask()
    assert first.status == "new" and first.raw is not None and first.original is not None, first.fault
    assert raw.read_bytes(first.original.sha256) == SPECIFIC.encode()
    assert [p.code for p in first.problems] == ["connection_structure"]
    server.put("/rest/data/POP/all", SPECIFIC.replace("<m:ID>1<", "<m:ID>2<").encode(), "application/xml")
    assert ask(first.validators).status == "unchanged"
    server.put("/rest/data/POP/all", SPECIFIC.replace("1.50", "1.51").encode(), "application/xml")
    assert ask(first.validators).status == "new"


def test_a_structure_that_fails_for_now_fails_the_fetch(server: Naughty, ask: Ask) -> None:
    server.put("/rest/data/POP/all", SPECIFIC.encode(), "application/xml")
    server.paths["/rest/dataflow/all/POP/latest"] = lambda h: h.answer(503, b"", Retry_After="60")
    found = ask()
    assert code(found) == "connection_status" and found.retry_after == 60


def test_forms_are_tried_until_one_is_acceptable(server: Naughty, raw: RawFiles, ask: Ask) -> None:
    def picky(handler: Handler) -> None:
        if handler.headers["Accept"].startswith("application/vnd.sdmx.data+csv"):
            handler.answer(200, b"DATAFLOW,GEO,TIME_PERIOD,OBS_VALUE\nX,TH,2019,1\n", "application/vnd.sdmx.data+csv")
        else:
            handler.answer(406, b"", "")

    server.paths["/rest/data/A,POP/A.TH"] = picky
    found = ask(agency="A", key="A.TH", start="2015")
    assert found.raw is not None, found.fault
    assert raw.read_bytes(found.raw.sha256) == b"GEO,TIME_PERIOD,OBS_VALUE\nTH,2019,1\n"
    assert server.seen[-1][0].endswith("?startPeriod=2015")


def test_errors_of_the_service_are_told_in_its_words(server: Naughty, raw: RawFiles, ask: Ask) -> None:
    body = f"""<m:Error xmlns:m="{_V21}/message" xmlns:c="{_V21}/common"><m:ErrorMessage code="100">
    <c:Text>No results found</c:Text></m:ErrorMessage></m:Error>"""
    server.paths["/rest/data/POP/all"] = lambda h: h.answer(404, body.encode(), "application/xml")
    found = ask()
    assert (
        code(found) == "connection_answer" and found.fault is not None and "No results found" in found.fault.message.en
    )
    server.put("/rest/data/POP/all", b"<html>Sign in</html>", "text/html")
    assert code(ask()) == "connection_answer"
    assert not list(raw.names())
