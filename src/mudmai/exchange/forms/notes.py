"""Notes drawn over projects, read by the patterns of a pack: what was corrected, moved, merged, doubled, co-funded."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from mudmai.core.language import to_arabic_digits
from mudmai.core.number_text import clean_text
from mudmai.exchange.forms.book import FormNote, NoteKind
from mudmai.exchange.forms.layouts import NotePattern

_PLACEHOLDER = re.compile(r"\{(number|year|target|plan|partner|rest)\}")
_PATTERNS = {
    "number": r"(?P<number>[0-9]{1,3})(?![0-9])",
    "year": r"(?P<year>[0-9]{2,4})(?![0-9])",
    "target": r"(?P<target>[0-9]{1,5})(?![0-9])",
    "plan": r"(?P<plan>\S.*?)",
    "partner": r"(?P<partner>\S.*?)",
    "rest": r"(?P<rest>\S.*?)",
}

MOST_KNOWN = 5_000
"""The same words stand in many boxes: this many are remembered."""


@dataclass(frozen=True)
class _Compiled:
    kind: NoteKind
    head: re.Pattern[str] | None
    whole: re.Pattern[str]
    weight: int


class _Said(NamedTuple):
    kind: NoteKind
    number: str = ""
    target: str = ""
    plan: str = ""
    partner: str = ""


class NoteReader:
    """Reads the words of a box; one box may say several things, one after the other."""

    def __init__(self, patterns: Sequence[NotePattern]) -> None:
        self._patterns = tuple(_compiled(one) for one in patterns)
        self._heads = tuple({one.head.pattern: one.head for one in self._patterns if one.head is not None}.values())
        self._known: dict[str, tuple[_Said, ...]] = {}

    def read(self, text: str, cell: str, *, drawn: bool = True) -> tuple[FormNote, ...]:
        """All that ``text`` says; a single note of kind unknown when no pattern fits.

        A year of two digits is left as it is written.
        """
        plain = clean_text(text)
        found = self._known.get(plain)
        if found is None:
            digits = to_arabic_digits(plain)
            read = [self._said(piece) for piece in self._pieces(digits)]
            found = tuple(one for one in read if one is not None) or (_Said(NoteKind.UNKNOWN),)
            if len(self._known) < MOST_KNOWN:
                self._known[plain] = found
        return tuple(
            FormNote(one.kind, plain, cell, one.number, one.target, one.plan, one.partner, drawn) for one in found
        )

    def _pieces(self, plain: str) -> list[str]:
        """``plain`` cut where a pattern's first words begin, words inside others aside; first its very beginning."""
        spans = sorted((match.start(), -match.end()) for head in self._heads for match in head.finditer(plain))
        starts, reach = [0], 0
        for start, end in spans:
            if start >= reach:
                starts += [start] if start else []
            reach = max(reach, -end)
        return [plain[a:b] for a, b in zip(starts, [*starts[1:], len(plain)], strict=True)]

    def _said(self, piece: str) -> _Said | None:
        best: tuple[_Compiled, re.Match[str]] | None = None
        for one in self._patterns:
            match = one.whole.match(piece)
            if match is not None and (best is None or one.weight > best[0].weight):
                best = (one, match)
        if best is None:
            return None
        pattern, match = best
        said = {name: (value or "").strip(" .…,;()") for name, value in match.groupdict().items()}
        number = "/".join(part for part in (said.get("number", ""), said.get("year", "")) if part)
        return _Said(pattern.kind, number, said.get("target", ""), said.get("plan", ""), said.get("partner", ""))


@lru_cache(maxsize=16)
def note_reader(patterns: tuple[NotePattern, ...]) -> NoteReader:
    """The reader of these patterns, made once."""
    return NoteReader(patterns)


def _compiled(pattern: NotePattern) -> _Compiled:
    """``weight`` prefers patterns that say more: numbers and names first, then the number of signs."""
    words = clean_text(pattern.words)
    parts = _PLACEHOLDER.split(words)
    regex = "".join(_PATTERNS[part] if n % 2 else _literal(part) for n, part in enumerate(parts))
    open_end = len(parts) > 1 and not parts[-1].strip() and parts[-2] in ("plan", "partner", "rest")
    head = re.compile(_literal(parts[0])) if parts[0].strip() else None
    signs = sum(len(part.strip()) for n, part in enumerate(parts) if n % 2 == 0)
    whole = re.compile(regex + (r"\s*$" if open_end else ""))
    return _Compiled(pattern.kind, head, whole, signs + 10 * (len(parts) // 2))


def _literal(words: str) -> str:
    return r"\s*".join(re.escape(one) for one in re.split(r"\s+", words))
