"""The rows of a detail form: projects, their continuations, changes of hierarchy, amendments, totals."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from mudmai.core.language import Text, to_arabic_digits
from mudmai.exchange.forms.amounts import TOO_MUCH, read_amount, whole_baht
from mudmai.exchange.forms.book import FormAmount, FormNote, NoteKind
from mudmai.exchange.forms.findings import FormFindings
from mudmai.exchange.forms.headings import Heading, heading_at
from mudmai.exchange.forms.hierarchy import Hierarchy, HierarchyReader
from mudmai.exchange.forms.layouts import FormLayouts
from mudmai.exchange.forms.notes import NoteReader
from mudmai.exchange.forms.words import CleanTexts, clean, folded, starts_with
from mudmai.exchange.sheets.cells import cell_name, column_name, text_of
from mudmai.exchange.sheets.said import error_value, formula_without_value
from mudmai.exchange.sheets.workbook import Sheet

_NUMBER = re.compile(r"[0-9]{1,5}(?:\.[0-9]{1,3})*")
_AMENDMENTS = (NoteKind.ADDED, NoteKind.CHANGED, NoteKind.CORRECTED)


@dataclass(slots=True)
class Draft:
    """A project while its rows are read; rows count from 0."""

    number: str
    row: int
    hierarchy: Hierarchy
    run: int
    texts: dict[str, str] = field(default_factory=dict)
    amounts: list[FormAmount] = field(default_factory=list)
    notes: list[FormNote] = field(default_factory=list)
    last_row: int = 0

    @property
    def has_amounts(self) -> bool:
        """True when any amount is written."""
        return any(one.amount is not None for one in self.amounts)


class RowReader:
    """Walks over one sheet, from its first heading on."""

    def __init__(
        self,
        sheet: Sheet,
        heading: Heading,
        layouts: FormLayouts,
        readers: tuple[HierarchyReader, NoteReader, CleanTexts],
        findings: FormFindings,
        hierarchy: Hierarchy,
    ) -> None:
        self.sheet, self.layouts, self.findings = sheet, layouts, findings
        self.levels, self.note_reader, self._cleaned = readers
        self.hierarchy = hierarchy
        self.drafts: list[Draft] = []
        self._hidden_rows = sheet.hidden_rows
        self.run = -1
        self._last = 0
        self._last_hierarchy: Hierarchy = ()
        self._run_notes: tuple[FormNote, ...] = ()
        self._current: Draft | None = None
        self._take_heading(heading)

    def read(self) -> list[Draft]:
        """All projects of the sheet in the order of rows."""
        rows, row = self.sheet.rows, self.heading.end
        while row < len(rows):
            line = rows[row]
            if any(line):
                row = self._row(row, line)
            row += 1
        self._spoilt()
        return self.drafts

    def _take_heading(self, heading: Heading) -> None:
        self.heading = heading
        self._number, self._title = heading.column("number"), heading.column("title")
        self._fields = [(one.col, one.field) for one in heading.columns if one.fiscal_year is None]
        self._fields = [one for one in self._fields if one[1] != "number"]
        self._other_fields = [one for one in self._fields if one[1] != "title"]
        self._years = [
            (one.col, one.fiscal_year, one.stage or "planned", column_name(one.col))
            for one in heading.columns
            if one.fiscal_year is not None
        ]

    def _row(self, row: int, line: Sequence[object]) -> int:
        """Take one row; gives the last row that was used up."""
        written = line[self._number] if self._number < len(line) else ""
        number = _number_of(written)
        title = self._cleaned_at(line, self._title)
        if number:
            if not title:
                title = self._covered_title(row)
            if title:
                self._project(number, row, line, title)
            else:
                self._no_title(row, line)
            return row
        if isinstance(written, str) and folded(written) in self.heading.signs and written.strip():
            again = heading_at(self.sheet, self.heading.form, self.layouts, row)
            if again is not None:
                self._take_heading(again)
                self._current = None
                return again.end - 1
        return self._unnumbered(row, line, title)

    def _cleaned_at(self, line: Sequence[object], col: int) -> str:
        value = line[col] if 0 <= col < len(line) else ""
        return self._cleaned[value] if isinstance(value, str) else text_of(value)

    def _unnumbered(self, row: int, line: Sequence[object], title: str) -> int:
        lead_col = next((n for n, value in enumerate(line) if isinstance(value, str) and value.strip()), -1)
        lead = _text(line, lead_col)
        amounts = self._has_amounts(line)
        if starts_with(lead, self.layouts.total_words) and (amounts or self._is_word(lead)):
            self._current = None
        elif starts_with(lead, self.layouts.note_row_words):
            self._current = None
            reason = Text("แถวหมายเหตุหรือลายมือชื่อ", "a row of notes or signatures")
            self.findings.leave(self.sheet.name, cell_name(row, lead_col), lead, reason)
        elif not amounts and lead and (lead_col <= self._title) and self._heads(row, line, lead, lead_col):
            self._current = None
        elif amounts:
            self._amount_row(row, line, title)
        elif lead and self._current is not None:
            self._continue(row, line)
        return row

    def _is_word(self, lead: str) -> bool:
        return folded(lead) in {folded(one) for one in self.layouts.total_words}

    def _heads(self, row: int, line: Sequence[object], lead: str, lead_col: int) -> bool:
        """True for a row that changes the hierarchy, or begins an amendment."""
        others = [col for col, _ in self._fields if col > max(lead_col, self._title) and _text(line, col)]
        if others or (lead_col > self._number and not self._is_wide(row, lead_col)):
            return False
        found = self.levels.read(self.hierarchy, line, within=True)
        if found is not None:
            self.hierarchy = found
            return True
        notes = self.note_reader.read(lead, cell_name(row, lead_col), drawn=False)
        if notes[0].kind not in _AMENDMENTS:
            return False
        self._run_notes = tuple(note for note in notes if note.kind in _AMENDMENTS)
        self._last = 10**6
        return True

    def _is_wide(self, row: int, col: int) -> bool:
        """True for a cell merged over several columns: a heading of rows, no part of a title."""
        return any(one.top == row and one.left == col and one.right >= col + 2 for one in self.sheet.merged)

    def _project(self, number: str, row: int, line: Sequence[object], title: str) -> None:
        count = int(number.split(".")[0])
        again = count == self._last and (count == 1 or self.hierarchy != self._last_hierarchy)
        if count < self._last or self.run < 0 or again:
            self.run += 1
        elif count == self._last and "." not in number:
            self._repeats(number, row)
        self._last, self._last_hierarchy = count, self.hierarchy
        self._start(Draft(number, row, self.hierarchy, self.run, last_row=row), line, title)

    def _start(self, draft: Draft, line: Sequence[object], title: str) -> None:
        if self._run_notes:
            draft.notes.extend(self._run_notes)
        width, texts, cleaned = len(line), draft.texts, self._cleaned
        texts["title"] = title
        for col, name in self._other_fields:
            value = line[col] if col < width else ""
            if value != "":
                text = cleaned[value] if isinstance(value, str) else text_of(value)
                if text:
                    texts[name] = text
        self._take_amounts(draft, draft.row, line)
        self.drafts.append(draft)
        self._current = draft
        if draft.row in self._hidden_rows:
            self._hidden(draft.row)

    def _take_amounts(self, draft: Draft, row: int, line: Sequence[object], *, further: bool = False) -> None:
        width, line_number, amounts, made = len(line), str(row + 1), draft.amounts, tuple.__new__
        for col, year, stage, letters in self._years:
            value = line[col] if col < width else ""
            if value.__class__ is float and 0.0 <= value < TOO_MUCH and value.is_integer():
                amounts.append(made(FormAmount, (year, stage, whole_baht(value), letters + line_number, False)))
                continue
            if value == "":
                if not further:
                    amounts.append(made(FormAmount, (year, stage, None, letters + line_number, False)))
                continue
            read = read_amount(value)
            if read.fault is not None:
                code, said = read.fault
                self.findings.fault(code, *said, sheet=self.sheet.name, row=row, col=col)
            if not further or read.amount is not None:
                amounts.append(FormAmount(year, stage, read.amount, letters + line_number, read.told))

    def _amount_row(self, row: int, line: Sequence[object], title: str) -> None:
        """A row with money and no number: of the project above when that has none yet, or its merged number reaches
        here; a project without a number when it has a title; else money of nobody."""
        above = self._current
        joined = above is not None and self.sheet.merged_from.get((row, self._number)) == (above.row, self._number)
        if above is not None and (joined or (not above.has_amounts and row == above.last_row + 1)):
            if not joined:
                above.amounts.clear()
            self._continue(row, line)
            self._take_amounts(above, row, line, further=joined)
        elif title:
            said = Text(f"โครงการ “{title}” ไม่มีลำดับที่", f"the project “{title}” has no number")
            remedy = Text("เติมลำดับที่ หรือยืนยันว่าเป็นโครงการ", "give it a number, or confirm that it is a project")
            cell = cell_name(row, self._title)
            self.findings.warn("form_no_number", said, remedy, sheet=self.sheet.name, cell=cell)
            self.run = max(self.run, 0)
            self._start(Draft("", row, self.hierarchy, self.run, last_row=row), line, title)
        else:
            col = next(col for col, *_ in self._years if _text(line, col))
            said = Text("จำนวนเงินนี้ไม่มีโครงการ", "the amount belongs to no project")
            remedy = Text("เติมลำดับที่และชื่อโครงการ หรือลบจำนวนเงิน", "give number and title, or remove the amount")
            self.findings.fault("form_orphan_amount", said, remedy, sheet=self.sheet.name, row=row, col=col)

    def _continue(self, row: int, line: Sequence[object]) -> None:
        assert self._current is not None
        for col, name in self._fields:
            text = _text(line, col)
            if text:
                before = self._current.texts.get(name)
                self._current.texts[name] = f"{before}\n{text}" if before else text
        self._current.last_row = row

    def _no_title(self, row: int, line: Sequence[object]) -> None:
        """A number without a title: rows numbered beforehand are passed over, money without a title is a fault."""
        if self._has_amounts(line):
            said = Text("แถวนี้มีจำนวนเงินแต่ไม่มีชื่อโครงการ", "the row has money but no title")
            remedy = Text("เติมชื่อโครงการ", "fill in the title of the project")
            self.findings.fault("form_no_title", said, remedy, sheet=self.sheet.name, row=row, col=self._title)
        elif any(_text(line, col) for col, _ in self._fields):
            reason = Text("แถวมีลำดับที่แต่ไม่มีชื่อโครงการและงบประมาณ", "a number without title and money")
            self.findings.leave(self.sheet.name, cell_name(row, self._number), "", reason)

    def _covered_title(self, row: int) -> str:
        corner = self.sheet.merged_from.get((row, self._title))
        return clean(text_of(self.sheet.value(*corner))) if corner is not None and corner[0] >= self.heading.end else ""

    def _has_amounts(self, line: Sequence[object]) -> bool:
        return any(col < len(line) and line[col] != "" and _text(line, col) for col, *_ in self._years)

    def _repeats(self, number: str, row: int) -> None:
        said = Text(f"ลำดับที่ {number} ซ้ำกับแถวก่อน", f"the number {number} repeats that of the row before")
        remedy = Text("ตรวจลำดับที่", "check the number")
        cell = cell_name(row, self._number)
        self.findings.warn("form_number_repeats", said, remedy, sheet=self.sheet.name, cell=cell)

    def _hidden(self, row: int) -> None:
        said = Text("โครงการนี้อยู่ในแถวที่ซ่อนไว้ และถูกนับรวม", "the project is in a hidden row; it is counted")
        remedy = Text("ลบแถวถ้าไม่ใช่โครงการในแผน", "delete the row if it is no project of the plan")
        self.findings.warn("form_hidden", said, remedy, sheet=self.sheet.name, cell=cell_name(row, self._title))

    def _spoilt(self) -> None:
        """Errors, and formulas that were never computed, in amounts of projects."""
        if not self.sheet.errors and not self.sheet.without_value:
            return
        columns = {col for col, *_ in self._years}
        rows = {row for one in self.drafts for row in range(one.row, one.last_row + 1)}
        for place in sorted({*self.sheet.errors, *self.sheet.without_value}):
            if place[0] in rows and place[1] in columns:
                error = self.sheet.errors.get(place)
                code, said = ("cell_error", error_value(error)) if error else ("cell_formula", formula_without_value())
                self.findings.fault(code, *said, sheet=self.sheet.name, row=place[0], col=place[1])


def _text(line: Sequence[object], col: int) -> str:
    value = line[col] if 0 <= col < len(line) else ""
    if value == "":
        return ""
    return clean(value) if isinstance(value, str) else text_of(value)


def _number_of(value: object) -> str:
    """The number of a project as text; empty when the cell holds none.

    >>> _number_of(3.0), _number_of("๑๒."), _number_of("(1)"), _number_of("รวม")
    ('3', '12', '', '')
    """
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and 0 < value < 1e5 else str(value) if 0 < value < 1e5 else ""
    if not isinstance(value, str) or not value:
        return ""
    plain = to_arabic_digits(clean(value)).rstrip(". ")
    return plain if _NUMBER.fullmatch(plain) else ""
