"""A dataflow of an SDMX 2.1 REST service: its structure, its data, and the flat table made of both.

Services differ in what they answer: forms are asked for one after another until one is not refused as not acceptable.
Source: SDMX 2.1 section 7 (REST); ``docs/reference/doors.md`` for the other side of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

from mudmai.core.errors import Problem
from mudmai.core.language import Text
from mudmai.exchange.connectors.faults import ASK_SOURCE, CORRECT, ConnectorFault
from mudmai.exchange.connectors.http import Answer, Http, require_ok, retry_after
from mudmai.exchange.connectors.sources import SdmxSource
from mudmai.exchange.sdmx.flattening import flatten
from mudmai.exchange.sdmx.reading import MessageFault, read_message
from mudmai.exchange.sdmx.reading_structure import FlowStructure, read_structure

_XML = (
    "application/vnd.sdmx.structurespecificdata+xml;version=2.1, application/vnd.sdmx.genericdata+xml;version=2.1;q=0.9"
)
_CSV = "application/vnd.sdmx.data+csv;version=1.0.0, application/vnd.sdmx.data+csv;q=0.9"
_JSON = "application/vnd.sdmx.data+json, application/json;q=0.5"
_ANY = (
    f"{_XML}, application/vnd.sdmx.data+csv;q=0.7, application/vnd.sdmx.data+json;q=0.5, application/xml;q=0.3, "
    "*/*;q=0.1"
)
_FORMS = {
    "xml": (_XML, "application/xml"),
    "csv": (_CSV, "text/csv"),
    "json": (_JSON,),
    "any": (_ANY, _XML, _CSV, _JSON),
}
_STRUCTURE = "application/vnd.sdmx.structure+xml;version=2.1, application/xml;q=0.5"
_MOST_STRUCTURE = 64 << 20


@dataclass(frozen=True, slots=True)
class FlowTable:
    """A flat table made of a message; ``answer`` is what the message came with."""

    answer: Answer
    rows: int
    problems: tuple[Problem, ...]


def fetch_flow(http: Http, source: SdmxSource, message: Path, table: Path) -> FlowTable:
    """Fetch the data into ``message`` and write the flat table to ``table``; raises :class:`ConnectorFault`."""
    problems: list[Problem] = []
    structure = _structure(http, source, message.with_name("structure"), problems)
    answer = _data(http, source, message)
    try:
        with table.open("wb") as out:
            made = flatten(message, out, structure=structure, most_rows=http.limits.rows, tick=http.tick)
    except MessageFault as fault:
        raise _as_connector(fault, None) from fault
    if not made.rows:
        raise ConnectorFault(
            "connection_answer", "บริการ SDMX ตอบโดยไม่มีข้อมูล", "the SDMX service answers without any data", CORRECT
        )
    if made.deleted:
        problems.append(
            Problem(
                "connection_deleted",
                Text(f"ข้อความขอลบ {made.deleted:,} ค่า ซึ่งไม่ได้ทำ", f"the message asks to delete {made.deleted:,} values"),
                Text("ถอนหรือแทนที่ข้อมูลเดิมเองถ้าต้องการ", "they stay; withdraw or replace them by hand if need be"),
            )
        )
    return FlowTable(answer, made.rows, tuple(problems))


def data_address(source: SdmxSource) -> str:
    """The data query.

    >>> data_address(SdmxSource("https://a.example/rest", "EXR", "ECB", key="D.USD.EUR.SP00.A", start="2015"))
    'https://a.example/rest/data/ECB,EXR/D.USD.EUR.SP00.A?startPeriod=2015'
    """
    flow = source.flow
    if source.agency:
        flow = ",".join(one for one in (source.agency, source.flow, source.version) if one)
    asked = [(name, value) for name, value in (("startPeriod", source.start), ("endPeriod", source.end)) if value]
    query = f"?{urlencode(asked)}" if asked else ""
    key = quote(source.key, safe=".+,*@$-") or "all"
    return f"{source.root.rstrip('/')}/data/{quote(flow, safe=',')}/{key}{query}"


def _structure(http: Http, source: SdmxSource, path: Path, problems: list[Problem]) -> FlowStructure | None:
    """None, with a warning, where the service does not give it; a service that fails now fails the fetch."""
    parts = (source.agency or "all", source.flow, source.version or "latest")
    address = "/".join((source.root.rstrip("/"), "dataflow", *map(quote, parts))) + "?references=all"
    with path.open("wb") as out:
        answer = http.get(address, out, most=_MOST_STRUCTURE, accept=_STRUCTURE)
    if answer.status == 200:
        try:
            found = read_structure(path)
        except MessageFault:
            found = FlowStructure()
        if found.dimensions:
            return found
    elif answer.status in (408, 425, 429) or (answer.status >= 500 and answer.status != 501):
        require_ok(answer)
    problems.append(
        Problem(
            "connection_structure",
            Text("บริการนี้ไม่ให้โครงสร้างข้อมูล จึงมีแต่รหัส", "the service gives no structure, so that there are only codes"),
            Text("บอกความหมายของรหัสในสูตรอ่านไฟล์", "tell what the codes mean in the recipe"),
        )
    )
    return None


def _data(http: Http, source: SdmxSource, path: Path) -> Answer:
    address = data_address(source)
    for accept in _FORMS[source.form]:
        with path.open("wb") as out:
            answer = http.get(address, out, accept=accept)
        if answer.status not in (406, 415):
            break
    if answer.status == 200:
        if answer.media_type in ("text/html", "application/xhtml+xml"):
            raise _not_sdmx(source)
        return answer
    try:  # errors come as messages of their own
        read_message(path, lambda _: None, most_rows=1)
    except MessageFault as fault:
        if fault.number:
            raise _as_connector(fault, retry_after(answer.headers)) from fault
    require_ok(answer)
    raise _not_sdmx(source)


def _as_connector(fault: MessageFault, wait: float | None) -> ConnectorFault:
    return ConnectorFault(fault.code, fault.message.th, fault.message.en, fault.remedy, retry_after=wait)


def _not_sdmx(source: SdmxSource) -> ConnectorFault:
    return ConnectorFault(
        "connection_answer", f"{source.root} ไม่ได้ตอบแบบ SDMX", f"{source.root} does not answer as SDMX does", ASK_SOURCE
    )
