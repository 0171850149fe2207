"""What one value is: series, dimensions, period and factor, from the words of its row and of its column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from mudmai.core.area_names import fold_name
from mudmai.core.errors import InputError
from mudmai.core.number_text import ReadUnit, read_unit
from mudmai.core.observations import Dims, write_dims
from mudmai.core.period_text import Calendar, ReadPeriod, read_period
from mudmai.core.periods import Frequency, Period
from mudmai.core.series import TOTAL, Catalogue, Series, SeriesDimension
from mudmai.exchange.sheets.column_facts import ColumnFacts
from mudmai.exchange.sheets.findings import Findings
from mudmai.exchange.sheets.heading_words import is_part_of_period, take_apart
from mudmai.exchange.sheets.layout import TOTAL_WORDS
from mudmai.exchange.sheets.recipe import LEAVE_OUT, ColumnRule, Recipe, SeriesRule, heading_key
from mudmai.exchange.sheets.said import NO_PERIOD, no_series, unit_differs, unknown_word
from mudmai.exchange.sheets.units import factor


@dataclass(frozen=True)
class CellFacts:
    """``factor`` turns the number as written into the series' unit; ``percent_factor`` one written as per cent
    (None: it cannot be)."""

    series: Series
    dims: str
    period: Period
    factor: Fraction
    percent_factor: Fraction | None


@dataclass
class FactReader:
    """Reads the facts of distinct combinations of words; each fault is told once, at its first cell.

    ``row_words`` of :meth:`read` are heading → word for the label columns; ``unit`` is the unit told above the table.
    """

    catalogue: Catalogue
    recipe: Recipe
    findings: Findings
    unit: ReadUnit | None
    dimension_rules: Sequence[ColumnRule]
    series_rules: Sequence[ColumnRule]
    period_rules: Sequence[ColumnRule]
    calendars: dict[Calendar, tuple[str, int, int]] = field(default_factory=dict)
    _periods: dict[tuple[str, Frequency], ReadPeriod | InputError] = field(default_factory=dict)
    _dimensions: dict[str, SeriesDimension] = field(default_factory=dict)

    def read(
        self, column: ColumnFacts, system: str, row_words: Mapping[str, str], row: int, col: int
    ) -> CellFacts | None:
        """The facts of the values of ``column`` in rows of these words; None when left out or at fault."""
        rule = self._rule(row_words, system)
        series_id = rule.series if rule else column.series or self.recipe.series or self._series_of_word(row_words)
        if series_id == LEAVE_OUT:
            return None
        if not series_id or series_id not in self.catalogue.series:
            words = (
                " / ".join(w for r in self.series_rules if (w := row_words.get(r.heading, ""))) or column.column.text
            )
            words = words if not series_id else f"{words} → {series_id}"
            self.findings.problem("series_words", *no_series(words), row=row, col=col, once=f"series {words} {system}")
            return None
        series = self.catalogue.series[series_id]
        dims = self._dims(series, rule, column, row_words, row, col)
        period = self._period(series, column, row_words, row, col)
        if dims is None or period is None:
            return None
        return self._with_unit(series, dims, period, rule, column, row_words, row, col)

    def _rule(self, row_words: Mapping[str, str], system: str) -> SeriesRule | None:
        for rule in self.recipe.series_rules:
            if rule.area_system and rule.area_system != system:
                continue
            if all(
                fold_name(row_words.get(heading, "")) in {fold_name(word) for word in words}
                for heading, words in rule.when.items()
            ):
                return rule
        return None

    def _series_of_word(self, row_words: Mapping[str, str]) -> str:
        for rule in self.series_rules:
            word = row_words.get(rule.heading, "")
            code = _matched(rule.words, word)
            if code:
                return code
            if word in self.catalogue.series:
                return word
        return ""

    def _dims(
        self,
        series: Series,
        rule: SeriesRule | None,
        column: ColumnFacts,
        row_words: Mapping[str, str],
        row: int,
        col: int,
    ) -> str | None:
        own = {one.id: one for one in series.dimensions}
        dims = {name: code for name, code in self.recipe.dims.items() if name in own} | dict(column.dims)
        for one in self.dimension_rules:
            word = row_words.get(one.heading, "")
            if (rule and one.dimension in rule.without) or not word:
                continue
            dimension = own.get(one.dimension)
            code = _matched(one.words, word) or (dimension_code(dimension, word) if dimension else "")
            if code == LEAVE_OUT:
                return None
            if not code and dimension is None and TOTAL_WORDS.match(word):
                code = TOTAL
            if not code or (dimension is None and code != TOTAL):
                codes = dimension.codes if dimension else ()
                said = unknown_word(one.heading, word, one.dimension, codes)
                self.findings.problem("dimension_word", *said, row=row, col=col, once=f"dim {series.id} {word}")
                return None
            dims[one.dimension] = code
        kept: list[tuple[str, str]] = []
        for name, code in dims.items():
            if code == TOTAL:
                continue
            if name not in own or code not in own[name].codes:
                said = unknown_word(column.column.text, code, name, own[name].codes if name in own else ())
                self.findings.problem("dimension_word", *said, row=row, col=col, once=f"dim {series.id} {name} {code}")
                return None
            kept.append((name, code))
        found: Dims = tuple(kept)
        return write_dims(found)

    def _period(
        self, series: Series, column: ColumnFacts, row_words: Mapping[str, str], row: int, col: int
    ) -> Period | None:
        words = [word for rule in self.period_rules if (word := row_words.get(rule.heading, ""))]
        words += [column.period] if column.period else []
        if not words or all(is_part_of_period(word) for word in words):
            words += [self.recipe.period] if self.recipe.period else []
        words.sort(key=lambda text: not is_part_of_period(text))
        text = " ".join(_bare_period(word) for word in words)
        if not text:
            self.findings.problem("period", *NO_PERIOD, row=row, col=col, once=f"period {column.column.col}")
            return None
        found = self._read_period(text, series.frequency)
        if isinstance(found, InputError):
            self.findings.problem("period", found.message, found.remedy, row=row, col=col, once=f"period {text}")
            return None
        if words != [self.recipe.period]:
            self.calendars.setdefault(found.calendar, (text, row, col))
        return found.period

    def _read_period(self, text: str, frequency: Frequency) -> ReadPeriod | InputError:
        key = (text, frequency)
        if key not in self._periods:
            try:
                start = self.recipe.fiscal_start_month
                self._periods[key] = read_period(text, frequency=frequency, fiscal_start_month=start)
            except InputError as found:
                self._periods[key] = found
        return self._periods[key]

    def _with_unit(
        self,
        series: Series,
        dims: str,
        period: Period,
        rule: SeriesRule | None,
        column: ColumnFacts,
        row_words: Mapping[str, str],
        row: int,
        col: int,
    ) -> CellFacts | None:
        unit = self.catalogue.unit(series.unit)
        words = [row_words.get(one.heading, "") for one in self.series_rules]
        written = next((found for word in words if (found := take_apart(word).unit)), None) or column.unit or self.unit
        if rule and rule.unit:
            written = read_unit(rule.unit)
        if written is not None and written.base == "percent" and unit.code == "ratio":
            written = ReadUnit(written.text, "percent", Fraction(1))
        scale = factor(written, unit)
        if scale is None and written is not None:
            said = unit_differs(written.text, series.id, unit.label)
            self.findings.problem("unit_clash", *said, row=row, col=col, once=f"unit {series.id} {written.text}")
            return None
        percent = {"percent": Fraction(1), "ratio": Fraction(1, 100)}.get(unit.code)
        return CellFacts(series, dims, period, scale or Fraction(1), percent)


def dimension_code(dimension: SeriesDimension, word: str) -> str:
    """The code that a word means: a code, a label in either language, or a word of the total; empty when none.

    >>> from mudmai.core.language import Text, same
    >>> sex = SeriesDimension("sex", same("sex"), ("F", "M"), {"F": Text("หญิง", "female"), "M": Text("ชาย", "male")})
    >>> dimension_code(sex, " หญิง"), dimension_code(sex, "Male"), dimension_code(sex, "รวม"), dimension_code(sex, "x")
    ('F', 'M', '_T', '')
    """
    key = fold_name(word)
    code = _codes_by_word(dimension).get(key, "")
    return code or (TOTAL if TOTAL_WORDS.match(word) or key == fold_name(TOTAL) else "")


_INDEXES: dict[int, tuple[SeriesDimension, dict[str, str]]] = {}


def _codes_by_word(dimension: SeriesDimension) -> dict[str, str]:
    """Words of a dimension as they are compared → code; remembered for the last few dimensions."""
    kept = _INDEXES.get(id(dimension))
    if kept is not None and kept[0] is dimension:
        return kept[1]
    index: dict[str, str] = {}
    for code in dimension.codes:
        label = dimension.labels.get(code)
        for word in (code, *((label.th, label.en) if label else ())):
            index.setdefault(fold_name(word), code)
    if len(_INDEXES) > 50:
        _INDEXES.clear()
    _INDEXES[id(dimension)] = (dimension, index)
    return index


def _matched(words: Mapping[str, str], word: str) -> str:
    if word in words:
        return words[word]
    key = heading_key(word)
    return next((code for text, code in words.items() if heading_key(text) == key), "")


def _bare_period(text: str) -> str:
    found = take_apart(text)
    return found.period if found.period and not found.rest else text
