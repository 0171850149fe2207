"""What may be chosen for columns, words and names on the page of a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from mudmai.core.datasets import Dataset
from mudmai.core.language import Text
from mudmai.core.series import TOTAL, Catalogue, Series
from mudmai.exchange.sheets.recipe import LEAVE_OUT, Meaning
from mudmai.web.wording import wording
from mudmai.workspace.looking import Look, OpenName
from mudmai.workspace.recipe_answers import RULES
from mudmai.workspace.recipe_words import SERIES, AskedWord
from mudmai.workspace.sheet_preview import PreviewColumn

_MOST_AREAS = 150
"""Area systems with more areas are not listed whole: candidates, and a field for the code."""


@dataclass(frozen=True, slots=True)
class Option:
    """One choice."""

    value: str
    title: Text
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class OptionGroup:
    """Choices under one head; an empty head for those that belong to none."""

    title: Text | None
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class ColumnRow:
    """A column with its choices; ``title`` is its meaning in words."""

    at: int
    column: PreviewColumn
    title: Text
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class WordRow:
    """A word with its choices, by group."""

    at: int
    asked: AskedWord
    system: Text | None
    groups: tuple[OptionGroup, ...]


@dataclass(frozen=True, slots=True)
class NameRow:
    """A name of an area with its candidates."""

    at: int
    name: OpenName
    options: tuple[Option, ...]
    typed: str


@dataclass(frozen=True)
class Choices:
    """All of it for one look at a file."""

    catalogue: Catalogue
    dataset: Dataset | None
    look: Look

    @cached_property
    def series(self) -> list[Series]:
        """The series that the dataset takes; all of them where nothing is declared."""
        known = self.catalogue.series
        own = [known[name] for name in self.dataset.series if name in known] if self.dataset else []
        return own or list(known.values())

    @cached_property
    def dimensions(self) -> dict[str, Text]:
        """Dimensions of these series."""
        return {d.id: d.title for one in self.series for d in one.dimensions}

    def _meaning(self, column: PreviewColumn) -> str:
        return f"dimension:{column.dimension}" if column.dimension else column.meaning

    @cached_property
    def columns(self) -> list[ColumnRow]:
        """Columns that are not of values, and those: each with every meaning that it may have."""
        rows = []
        for at, column in enumerate(self.look.preview.columns):
            now = self._meaning(column)
            options = [
                Option(value, title, value == now)
                for value, title in self._meanings()
                if value != "unread" or now == "unread"
            ]
            title = next((one.title for one in options if one.chosen), wording("reading.is_ignore"))
            rows.append(ColumnRow(at, column, title, tuple(options)))
        return rows

    @property
    def label_columns(self) -> list[ColumnRow]:
        """Columns of words."""
        return [row for row in self.columns if row.column.meaning != Meaning.VALUE]

    @property
    def value_columns(self) -> list[ColumnRow]:
        """Columns of values."""
        return [row for row in self.columns if row.column.meaning == Meaning.VALUE]

    def _meanings(self) -> list[tuple[str, Text]]:
        plain = ("area", "period", "series", "value", "flag", "note", "ignore", "unread")
        told = [(one, wording(f"reading.is_{one}")) for one in plain]
        split = [(f"dimension:{name}", wording("reading.is_dimension", name=t)) for name, t in self.dimensions.items()]
        return [*told[:2], *split, *told[2:]]

    @cached_property
    def words(self) -> list[tuple[str, list[WordRow]]]:
        """Words to match, by column."""
        rows = [self._word(at, one) for at, one in enumerate(self.look.words)]
        return [(heading, list(some)) for heading, some in groupby(rows, key=lambda row: row.asked.heading)]

    def _word(self, at: int, one: AskedWord) -> WordRow:
        system = self.catalogue.area_systems[one.system].title if one.system in self.catalogue.area_systems else None
        fitting = [s for s in self.series if not one.system or s.area_system == one.system] or self.series
        plain: list[tuple[str, Text]] = [("", wording("reading.choose"))]
        groups = []
        if one.dimension:
            plain.append((TOTAL, wording("reading.total")))
            parts = next((d for s in fitting for d in s.dimensions if d.id == one.dimension), None)
            if parts is not None:
                coded = [(code, parts.labels.get(code, Text(code, code))) for code in parts.codes]
                groups.append(OptionGroup(parts.title, _options(coded, one.choice)))
        named = [(SERIES + s.id, s.title) for s in fitting]
        groups.insert(0, OptionGroup(wording("reading.series_group"), _options(named, one.choice)))
        plain.append((LEAVE_OUT, wording("reading.leave_out")))
        return WordRow(at, one, system, (OptionGroup(None, _options(plain, one.choice)), *groups))

    @cached_property
    def headings(self) -> list[tuple[int, str, tuple[Option, ...]]]:
        """Words in the headings of value columns."""
        rules = {rule.text: rule for rule in self.look.recipe.headings}
        rows = []
        for at, text in enumerate(self.look.headings):
            rule = rules[text]
            now = {
                Meaning.SERIES: SERIES + rule.code if rule.code else "",
                Meaning.DIMENSION: f"{rule.dimension}={rule.code}",
                Meaning.VALUE: Meaning.VALUE.value,
            }.get(rule.meaning, LEAVE_OUT)
            told = [
                ("", wording("reading.choose")),
                (Meaning.VALUE.value, wording("reading.tells_nothing")),
                (LEAVE_OUT, wording("reading.leave_out")),
                *((SERIES + s.id, s.title) for s in self.series),
                *(
                    (f"{d.id}={code}", d.labels.get(code, Text(code, code)))
                    for d in {d.id: d for s in self.series for d in s.dimensions}.values()
                    for code in (TOTAL, *d.codes)
                ),
            ]
            rows.append((at, text, _options(told, now)))
        return rows

    @cached_property
    def names(self) -> list[NameRow]:
        """Names of areas that are not known for certain."""
        return [self._name(at, one) for at, one in enumerate(self.look.names)]

    def _name(self, at: int, one: OpenName) -> NameRow:
        near = [(code, Text(f"{n.th} ({code})", f"{n.en} ({code})")) for _, code, n in one.candidates]
        known = {code for code, _ in near}
        systems = [self.catalogue.area_systems[s] for s in self.look.recipe.area_systems]
        rest = [
            (a.code, Text(f"{a.name.th} ({a.code})", f"{a.name.en} ({a.code})"))
            for system in systems
            if len(system.areas) <= _MOST_AREAS
            for a in system.areas
            if a.code not in known
        ]
        told = [("", wording("reading.choose")), *near, (LEAVE_OUT, wording("reading.leave_out")), *rest]
        listed = {value for value, _ in told}
        return NameRow(at, one, _options(told, one.chosen), "" if one.chosen in listed else one.chosen)

    @cached_property
    def whole_series(self) -> tuple[Option, ...]:
        """The series of the whole table; nothing where columns or words tell it."""
        told = [("", wording("reading.series_elsewhere")), *((s.id, s.title) for s in self.series)]
        return _options(told, self.look.recipe.series)

    @cached_property
    def rules(self) -> list[tuple[str, Text, tuple[Option, ...]]]:
        """Rules for cases in which offices differ."""
        return [
            (
                name,
                wording(f"reading.rule_{name}"),
                _options([(one, wording(f"reading.{name}_{one}")) for one in told], getattr(self.look.recipe, name)),
            )
            for name, told in RULES.items()
        ]

    @cached_property
    def questions(self) -> list[Text]:
        """What has to be answered before the file can be read, in the order of the page."""
        asked = [q.text for q in self.look.questions if q.kind not in ("table",)]
        for heading, rows in self.words:
            open_ = [row for row in rows if not row.asked.choice or row.asked.confidence < 1.0]
            if open_:
                asked.append(wording("reading.ask_words", heading=heading, count=len({r.asked.word for r in rows})))
        unsure = [one for one in self.look.names if one.confidence < 1.0]
        if unsure:
            asked.append(wording("reading.ask_names", count=len(unsure)))
        return asked


def _options(told: Sequence[tuple[str, Text]], chosen: str) -> tuple[Option, ...]:
    return tuple(Option(value, title, value == chosen) for value, title in told)
