"""What is met while a workbook of forms is read: faults that stop a loading, warnings, and what was left out."""

from __future__ import annotations

from dataclasses import dataclass, field

from mudmai.core.errors import Problem, Where
from mudmai.core.language import Text
from mudmai.exchange.forms.book import FormNote, LeftOut
from mudmai.exchange.sheets.cells import cell_name


@dataclass
class FormFindings:
    """Growing lists of one workbook; places are told by sheet and cell."""

    file: str
    faults: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    unknown_notes: list[tuple[str, FormNote]] = field(default_factory=list)

    def fault(self, code: str, message: Text, remedy: Text, *, sheet: str, row: int, col: int) -> None:
        """Something that must be mended before the book can be loaded; positions from 0."""
        where = Where(self.file, sheet, cell_name(row, col), row + 1)
        self.faults.append(Problem(code, message, remedy, where))

    def warn(self, code: str, message: Text, remedy: Text, *, sheet: str, cell: str | None = None) -> None:
        """Something that a person should look at."""
        self.warnings.append(Problem(code, message, remedy, Where(self.file, sheet, cell)))

    def leave(self, sheet: str, cell: str, text: str, reason: Text) -> None:
        """Something that was not taken."""
        self.left_out.append(LeftOut(sheet, cell, text, reason))
