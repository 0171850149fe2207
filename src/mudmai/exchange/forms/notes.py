"""Notes drawn over projects, read by the patterns of a pack: what was corrected, moved, merged, doubled, co-funded."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from mudmai.core.language import to_arabic_digits
from mudmai.core.number_text import clean_text
from mudmai.exchange.forms.book import FormNote, NoteKind
from mudmai.exchange.forms.layouts import NotePattern

_PLACEHOLDER = re.compile(r"\{(number|year|target|plan|partner|rest)\}")
_PATTERNS = {
    "number": r"(?P<number>[0-9]{1,3})",
    "year": r"(?P<year>[0-9]{2,4})",
    "target": r"(?P<target>[0-9]{1,5})",
    "plan": r"(?P<plan>\S.*?)",
    "partner": r"(?P<partner>\S.*?)",
    "rest": r"(?P<rest>\S.*?)",
}


@dataclass(frozen=True)
class _Compiled:
    kind: NoteKind
    head: re.Pattern[str] | None
    whole: re.Pattern[str]
    weight: int


class NoteReader:
    """Reads the words of a box; one box may say several things, one after the other."""

    def __init__(self, patterns: Sequence[NotePattern]) -> None:
        self._patterns = tuple(_compiled(one) for one in patterns)

    def read(self, text: str, cell: str, *, drawn: bool = True) -> tuple[FormNote, ...]:
        """All that ``text`` says; a single note of kind unknown when no pattern fits.

        A year of two digits is left as it is written.
        """
        plain = to_arabic_digits(clean_text(text))
        pieces = self._pieces(plain)
        found = [note for piece in pieces if (note := self._note(piece, text, cell, drawn)) is not None]
        return tuple(found) or (FormNote(NoteKind.UNKNOWN, clean_text(text), cell, drawn=drawn),)

    def _pieces(self, plain: str) -> list[str]:
        """``plain`` cut where a pattern's first words begin; whole when none begins at its start."""
        starts = {0}
        for one in self._patterns:
            if one.head is not None:
                starts |= {match.start() for match in one.head.finditer(plain)}
        at = sorted(starts)
        at = [start for start in at if not any(self._covers(plain, other, start) for other in at if other < start)]
        return [plain[a:b] for a, b in zip(at, [*at[1:], len(plain)], strict=True)]

    def _covers(self, plain: str, start: int, inner: int) -> bool:
        """True when the words that begin at ``start`` reach over ``inner``: it begins nothing of its own."""
        for one in self._patterns:
            match = one.head.match(plain, start) if one.head is not None else None
            if match is not None and match.end() > inner:
                return True
        return False

    def _note(self, piece: str, text: str, cell: str, drawn: bool) -> FormNote | None:
        best: tuple[int, _Compiled, re.Match[str]] | None = None
        for one in self._patterns:
            match = one.whole.match(piece)
            if match is not None and (best is None or one.weight > best[0]):
                best = (one.weight, one, match)
        if best is None:
            return None
        _, pattern, match = best
        said = {name: (value or "").strip(" .…,;()") for name, value in match.groupdict().items()}
        number = "/".join(part for part in (said.get("number", ""), said.get("year", "")) if part)
        return FormNote(
            pattern.kind,
            clean_text(text),
            cell,
            number=number,
            target=said.get("target", ""),
            plan=said.get("plan", ""),
            partner=said.get("partner", ""),
            drawn=drawn,
        )


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
