"""What the words of one column look like: areas, periods, values of a dimension, series, flags, remarks."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mudmai.core.area_names import AreaNames, FoundArea, Reason, fold_name
from mudmai.core.observations import Flag
from mudmai.core.series import TOTAL, Catalogue, SeriesDimension
from mudmai.exchange.sheets.cell_facts import dimension_code
from mudmai.exchange.sheets.cells import text_of
from mudmai.exchange.sheets.heading_words import is_part_of_period, take_apart
from mudmai.exchange.sheets.headings import Column
from mudmai.exchange.sheets.layout import TOTAL_WORDS, Table
from mudmai.exchange.sheets.row_profiles import reads_as_period
from mudmai.exchange.sheets.workbook import Sheet

_FLAGS = frozenset(flag.value for flag in Flag)
_MOST_WORDS = 3000
_MOST_NUMBERS = 60
_SCREENED = 150
"""When none of the most frequent words is an area, the rest is not looked up."""
COUNTER = re.compile(r"^(ลำดับ|ลำดับที่|ที่|no\.?|#|item|ข้อ)$", re.IGNORECASE)
CODE = re.compile(r"รหัส|code|(^|_)id$", re.IGNORECASE)
REMARK = re.compile(r"หมายเหตุ|ที่มา|แหล่ง|remark|note|comment|source", re.IGNORECASE)
FLAGGED = re.compile(r"^(flag|สถานะ|สถานะข้อมูล|obs_status|status)$", re.IGNORECASE)
PERIODIC = re.compile(
    r"^(ปี.*|พ\.?ศ\.?|ค\.?ศ\.?|year|period|fiscal.*|ช่วงเวลา|เดือน|month|ไตรมาส|quarter|time)$", re.IGNORECASE
)
AREAL = re.compile(
    r"จังหวัด|อำเภอ|ตำบล|เขต|ภาค|พื้นที่|เทศบาล|อปท|ภูมิภาค|province|district|tambon|region|area|changwat|kingdom",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class ColumnEvidence:
    """The distinct words of a column with how often they occur, and what they can be (shares of distinct words)."""

    column: Column
    words: Mapping[str, int]
    areas: Mapping[str, Mapping[str, FoundArea]] = field(default_factory=dict)
    """By area system: word → what was found."""
    periods: float = 0.0
    parts: float = 0.0
    flags: float = 0.0
    dimensions: Mapping[str, float] = field(default_factory=dict)
    series: Mapping[str, tuple[str, float]] = field(default_factory=dict)

    @property
    def heading(self) -> str:
        """Its words above."""
        return self.column.text

    def area_share(self, system: str) -> float:
        """The share of words (totals aside) that are areas of ``system``, guesses counted half."""
        found = self.areas.get(system, {})
        telling = [word for word in self.words if not TOTAL_WORDS.match(word) or found[word].code]
        if not telling:
            return 0.0
        return sum(1.0 if found[w].code else 0.5 if found[w].reason in _NEAR else 0.0 for w in telling) / len(telling)

    def resolved(self, system: str) -> set[str]:
        """The words that are areas for certain."""
        return {word for word, found in self.areas.get(system, {}).items() if found.code is not None}


_NEAR = (Reason.GUESS, Reason.AMBIGUOUS)


def gather(
    sheet: Sheet, table: Table, column: Column, names: Mapping[str, AreaNames], catalogue: Catalogue
) -> ColumnEvidence:
    """The evidence of one column."""
    data = sheet.columns[column.col]
    rows = table.data_rows
    worded = _wordy(column)
    most = _MOST_WORDS if worded else _MOST_NUMBERS
    counted = Counter(map(data.__getitem__, rows if worded else rows[: 10 * most]))
    words: Counter[str] = Counter()
    for value, count in counted.most_common(most):
        text = text_of(value)
        if text:
            words[text] += count
    some = dict(words)
    sample = list(some)[:300]
    n = max(1, len(sample))
    areas = {system: _areas(one, some) for system, one in names.items()} if worded else {}
    if not worded:
        return ColumnEvidence(column, some, periods=sum(map(reads_as_period, sample)) / n)
    return ColumnEvidence(
        column,
        some,
        areas,
        sum(map(reads_as_period, sample)) / n,
        sum(map(is_part_of_period, sample)) / n,
        sum(word in _FLAGS for word in sample) / n,
        {one.id: _dimension_share(one, some) for one in dimensions_of(catalogue)},
        {word: hit for word in list(some)[:200] if (hit := nearest_series(take_apart(word).rest or word, catalogue))},
    )


def _areas(names: AreaNames, words: Mapping[str, int]) -> dict[str, FoundArea]:
    """What each word is; misspelt ones are looked for only in a column where others are areas."""
    first = list(words)[:_SCREENED]
    found = {word: names.find(word, guessing=False) for word in first}
    if not any(one.code is not None or one.candidates for one in found.values()) and len(words) > _SCREENED:
        return {word: FoundArea(word, None, Reason.UNKNOWN) for word in words}
    found |= {word: names.find(word, guessing=False) for word in words if word not in found}
    if sum(one.code is not None or bool(one.candidates) for one in found.values()) * 5 >= len(found):
        found |= {word: names.find(word) for word, one in found.items() if one.reason is Reason.UNKNOWN}
    return found


def _wordy(column: Column) -> bool:
    return not column.numeric or bool(CODE.search(column.text)) or bool(AREAL.search(column.text))


def dimensions_of(catalogue: Catalogue) -> Sequence[SeriesDimension]:
    """All dimensions of the catalogue's series, the fullest of each id."""
    found: dict[str, SeriesDimension] = {}
    for series in catalogue.series.values():
        for one in series.dimensions:
            if one.id not in found or len(one.codes) > len(found[one.id].codes):
                found[one.id] = one
    return tuple(found.values())


def _dimension_share(dimension: SeriesDimension, words: Mapping[str, int]) -> float:
    codes = [dimension_code(dimension, word) for word in words]
    if not any(code and code != TOTAL for code in codes):
        return 0.0
    return sum(map(bool, codes)) / len(codes)


def nearest_series(text: str, catalogue: Catalogue) -> tuple[str, float] | None:
    """The series whose id or title ``text`` is or nearly is, with a confidence; None when nothing is near.

    Two series equally near give none: a person chooses.
    """
    key = fold_name(text)
    if len(key) < 3:
        return None
    scores: dict[str, float] = {}
    matcher = difflib.SequenceMatcher(None, "", key)
    for series in catalogue.series.values():
        names = {fold_name(series.id), fold_name(series.title.th), fold_name(series.title.en)}
        if key in names:
            scores[series.id] = 0.95
            continue
        for name in names:
            if len(name) > 3 and len(key) > 5 and 2 * min(len(name), len(key)) > 0.85 * (len(name) + len(key)):
                matcher.set_seq1(name)
                ratio = matcher.ratio() if matcher.quick_ratio() > 0.85 else 0.0
                if ratio > 0.85:
                    scores[series.id] = max(scores.get(series.id, 0.0), round(0.8 * ratio, 2))
    best = sorted(scores.items(), key=lambda item: -item[1])
    if not best or (len(best) > 1 and best[1][1] == best[0][1]):
        return None
    return best[0]
