"""Columns of a tidy file as they were read, before anything is known to be right.

Text is kept as small codes into distinct words, so that each word is judged once however many rows use it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mudmai.core.language import Text, to_arabic_digits
from mudmai.exchange.tidy_problems import KEPT, ProblemLog

Ints: TypeAlias = npt.NDArray[np.integer[Any]]

REQUIRED = ("area_system", "area", "period", "series", "value")
DIMS = "dims"
"""All dimension codes of a row as one text, ``age=15-24;sex=F``, as our own exports have them; empty for totals."""

OPTIONAL = (DIMS, "flag", "source", "method", "locator")
MOST_WORDS = 1_000_000
"""A column of codes with more distinct words than this does not hold codes."""

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_NOT_FINITE = re.compile(r"[+-]?(?:nan|inf|infinity|∞)", re.IGNORECASE)


class ValueState(IntEnum):
    """What stood in a cell of ``value``."""

    NUMBER = 0
    EMPTY = 1
    TEXT = 2
    NOT_FINITE = 3


def narrow(codes: Ints | Sequence[int], words: int) -> Ints:
    """``codes`` in the smallest signed type that counts ``words``: at thirty million rows every byte is 30 MB."""
    kind: Any = np.int8 if words <= 1 << 7 else np.int16 if words <= 1 << 15 else np.int32
    return np.asarray(codes).astype(kind, copy=False)


@dataclass(frozen=True)
class TextColumn:
    """``codes`` (n,) into ``words``; words are trimmed and free of invisible signs, in order of first appearance."""

    codes: Ints
    words: Sequence[str]


@dataclass
class WordsBuilder:
    """Builds a :class:`TextColumn` from pieces."""

    _codes_of: dict[str, int] = field(default_factory=dict)
    _parts: list[Ints] = field(default_factory=list)

    def add_arrow(self, array: pa.Array) -> None:
        """Append a string or dictionary array; null is the empty word."""
        if not pa.types.is_dictionary(array.type):
            array = array.cast(pa.string()).dictionary_encode()
        ranks = np.array([self.code(word or "") for word in array.dictionary.to_pylist()] + [0], np.int32)
        if array.null_count:
            ranks[-1] = self.code("")
        self._append(ranks[array.indices.fill_null(len(ranks) - 1).to_numpy()])

    def add_words(self, words: Iterable[str]) -> None:
        """Append plain words."""
        self._append(np.fromiter((self.code(word) for word in words), np.int32))

    def code(self, word: str) -> int:
        """The code of a word after cleaning."""
        clean = _INVISIBLE.sub("", word).strip()
        return self._codes_of.setdefault(clean, len(self._codes_of))

    @property
    def size(self) -> int:
        """How many distinct words there are so far."""
        return len(self._codes_of)

    def _append(self, codes: npt.NDArray[np.int32]) -> None:
        self._parts.append(narrow(codes, len(self._codes_of)))

    def column(self) -> TextColumn:
        """What was built."""
        codes = np.concatenate(self._parts) if self._parts else np.zeros(0, np.int32)
        return TextColumn(codes, tuple(self._codes_of))


@dataclass
class ValuesBuilder:
    """Reads numbers; keeps the text of the first cells that are none."""

    _values: list[npt.NDArray[np.float64]] = field(default_factory=list)
    _states: list[npt.NDArray[np.uint8]] = field(default_factory=list)
    texts: dict[int, str] = field(default_factory=dict)
    _told: Counter[ValueState] = field(default_factory=Counter)
    size: int = 0

    def add_arrow(self, array: pa.Array) -> None:
        """Append numbers, or text to be read as numbers (null and the empty text: no value)."""
        if pa.types.is_dictionary(array.type):
            array = array.dictionary_decode()
        if _is_number(array.type):
            self._append(*_judged(array.cast(pa.float64())))
            return
        trimmed = pc.utf8_trim_whitespace(array.cast(pa.string()))
        filled = pc.if_else(pc.equal(trimmed, ""), None, trimmed)
        try:
            values, states = _judged(filled.cast(pa.float64()))
        except pa.ArrowInvalid:
            self.add_cells(filled.to_pylist())
            return
        for at in np.flatnonzero(states == ValueState.NOT_FINITE)[:200].tolist():
            self.texts[self.size + at] = filled[at].as_py()
        self._append(values, states)

    def add_cells(self, cells: Iterable[object]) -> None:
        """Append cells one by one: numbers, text, or None."""
        values: list[float] = []
        states: list[ValueState] = []
        for cell in cells:
            value, state = _read_number(cell)
            if state >= ValueState.TEXT and self._told[state] < KEPT:
                self._told[state] += 1
                self.texts[self.size + len(values)] = str(cell).strip()
            values.append(value)
            states.append(state)
        self._append(np.array(values, np.float64), np.array(states, np.uint8))

    def _append(self, values: npt.NDArray[np.float64], states: npt.NDArray[np.uint8]) -> None:
        for at in np.flatnonzero(states == ValueState.NOT_FINITE)[:200].tolist():
            self.texts.setdefault(self.size + at, str(values[at]))
        self._values.append(values)
        self._states.append(states)
        self.size += len(values)

    def values(self) -> npt.NDArray[np.float64]:
        """Values (n,), NaN where there is no number."""
        return np.concatenate(self._values) if self._values else np.zeros(0)

    def states(self) -> npt.NDArray[np.uint8]:
        """A :class:`ValueState` for each value."""
        return np.concatenate(self._states) if self._states else np.zeros(0, np.uint8)


@dataclass(frozen=True)
class RawColumns:
    """A tidy file, read: n rows. ``text`` holds the required and optional columns and every dimension column found;
    ``locator`` is given text or None; ``rows`` (n,) are the numbers of the rows in the file or sheet."""

    file: str
    sheet: str | None
    text: dict[str, TextColumn]
    values: npt.NDArray[np.float64]
    states: npt.NDArray[np.uint8]
    value_texts: dict[int, str]
    locator: pa.ChunkedArray | None
    rows: npt.NDArray[np.int32]


def check_header(names: Sequence[str], dimensions: Sequence[str], log: ProblemLog, row: int | None) -> list[str]:
    """The house names of the columns in a header; unknown, missing and repeated ones are refused.

    Names may differ in case and in the spaces around them.
    """
    from difflib import get_close_matches  # only a wrong header needs it

    known = {name.lower(): name for name in (*dimensions, *REQUIRED, *OPTIONAL)}
    found = [known.get(_INVISIBLE.sub("", name).strip().lower(), "") for name in names]
    for at, (given, name) in enumerate(zip(names, found, strict=True)):
        if not name:
            near = get_close_matches(given.strip().lower(), list(known), n=2, cutoff=0.6)
            log.add("unknown_column", *_unknown_column(given, at, [known[n] for n in near], dimensions), row=row)
        elif name in found[:at]:
            log.add(
                "duplicate_column",
                Text(f"มีคอลัมน์{column_words(name).th} มากกว่าหนึ่ง", f"the column {name} is there more than once"),
                Text("เหลือไว้เพียงคอลัมน์เดียว", "keep one of them"),
                row=row,
            )
    for name in REQUIRED:
        if name not in found:
            log.add(
                "missing_column",
                Text(f"ไม่มีคอลัมน์{column_words(name).th}", f"the column {name} is missing"),
                Text(f"แถวแรกต้องมี {', '.join(REQUIRED)}", f"the first row must name {', '.join(REQUIRED)}"),
                row=row,
            )
    log.raise_if_any()
    return found


COLUMN_WORDS = {
    "area_system": Text("ระบบพื้นที่", "area system"),
    "area": Text("พื้นที่", "area"),
    "period": Text("ช่วงเวลา", "period"),
    "series": Text("อนุกรม", "series"),
    "dims": Text("รายการย่อย", "parts"),
    "value": Text("ค่า", "value"),
    "flag": Text("สถานะของค่า", "flag"),
    "source": Text("แหล่งที่มา", "source"),
    "method": Text("วิธีได้มา", "method"),
    "locator": Text("ตำแหน่งในแหล่งที่มา", "place in the source"),
}
"""Columns of tidy data as people call them."""


def column_words(name: str) -> Text:
    """A column by its name in words, with the name that stands in the heading.

    >>> column_words("area_system").th
    'ระบบพื้นที่ (area_system)'
    """
    words = COLUMN_WORDS.get(name)
    return Text(name, name) if words is None else Text(f"{words.th} ({name})", f"{words.en} ({name})")


def _unknown_column(given: str, at: int, near: list[str], dimensions: Sequence[str]) -> tuple[Text, Text]:
    if not given.strip():
        return (
            Text(f"คอลัมน์ที่ {at + 1} ไม่มีชื่อ", f"column {at + 1} has no name"),
            Text("ตั้งชื่อหรือลบคอลัมน์นั้น", "name the column or delete it"),
        )
    if near:
        return (
            Text(f"ไม่รู้จักคอลัมน์ “{given}”", f"unknown column “{given}”"),
            Text(f"หมายถึง {' หรือ '.join(near)} หรือไม่", f"did you mean {' or '.join(near)}?"),
        )
    allowed = ", ".join((*REQUIRED, *OPTIONAL, *dimensions))
    return (
        Text(f"ไม่รู้จักคอลัมน์ “{given}”", f"unknown column “{given}”"),
        Text(f"ลบคอลัมน์นี้ คอลัมน์ที่ใช้ได้: {allowed}", f"delete it; the columns that can be used: {allowed}"),
    )


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def _judged(array: pa.Array) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.uint8]]:
    values = array.to_numpy(zero_copy_only=False)
    empty = array.is_null().to_numpy(zero_copy_only=False)
    states = np.where(empty, ValueState.EMPTY, np.where(np.isfinite(values), ValueState.NUMBER, ValueState.NOT_FINITE))
    return values, states.astype(np.uint8)


def _read_number(cell: object) -> tuple[float, ValueState]:
    if cell is None:
        return np.nan, ValueState.EMPTY
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        value = float(cell)
        return value, ValueState.NUMBER if np.isfinite(value) else ValueState.NOT_FINITE
    text = to_arabic_digits(_INVISIBLE.sub("", str(cell)).strip()).replace("\N{MINUS SIGN}", "-")
    if not text:
        return np.nan, ValueState.EMPTY
    if _NUMBER.fullmatch(text):
        value = float(text)
        return value, ValueState.NUMBER if np.isfinite(value) else ValueState.NOT_FINITE
    return np.nan, ValueState.NOT_FINITE if _NOT_FINITE.fullmatch(text) else ValueState.TEXT
