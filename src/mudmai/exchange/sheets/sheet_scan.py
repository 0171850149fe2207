"""What the values of an Excel sheet do not tell, picked from its XML while it streams by.

Hidden rows and columns, formulas whose value was not kept, error values, cells shown as per cent, and how far the sheet
reaches. Only whole rows are looked at, block by block; a kind of thing that does not occur costs one search for a word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from mudmai.exchange.sheets.cells import Place, place_of

_ROOT = re.compile(rb"<((?:\w+:)?)worksheet\b")
_MOST_TAIL = 8 << 20


@lru_cache(maxsize=8)
def _patterns(prefix: bytes) -> dict[str, re.Pattern[bytes]]:
    c, row, col, f, v = (re.escape(b"<" + prefix + name) for name in (b"c", b"row", b"col", b"f", b"v"))
    end_f, end_c, end_v = (re.escape(b"</" + prefix + name + b">") for name in (b"f", b"c", b"v"))
    return {
        "wide": re.compile(rb' r="([A-Z]{2,3})[0-9]'),
        "row": re.compile(row + rb'\b[^>]{0,200}?\br="([0-9]{1,7})"'),
        "hidden_row": re.compile(row + rb'\b(?=[^>]*\bhidden="(?:1|true)")[^>]*\br="([0-9]{1,7})"'),
        "hidden_col": re.compile(col + rb'\b(?=[^>]*\bhidden="(?:1|true)")([^>]*)>'),
        "error": re.compile(c + rb'\b(?=[^>]*\bt="e")[^>]*\br="([A-Z]{1,3}[0-9]{1,7})"'),
        "error_value": re.compile(v + rb">([^<]{1,40})" + end_v),
        "no_value": re.compile(
            c + rb'\b(?![^>]*\bt="str")[^>]*\br="([A-Z]{1,3}[0-9]{1,7})"[^>]*>'
            + f + rb"\b[^>]*(?:/>|>[^<]*" + end_f + rb")(?:" + v + rb"\s*/>|" + v + rb">" + end_v + rb")?" + end_c
        ),
        "styled": re.compile(c + rb'\b[^>]*\br="([A-Z]{1,3}[0-9]{1,7})"[^>]*\bs="([0-9]{1,6})"'),
    }  # fmt: skip


@dataclass
class SheetScan:
    """Fill with :meth:`hear` (blocks, the empty one last). ``percent_styles`` are numbers of styles to look for."""

    percent_styles: frozenset[bytes] = frozenset()
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    without_value: set[Place] = field(default_factory=set)
    errors: dict[Place, str] = field(default_factory=dict)
    percent: set[Place] = field(default_factory=set)
    rows: int = 0
    columns: int = 0
    has_formulas: bool = False
    _tail: bytes = b""
    _prefix: bytes | None = None

    def hear(self, block: bytes) -> None:
        """Take the next block; an empty one ends the sheet."""
        text = self._tail + block
        if self._prefix is None:
            match = _ROOT.search(text[:20000])
            self._prefix = match[1] if match else b""
        end = text.rfind(b"</" + self._prefix + b"row>")
        if block and end < 0 and len(text) < _MOST_TAIL:
            self._tail = text
            return
        cut = len(text) if not block or end < 0 else end + len(self._prefix) + 6
        self._tail = text[cut:]
        self._look(text[:cut], _patterns(self._prefix))

    def _look(self, text: bytes, patterns: dict[str, re.Pattern[bytes]]) -> None:
        rows = patterns["row"].findall(text)
        self.rows = max([self.rows, *map(int, rows)])
        letters = set(patterns["wide"].findall(text))
        wide = max(map(column_number, letters), default=26 if rows else 0)
        self.columns = max(self.columns, wide)
        if b"hidden=" in text:
            self.hidden_rows.update(int(n) - 1 for n in patterns["hidden_row"].findall(text))
            for attributes in patterns["hidden_col"].findall(text):
                first, last = (_whole(attributes, name) for name in (b"min", b"max"))
                self.hidden_columns.update(range(first - 1, min(last, 16384)))
        if b't="e"' in text:
            for match in patterns["error"].finditer(text):
                value = patterns["error_value"].search(text, match.end(), match.end() + 4000)
                self.errors[place_of(match[1].decode())] = value[1].decode("utf-8", "replace") if value else "#ERROR"
        if b"<" + (self._prefix or b"") + b"f" in text:
            self.has_formulas = True
            self.without_value.update(place_of(name.decode()) for name in patterns["no_value"].findall(text))
        if self.percent_styles and any(b's="' + style + b'"' in text for style in self.percent_styles):
            self.percent.update(
                place_of(name.decode())
                for name, style in patterns["styled"].findall(text)
                if style in self.percent_styles
            )


def column_number(letters: bytes) -> int:
    """The column that letters name, counted from 1."""
    number = 0
    for letter in letters:
        number = 26 * number + letter - 64
    return number


def _whole(attributes: bytes, name: bytes) -> int:
    match = re.search(rb"\b" + name + rb'="([0-9]{1,7})"', attributes)
    return int(match[1]) if match else 1
