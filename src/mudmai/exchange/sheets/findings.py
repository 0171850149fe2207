"""What reading a table brought up: problems that stop it, notes, and what was left out with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mudmai.core.errors import ImportRefused, Problem, Where
from mudmai.core.language import Text, so_many
from mudmai.exchange.sheets.cells import cell_name

KEPT = 200
"""This many problems are told in full; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Ignored:
    """A row, column or cell that gave no value. ``cells`` counts the values it held."""

    place: str
    kind: str
    reason: Text
    cells: int = 0


@dataclass
class Findings:
    """Collects while a table is read."""

    file: str
    sheet: str
    problems: list[Problem] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)
    ignored: list[Ignored] = field(default_factory=list)
    counted: int = 0
    _said: set[str] = field(default_factory=set)

    def problem(
        self, code: str, message: Text, remedy: Text, *, row: int | None = None, col: int | None = None, once: str = ""
    ) -> None:
        """Note a fault at a row or cell (from 0). ``once``: faults of one cause are told once and counted each time."""
        self.counted += 1
        if once and once in self._said:
            return
        self._said.add(once)
        if len(self.problems) >= KEPT:
            return
        cell = cell_name(row, col) if row is not None and col is not None else None
        where = Where(self.file, self.sheet, cell, None if row is None or cell else row + 1)
        self.problems.append(Problem(code, message, remedy, where))

    def note(self, th: str, en: str) -> None:
        """Say something that stops nothing; once."""
        if th not in self._said:
            self._said.add(th)
            self.notes.append(Text(th, en))

    def ignore(self, place: str, kind: str, reason: Text, cells: int = 0) -> None:
        """Tell what was left out."""
        self.ignored.append(Ignored(place, kind, reason, cells))


@dataclass(frozen=True)
class Tidy:
    """A table read by a recipe.

    ``table`` is a :class:`pyarrow.Table` of the canonical tidy columns (docs/reference/tidy-data.md), each value
    with its cell in ``locator`` (``file!sheet!D7``). It may be published only when :attr:`accepted`; ``counted`` counts
    all faults, of which the first :data:`KEPT` causes are in ``problems``.
    """

    table: Any
    problems: tuple[Problem, ...]
    notes: tuple[Text, ...]
    ignored: tuple[Ignored, ...]
    counted: int = 0
    cells: Mapping[str, int] = field(default_factory=dict)

    @property
    def accepted(self) -> bool:
        """True when nothing stands against publishing the table."""
        return not self.problems

    def raise_if_refused(self) -> None:
        """Raise :class:`mudmai.core.errors.ImportRefused` with every problem when there is any."""
        if self.accepted:
            return
        where = self.problems[0].where
        raise ImportRefused(
            Text(
                f"อ่านไฟล์ไม่ผ่าน พบปัญหา {self.counted:,} จุด",
                f"the file was not taken: {so_many(self.counted, 'problem', 'problems')}",
            ),
            remedy=Text(
                "แก้ตามรายการในไฟล์ หรือปรับสูตรอ่านไฟล์ แล้วลองใหม่", "mend what is listed, or the recipe, and try again"
            ),
            where=Where(where.file, where.sheet),
            problems=self.problems,
        )
