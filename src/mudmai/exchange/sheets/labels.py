"""Labels of rows: columns of words as small codes, merged cells and empty cells below filled in where told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mudmai.exchange.sheets.cells import text_of
from mudmai.exchange.sheets.workbook import Sheet

Codes = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Labels:
    """``codes`` (rows,) into ``words``; code 0 is the empty word."""

    codes: Codes
    words: tuple[str, ...]


def read_labels(sheet: Sheet, col: int, rows: npt.NDArray[np.intp], *, fill_down: bool) -> Labels:
    """The words of column ``col`` in ``rows`` (ascending)."""
    column = sheet.columns[col]
    known: dict[object, int] = {}
    words: list[str] = [""]
    ranks: dict[str, int] = {"": 0}
    for value in set(column):
        text = text_of(value)
        if text not in ranks:
            ranks[text] = len(words)
            words.append(text)
        known[value] = ranks[text]
    codes = np.fromiter(map(known.__getitem__, column), np.int64, len(column))
    for merged in sheet.merged:
        if merged.left <= col <= merged.right and merged.top < len(codes):
            corner = sheet.value(merged.top, merged.left)
            rank = ranks.setdefault(text_of(corner), len(words))
            if rank == len(words):
                words.append(text_of(corner))
            if merged.left == col:
                codes[merged.top : merged.bottom + 1] = rank
    picked = codes[rows]
    if fill_down:
        places = np.where(picked != 0, np.arange(len(picked)), 0)
        picked = picked[np.maximum.accumulate(places)] if len(picked) else picked
    return Labels(picked, tuple(words))


def combine(parts: Sequence[Codes], length: int) -> tuple[Codes, list[tuple[int, ...]]]:
    """Distinct combinations of several code columns: (index of its combination for each row, the combinations)."""
    if not parts:
        return np.zeros(length, np.int64), [()]
    packed = np.zeros(length, np.int64)
    for part in parts:
        width = int(part.max(initial=0)) + 1
        packed = packed * width + part
        _, packed = np.unique(packed, return_inverse=True)
    _, first, inverse = np.unique(packed, return_index=True, return_inverse=True)
    return inverse.astype(np.int64), [tuple(int(part[at]) for part in parts) for at in first]
