"""CKAN portals with the manners that portals have, on a real server."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from mudmai.exchange.connectors import CkanSource, Fetched, Validators, fetch
from mudmai.workspace.raw_files import RawFiles
from tests.exchange.connectors.conftest import LOOPBACK, QUICK
from tests.exchange.connectors.naughty_server import Handler, Naughty
from tests.exchange.connectors.test_url import TABLE, code

API = "/api/3/action/"
Ask = Callable[..., Fetched]


@pytest.fixture
def ask(server: Naughty, raw: RawFiles) -> Ask:
    def call(known: Validators | None = None, page_rows: int = 2, secret: str = "", **settings: Any) -> Fetched:
        source = CkanSource(**{"portal": server.base, **settings})
        limits = replace(QUICK, page_rows=page_rows)
        return fetch(source, into=raw, known=known, limits=limits, allowed=LOOPBACK, secret=secret)

    return call


def says(server: Naughty, action: str, result: Any, status: int = 200, **envelope: Any) -> None:
    body = {"help": "…", "success": status == 200, "result": result, **envelope}
    server.put(API + action, json.dumps(body).encode(), "application/json;charset=utf-8")
    if status != 200:
        server.paths[API + action] = lambda h: h.answer(status, json.dumps(body).encode(), "application/json")


def test_a_resource_with_a_relative_address_in_thai(server: Naughty, raw: RawFiles, ask: Ask) -> None:
    says(server, "resource_show", {"id": "r1", "name": "ตาราง", "url": "/dataset/d/ผลิตภัณฑ์ จังหวัด.csv", "format": "CSV"})
    server.put(
        "/dataset/d/%E0%B8%9C%E0%B8%A5%E0%B8%B4%E0%B8%95%E0%B8%A0%E0%B8%B1%E0%B8%93%E0%B8%91%E0%B9%8C%20%E0%B8%88%E0%B8%B1%E0%B8%87%E0%B8%AB%E0%B8%A7%E0%B8%B1%E0%B8%94.csv",
        TABLE,
        ETag='"1"',
    )
    found = ask(resource="r1")
    assert found.status == "new", found
    assert found.raw is not None and found.raw.name == "ผลิตภัณฑ์ จังหวัด.csv"
    assert raw.read_bytes(found.raw.sha256) == TABLE
    assert ask(found.validators, resource="r1").status == "unchanged"


def test_a_package_gives_its_table_by_name_by_format_or_the_first_readable(server: Naughty, ask: Ask) -> None:
    listed = [
        {"id": "p", "name": "คู่มือ", "format": "PDF", "url": server.put("/doc.pdf", b"%PDF-1.4")},
        {"id": "x", "name": "สมุดงาน", "format": "XLSX", "url": server.put("/x.csv", b"x,y\n1,2\n")},
        {"id": "c", "name": "ตาราง", "format": "CSV", "url": server.put("/c.csv", TABLE)},
    ]
    says(server, "package_show", {"id": "1", "name": "gpp", "resources": listed})
    assert ask(package="gpp").validators.address.endswith("/c.csv")
    assert ask(package="gpp", name="สมุดงาน").validators.address.endswith("/x.csv")
    assert ask(package="gpp", name="xlsx").validators.address.endswith("/x.csv")
    missing = ask(package="gpp", name="nothing")
    assert code(missing) == "connection_answer" and missing.fault is not None and "คู่มือ" in missing.fault.message.th


ROWS = [{"_id": n, "จังหวัด": f"จ{n}", "ปี": 2560 + n, "ค่า": None if n == 3 else n / 2} for n in range(1, 6)]
FIELDS = [
    {"id": "_id", "type": "int"},
    {"id": "จังหวัด", "type": "text"},
    {"id": "ปี", "type": "int"},
    {"id": "ค่า", "type": "numeric"},
]


def datastore(server: Naughty, *, cap: int = 100, total: int | None = 5, stuck: bool = False) -> None:
    says(server, "resource_show", {"id": "r1", "name": "ตาราง", "url": "", "datastore_active": True})

    def search(handler: Handler) -> None:
        query = {k: v[0] for k, v in parse_qs(urlsplit(handler.path).query).items()}
        start, many = 0 if stuck else int(query["offset"]), min(cap, int(query["limit"]))
        result: dict[str, Any] = {"fields": FIELDS, "records": ROWS[start : start + many]}
        if total is not None:
            result["total"] = total
        handler.answer(200, json.dumps({"success": True, "result": result}).encode(), "application/json")

    server.paths[API + "datastore_search"] = search


@pytest.mark.parametrize("cap", [1, 100])
@pytest.mark.parametrize("total", [5, None])
def test_rows_without_a_file_are_paged_to_their_end(
    server: Naughty, raw: RawFiles, ask: Ask, cap: int, total: int | None
) -> None:
    datastore(server, cap=cap, total=total)
    found = ask(resource="r1")
    assert found.status == "new" and found.raw is not None, found.fault
    lines = raw.read_bytes(found.raw.sha256).decode().splitlines()
    assert lines == ["จังหวัด,ปี,ค่า", "จ1,2561,0.5", "จ2,2562,1.0", "จ3,2563,", "จ4,2564,2.0", "จ5,2565,2.5"]
    assert ask(found.validators, resource="r1").status == "unchanged"


def test_rows_that_end_early_or_repeat_are_no_table(server: Naughty, raw: RawFiles, ask: Ask) -> None:
    datastore(server, total=50)
    assert code(ask(resource="r1")) == "connection_partial"
    datastore(server, total=50, stuck=True)
    assert code(ask(resource="r1")) == "connection_answer"
    assert not list(raw.names())


def test_refusals_are_told_in_the_portals_words(server: Naughty, ask: Ask) -> None:
    says(server, "resource_show", None, 404, error={"__type": "Not Found Error", "message": "ไม่พบ"})
    found = ask(resource="r1")
    assert code(found) == "connection_answer" and found.fault is not None and "ไม่พบ" in found.fault.message.th
    server.put(API + "resource_show", b"<html>Sign in</html>", "text/html")
    found = ask(resource="r1")
    assert code(found) == "connection_answer" and found.fault is not None and "CKAN" in found.fault.message.en
    server.paths[API + "resource_show"] = lambda h: h.answer(
        400, b'"Bad request - Action name not known"', "application/json"
    )
    assert code(ask(resource="r1")) == "connection_status"
    server.put(API + "resource_show", b"[" * 100_000, "application/json")
    assert code(ask(resource="r1")) == "connection_answer"


def test_the_key_is_sent_to_the_portal_but_not_to_a_file_elsewhere(server: Naughty, ask: Ask) -> None:
    server.put("/f.csv", TABLE)
    elsewhere = server.base.replace("127.0.0.1", "127.0.0.2") + "/f.csv"
    says(server, "resource_show", {"id": "r1", "url": elsewhere})
    found = ask(resource="r1", key_header="api-key", secret="k")
    assert server.seen[0][1]["api-key"] == "k"
    assert found.status == "failed" or "api-key" not in server.seen[1][1]  # 127.0.0.2 may not be bound here
