"""What the words above a table and the name of its sheet tell: a period, an area."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from mudmai.core.errors import InputError
from mudmai.core.language import Text
from mudmai.exchange.sheets.finding_tables import FoundTable
from mudmai.exchange.sheets.heading_words import take_apart
from mudmai.exchange.sheets.recipe import SHEET, TITLE, Recipe
from mudmai.exchange.sheets.row_areas import AreaReader

_WORDS = re.compile(r"[\s,:()\[\]/]+")


def with_constants(recipe: Recipe, found: FoundTable, reader: AreaReader) -> Recipe:
    """The recipe with ``{title}`` and ``{sheet}`` replaced; raises :class:`InputError` when nothing is there."""
    texts = {TITLE: title_texts(found), SHEET: [found.sheet.name]}
    if recipe.period in texts:
        recipe = replace(recipe, period=_told(period_in(texts[recipe.period]), recipe.period, found))
    if recipe.area in texts:
        area = area_in(texts[recipe.area], reader)
        recipe = replace(recipe, area=_told(area, recipe.area, found))
    return recipe


def title_texts(found: FoundTable) -> list[str]:
    """The texts above the table, the nearest last."""
    return [text for _, text in found.table.title]


def period_in(texts: list[str]) -> str:
    """The one period that ``texts`` name; empty when there is none, or more than one."""
    periods = {words.period for text in texts if (words := take_apart(text)).period}
    return periods.pop() if len(periods) == 1 else ""


def area_in(texts: list[str], reader: AreaReader) -> str:
    """The one area that ``texts`` name by a whole text or some words of it: its code, or empty."""
    codes = {code for text in texts for code in _areas(text, reader)}
    return codes.pop() if len(codes) == 1 else ""


def _areas(text: str, reader: AreaReader) -> Iterator[str]:
    whole = take_apart(text).rest
    found, _ = reader.find([whole]) if whole else (None, None)
    if found is not None:
        yield found[1]
        return
    words = [word for word in _WORDS.split(whole) if len(word) > 2]
    for size in (3, 2, 1):
        hits = {
            found[1]
            for at in range(len(words) - size + 1)
            if (found := reader.find([" ".join(words[at : at + size])])[0]) is not None
        }
        if hits:
            yield from hits
            return


def _told(value: str, where: str, found: FoundTable) -> str:
    if value:
        return value
    place = (
        Text("ข้อความเหนือตาราง", "the words above the table") if where == TITLE else Text("ชื่อแผ่นงาน", "the sheet's name")
    )
    raise InputError(
        Text(f"{place.th}ไม่บอกช่วงเวลาหรือพื้นที่ที่สูตรต้องใช้", f"{place.en} does not tell the period or area that is needed"),
        remedy=Text("เติมไว้ในหัวเรื่อง หรือระบุในสูตรอ่านไฟล์", "write it in the title, or give it in the recipe"),
        code="recipe",
    )
