"""Text as it is searched: either digit script, invisible signs, two ways to type one Thai vowel make no difference.

:func:`fold` is what an index keeps and what a question is turned into; :func:`fold_with_places` also says from which
letter of the text each letter of its folded form came, so that a find can be marked in the text as it is written.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mudmai.core.language import to_arabic_digits

_INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")
_MARKS = frozenset(chr(c) for c in (0x0E31, *range(0x0E34, 0x0E3B), *range(0x0E47, 0x0E4F)))
_SARA_AM, _NIKHAHIT, _SARA_AA, _SARA_E, _SARA_AE = "\u0e33", "\u0e4d", "\u0e32", "\u0e40", "\u0e41"
_DASHES = frozenset("\u2010\u2011\u2012\u2013\u2014\u2212")
_ERA_YEAR = re.compile(
    r"(?:พ\.?\s?ศ\.?|ค\.?\s?ศ\.?|ปีงบประมาณ|ปี|\bb\.?e\.?|\bc\.?e\.?|\ba\.?d\.?|\bfy)\s*(?=[12]\d{3}(?!\d))"
)
_YEAR = re.compile(r"(?<!\d)[12]\d{3}(?!\d)")
_MOST_WORDS = 12
_PLAIN = str.maketrans(
    dict.fromkeys(_INVISIBLE)
    | dict.fromkeys(_DASHES, "-")
    | {chr(c): " " for c in range(32)}
    | {_SARA_AM: _NIKHAHIT + _SARA_AA}
)
_MARK_RUN = re.compile(f"[{''.join(sorted(_MARKS))}]{{2,}}")
_SPACES = re.compile(r"\s+")


def fold(text: str) -> str:
    """``text`` as it is compared.

    >>> fold("ปี  ๒๕๖๖") == fold("ปี 2566"), fold("น\u0e49\u0e33") == fold("น\u0e4d\u0e49\u0e32"), fold("GPP")
    (True, True, 'gpp')
    """
    plain = to_arabic_digits(text.translate(_PLAIN)).casefold()
    plain = _MARK_RUN.sub(lambda run: "".join(sorted(set(run[0]))), plain)
    return _SPACES.sub(" ", plain.replace(_SARA_E * 2, _SARA_AE)).strip(" ")


def fold_with_places(text: str) -> tuple[str, list[int]]:
    """The folded text and, for each of its letters, the place in ``text`` of the letter that it came from."""
    letters: list[str] = []
    places: list[int] = []
    run: list[tuple[str, int]] = []

    def end_run() -> None:
        before = ""
        for mark, place in sorted(run):  # marks of one letter in one order, each once
            if mark != before:
                letters.append(mark)
                places.append(place)
            before = mark
        run.clear()

    for at, raw in enumerate(text):
        if raw in _INVISIBLE:
            continue
        if raw == _SARA_AM:
            run.append((_NIKHAHIT, at))
            end_run()
            letters.append(_SARA_AA)
            places.append(at)
            continue
        if raw in _MARKS:
            run.append((raw, at))
            continue
        if run:
            end_run()
        for letter in _plain(raw):
            if letter == " " and letters[-1:] in ([" "], []):
                continue
            if letter == _SARA_E and letters[-1:] == [_SARA_E]:
                letters[-1] = _SARA_AE
                continue
            letters.append(letter)
            places.append(at)
    end_run()
    if letters[-1:] == [" "]:
        letters.pop()
        places.pop()
    return "".join(letters), places


def _plain(letter: str) -> str:
    if letter.isspace() or letter < " ":
        return " "
    if letter in _DASHES:
        return "-"
    return to_arabic_digits(letter).casefold()


def words_of(question: str) -> tuple[str, ...]:
    """The folded words of a question, at most twelve, each once; ``"…"`` keeps words together, and the name of an era
    before a year goes, as a year is found in either.

    >>> words_of('ประชากร พ.ศ. ๒๕๖๖ "real per head"')
    ('ประชากร', '2566', 'real per head')
    """
    plain = _ERA_YEAR.sub("", fold(question))
    found = (quoted or bare for quoted, bare in re.findall(r'"([^"]+)"|([^\s"]+)', plain))
    words = (word.strip(" ,;") for word in found)
    return tuple(dict.fromkeys(word for word in words if any(c.isalnum() for c in word)))[:_MOST_WORDS]


def years_said(text: str) -> frozenset[int]:
    """Years (CE) that ``text`` names in four figures, in either era; figures that can be no year are left out.

    >>> sorted(years_said("พ.ศ. ๒๕๕๗-2562 และ 1995"))
    [1995, 2014, 2019]
    """
    return frozenset(year for found in _YEAR.findall(to_arabic_digits(text)) if (year := year_meant(found)) is not None)


def year_meant(word: str) -> int | None:
    """The year (CE) that a word of four figures means; None when it means none.

    >>> year_meant("2566"), year_meant("2023"), year_meant("1200")
    (2023, 2023, None)
    """
    if not _YEAR.fullmatch(word):
        return None
    year = int(word)
    if 1850 <= year <= 2150:
        return year
    return year - 543 if 2393 <= year <= 2693 else None


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text; ``hit`` where it is what was looked for."""

    text: str
    hit: bool = False


