"""What a person corrected in a recipe, put into it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, get_args

from mudmai.core.number_text import DashRule
from mudmai.exchange.sheets.recipe import (
    LEAVE_OUT,
    AliveRule,
    ColumnRule,
    EmptyRule,
    HeadingRule,
    HiddenRule,
    Meaning,
    Recipe,
    RepeatRule,
    heading_key,
)
from mudmai.workspace.recipe_words import SERIES, AskedWord, with_words
from mudmai.workspace.sheet_preview import PreviewColumn

RULES: Mapping[str, tuple[str, ...]] = {
    "dash": get_args(DashRule),
    "empty": get_args(EmptyRule),
    "hidden": get_args(HiddenRule),
    "repeats": get_args(RepeatRule),
    "not_alive": get_args(AliveRule),
}
"""Rules for cases in which offices differ, with their choices."""

_DIMENSION = "dimension:"


@dataclass(frozen=True)
class Answers:
    """``columns``: (column as it was shown, meaning such as ``area`` or ``dimension:sex``, empty cells mean the word
    above). ``headings``: word → ``series:<id>``, ``<dimension>=<code>``, ``value`` or ``-`` (leave out). ``names``:
    name of an area → its code or ``-``; empty ones stay open. ``series`` to ``unit`` hold for the whole table;
    None leaves them as they are."""

    columns: tuple[tuple[PreviewColumn, str, bool], ...] = ()
    headings: Mapping[str, str] = field(default_factory=dict)
    words: tuple[AskedWord, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    series: str | None = None
    period: str | None = None
    area: str | None = None
    unit: str | None = None
    rules: Mapping[str, str] = field(default_factory=dict)


def answered(recipe: Recipe, answers: Answers) -> Recipe:
    """The recipe with the answers in it; its words are matched by the columns as they are now."""
    if answers.columns:
        recipe = replace(recipe, columns=_columns(recipe, answers.columns))
    recipe = replace(recipe, headings=tuple(_heading(rule, answers.headings) for rule in recipe.headings))
    kinds = {rule.heading: rule for rule in recipe.columns}
    words = [one for one in answers.words if _still_asked(one, kinds)]
    if words or recipe.series_rules:
        recipe = with_words(recipe, words)
    aliases = {name: code for name, code in answers.names.items() if code}
    kept = {name: code for name, code in recipe.aliases.items() if name not in answers.names}
    whole: dict[str, Any] = {
        name: value for name in ("series", "period", "area", "unit") if (value := getattr(answers, name)) is not None
    }
    rules: dict[str, Any] = {name: value for name, value in answers.rules.items() if value in RULES.get(name, ())}
    return replace(recipe, aliases={**kept, **aliases}, **whole, **rules)


def _columns(recipe: Recipe, answers: Iterable[tuple[PreviewColumn, str, bool]]) -> tuple[ColumnRule, ...]:
    """Rules in the order of the sheet (areas stand from the widest on); columns of values have none."""
    old = {heading_key(rule.heading): rule for rule in recipe.columns}
    rules = []
    for column, given, fill_down in answers:
        meaning, dimension = _meaning(given)
        if meaning is None or meaning is Meaning.VALUE:
            continue
        before = old.get(heading_key(column.heading))
        same = before is not None and (before.meaning, before.dimension) == (meaning, dimension)
        words = before.words if before is not None and same else {}
        rules.append(ColumnRule(column.heading, meaning, dimension, words, fill_down))
    return tuple(rules)


def _meaning(given: str) -> tuple[Meaning | None, str]:
    if given.startswith(_DIMENSION):
        return Meaning.DIMENSION, given.removeprefix(_DIMENSION)
    return (Meaning(given), "") if given in list(Meaning) else (None, "")


def _heading(rule: HeadingRule, answers: Mapping[str, str]) -> HeadingRule:
    given = answers.get(rule.text)
    if given is None:
        return rule
    if given == LEAVE_OUT:
        return HeadingRule(rule.text, Meaning.IGNORE, LEAVE_OUT)
    if given.startswith(SERIES):
        return HeadingRule(rule.text, Meaning.SERIES, given.removeprefix(SERIES))
    if given == Meaning.VALUE:
        return HeadingRule(rule.text, Meaning.VALUE)
    dimension, sign, code = given.partition("=")
    return HeadingRule(rule.text, Meaning.DIMENSION, code, dimension) if sign else rule


def _still_asked(one: AskedWord, columns: Mapping[str, ColumnRule]) -> bool:
    """Words of a column that has become something else count no more."""
    rule = columns.get(one.heading)
    if rule is None:
        return False
    wanted = Meaning.DIMENSION if one.dimension else Meaning.SERIES
    return rule.meaning is wanted and rule.dimension == one.dimension
