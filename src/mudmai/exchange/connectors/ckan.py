"""A resource of a CKAN portal (Action API 3): its file, or the rows of its DataStore page by page.

Portals differ: a resource without an address but with rows, addresses that are relative or hold Thai letters, answers
in HTML where a proxy stands in front, rows capped below what was asked. Source: docs.ckan.org, API guide.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO
from urllib.parse import urlencode, urljoin

from mudmai.core.language import Text
from mudmai.exchange.connectors.faults import ASK_SOURCE, CORRECT, ConnectorFault
from mudmai.exchange.connectors.http import Http, require_ok, retry_after, too_large
from mudmai.exchange.connectors.sources import CkanSource
from mudmai.exchange.sheets.formats import ENDINGS

_MOST_JSON = 64 << 20
_READABLE = {one.value: at for at, one in enumerate(dict.fromkeys(ENDINGS.values()))} | {
    "txt": 20,
    "tsv": 20,
    "excel": 5,
}


@dataclass(frozen=True, slots=True)
class Resource:
    """What the portal says of a resource. ``address`` is empty when it has no file."""

    id: str
    name: str
    address: str
    has_rows: bool


def find_resource(http: Http, source: CkanSource) -> Resource:
    """The resource that the connection means; raises :class:`ConnectorFault` when the portal has none such."""
    if source.resource:
        told = action(http, source, "resource_show", id=source.resource)
        return _resource(told, source)
    package = action(http, source, "package_show", id=source.package)
    listed = package.get("resources") if isinstance(package, dict) else None
    resources = [one for one in listed or [] if isinstance(one, dict)]
    return _resource(_chosen(resources, source), source)


def _chosen(resources: list[dict[str, Any]], source: CkanSource) -> dict[str, Any]:
    wanted = source.name.casefold()
    if wanted:
        for part in ("id", "name", "format"):
            fitting = [one for one in resources if str(one.get(part) or "").strip().casefold() == wanted]
            if fitting:
                return fitting[0]
    else:
        fitting = [one for one in resources if _rank(one) is not None]
        if fitting:
            return min(fitting, key=lambda one: _rank(one) or 0)
    names = ", ".join(str(one.get("name") or one.get("format") or one.get("id"))[:60] for one in resources[:6]) or "–"
    raise ConnectorFault(
        "connection_answer",
        f"ชุดข้อมูล {source.package} ไม่มีทรัพยากรที่ต้องการ มี: {names}",
        f"the package {source.package} has no such resource; it has: {names}",
        CORRECT,
    )


def _rank(one: dict[str, Any]) -> int | None:
    """Tables first in the order CSV, workbooks, others; None for what is no table."""
    form = str(one.get("format") or "").strip().casefold().lstrip(".")
    if form == "csv":
        return -1
    return _READABLE.get(form)


def _resource(told: Any, source: CkanSource) -> Resource:
    if not isinstance(told, dict) or not told.get("id"):
        raise _not_ckan(source)
    address = str(told.get("url") or "").strip()
    if address == "_datastore_only_resource":
        address = ""
    if address:
        address = urljoin(source.portal.rstrip("/") + "/", address)
    return Resource(
        str(told["id"]),
        str(told.get("name") or told["id"]),
        address,
        str(told.get("datastore_active")).lower() == "true",
    )


def action(http: Http, source: CkanSource, name: str, **parameters: Any) -> Any:
    """The ``result`` of one action."""
    address = f"{source.portal.rstrip('/')}/api/3/action/{name}?{urlencode(parameters)}"
    body = io.BytesIO()
    answer = http.get(address, body, most=_MOST_JSON, accept="application/json")
    try:
        told = json.loads(body.getvalue())
    except (ValueError, RecursionError):
        require_ok(answer)
        raise _not_ckan(source) from None
    if isinstance(told, dict) and told.get("success") is True and answer.status == 200:
        return told.get("result")
    if isinstance(told, dict) and isinstance(told.get("error"), dict):
        raise _refused(told["error"], answer.status, retry_after(answer.headers))
    require_ok(answer)
    raise _not_ckan(source)


def write_rows(http: Http, source: CkanSource, resource: Resource, to: BinaryIO) -> int:
    """The DataStore's rows as CSV in UTF-8, columns as the portal declares them without its row number; how many."""
    text = io.TextIOWrapper(to, encoding="utf-8", newline="", write_through=True)
    try:
        writer = csv.writer(text, lineterminator="\n")
        count, columns = 0, list[str]()
        for columns_now, rows in _pages(http, source, resource):
            if not columns:
                columns = columns_now
                writer.writerow(columns)
            for row in rows:
                writer.writerow([_cell(row.get(name)) for name in columns])
            count += len(rows)
            text.flush()
            if count > http.limits.rows or to.tell() > http.limits.max_bytes:
                raise too_large(http.limits.max_bytes)
        return count
    finally:
        text.detach()


def _pages(http: Http, source: CkanSource, resource: Resource) -> Iterator[tuple[list[str], list[dict[str, Any]]]]:
    offset, before = 0, None
    while True:
        told = action(
            http, source, "datastore_search", resource_id=resource.id, limit=http.limits.page_rows, offset=offset,
            sort="_id asc",
        )  # fmt: skip
        rows = told.get("records") if isinstance(told, dict) else None
        if not isinstance(rows, list) or not all(isinstance(one, dict) for one in rows):
            raise _not_ckan(source)
        fields = [str(one.get("id")) for one in told.get("fields") or [] if isinstance(one, dict)]
        columns = [name for name in fields or (rows[0] if rows else {}) if name != "_id"]
        if rows and rows[0] == before:
            raise ConnectorFault(
                "connection_answer",
                "แคตตาล็อกส่งหน้าเดิมซ้ำ จึงอ่านแถวไม่ครบ",
                "the catalogue sends the same page again, so that the rows cannot be read to their end",
                ASK_SOURCE,
            )
        if offset == 0 or rows:
            yield columns, rows
        offset += len(rows)
        total = told.get("total")
        if not rows or (isinstance(total, int) and not told.get("total_was_estimated") and offset >= total):
            if isinstance(total, int) and not told.get("total_was_estimated") and offset < total:
                raise ConnectorFault(
                    "connection_partial",
                    f"แคตตาล็อกบอกว่ามี {total:,} แถว แต่ส่งมา {offset:,} แถว",
                    f"the catalogue tells of {total:,} rows and sent {offset:,}",
                    ASK_SOURCE,
                )
            return
        before = rows[0]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)


def _refused(error: dict[str, Any], status: int, wait: float | None) -> ConnectorFault:
    kind = str(error.get("__type") or "")[:60]
    said = str(error.get("message") or kind or status)[:200]
    remedy = CORRECT
    if "Authorization" in kind or status in (401, 403):
        remedy = Text("ตรวจกุญแจลับของการเชื่อมต่อ", "check the connection's secret")
    return ConnectorFault(
        "connection_answer",
        f"แคตตาล็อกปฏิเสธ: {said}",
        f"the catalogue refuses: {said}",
        remedy,
        retry_after=wait,
    )


def _not_ckan(source: CkanSource) -> ConnectorFault:
    return ConnectorFault(
        "connection_answer",
        f"{source.portal} ไม่ได้ตอบแบบ CKAN",
        f"{source.portal} does not answer as CKAN does",
        Text(
            "ใช้ที่อยู่หน้าแรกของแคตตาล็อก เช่น https://catalog.example.go.th โดยไม่มี /dataset",
            "give the address of the catalogue's first page, such as https://catalog.example.go.th, without /dataset",
        ),
    )
