"""The page of an area says what the workspace says."""

from __future__ import annotations

from datetime import date

from mudmai.exchange.one_page import area_page
from mudmai.workspace import Workspace
from mudmai.workspace.area_sheet import area_sheet
from tests.exchange.pdf_words import needs_fonts, pages_of

pytestmark = needs_fonts


def test_every_indicator_of_the_area_stands_on_its_page(thailand: Workspace) -> None:
    code = next(row.area for row in thailand.scorecard().rows if not row.is_reference)
    view = thailand.area_view(code)
    sheet = area_sheet(thailand, code, printed_on=date(2026, 11, 22), address="https://example.org/areas/x")
    assert [one.title for one in sheet.indicators] == [seen.indicator.title for seen in view.indicators]
    judged = [seen.judged or seen.own for seen in view.indicators]
    assert [one.sentence for one in sheet.indicators] == [row.sentence for row in judged if row is not None]
    assert {"good": "met", "bad": "not met", "open": "not judged"}[sheet.indicators[0].tone] in sheet.indicators[
        0
    ].verdict.en
    words = pages_of(area_page(sheet, "en"))
    assert len(words) == 1
    assert view.name.en in words[0]
    assert view.release in words[0]
