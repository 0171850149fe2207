"""Files to take away hold what the page shows, open in Excel, and never turn missing into zero."""

from __future__ import annotations

import csv
import io
import math
import re

import openpyxl
import pytest
from django.test import Client

from mudmai.web.views.downloads import CARD_COLUMNS
from mudmai.workspace import Workspace

INDICATOR = "/plans/th-m8/indicators/I1.1/data"


def rows_of(body: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))


def test_csv_opens_in_excel_and_holds_every_cell(client: Client, starter: Workspace) -> None:
    response = client.get(f"{INDICATOR}.csv?reading=real-annual")
    assert response.content.startswith(b"\xef\xbb\xbf")
    assert response.headers["Content-Disposition"] == 'attachment; filename="th-m8-I1.1-real-annual.csv"'
    view = starter.indicator_view("th-m8", "I1.1", reading="real-annual")
    wanted = {(r.area, r.period.iso): r for line in view.lines for r in line.rows}
    found = {(r["area"], r["period"]): r for r in rows_of(response.content)}
    assert found.keys() == wanted.keys()
    for key, row in wanted.items():
        text = found[key]["value"]
        assert (text == "") if row.value is None else (float(text) == row.value), key
        assert found[key]["year_be"] == str(row.period.year_be)


def test_workbook_has_figures_as_numbers_and_a_sheet_of_notes(client: Client) -> None:
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{INDICATOR}.xlsx").content))
    data, notes = book["data"], book["notes"]
    heads = [cell.value for cell in data[1]]
    column = heads.index("value") + 1
    values = [data.cell(row, column).value for row in range(2, data.max_row + 1)]
    assert all(v is None or isinstance(v, float) for v in values)
    told = " ".join(str(cell) for row in notes.iter_rows(values_only=True) for cell in row)
    assert "ไม่ใช่ศูนย์" in told
    assert "r1-" in told
    book.close()


def test_json_is_the_same_rows(client: Client) -> None:
    found = client.get(f"{INDICATOR}.json").json()
    csv_rows = rows_of(client.get(f"{INDICATOR}.csv").content)
    assert [(r["area"], r["period"]) for r in found["rows"]] == [(r["area"], r["period"]) for r in csv_rows]


@pytest.mark.parametrize("year", ["", "2019", "2562"])
def test_the_whole_scorecard_can_be_taken_away(client: Client, starter: Workspace, year: str) -> None:
    found = client.get("/plans/th-m8/scorecard.json", {"year": year, "r.I1.1": "real-cagr-4"}).json()["rows"]
    card = starter.scorecard("th-m8", year=2019 if year else None)
    judged = [r for r in found if not r["is_reference"]]
    assert [(r["indicator"], r["area"], r["verdict"]) for r in judged] == [
        (r.indicator, r.area, r.verdict.value) for r in card.rows
    ]


def test_citations_give_the_whole_address_in_the_language_of_the_text(client: Client, starter: Workspace) -> None:
    for prefix in ("", "/en"):
        text = client.get(f"{prefix}/plans/th-m8/indicators/I1.1/").content.decode()
        assert re.search(r'id="cite-th"[^>]*>[^<]* http://testserver/plans/th-m8/indicators/I1.1/\?reading=', text)
        assert re.search(r'id="cite-en"[^>]*>[^<]* http://testserver/en/plans/th-m8/indicators/I1.1/\?reading=', text)
        work = client.get(prefix + starter.explain("th-m8", "I1.1", "NESDC-NE", 2019).permalink).content.decode()
        assert re.search(r'id="cite-en-work"[^>]*>[^<]* http://testserver/en/r/', work)


def test_a_file_is_known_again(client: Client) -> None:
    first = client.get(f"{INDICATOR}.xlsx")
    assert client.get(f"{INDICATOR}.xlsx", HTTP_IF_NONE_MATCH=first.headers["ETag"]).status_code == 304


def test_the_workbook_of_the_scorecard_holds_every_reading(client: Client, starter: Workspace) -> None:
    book = openpyxl.load_workbook(io.BytesIO(client.get("/plans/th-m8/scorecard.xlsx?year=2562").content))
    data = book["data"]
    heads = [str(cell.value).split("\n") for cell in data[1]]
    assert all(len(head) == 2 for head in heads), "every head in Thai and in English"
    rows = [dict(zip(CARD_COLUMNS, row, strict=True)) for row in data.iter_rows(min_row=2, values_only=True)]
    plan = starter.plan("th-m8")
    assert {(r["indicator"], r["reading"]) for r in rows} == {(i.id, r.id) for i in plan.indicators for r in i.readings}
    for indicator, reading in {(r["indicator"], r["reading"]) for r in rows}:
        card = starter.scorecard("th-m8", year=2019, indicator=indicator, reading=reading)
        wanted = [(r.area, r.value, r.verdict.value) for r in card.rows]
        here = [r for r in rows if (r["indicator"], r["reading"]) == (indicator, reading) and not r["is_reference"]]
        assert [(r["area"], r["verdict"]) for r in here] == [(area, verdict) for area, _, verdict in wanted]
        for row, (_, value, _) in zip(here, wanted, strict=True):
            assert row["value"] is None if value is None else math.isclose(row["value"], value, rel_tol=1e-14)
    first = data.cell(2, CARD_COLUMNS.index("value") + 1)
    assert first.number_format == "#,##0.00"
    told = {str(row[0]): str(row[1]) for row in book["notes"].iter_rows(values_only=True)}
    link = told["ลิงก์ถาวร"]
    assert link.startswith("http://testserver/plans/th-m8/?")
    assert client.get(link.removeprefix("http://testserver")).status_code == 200
    assert plan.version in told["ชุดเนื้อหา"]
    assert "แหล่งข้อมูล" in told
    book.close()