def marked(text: str, words: Sequence[str]) -> tuple[Piece, ...]:
    """``text`` in pieces, every occurrence of the folded ``words`` marked; whole letters with their marks.

    >>> [p.text for p in marked("ประชากรปี ๒๕๖๖", ("2566",)) if p.hit]
    ['๒๕๖๖']
    """
    return _pieces(text, _hits(text, words))


def snippet(text: str, words: Sequence[str], width: int = 160) -> tuple[Piece, ...]:
    """About ``width`` letters of ``text`` around the first find, marked; its beginning where nothing is found."""
    hits = _hits(text, words)
    start = max(0, hits[0][0] - width // 3) if hits and hits[0][1] > width else 0
    start, end = _whole(text, start), _whole(text, min(len(text), start + width))
    inside = [(max(a, start) - start, min(b, end) - start) for a, b in hits if a < end and b > start]
    pieces = _pieces(text[start:end], inside)
    before, after = (Piece("… "),) if start else (), (Piece(" …"),) if end < len(text) else ()
    return (*before, *pieces, *after)


def _hits(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Stretches of ``text`` that are found, in order, none touching another."""
    folded, places = fold_with_places(text)
    found = []
    for word in words:
        at = folded.find(word) if word else -1
        while at >= 0:
            found.append((_whole(text, min(places[at : at + len(word)]), back=True),
                          _whole(text, max(places[at : at + len(word)]) + 1)))  # fmt: skip
            at = folded.find(word, at + len(word))
    joined: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def _whole(text: str, at: int, *, back: bool = False) -> int:
    """The nearest place from ``at`` on that does not part a letter from its marks."""
    while 0 < at < len(text) and (text[at] in _MARKS or text[at] == _SARA_AM or text[at] in _INVISIBLE):
        at += -1 if back else 1
    return at


def _pieces(text: str, hits: Sequence[tuple[int, int]]) -> tuple[Piece, ...]:
    found, here = [], 0
    for start, end in hits:
        found += [Piece(text[here:start]), Piece(text[start:end], True)]
        here = end
    return tuple(piece for piece in (*found, Piece(text[here:])) if piece.text)


def nearest_part(text: str, word: str, most: int) -> str | None:
    """The stretch of folded ``text`` that is at most ``most`` letters apart from ``word``; the nearest, or None.

    Source: P. Sellers, The theory and computation of evolutionary distances, J. Algorithms 1 (1980).

    >>> nearest_part("จํานวนประชากรเมือง", "ประชากน", 2)
    'ประชากร'
    """
    row = [(i, 0) for i in range(len(word) + 1)]  # (letters apart, where the stretch begins)
    best = (most + 1, 0, 0, 0)  # letters apart, how much longer or shorter, from, to
    for end, letter in enumerate(text, start=1):
        before, row = row, [(0, end)]
        for i, own in enumerate(word, start=1):
            row.append(
                min(
                    (before[i - 1][0] + (own != letter), before[i - 1][1]),
                    (before[i][0] + 1, before[i][1]),
                    (row[i - 1][0] + 1, row[i - 1][1]),
                    key=lambda cell: cell[0],
                )
            )
        apart, start = row[-1]
        best = min(best, (apart, abs(end - start - len(word)), start, end), key=lambda found: found[:2])
    if best[0] > most:
        return None
    _, _, start, end = best
    while start > 0 and text[start] in _MARKS:
        start -= 1
    while end < len(text) and (text[end] in _MARKS or text[end - 1 : end + 1] == _NIKHAHIT + _SARA_AA):
        end += 1
    return text[start:end].strip() or None


def composed(folded: str) -> str:
    """A folded text as people write it."""
    return folded.replace(_NIKHAHIT + _SARA_AA, _SARA_AM)
