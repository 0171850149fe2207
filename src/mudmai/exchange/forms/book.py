"""What a workbook of plan forms says once it has been read: a staged result, nothing of it loaded anywhere yet.

Money is :class:`~decimal.Decimal` in baht with two places. An amount of None is one that nobody wrote (the cell is
empty); ``-`` is the zero that somebody told. Years are fiscal years of the Common Era. Cells are written ``E14``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Literal, NamedTuple

from mudmai.core.errors import Problem
from mudmai.core.language import Text
from mudmai.exchange.sheets.cells import column_name

Stage = Literal["planned", "ordinance", "allocated", "committed", "disbursed"]
State = Literal["active", "moved", "merged", "duplicate"]
ProjectKey = tuple[str, int]
"""(sheet, row from 1): the place of a project in its workbook, since its number repeats."""


class NoteKind(StrEnum):
    """What a note drawn over a project says."""

    ADDED = "added"
    CHANGED = "changed"
    CORRECTED = "corrected"
    MOVED = "moved"
    MERGED = "merged"
    DUPLICATE = "duplicate"
    CO_FUNDED = "co_funded"
    UNKNOWN = "unknown"


class FormAmount(NamedTuple):
    """One amount: None when the cell is empty; ``told`` for a zero written as ``-``."""

    fiscal_year: int
    stage: Stage
    amount: Decimal | None
    cell: str
    told: bool = False


@dataclass(frozen=True, slots=True)
class FormNote:
    """A text box (or the row that heads an amendment): its kind, its words, the cell at its corner.

    ``number`` is the revision (``2/2567``, the year as written); ``target`` the number of the other project
    (``2``, ``63``); ``plan`` the plan moved to; ``partner`` who pays a part.
    """

    kind: NoteKind
    text: str
    cell: str
    number: str = ""
    target: str = ""
    plan: str = ""
    partner: str = ""
    drawn: bool = True


@dataclass(frozen=True)
class FormProject:
    """One row of a form. ``fields`` by name: title, objective, target, kpi, outcome, department (normalised),
    department_written (as it stands); forms of equipment also plan, category.

    ``hierarchy`` is (level, words) from the top. ``run`` counts the numberings of the sheet from 0: a number is unique
    within its run at best. ``state`` other than active: the project goes on as ``successor`` and is not counted.
    """

    number: str
    fields: Mapping[str, str]
    hierarchy: tuple[tuple[str, str], ...]
    amounts: tuple[FormAmount, ...]
    notes: tuple[FormNote, ...]
    sheet: str
    row: int
    form: str
    section: str
    run: int = 0
    state: State = "active"
    successor: ProjectKey | None = None

    @property
    def key(self) -> ProjectKey:
        """(sheet, row)."""
        return (self.sheet, self.row)

    @property
    def counted(self) -> bool:
        """True unless the project goes on in another row."""
        return self.state == "active"

    @property
    def title(self) -> str:
        """The name of the project."""
        return self.fields.get("title", "")

    def total(self, stage: Stage = "planned") -> Decimal:
        """What is written of one stage, over all years; nothing written is 0 here."""
        return sum((one.amount for one in self.amounts if one.stage == stage and one.amount), Decimal(0))


@dataclass(frozen=True)
class FormColumn:
    """A column of a sheet: a field, or an amount of a year and stage."""

    col: int
    field: str
    heading: str
    fiscal_year: int | None = None
    stage: Stage | None = None


@dataclass(frozen=True)
class FormSheet:
    """One sheet that was read: its form (id and code), its columns and the rows of its heading (from 1)."""

    name: str
    form: str
    code: str
    section: str
    hierarchy: tuple[tuple[str, str], ...]
    titles: tuple[str, ...]
    columns: tuple[FormColumn, ...]
    heading_rows: tuple[int, ...]
    calendar: Literal["BE", "CE", ""]
    first_row: int
    last_row: int
    project_count: int
    runs: int

    @property
    def years(self) -> tuple[int, ...]:
        """Fiscal years (CE) with a column."""
        return tuple(dict.fromkeys(one.fiscal_year for one in self.columns if one.fiscal_year is not None))

    def span(self, fiscal_year: int, stage: Stage = "planned") -> str:
        """The cells of a year, such as ``E12:E214``; empty when there is no such column."""
        return next((self._span(a.col) for a in self.columns if (a.fiscal_year, a.stage) == (fiscal_year, stage)), "")

    def numbers(self) -> str:
        """The cells of the projects' numbers, such as ``A12:A214``."""
        return next((self._span(one.col) for one in self.columns if one.field == "number"), "")

    def _span(self, col: int) -> str:
        letters = column_name(col)
        return f"{letters}{self.first_row}:{letters}{self.last_row}" if self.first_row else ""


