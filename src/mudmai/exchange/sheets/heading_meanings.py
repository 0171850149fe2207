"""What the words in the headings of value columns are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mudmai.core.series import TOTAL, Catalogue
from mudmai.exchange.sheets.cell_facts import dimension_code
from mudmai.exchange.sheets.column_evidence import dimensions_of, nearest_series
from mudmai.exchange.sheets.heading_words import is_part_of_period, take_apart
from mudmai.exchange.sheets.headings import Column
from mudmai.exchange.sheets.layout import TOTAL_WORDS
from mudmai.exchange.sheets.recipe import LEAVE_OUT, HeadingRule, Meaning
from mudmai.exchange.sheets.units import unit_of_series


@dataclass(frozen=True)
class HeadingMeanings:
    """Rules for the words, and words whose series a person must tell."""

    rules: tuple[HeadingRule, ...]
    unknown: tuple[str, ...] = ()


def heading_meanings(columns: Sequence[Column], catalogue: Catalogue, series: str) -> HeadingMeanings:
    """Rules for every word that is neither a period nor a unit.

    Words of a dimension are recognised by its codes and labels, names of series by title or id. A word above all
    columns tells nothing apart. A share beside the values it was made from is left out.
    """
    words: dict[str, set[int]] = {}
    for column in columns:
        for level in column.levels:
            rest = take_apart(level).rest
            if rest and not is_part_of_period(rest):
                words.setdefault(rest, set()).add(column.col)
    rules: list[HeadingRule] = []
    dimension = _dimension_of(words, catalogue, series)
    unknown: list[str] = []
    for word, cols in words.items():
        rule = _rule(word, catalogue, dimension)
        if rule is None and (len(cols) == len(columns) or series):
            rule = HeadingRule(word, Meaning.VALUE)
        if rule is None:
            unknown.append(word)
            rule = HeadingRule(word, Meaning.SERIES)
        rules.append(rule)
    if series and sum(rule.meaning is Meaning.VALUE for rule in rules) > 1:
        rules, unknown = _tell_apart(rules, words, columns)
    rules += _shares(columns, catalogue, series)
    return HeadingMeanings(tuple(rules), tuple(unknown))


def _dimension_of(words: dict[str, set[int]], catalogue: Catalogue, series: str) -> str:
    known = catalogue.series.get(series)
    best, most = "", 0
    for one in known.dimensions if known else dimensions_of(catalogue):
        hits = sum(dimension_code(one, word) not in ("", TOTAL) for word in words)
        if hits > most:
            best, most = one.id, hits
    return best


def _rule(word: str, catalogue: Catalogue, dimension: str) -> HeadingRule | None:
    for one in dimensions_of(catalogue):
        if one.id == dimension:
            code = dimension_code(one, word)
            if code:
                return HeadingRule(word, Meaning.DIMENSION, code, dimension)
    if dimension and TOTAL_WORDS.match(word):
        return HeadingRule(word, Meaning.DIMENSION, TOTAL, dimension)
    near = nearest_series(word, catalogue)
    return HeadingRule(word, Meaning.SERIES, near[0]) if near else None


def _tell_apart(
    rules: list[HeadingRule], words: dict[str, set[int]], columns: Sequence[Column]
) -> tuple[list[HeadingRule], list[str]]:
    """Several words that would make one series of different columns: a person must tell which is meant."""
    values = [rule.text for rule in rules if rule.meaning is Meaning.VALUE and len(words[rule.text]) < len(columns)]
    if len(values) < 2:
        return rules, []
    return [HeadingRule(r.text, Meaning.SERIES) if r.text in values else r for r in rules], values


def _shares(columns: Sequence[Column], catalogue: Catalogue, series: str) -> list[HeadingRule]:
    """Columns of per cent beside columns of another unit, when the series is not in per cent."""
    own = unit_of_series(catalogue.unit(catalogue.series[series].unit)) if series in catalogue.series else None
    units = {level: take_apart(level).unit for column in columns for level in column.levels}
    others = [unit for unit in units.values() if unit is not None and unit.base != "percent"]
    plain = [level for level, unit in units.items() if unit is None and not take_apart(level).period]
    if (own is not None and own.base == "percent") or not (others or (own is not None and plain)):
        return []
    return [
        HeadingRule(level, Meaning.IGNORE, LEAVE_OUT)
        for level, unit in units.items()
        if unit is not None and unit.base == "percent"
    ]
