"""The catalogue's pages: found by a Thai word, narrowed without scripts, looked at, cited and taken away."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from django.conf import settings
from django.db import connections
from django.test import Client

from mudmai.core.language import Text
from mudmai.site import wiring
from mudmai.workspace import Workspace
from mudmai.workspace.notices import Notice, keep_notice

FIELDS = Path(__file__).parents[2].parent / "shared" / "data" / "stats" / "gdcatalog_metadata_fields.json"
IDS = ("nesdc-accounts", "nso-labour-force", "nso-income-gini", "boi-applications", "smart-cities", "plan-situation")


def body(client: Client, address: str, **headers: str) -> str:
    """A page as it is sent."""
    response = client.get(address, headers=headers)
    assert response.status_code == 200, address
    return response.content.decode()


def found(page: str) -> list[str]:
    """Ids of the datasets that a page lists, in order."""
    return re.findall(r'<h2><a href="(?:/en)?/datasets/([\w-]+)/">', page)


def words(page: str) -> str:
    """What a reader reads."""
    return " ".join(unescape(re.sub(r"<[^>]+>", "", re.sub(r"<(script|style).*?</\1>", "", page, flags=re.S))).split())


def test_a_reader_finds_a_dataset_by_a_word_inside_a_sentence(client: Client) -> None:
    page = body(client, "/datasets/?q=มีงานทำ")
    assert found(page)[0] == "nso-labour-force"
    assert "<mark>มีงานทำ</mark>" in page
    assert found(body(client, "/datasets/")) == list(dict.fromkeys(found(body(client, "/datasets/"))))
    assert set(found(body(client, "/en/datasets/"))) >= set(IDS)
    assert found(body(client, "/datasets/?q=๒๕๖๒")) == found(body(client, "/datasets/?q=2019"))


def test_choices_are_links_with_counts_that_hold(client: Client) -> None:
    page = body(client, "/en/datasets/")
    links = re.findall(r'<a href="(\?[^"]*)" rel="nofollow"[^>]*>([^<]+)<small>\((\d+)\)</small>', page)
    assert len(links) > 20
    for address, label, count in links[::3]:
        chosen = body(client, "/en/datasets/" + unescape(address))
        assert len(found(chosen)) == int(count), label
        assert 'aria-current="true"' in chosen
        assert "Your choices" in chosen
    back = re.search(r'<a class="chip" href="([^"]*)"', body(client, "/en/datasets/?geo=country"))
    assert back is not None
    assert set(found(body(client, "/en/datasets/" + unescape(back[1])))) == set(found(page)), "a choice can be undone"


def test_a_near_miss_leads_to_what_was_meant(client: Client) -> None:
    page = body(client, "/datasets/?q=ประชากน")
    address = re.search(r'class="suggestion">.*?href="([^"]+)"', page, re.S)
    assert address is not None
    assert "nesdc-accounts" in found(body(client, "/datasets/" + unescape(address[1])))


@pytest.mark.parametrize(
    "query", ["q=<script>alert(1)</script>", "q=%22", "geo=nowhere", "page=99999999999", "page=-1", "q=" + "ก" * 5000]
)
def test_odd_questions_get_a_page(client: Client, query: str) -> None:
    page = body(client, f"/datasets/?{query}")
    assert "<script>alert" not in page


@pytest.mark.parametrize("dataset", IDS)
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_every_dataset_has_a_page_that_says_who_what_where_when(client: Client, prefix: str, dataset: str) -> None:
    page = body(client, f"{prefix}/datasets/{dataset}/")
    assert f'href="/dataset/{dataset}.ttl"' in page
    assert 'rel="alternate" type="text/turtle"' in page
    for kind in ("data.csv", "data.xlsx", "data.parquet", "data.json", "data.geojson", "datapackage.zip"):
        assert f'href="/dataset/{dataset}/{kind}"' in page
        assert client.get(f"/dataset/{dataset}/{kind}").status_code == 200
    assert "None" not in words(page)


@pytest.mark.skipif(not FIELDS.exists(), reason="the field list of the government catalogue is not beside the tree")
def test_the_metadata_are_named_as_the_government_catalogue_names_them(client: Client, starter: Workspace) -> None:
    page = body(client, "/datasets/nesdc-accounts/")
    required = json.loads(FIELDS.read_text("utf-8"))["required"]
    assert len(required) == 14
    for one in required:
        row = re.search(rf"<dt>([^<]*)<br><code>{one['field']}</code></dt><dd>(.*?)</dd>", page, re.S)
        assert row is not None, one["field"]
        assert row[1].strip() == one["label_th"]
        assert words(row[2]) not in ("", "–")


def test_the_chart_has_a_table_behind_it_and_missing_is_told(client: Client) -> None:
    page = body(client, "/datasets/nso-labour-force/?area=TH-40")
    assert '<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img"' in page
    table = page[page.index('id="line-caption"') :]
    rows = re.findall(r'<th scope="row">([^<]+)</th><td class="num">(.*?)</td>', table[: table.index("</table>")])
    assert len(rows) == 8
    told = [words(value) for _, value in rows]
    assert told[-2:] == ["– ไม่มีข้อมูล"] * 2, "Khon Kaen has no figure after 2019"
    assert all(re.fullmatch(r"[\d,.]+", value) for value in told[:-2])


def test_quality_counts_what_is_owed_and_what_is_there(client: Client, starter: Workspace) -> None:
    page = words(body(client, "/en/datasets/nesdc-accounts/?series=grp_current"))
    assert "978 of 2,210 values are there (44%)" in page
    assert "Provinces, 77: missing 1995–2010" in page
    assert "behind its promised renewal: newer figures were due by 1 Jan 2023" in page


def test_uses_lead_to_the_scorecard_and_indicators_lead_back(client: Client) -> None:
    assert 'href="/plans/th-m8/indicators/I1.1/"' in body(client, "/datasets/nesdc-accounts/")
    assert 'href="/datasets/nesdc-accounts/"' in body(client, "/plans/th-m8/indicators/I1.1/")
    assert 'href="/en/datasets/nso-labour-force/"' in body(client, "/en/plans/th-m8/indicators/I2.2/")


def test_rdf_and_page_find_each_other(client: Client) -> None:
    response = client.get("/dataset/smart-cities", headers={"accept": "text/turtle"})
    assert response.headers["Content-Type"].startswith("text/turtle"), "content negotiation stays"
    assert '</datasets/smart-cities/>; rel="alternate"; type="text/html"; hreflang="th"' in response.headers["Link"]
    assert "</en/datasets/smart-cities/>" in response.headers["Link"]


def test_unknown_series_areas_and_datasets_are_named(client: Client) -> None:
    for address in ("/datasets/nope/", "/datasets/smart-cities/?series=nope", "/datasets/smart-cities/?area=nope"):
        response = client.get(address)
        assert response.status_code == 404, address
        assert "nope" in response.content.decode()
    assert client.get("/datasets/smart-cities/?release=r99-00000000").status_code == 404
    assert client.post("/datasets/").status_code == 405


# ------------------------------------------------------------------ files
def test_files_hold_the_same_rows(client: Client) -> None:
    base = "/dataset/nso-labour-force"
    plain = client.get(f"{base}/data.csv").content
    assert plain.startswith(b"\xef\xbb\xbf"), "Excel needs the mark to show Thai"
    rows = list(csv.DictReader(io.StringIO(plain.decode("utf-8-sig"))))
    listed = json.loads(client.get(f"{base}/data.json").content)
    table = pq.read_table(io.BytesIO(client.get(f"{base}/data.parquet").content))
    assert len(rows) == len(listed) == table.num_rows == 1508
    assert list(rows[0]) == list(listed[0]) == table.column_names
    for one, other, third in zip(rows, listed, table.to_pylist(), strict=True):
        assert {name: value or None for name, value in one.items() if name != "value"} == {
            name: value or None for name, value in other.items() if name != "value"
        }
        assert other == third
        assert (float(one["value"]) if one["value"] else None) == other["value"]


def test_a_parquet_file_can_be_imported_by_another_installation(client: Client, tmp_path: Path) -> None:
    file = tmp_path / "labour.parquet"
    file.write_bytes(client.get("/dataset/nso-labour-force/data.parquet").content)
    second = Workspace.open(tmp_path / "home")
    held = second.import_file(file, dataset="second/labour")
    assert held.datasets["second/labour"].rows == 1508


# ------------------------------------------------------------------ kept pages
@pytest.mark.parametrize("address", ["/datasets/", "/datasets/?q=ขอนแก่น", "/en/datasets/nesdc-accounts/"])
def test_a_known_page_is_answered_304(client: Client, address: str) -> None:
    tag = client.get(address).headers["ETag"]
    assert client.get(address, headers={"if-none-match": tag}).status_code == 304


def test_another_day_is_another_page(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    tag = client.get("/datasets/smart-cities/").headers["ETag"]
    scorecard = client.get("/").headers["ETag"]
    monkeypatch.setattr("mudmai.web.freshness.today", lambda: date(2039, 1, 1))
    assert client.get("/datasets/smart-cities/").headers["ETag"] != tag
    assert client.get("/").headers["ETag"] == scorecard


def test_visitors_need_no_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a public page asked the database")

    monkeypatch.setattr(type(connections["default"]), "cursor", refuse)
    for number, address in enumerate(("/datasets/", "/datasets/nesdc-accounts/", "/en/datasets/")):
        assert client.get(f"{address}?q=n{number}").status_code == 200
    assert settings.SESSION_COOKIE_NAME not in client.cookies


def test_a_withdrawal_stands_on_the_page_with_its_reason(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = Workspace.open(tmp_path)
    workspace.init()
    monkeypatch.setattr(wiring, "_opened", workspace)
    keep_notice(
        workspace,
        "smart-cities",
        Notice(
            "n1", datetime(2026, 3, 1, tzinfo=UTC), Text("หน่วยงานทดสอบ", "Test office"), "นับซ้ำ <b>สองเมือง</b>",
            "r1-00000000", 1200, ("smart_cities_certified",), "2023", "2024",
        ),
    )  # fmt: skip
    page = body(client, "/datasets/smart-cities/?area=TH")  # an address that no test has asked for under this state
    assert "นับซ้ำ &lt;b&gt;สองเมือง&lt;/b&gt;" in page
    assert "ถอนข้อมูล 1,200 ค่า" in words(page)
    assert "1 มี.ค. 2569" in page
    assert "ถอนข้อมูล" not in body(client, "/datasets/nesdc-accounts/")


def test_revisions_are_counted_and_old_releases_stay(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = Workspace.open(tmp_path)
    first = workspace.init().id
    monkeypatch.setattr(wiring, "_opened", workspace)
    rows = list(csv.DictReader(io.StringIO(client.get("/dataset/smart-cities/data.csv").content.decode("utf-8-sig"))))
    rows[0]["value"] = str(2 * float(rows[0]["value"]))
    file = tmp_path / "new.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    second = workspace.import_file(file, dataset="th-m8/smart_cities").id
    page = words(body(client, "/en/datasets/smart-cities/"))
    assert "Releases that changed this dataset: 2" in page
    assert f"{second} {datetime.now(UTC).day} " in page
    assert "1 +100.0 0 0" in page
    listed = re.findall(r'<a href="\?release=([\w-]+)">', body(client, "/en/datasets/boi-applications/"))
    assert listed == [first], "other datasets did not change"
    old = body(client, f"/en/datasets/smart-cities/?release={first}")
    assert second in old, "a page of before leads to the present one"
    assert f'href="/dataset/smart-cities/data.csv?release={first}"' in old