@dataclass(frozen=True, slots=True)
class SummaryAmount:
    """Count and sum of a year in the summary (``fiscal_year`` None: all years); None where nothing is written."""

    fiscal_year: int | None
    count: int | None
    amount: Decimal | None
    count_cell: str
    amount_cell: str


@dataclass(frozen=True)
class SummaryRow:
    """A row of the summary. ``role``: a section (plan), a subtotal of the strategy above it, or the grand total."""

    sheet: str
    row: int
    role: Literal["section", "subtotal", "total"]
    section: str
    title: str
    form: str
    amounts: tuple[SummaryAmount, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A sheet, row or text box that was not taken, and why."""

    sheet: str
    cell: str
    text: str
    reason: Text


@dataclass(frozen=True)
class FormBook:
    """A workbook of forms, read. ``faults`` stop a loading; ``warnings`` and ``left_out`` are for a person to see.

    ``unknown_notes`` are text boxes whose words no pattern knows, and those drawn over no project.
    """

    file: str
    layout: str
    sheets: tuple[FormSheet, ...]
    projects: tuple[FormProject, ...]
    summary: tuple[SummaryRow, ...]
    faults: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    unknown_notes: tuple[tuple[str, FormNote], ...] = ()
    summarises: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    total_counts: Literal["projects", "project_years", "as_written"] = "as_written"

    @property
    def counted(self) -> tuple[FormProject, ...]:
        """The projects that count: no moved, merged or duplicate ones."""
        return tuple(one for one in self.projects if one.counted)

    @property
    def years(self) -> tuple[int, ...]:
        """Fiscal years (CE) of all sheets, in order."""
        return tuple(sorted({year for sheet in self.sheets for year in sheet.years}))

    def of_form(self, *forms: str) -> tuple[FormProject, ...]:
        """The counted projects of some forms, by their ids (``por-02``)."""
        return tuple(one for one in self.counted if one.form in forms)

    def totals(self, *forms: str) -> tuple[int, Decimal]:
        """How many projects count on these forms, and their planned money over all years."""
        return totals_of(self.of_form(*forms))


def totals_of(projects: Iterable[FormProject], stage: Stage = "planned") -> tuple[int, Decimal]:
    """The number of projects and their money of one stage."""
    chosen = list(projects)
    return len(chosen), sum((one.total(stage) for one in chosen), Decimal(0))


@dataclass(frozen=True, slots=True)
class ReconciledLine:
    """One comparison. ``year`` None: all years. ``what``: ``section`` (sheets against a row of the summary),
    ``row_total`` and ``column_total`` (the summary against its own figures), ``no_row`` (the summary has no row for
    the section), ``no_sheet`` (a row of the summary without a sheet).

    ``difference`` is form minus summary; a figure is None where the side has none.
    """

    what: Literal["section", "row_total", "column_total", "no_row", "no_sheet"]
    section: str
    form: str
    year: int | None
    form_count: int | None
    summary_count: int | None
    form_sum: Decimal | None
    summary_sum: Decimal | None
    form_cells: tuple[str, ...]
    summary_cells: tuple[str, ...]

    @property
    def difference(self) -> Decimal:
        """Form minus summary, in baht."""
        return (self.form_sum or Decimal(0)) - (self.summary_sum or Decimal(0))

    @property
    def count_difference(self) -> int:
        """Form minus summary, in projects; 0 where one of them gives no count."""
        if self.form_count is None or self.summary_count is None:
            return 0
        return self.form_count - self.summary_count

    @property
    def agrees(self) -> bool:
        """True when neither counts nor sums differ."""
        return self.what not in ("no_row", "no_sheet") and not self.difference and not self.count_difference


@dataclass(frozen=True)
class Reconciliation:
    """All comparisons of a book with its summaries, in their order."""

    lines: tuple[ReconciledLine, ...]

    @property
    def disagreements(self) -> tuple[ReconciledLine, ...]:
        """The lines that do not agree."""
        return tuple(line for line in self.lines if not line.agrees)

    @property
    def agrees(self) -> bool:
        """True when everything that can be compared agrees, and something could be."""
        return bool(self.lines) and not self.disagreements
