"""How a file of observations is refused: whole, with every fault named by row, what was found, and the remedy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from mudmai.core.errors import ImportRefused, Problem, Where
from mudmai.core.language import Text

Ints: TypeAlias = npt.NDArray[np.integer[Any]]

COUNTED = 10_000
"""Faults are counted up to here; a file with more is beyond listing."""

KEPT = 200
"""This many faults are told in full, the first rows first."""

_NOTHING_CHANGED = Text(
    "แก้ตามรายการแล้วนำเข้าใหม่ ข้อมูลเดิมยังอยู่ครบ", "mend what is listed and import again; the data served are unchanged"
)


class ProblemLog:
    """Collects faults of one file."""

    def __init__(self, file: str, sheet: str | None = None) -> None:
        self.file = file
        self.sheet = sheet
        self.count = 0
        self._kept: list[Problem] = []

    def add(
        self, code: str, message: Text, remedy: Text, *, row: int | None = None, field: str | None = None, rows: int = 1
    ) -> None:
        """Note one fault. ``rows`` is how many rows share it: they count as one fault, told at the first of them."""
        self.count += 1
        if len(self._kept) >= 4 * KEPT:
            self._kept = sorted(self._kept, key=_row)[:KEPT]
        if rows > 1:
            message = Text(
                f"{message.th} (และอีก {rows - 1:,} แถว)",
                f"{message.en} (and {rows - 1:,} more row{'s' if rows > 2 else ''})",
            )
        where = Where(file=self.file, sheet=self.sheet, row=row, field=field)
        self._kept.append(Problem(code, message, remedy, where))

    def add_rows(
        self, code: str, say: Callable[[int], tuple[Text, Text]], rows: Ints, at: Ints, *, field: str | None = None
    ) -> None:
        """Note a fault of each row in ``at`` (indices into ``rows``, ascending); only what may be told is worded."""
        for one in at[:KEPT].tolist():
            self.add(code, *say(one), row=int(rows[one]), field=field)
        self.count += max(0, len(at) - KEPT)

    def raise_if_any(self) -> None:
        """Refuse the file when anything was noted."""
        if not self.count:
            return
        many = f"{COUNTED:,}" if self.count > COUNTED else f"{self.count:,}"
        th = f"ไม่นำเข้าไฟล์ {self.file}: พบปัญหา{'มากกว่า' if self.count > COUNTED else ''} {many} รายการ"
        en = f"{self.file} was not imported: {'more than ' if self.count > COUNTED else ''}{many} problem"
        en += "" if self.count == 1 else "s"
        problems = sorted(self._kept, key=_row)[:KEPT]
        raise ImportRefused(Text(th, en), remedy=_NOTHING_CHANGED, where=Where(file=self.file), problems=problems)


def _row(problem: Problem) -> int:
    return problem.where.row or 0


def refusal(path: Path, code: str, message: Text, remedy: Text, *, row: int | None = None) -> ImportRefused:
    """The refusal of a file for one fault that concerns all of it."""
    return ImportRefused(message, remedy=remedy, code=code, where=Where(file=path.name, row=row))
