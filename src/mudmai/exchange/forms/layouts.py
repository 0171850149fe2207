"""Layouts of official forms, as packs declare them in ``forms.yaml``: words, not cell addresses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from mudmai.core.language import Text
from mudmai.exchange.forms.book import NoteKind, Stage


@dataclass(frozen=True)
class Level:
    """A level of the hierarchy in the rows above a table: the words that a row of it begins with."""

    id: str
    title: Text
    starts: tuple[str, ...]


@dataclass(frozen=True)
class FieldColumn:
    """A column of a form: the words of its heading; ``printed`` is the heading of the official print, ``width`` its
    share of the page in millimetres."""

    field: str
    headings: tuple[str, ...]
    printed: str
    width: float = 20
    required: bool = False


@dataclass(frozen=True)
class Form:
    """One form: how its sheets are known, its columns, and how it is printed.

    ``columns`` in the order of the print; the years stand where a column of the field ``budget`` is named.
    ``levels`` are those printed above the table, ``section_level`` the one whose name the summary repeats.
    """

    id: str
    code: str
    role: Literal["detail", "summary"]
    title: Text
    marks: tuple[str, ...]
    also: tuple[str, ...]
    sheet_names: tuple[str, ...]
    columns: tuple[FieldColumn, ...]
    stages: tuple[Stage, ...]
    summarises: tuple[str, ...] = ()
    print_titles: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()


@dataclass(frozen=True)
class NotePattern:
    """A pattern of a note: words with ``{number}``, ``{year}``, ``{target}``, ``{plan}``, ``{partner}``, ``{rest}``."""

    kind: NoteKind
    words: str


@dataclass(frozen=True)
class FormLayouts:
    """All that one pack says of one family of forms."""

    id: str
    title: Text
    forms: tuple[Form, ...]
    levels: tuple[Level, ...]
    strategy_level: str
    section_level: str
    section_sheet_name: str
    stage_words: Mapping[Stage, tuple[str, ...]]
    budget_words: tuple[str, ...]
    count_words: tuple[str, ...]
    all_years_words: tuple[str, ...]
    total_words: tuple[str, ...]
    grand_total_words: tuple[str, ...]
    note_row_words: tuple[str, ...]
    notes: tuple[NotePattern, ...]
    departments: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    total_counts: Literal["projects", "project_years", "as_written"] = "as_written"
    signature: tuple[str, ...] = ()

    def form(self, name: str) -> Form:
        """The form of an id or code; :class:`KeyError` when there is none."""
        for one in self.forms:
            if name in (one.id, one.code):
                return one
        raise KeyError(name)
