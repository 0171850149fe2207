"""Files to take away hold what the page shows, open in Excel, and never turn missing into zero."""

from __future__ import annotations

import csv
import io
import re

import openpyxl
import pytest
from django.test import Client

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
