"""Headings of forms over several rows: which column holds what, told by words and never by position."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from mudmai.core.errors import InputError
from mudmai.core.language import Text, to_arabic_digits
from mudmai.core.period_text import BE_YEARS, CE_YEARS, read_period
from mudmai.core.periods import BE_OFFSET
from mudmai.exchange.forms.book import FormColumn, Stage
from mudmai.exchange.forms.layouts import Form, FormLayouts
from mudmai.exchange.forms.words import clean, folded, starts_with
from mudmai.exchange.sheets.cells import text_of
from mudmai.exchange.sheets.workbook import Sheet

MOST_HEADING_ROWS = 4
MOST_HEADING_SIGNS = 80
SEARCHED_ROWS = 60
"""A heading stands within this many rows from the top."""

Fault = tuple[str, Text, Text, int, int]
"""code, message, remedy, row, col (from 0)."""

_LONG = re.compile(r"[0-9]{4,}")
_FOUR = re.compile(r"(?<![0-9])([0-9]{4})(?![0-9])")


@dataclass(frozen=True)
class Heading:
    """The heading of a table: its rows (from 0, last excluded), columns, calendar, and what is wrong with it."""

    form: Form
    first: int
    end: int
    columns: tuple[FormColumn, ...]
    calendar: Literal["BE", "CE", ""]
    faults: tuple[Fault, ...] = ()
    signs: frozenset[str] = frozenset()

    def column(self, name: str) -> int:
        """The column of a field, -1 when there is none."""
        return next((one.col for one in self.columns if one.field == name), -1)


def find_heading(sheet: Sheet, form: Form, layouts: FormLayouts, start: int = 0) -> Heading | None:
    """The first heading of ``form`` from row ``start`` on; None when its required columns are not together."""
    for row in range(start, min(len(sheet.rows), start + SEARCHED_ROWS)):
        heading = heading_at(sheet, form, layouts, row)
        if heading is not None:
            return heading
    return None


def heading_at(sheet: Sheet, form: Form, layouts: FormLayouts, row: int) -> Heading | None:
    """The heading that begins in ``row``, if one does."""
    fewest = min(3, len(form.columns))
    texts = [(col, value) for col, value in enumerate(sheet.rows[row]) if isinstance(value, str) and value]
    if len(texts) < fewest:
        return None
    fields: dict[str, int] = {}
    for col, value in texts:
        name = _field_of(value, form)
        if name and name not in fields:
            fields[name] = col
    if len(fields) < fewest or any(one.required and one.field not in fields for one in form.columns):
        return None
    end = _end_of(sheet, row, fields)
    return _columns(sheet, form, layouts, (row, end), fields)


def _field_of(text: str, form: Form) -> str:
    if len(text) > MOST_HEADING_SIGNS:
        return ""
    for one in form.columns:
        if starts_with(text, one.headings):
            return one.field
    return ""


def _end_of(sheet: Sheet, row: int, fields: dict[str, int]) -> int:
    """The row after the heading: further rows have no number and no title of their own."""
    first = min(col for name, col in fields.items() if name != "budget")
    own = [fields[name] for name in ("number", "title") if name in fields] or [first]
    end = row + 1
    while end < min(len(sheet.rows), row + MOST_HEADING_ROWS):
        line = sheet.rows[end]
        if any(_own_text(sheet, end, col) for col in own) or not any(clean(text_of(v)) for v in line):
            break
        end += 1
    return end


def _own_text(sheet: Sheet, row: int, col: int) -> str:
    return clean(text_of(sheet.value(row, col)))


def spread(sheet: Sheet, row: int, width: int) -> list[str]:
    """Texts of a row, the words of a merged cell in each of the cells that it covers in this row."""
    line = sheet.rows[row][:width]
    texts = [clean(value) if isinstance(value, str) else text_of(value) for value in line]
    texts += [""] * (width - len(texts))
    for one in sheet.merged:
        if one.top == row and one.left < width:
            for col in range(one.left, min(one.right, width - 1) + 1):
                texts[col] = texts[one.left]
    return texts


def _columns(sheet: Sheet, form: Form, layouts: FormLayouts, rows: tuple[int, int], fields: dict[str, int]) -> Heading:
    width = max(len(sheet.rows[row]) for row in range(*rows))
    lines = [spread(sheet, row, width) for row in range(*rows)]
    columns = [FormColumn(col, name, lines[0][col]) for name, col in fields.items() if name != "budget"]
    taken = {one.col for one in columns}
    faults: list[Fault] = []
    calendars: dict[str, tuple[int, int]] = {}
    last: tuple[int, str] | None = None
    seen: dict[tuple[int, Stage], str] = {}
    under_budget = False
    for col in range(width):
        under_budget = col not in taken and (under_budget or col == fields.get("budget"))
        if col in taken:
            last = None
            continue
        words = tuple(line[col] for line in lines)
        stage = _stage_of(words, layouts, form)
        found = year_of(words)
        if found is None and last is not None and stage is not None and any(words):
            found = (last[0], last[1], -1)  # the second column under a year whose merge the file does not tell
        if found is None:
            unread = _no_year(words) if under_budget else None
            if unread is not None:
                faults.append(("form_year", *_unread_year(words[unread]), rows[0] + unread, col))
            continue
        year, calendar, at = found
        last = (year, calendar)
        place = (rows[0] + max(at, 0), col)
        if calendar == "both":
            faults.append(("form_calendars", *_both(words[at]), *place))
            continue
        calendars.setdefault(calendar, place)
        kind: Stage = stage or form.stages[0]
        if (year, kind) in seen:
            faults.append(("form_year_twice", *_twice(words[max(at, 0)], seen[year, kind]), *place))
            continue
        seen[year, kind] = words[max(at, 0)]
        columns.append(FormColumn(col, "budget", " ".join(dict.fromkeys(filter(None, words))), year, kind))
    if len(calendars) > 1:
        place = max(calendars.values())
        faults.append(("form_calendars", *_two_calendars(), *place))
    calendar_of: Literal["BE", "CE", ""] = "BE" if "BE" in calendars else "CE" if "CE" in calendars else ""
    signs = frozenset(folded(line[col]) for line in lines[:1] for col in fields.values())
    ordered = tuple(sorted(columns, key=lambda one: one.col))
    return Heading(form, rows[0], rows[1], ordered, calendar_of, tuple(faults), signs)


def _stage_of(words: Sequence[str], layouts: FormLayouts, form: Form) -> Stage | None:
    for text in reversed(words):
        for stage, said in layouts.stage_words.items():
            if text and stage in form.stages and starts_with(text, said):
                return stage
    return None


@lru_cache(maxsize=4096)
def year_of(words: tuple[str, ...]) -> tuple[int, str, int] | None:
    """(CE year, calendar, which of the words) of the lowest words that name a single year; ``both`` for two
    calendars in one cell."""
    for at in range(len(words) - 1, -1, -1):
        plain = to_arabic_digits(words[at])
        years = [int(one) for one in _FOUR.findall(plain)]
        calendars = {"BE" if y in BE_YEARS else "CE" if y in CE_YEARS else "" for y in years} - {""}
        if len(calendars) > 1:
            return years[0] - BE_OFFSET if years[0] in BE_YEARS else years[0], "both", at
        if len(set(years)) == 1 and calendars:
            calendar = calendars.pop()
            return years[0] - (BE_OFFSET if calendar == "BE" else 0), calendar, at
        if not years and 1 < len(plain) <= 16 and any(sign.isdigit() for sign in plain):
            try:
                read = read_period(plain)
            except InputError:
                continue
            return read.period.year_ce, read.calendar, at
    return None


def _no_year(words: Sequence[str]) -> int | None:
    """Which of the words has a number like a year that is none of either calendar: money below it would be lost."""
    for at in range(len(words) - 1, -1, -1):
        numbers = [int(one) for one in _LONG.findall(to_arabic_digits(words[at]))]
        if numbers:
            return None if any(one in BE_YEARS or one in CE_YEARS for one in numbers) else at
    return None


def _unread_year(text: str) -> tuple[Text, Text]:
    return (
        Text(f"“{text}” ไม่ใช่ปีที่อ่านได้", f"“{text}” is no year of either calendar"),
        Text("แก้ปีในหัวตาราง เช่น 2566", "mend the year in the heading, such as 2566"),
    )


def _both(text: str) -> tuple[Text, Text]:
    return (
        Text(f"“{text}” มีปีสองปฏิทิน", f"“{text}” names a year in two calendars"),
        Text("เขียนปีเดียวในปฏิทินเดียว เช่น 2566", "write one year in one calendar, such as 2566"),
    )


def _two_calendars() -> tuple[Text, Text]:
    return (
        Text("หัวตารางนี้มีทั้งปี พ.ศ. และ ค.ศ.", "the heading has Buddhist and Common Era years"),
        Text("ใช้ปฏิทินเดียวทั้งไฟล์", "use one calendar in the whole file"),
    )


def _twice(text: str, first: str) -> tuple[Text, Text]:
    return (
        Text(f"ปี “{text}” มีสองคอลัมน์ (“{first}” แล้ว)", f"the year “{text}” has two columns (“{first}” already)"),
        Text("แก้ปีในหัวตารางให้ไม่ซ้ำกัน", "mend the years of the heading so that none repeats"),
    )
