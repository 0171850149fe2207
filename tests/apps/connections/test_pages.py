"""The pages of connections, without scripts."""

from __future__ import annotations

import re

from django.test import Client

from mudmai.apps.connections.models import Connection
from tests.apps.connections.test_connections import TABLE, connect, fetched
from tests.apps.data.data_world import DataWorld
from tests.exchange.connectors.naughty_server import Naughty


def text(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, (address, response.status_code)
    return re.sub(r"\s+", " ", response.content.decode())


def test_a_publisher_sets_up_fetches_pauses_and_ends(data_world: DataWorld, signed_in, source: Naughty) -> None:  # type: ignore[no-untyped-def]
    client = signed_in(data_world.publisher)
    assert "ยังไม่มีการเชื่อมต่อ" in text(client, "/connections/")
    assert "CKAN" in text(client, "/connections/new/")
    page = text(client, "/connections/new/?kind=url")
    assert 'name="url"' in page and "toy-money" in page and "department" in page
    given = {
        "name": "เงินจากต้นทาง",
        "organisation": "ministry",
        "dataset": "toy-money",
        "every": "86400",
        "mode": "update",
    }
    refused = client.post("/connections/new/?kind=url", {**given, "url": "ftp://a.example/x"})
    assert refused.status_code == 200 and "https://" in refused.content.decode() and not Connection.objects.exists()
    done = client.post(
        "/connections/new/?kind=url", {**given, "url": source.put("/a.csv", TABLE), "secret": "hidden-key"}
    )
    held = Connection.objects.get()
    assert done.status_code == 302 and done["Location"] == f"/connections/{held.pk}/"
    page = text(client, done["Location"])
    assert "hidden-key" not in page and "ยังไม่เคยดึง" in page and "ตั้งการเชื่อมต่อแล้ว" in page
    row = fetched(held)
    page = text(client, f"/connections/{held.pk}/")
    assert "a.csv" in page and "ได้ข้อมูลใหม่" in page and "ปกติ" in page
    file = client.get(f"/connections/{held.pk}/files/{row.sha256}")
    assert b"".join(file.streaming_content) == TABLE and "attachment" in file["Content-Disposition"]  # type: ignore[attr-defined]
    assert "works" in text(client, "/en/connections/")
    settings = text(client, f"/en/connections/{held.pk}/settings/")
    assert "hidden-key" not in settings and "One is kept" in settings
    changed = client.post(f"/connections/{held.pk}/settings/", {**given, "name": "ชื่อใหม่", "url": held.settings["url"]})
    assert changed.status_code == 302
    held.refresh_from_db()
    assert held.name == "ชื่อใหม่" and held.secret
    for do, state in (("pause", "พักไว้"), ("resume", "ปกติ")):
        client.post(f"/connections/{held.pk}/", {"do": do})
        assert state in text(client, f"/connections/{held.pk}/")
    client.post(f"/connections/{held.pk}/", {"do": "end", "reason": "-"})
    assert "ชื่อใหม่" not in text(client, "/connections/")
    assert client.post(f"/connections/{held.pk}/", {"do": "wrong"}).status_code == 404


def test_what_may_not_be_reached_is_refused_when_it_is_saved(data_world: DataWorld, signed_in) -> None:  # type: ignore[no-untyped-def]
    client = signed_in(data_world.publisher)
    given = {"name": "x", "organisation": "ministry", "dataset": "toy-money", "every": "86400", "mode": "update"}
    inside = client.post("/connections/new/?kind=url", {**given, "url": "https://10.1.2.3/a.csv"})
    assert inside.status_code == 200 and "MUDMAI_CONNECT_NETWORKS" in inside.content.decode()
    folder = client.post("/connections/new/?kind=folder", {**given, "folder": "/etc", "pattern": "*"})
    assert folder.status_code == 200 and "MUDMAI_CONNECT_FOLDERS" in folder.content.decode()
    assert not Connection.objects.exists()


def test_failures_are_told_with_their_number_and_the_next_try(
    data_world: DataWorld, signed_in, source: Naughty
) -> None:  # type: ignore[no-untyped-def]
    held = connect(data_world, source.base + "/gone.csv")
    for _ in range(3):
        fetched(held)
    client = signed_in(data_world.publisher)
    assert re.search(r"ล้มเหลว 3 ครั้ง ลองใหม่ \d\d:\d\d", text(client, "/connections/"))
    assert re.search(r"failed 3 times, next try \d\d:\d\d", text(client, f"/en/connections/{held.pk}/"))
    assert "HTTP 404" in text(client, f"/connections/{held.pk}/")


def test_others_see_only_what_they_may(data_world: DataWorld, signed_in, source: Naughty) -> None:  # type: ignore[no-untyped-def]
    held = connect(data_world, source.put("/a.csv", TABLE))
    row = fetched(held)
    assert Client().get("/connections/").status_code == 302
    reviewer = signed_in(data_world.reviewer)
    page = text(reviewer, f"/connections/{held.pk}/")
    assert "ดึงเดี๋ยวนี้" not in page and row.sha256 in page
    assert reviewer.post(f"/connections/{held.pk}/", {"do": "fetch"}).status_code == 403
    assert reviewer.get(f"/connections/{held.pk}/settings/").status_code == 403
    contributor = signed_in(data_world.contributor)
    assert contributor.get(f"/connections/{held.pk}/").status_code == 403
    assert contributor.get(f"/connections/{held.pk}/files/{row.sha256}").status_code == 403
    assert "เงินจากต้นทาง" not in text(contributor, "/connections/")
    publisher = signed_in(data_world.publisher)
    assert publisher.get(f"/connections/{held.pk}/files/{'0' * 64}").status_code == 404
    assert publisher.get("/connections/00000000-0000-0000-0000-000000000000/").status_code == 404
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(data_world.publisher)
    assert strict.post(f"/connections/{held.pk}/", {"do": "fetch"}).status_code == 403


def test_every_kind_has_its_form_in_both_languages(data_world: DataWorld, signed_in) -> None:  # type: ignore[no-untyped-def]
    client = signed_in(data_world.publisher)
    for kind, field in (("ckan", "portal"), ("sdmx", "flow"), ("folder", "pattern"), ("url", "url")):
        for prefix in ("", "/en"):
            assert f'name="{field}"' in text(client, f"{prefix}/connections/new/?kind={kind}")
    given = {"name": "จาก CKAN", "organisation": "ministry", "dataset": "toy-money", "every": "0", "mode": "update"}
    refused = client.post("/connections/new/?kind=ckan", {**given, "portal": "https://a.example"})
    assert refused.status_code == 200 and "รหัสทรัพยากร" in refused.content.decode()
    ckan = {**given, "portal": "https://a.example", "package": "gpp", "name_in": "CSV"}
    assert client.post("/connections/new/?kind=ckan", ckan).status_code == 302
    assert Connection.objects.get().settings["name"] == "CSV"
