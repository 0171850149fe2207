"""The summary (ผ.01) reckoned from the projects of its forms: count and money by section and year, and all years."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from mudmai.core.language import Digits
from mudmai.exchange.forms.book import FormBook, FormProject
from mudmai.exchange.forms.layouts import Form, FormLayouts
from mudmai.exchange.forms.printing.heading import year_words
from mudmai.exchange.forms.printing.model import (
    Cell,
    HeadCell,
    Money,
    PrintColumn,
    PrintRow,
    PrintSheet,
    in_digits,
    sum_of,
    total_cells,
)
from mudmai.exchange.forms.printing.spec import PrintSpec

TITLE_WIDTH = 62.0
COUNT_WIDTH = 11.0
MONEY_WIDTH = 22.0


def summary_sheet(
    book: FormBook, form: Form, layouts: FormLayouts, spec: PrintSpec, digits: Digits
) -> PrintSheet | None:
    """The sheet of a summary form, without titles; None when no project stands on the forms that it summarises."""
    projects = book.of_form(*form.summarises)
    years = sorted({amount.fiscal_year for one in projects for amount in one.amounts})
    if not projects or not years:
        return None
    columns = _columns(years)
    rows: list[PrintRow] = []
    sections: list[PrintRow] = []
    for strategy, by_section in _by_strategy(projects, layouts).items():
        if strategy:
            rows.append(PrintRow("group", (strategy, *_nothing(columns))))
        own = [PrintRow("project", _figures(words, years, group, book)) for words, group in by_section.items()]
        rows += own
        sections += own
        if strategy:
            rows.append(PrintRow("subtotal", total_cells(spec.words.strategy_total, columns, own)))
    rows.append(PrintRow("total", total_cells(spec.words.grand_total, columns, sections)))
    return PrintSheet(
        name=form.sheet_names[0] if form.sheet_names else form.code,
        form=form.id,
        mark=in_digits(spec.words.mark.replace("{code}", form.code), digits),
        titles=(),
        levels=(),
        columns=columns,
        head=_head(form, years, spec, digits),
        rows=tuple(rows),
    )


def _columns(years: Sequence[int]) -> tuple[PrintColumn, ...]:
    columns = [PrintColumn("title", "text", TITLE_WIDTH)]
    for year in (*years, None):
        columns.append(PrintColumn("count", "count", COUNT_WIDTH, year))
        columns.append(PrintColumn("budget", "money", MONEY_WIDTH, year, "planned"))
    return tuple(columns)


def _head(form: Form, years: Sequence[int], spec: PrintSpec, digits: Digits) -> tuple[HeadCell, ...]:
    head = [HeadCell(0, 0, form.columns[0].printed if form.columns else spec.words.summary_section, rows=2)]
    for j, year in enumerate((*years, None)):
        words = spec.words.all_years.replace("{years}", str(len(years)))
        first = 1 + 2 * j
        above = in_digits(words, digits) if year is None else year_words(year, spec, digits)
        head.append(HeadCell(0, first, above, cols=2))
        head.append(HeadCell(1, first, spec.words.summary_count))
        head.append(HeadCell(1, first + 1, spec.words.summary_money))
    return tuple(sorted(head, key=lambda cell: (cell.row, cell.col)))


def _nothing(columns: Sequence[PrintColumn]) -> list[Cell]:
    return ["" for _column in columns[1:]]


def _by_strategy(projects: Sequence[FormProject], layouts: FormLayouts) -> dict[str, dict[str, list[FormProject]]]:
    found: dict[str, dict[str, list[FormProject]]] = {}
    for one in projects:
        levels = dict(one.hierarchy)
        strategy = levels.get(layouts.strategy_level, "")
        section = levels.get(layouts.section_level) or one.section or one.sheet
        found.setdefault(strategy, {}).setdefault(section, []).append(one)
    return found


def _figures(words: str, years: Sequence[int], projects: Sequence[FormProject], book: FormBook) -> tuple[Cell, ...]:
    cells: list[Cell] = [words]
    counts = 0
    for year in years:
        told = [
            sum_of([Money(a.amount, a.told) for a in one.amounts if a.fiscal_year == year and a.stage == "planned"])
            for one in projects
        ]
        count = sum(1 for one in told if one.baht and one.baht > 0)
        counts += count
        cells += [count, sum_of(told)]
    cells.append(counts if book.total_counts == "project_years" else len(projects))
    cells.append(Money(sum((one.total() for one in projects), Decimal(0))))
    return tuple(cells)
