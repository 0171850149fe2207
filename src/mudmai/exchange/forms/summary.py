"""The summary form: counts and sums of each plan by year, subtotals and the grand total, each figure with its cell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from mudmai.core.language import Text, to_arabic_digits
from mudmai.exchange.forms.amounts import ReadAmount, read_amount
from mudmai.exchange.forms.book import SummaryAmount, SummaryRow
from mudmai.exchange.forms.findings import FormFindings
from mudmai.exchange.forms.headings import SEARCHED_ROWS, spread, year_of
from mudmai.exchange.forms.hierarchy import HierarchyReader
from mudmai.exchange.forms.layouts import Form, FormLayouts
from mudmai.exchange.forms.words import clean, first_number, section_name, starts_with
from mudmai.exchange.sheets.cells import cell_name, text_of
from mudmai.exchange.sheets.workbook import Sheet


@dataclass(frozen=True)
class _Column:
    """``year`` None is the total over years."""

    col: int
    year: int | None
    what: Literal["count", "amount"]


@dataclass(frozen=True)
class SummaryHeading:
    """Where a summary's titles and figures stand."""

    title: int
    end: int
    columns: tuple[_Column, ...]


def find_summary_heading(sheet: Sheet, form: Form, layouts: FormLayouts) -> SummaryHeading | None:
    """The heading of a summary; None when no row has the title beside years."""
    words = next((one.headings for one in form.columns if one.field == "title"), ())
    for row in range(min(len(sheet.rows), SEARCHED_ROWS)):
        line = sheet.rows[row]
        title = next((n for n, v in enumerate(line) if isinstance(v, str) and v and starts_with(v, words)), -1)
        if title < 0:
            continue
        end = row + 1
        while end < min(len(sheet.rows), row + 4) and not clean(text_of(sheet.value(end, title))):
            end += 1
        lines = [spread(sheet, at, max(len(sheet.rows[at]) for at in range(row, end))) for at in range(row, end)]
        columns = tuple(_columns(lines, title, layouts))
        if any(one.year is not None for one in columns):
            return SummaryHeading(title, end, columns)
    return None


def _columns(lines: Sequence[Sequence[str]], title: int, layouts: FormLayouts) -> list[_Column]:
    found: list[_Column] = []
    last: tuple[int | None] | None = None
    width = max(map(len, lines))
    for col in range(title + 1, width):
        words = tuple(line[col] for line in lines if col < len(line) and line[col])
        if not words:
            continue
        year = year_of(words)
        if year is not None:
            last = (year[0],)
        elif any(starts_with(one, layouts.all_years_words) for one in words):
            last = (None,)
        if last is None:
            continue
        if starts_with(words[-1], layouts.budget_words):
            found.append(_Column(col, last[0], "amount"))
        elif starts_with(words[-1], layouts.count_words):
            found.append(_Column(col, last[0], "count"))
    return found


def read_summary(
    sheet: Sheet,
    form: Form,
    heading: SummaryHeading,
    layouts: FormLayouts,
    levels: HierarchyReader,
    findings: FormFindings,
) -> list[SummaryRow]:
    """The rows of a summary sheet; a figure that cannot be read is a fault at its cell."""
    found: list[SummaryRow] = []
    strategy = ""
    for row in range(heading.end, len(sheet.rows)):
        line = sheet.rows[row]
        title = clean(text_of(sheet.value(row, heading.title)))
        if not title:
            continue
        figures = {(c.year, c.what): (c.col, _figure(sheet, row, c.col, line, findings)) for c in heading.columns}
        if all(read.amount is None for _, read in figures.values()):
            if levels.level_of(title) == layouts.strategy_level:
                strategy = title
            continue
        role: Literal["section", "subtotal", "total"] = "section"
        if starts_with(title, layouts.grand_total_words):
            role = "total"
        elif starts_with(title, layouts.total_words):
            role = "subtotal"
        section = _section(strategy, title) if role == "section" else ""
        found.append(SummaryRow(sheet.name, row + 1, role, section, title, form.id, _amounts(figures, row)))
    return found


def _section(strategy: str, title: str) -> str:
    """The section of a row: under its strategy, else by the number before it (``1.2 แผนงาน…``)."""
    if not strategy and re.match(r"[0-9]{1,2}\.[0-9]", to_arabic_digits(title)):
        return section_name(first_number(title), title)
    return section_name(strategy, title)


def _figure(sheet: Sheet, row: int, col: int, line: Sequence[object], findings: FormFindings) -> ReadAmount:
    read = read_amount(line[col] if col < len(line) else "")
    if read.fault is not None:
        code, said = read.fault
        findings.fault(code, *said, sheet=sheet.name, row=row, col=col)
    if (row, col) in sheet.without_value or (row, col) in sheet.errors:
        said_no = Text("ช่องสรุปนี้ไม่มีผลคำนวณ จึงไม่ได้เทียบ", "the figure of the summary has no kept value: not compared")
        remedy = Text("เปิดไฟล์ใน Excel แล้วบันทึกใหม่", "open the file in Excel and save it")
        findings.warn("cell_formula", said_no, remedy, sheet=sheet.name, cell=cell_name(row, col))
    return read


def _amounts(
    figures: dict[tuple[int | None, Literal["count", "amount"]], tuple[int, ReadAmount]], row: int
) -> tuple[SummaryAmount, ...]:
    made = []
    for year in dict.fromkeys(year for year, _ in figures):
        count_col, count = figures.get((year, "count"), (-1, ReadAmount(None)))
        amount_col, amount = figures.get((year, "amount"), (-1, ReadAmount(None)))
        made.append(
            SummaryAmount(
                year,
                None if count.amount is None else int(count.amount),
                amount.amount,
                cell_name(row, count_col) if count_col >= 0 else "",
                cell_name(row, amount_col) if amount_col >= 0 else "",
            )
        )
    return tuple(made)
