"""What the values of one column are: the words of its heading, read by the rules of a recipe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mudmai.core.language import Text
from mudmai.core.number_text import ReadUnit, read_unit
from mudmai.core.observations import Flag
from mudmai.exchange.sheets.heading_words import is_part_of_period, take_apart
from mudmai.exchange.sheets.headings import Column
from mudmai.exchange.sheets.layout import Table
from mudmai.exchange.sheets.recipe import LEAVE_OUT, ColumnRule, HeadingRule, Meaning, Recipe, heading_key

_MARKS = {"p": Flag.PROVISIONAL, "e": Flag.ESTIMATED, "f": Flag.FORECAST, "b": Flag.TIME_SERIES_BREAK}


@dataclass(frozen=True)
class ColumnFacts:
    """One value column. ``unknown`` are words that no rule knows; ``ignored`` a rule leaves the column out."""

    column: Column
    period: str = ""
    unit: ReadUnit | None = None
    series: str = ""
    dims: tuple[tuple[str, str], ...] = ()
    flag: Flag = Flag.NORMAL
    ignored: bool = False
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True)
class TableColumns:
    """The columns of a table by the rules: labels with their rule (in the order of the recipe), and value columns."""

    labels: tuple[tuple[ColumnRule, Column], ...]
    values: tuple[ColumnFacts, ...]
    missing: tuple[ColumnRule, ...] = ()
    unread: tuple[Column, ...] = ()
    """Columns of words that no rule knows."""

    def of(self, meaning: Meaning) -> list[tuple[ColumnRule, Column]]:
        """Label columns of one meaning."""
        return [pair for pair in self.labels if pair[0].meaning is meaning]


def sort_columns(table: Table, recipe: Recipe) -> TableColumns:
    """Match the rules of ``recipe`` with the columns of ``table`` by their headings."""
    left = {column.col: column for column in table.columns}
    labels: list[tuple[ColumnRule, Column]] = []
    missing: list[ColumnRule] = []
    for rule in recipe.columns:
        wanted = heading_key(rule.heading)
        column = next((one for one in left.values() if heading_key(one.text) == wanted), None)
        if column is None:
            missing.append(rule)
        else:
            labels.append((rule, left.pop(column.col)))
    values: list[ColumnFacts] = []
    unread: list[Column] = []
    rules = {heading_key(rule.text): rule for rule in recipe.headings}
    for column in left.values():
        facts = column_facts(column, rules)
        if not column.numbers and (facts.unknown or not column.levels):
            unread.append(column)
        else:
            values.append(facts)
    return TableColumns(tuple(labels), tuple(values), tuple(missing), tuple(unread))


def column_facts(column: Column, rules: Mapping[str, HeadingRule]) -> ColumnFacts:
    """The facts that the heading of one column tells."""
    periods, unknown, dims = list[str](), list[str](), dict[str, str]()
    unit, series, flag, ignored = None, "", Flag.NORMAL, False
    for level in column.levels:
        whole = rules.get(heading_key(level))
        words = take_apart(level)
        unit = words.unit or unit
        rule = whole or rules.get(heading_key(words.rest))
        if words.period and not (whole and whole.meaning is Meaning.IGNORE):
            periods.append(words.period)
            flag = _MARKS.get(words.mark.lower(), flag)
        if not words.rest and whole is None:
            continue
        if rule is None:
            if is_part_of_period(words.rest):
                periods.append(words.rest)
            else:
                unknown.append(words.rest)
        elif rule.meaning is Meaning.IGNORE or rule.code == LEAVE_OUT:
            ignored = True
        elif rule.meaning is Meaning.SERIES:
            series = rule.code
        elif rule.meaning is Meaning.DIMENSION:
            dims[rule.dimension] = rule.code
        elif rule.meaning is Meaning.PERIOD:
            periods.append(rule.code or words.rest)
    if not column.levels:
        unknown.append("")
    periods.sort(key=lambda text: not is_part_of_period(text))
    return ColumnFacts(
        column, " ".join(periods), unit, series, tuple(sorted(dims.items())), flag, ignored, tuple(unknown)
    )


def table_unit(table: Table, recipe: Recipe) -> ReadUnit | None:
    """The unit of values whose heading names none: the recipe's, or a unit told once above the table."""
    if recipe.unit:
        return read_unit(recipe.unit)
    units = {unit for _, text in table.title if (unit := take_apart(text).unit) is not None}
    return units.pop() if len(units) == 1 else None


def unknown_heading(facts: ColumnFacts) -> tuple[Text, Text]:
    """What is said about a column whose heading no rule knows."""
    words = " / ".join(facts.unknown) or "–"
    return (
        Text(f"หัวคอลัมน์ “{words}” ไม่อยู่ในสูตรอ่านไฟล์", f"the heading “{words}” is not in the recipe"),
        Text("บอกว่าคอลัมน์นี้คืออะไร หรือเลือกไม่อ่าน", "say what the column is, or leave it out"),
    )
