"""Words of a file that a person has to match: what the rows of "type" are, and which words of a dimension are none.

Each word is asked once for every area system in whose rows it stands, with a guess where one is near. A guess is shown
with its confidence and never used before a person has confirmed it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from mudmai.core.area_names import fold_name
from mudmai.core.series import TOTAL, Catalogue, Series
from mudmai.exchange.sheets.cell_facts import dimension_code
from mudmai.exchange.sheets.column_facts import sort_columns
from mudmai.exchange.sheets.finding_tables import FoundTable
from mudmai.exchange.sheets.heading_words import take_apart
from mudmai.exchange.sheets.labels import Labels, combine, read_labels
from mudmai.exchange.sheets.layout import TOTAL_WORDS
from mudmai.exchange.sheets.name_forms import shipped_name_forms
from mudmai.exchange.sheets.recipe import LEAVE_OUT, Meaning, Recipe, SeriesRule
from mudmai.exchange.sheets.row_areas import AreaReader
from mudmai.exchange.sheets.row_reading import section_labels

SERIES = "series:"
"""Begins a choice that names a series; other choices are codes of the dimension, :data:`TOTAL`, :data:`LEAVE_OUT`."""

MOST_WORDS = 200
"""More words than these in one column are no names of series or of parts."""

_SURE = 0.5
_SAME = {"capita": "head", "gdp": "product", "grp": "product", "gpp": "product", "persons": "population"}
_TRIFLES = frozenset({"the", "and", "for", "with"})


@dataclass(frozen=True, slots=True)
class AskedWord:
    """A word of the column ``heading`` in rows of areas of ``system`` (empty: of any); ``choice`` is a guess or empty.

    ``dimension`` is the dimension of its column (empty: the column tells series). ``rows`` counts where it stands.
    """

    heading: str
    word: str
    system: str
    rows: int
    dimension: str = ""
    choice: str = ""
    confidence: float = 0.0


def asked_words(
    found: FoundTable, recipe: Recipe, catalogue: Catalogue, series: Sequence[str] = ()
) -> tuple[AskedWord, ...]:
    """The words that ``recipe`` leaves open, column by column, with guesses among ``series`` (empty: all)."""
    known = [catalogue.series[name] for name in series if name in catalogue.series] or list(catalogue.series.values())
    columns = sort_columns(found.table, recipe)
    pairs = [pair for pair in columns.labels if pair[0].meaning in (Meaning.SERIES, Meaning.DIMENSION)]
    if not pairs:
        return ()
    rows = np.array(found.table.data_rows, np.intp)
    systems = _row_systems(found, recipe, catalogue, rows)
    asked: list[AskedWord] = []
    dimensions = {rule.dimension for rule, _ in pairs if rule.dimension}
    for rule, column in pairs:
        labels = read_labels(found.sheet, column.col, rows, fill_down=rule.fill_down)
        for word, system, count in _standing(labels, systems):
            fitting = [one for one in known if one.area_system == system] or known
            if rule.meaning is Meaning.DIMENSION:
                asked += _dimension_word(rule.heading, rule.dimension, word, system, count, fitting, rule.words)
            elif len(labels.words) <= MOST_WORDS:
                choice, sure = _series_of(word, fitting, dimensions)
                if word in rule.words:
                    choice, sure = SERIES + rule.words[word], 0.9
                asked.append(AskedWord(rule.heading, word, system, count, "", choice, sure))
    return _settled(asked, recipe)


def with_words(recipe: Recipe, answers: Iterable[AskedWord]) -> Recipe:
    """The recipe with the choices of ``answers``; words without a choice stay open.

    A word of a dimension that is a series of its own becomes a rule before the others: there the dimension is not read.
    """
    answers = tuple(answers)
    own: dict[tuple[str, str, str, str], list[str]] = {}
    series: dict[tuple[str, str, str], list[str]] = {}
    words: dict[str, dict[str, str]] = {}
    for one in answers:
        if not one.choice:
            continue
        if one.choice.startswith(SERIES):
            name = one.choice.removeprefix(SERIES)
            if one.dimension:
                own.setdefault((one.heading, one.dimension, name, one.system), []).append(one.word)
            else:
                series.setdefault((one.heading, name, one.system), []).append(one.word)
        elif one.dimension:
            words.setdefault(one.heading, {})[one.word] = one.choice
        else:
            series.setdefault((one.heading, LEAVE_OUT, one.system), []).append(one.word)
    about: dict[str, set[str]] = {}
    for one in answers:
        about.setdefault(one.heading, set()).add(one.word)
    rules = [rule for rule in recipe.series_rules if len(rule.when) != 1 or not set(rule.when) & set(about)]
    rules += [
        SeriesRule(name, {heading: tuple(told)}, system, without=(dimension,))
        for (heading, dimension, name, system), told in own.items()
    ]
    rules += [SeriesRule(name, {heading: tuple(told)}, system) for (heading, name, system), told in series.items()]
    columns = tuple(
        replace(rule, words=_without(rule.words, about[rule.heading]) | words.get(rule.heading, {}))
        if rule.heading in about and rule.meaning is Meaning.DIMENSION
        else rule
        for rule in recipe.columns
    )
    return replace(recipe, columns=columns, series_rules=tuple(rules))


def _without(words: Mapping[str, str], answered: set[str]) -> dict[str, str]:
    return {word: code for word, code in words.items() if word not in answered}


def _dimension_word(
    heading: str,
    dimension: str,
    word: str,
    system: str,
    rows: int,
    series: Sequence[Series],
    kept: Mapping[str, str],
) -> list[AskedWord]:
    """A word that is a part for certain is not asked."""
    parts = [d for one in series for d in one.dimensions if d.id == dimension]
    if word in kept:
        return [AskedWord(heading, word, system, rows, dimension, kept[word], 1.0)]
    if TOTAL_WORDS.match(word) or any(dimension_code(one, word) for one in parts):
        return []
    split = [one for one in series if any(d.id == dimension for d in one.dimensions)]
    whole = [one for one in series if one not in split]
    best, sure = _nearest(word, whole)
    total = _nearest(word, split)[1]
    if best and sure >= _SURE and sure > total:
        return [AskedWord(heading, word, system, rows, dimension, SERIES + best, sure)]
    choice = TOTAL if total >= _SURE else ""
    return [AskedWord(heading, word, system, rows, dimension, choice, total if choice else 0.0)]


def _settled(asked: Sequence[AskedWord], recipe: Recipe) -> tuple[AskedWord, ...]:
    """Words that a rule of the recipe tells already carry its answer for certain."""
    told: list[AskedWord] = []
    for one in asked:
        for rule in recipe.series_rules:
            if (not rule.area_system or rule.area_system == one.system or not one.system) and fold_name(one.word) in {
                fold_name(word) for word in rule.when.get(one.heading, ())
            }:
                choice = LEAVE_OUT if rule.series == LEAVE_OUT else SERIES + rule.series
                one = replace(one, choice=choice, confidence=1.0)
                break
        told.append(one)
    return tuple(told)


def _row_systems(found: FoundTable, recipe: Recipe, catalogue: Catalogue, rows: np.ndarray) -> list[str]:
    """The area system of each row; empty where the file has one system only, or the row no area."""
    if len(recipe.area_systems) < 2:
        return [""] * len(rows)
    reader = AreaReader(catalogue, recipe, shipped_name_forms())
    pairs = sort_columns(found.table, recipe).of(Meaning.AREA)
    labels = [read_labels(found.sheet, column.col, rows, fill_down=rule.fill_down) for rule, column in pairs]
    if recipe.sections == "area":
        labels.insert(0, section_labels(found, rows))
    which, combos = combine([one.codes for one in labels], len(rows))
    systems = []
    for combo in combos:
        words = [one.words[code] for one, code in zip(labels, combo, strict=True) if code]
        area = reader.find(words)[0] if words else None
        systems.append(area[0] if area else "")
    return [systems[n] for n in which.tolist()]


def _standing(labels: Labels, systems: Sequence[str]) -> list[tuple[str, str, int]]:
    """(word, area system, rows), in the order in which words first stand; rows without an area count with the rest."""
    counted: Counter[tuple[str, str]] = Counter(
        (labels.words[code], system) for code, system in zip(labels.codes.tolist(), systems, strict=True) if code
    )
    placed = {word for word, system in counted if system}
    return [(word, system, n) for (word, system), n in counted.items() if system or word not in placed]


def _series_of(word: str, series: Sequence[Series], dimensions: set[str]) -> tuple[str, float]:
    """The series that a word of a column of its own names; one that has the file's dimensions goes before others."""
    split = [one for one in series if {d.id for d in one.dimensions} & dimensions] or list(series)
    for among in (split, list(series)):
        best, sure = _nearest(word, among)
        if best and sure >= _SURE:
            return SERIES + best, sure
    return "", 0.0


def _nearest(word: str, series: Sequence[Series]) -> tuple[str, float]:
    """The series whose title holds most of a word's parts, and what share that is; none where two hold as much."""
    parts = _parts(take_apart(word).rest or word)
    if not parts or not series:
        return "", 0.0
    scores = sorted(
        ((len(parts & _parts(f"{s.title.en} {s.title.th}")) / len(parts), s.id) for s in series), reverse=True
    )
    if len(scores) > 1 and scores[0][0] == scores[1][0]:
        return "", round(scores[0][0], 2)
    return scores[0][1], round(scores[0][0], 2)


def _parts(text: str) -> frozenset[str]:
    """What is compared: Latin words of three letters or more, and Thai letters in threes."""
    low = text.casefold()
    latin = {word.rstrip("s") for word in re.findall(r"[a-z]{3,}", low) if word not in _TRIFLES}
    latin = {_SAME.get(word, word) for word in latin}
    thai = "".join(re.findall(r"[\u0e01-\u0e4e]+", fold_name(low)))
    return frozenset(latin | {thai[n : n + 3] for n in range(len(thai) - 2)})
