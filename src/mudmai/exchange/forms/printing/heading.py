"""Columns and heading of a form: three rows, the years พ.ศ. under the budget, the stages or the unit under a year."""

from __future__ import annotations

from collections.abc import Sequence

from mudmai.core.days import BUDDHIST
from mudmai.core.language import Digits
from mudmai.exchange.forms.book import Stage
from mudmai.exchange.forms.hierarchy import HierarchyReader
from mudmai.exchange.forms.layouts import Form, FormLayouts
from mudmai.exchange.forms.printing.model import HeadCell, PrintColumn, in_digits
from mudmai.exchange.forms.printing.spec import PrintSpec

BUDGET = "budget"
"""The field of a form's columns where its years stand."""
HEAD_ROWS = 3
MONEY_WIDTH = 18.0


def detail_columns(form: Form, years: Sequence[int], stages: Sequence[Stage]) -> tuple[PrintColumn, ...]:
    """The columns of a form with these fiscal years (CE) and stages."""
    columns: list[PrintColumn] = []
    for one in form.columns:
        if one.field == BUDGET:
            columns += [PrintColumn(BUDGET, "money", MONEY_WIDTH, year, stage) for year in years for stage in stages]
        else:
            columns.append(PrintColumn(one.field, "number" if one.field == "number" else "text", one.width))
    return tuple(columns)


def detail_head(form: Form, columns: Sequence[PrintColumn], spec: PrintSpec, digits: Digits) -> tuple[HeadCell, ...]:
    """The three-row heading over ``columns``."""
    printed = {one.field: one.printed for one in form.columns}
    head: list[HeadCell] = []
    money = [j for j, one in enumerate(columns) if one.kind == "money"]
    for j, column in enumerate(columns):
        if column.kind != "money":
            head.append(HeadCell(0, j, spec.short.get(column.field, printed[column.field]), rows=HEAD_ROWS))
    if money:
        head.append(HeadCell(0, money[0], printed.get(BUDGET) or spec.words.budget, cols=len(money)))
    stages = tuple(dict.fromkeys(columns[j].stage for j in money))
    for j in money[:: len(stages) or 1]:
        year = columns[j].fiscal_year
        assert year is not None
        head.append(HeadCell(1, j, year_words(year, spec, digits), cols=len(stages)))
    for j in money:
        stage = columns[j].stage
        assert stage is not None
        words = spec.words.stages.get(stage, stage) if len(stages) > 1 or stage != "planned" else spec.words.baht
        head.append(HeadCell(2, j, words))
    return tuple(sorted(head, key=lambda cell: (cell.row, cell.col)))


def year_words(fiscal_year: int, spec: PrintSpec, digits: Digits) -> str:
    """The head of a year."""
    return in_digits(spec.words.year.replace("{year}", str(fiscal_year + BUDDHIST)), digits)


def level_lines(hierarchy: Sequence[tuple[str, str]], form: Form, layouts: FormLayouts) -> tuple[str, ...]:
    """The lines above the table, from the top of the hierarchy, each beginning with words of its level."""
    levels = {one.id: one for one in layouts.levels}
    reader = HierarchyReader(layouts)
    lines = []
    for level, words in hierarchy:
        if level in form.levels:
            starts = levels[level].starts if level in levels else ()
            lines.append(words if not starts or reader.level_of(words) == level else f"{starts[0]} {words}")
    return tuple(lines)
