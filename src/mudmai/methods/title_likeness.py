"""How alike the titles of projects are: by the letters that they share, and by the numbers in them.

"ถนนสาย 1" and "ถนนสาย 2" share every letter and are two roads; so numbers are compared on their own. Letters
are compared by :mod:`mudmai.methods.similarity`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mudmai.core.search_text import fold
from mudmai.methods.similarity import TextIndex, index_texts, plain

_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)*")
_CHUNK = 500
_FEW = 4000
_LONG = 4
_HOPEFUL = 0.1
OTHER_NUMBERS = 0.75
"""What is left of the likeness of two titles whose numbers differ."""
ONE_HAS_NUMBERS = 0.9
"""What is left of it when only one of them has numbers."""


def numbers_in(title: str) -> tuple[str, ...]:
    """The numbers of a title in either digit script, in their order, without thousands' commas and trailing zeros.

    >>> numbers_in("ถนน ๑,๒๐๐ เมตร กม.15+700.50")
    ('1200', '15', '700.5')
    """
    found = (one.replace(",", "") for one in _NUMBER.findall(fold(title)))
    return tuple(one.rstrip("0").rstrip(".") if "." in one else one for one in found)


def words_in(title: str) -> str:
    """A title as its letters are compared: folded, each number one sign, without spaces (in Thai they mean nothing).

    >>> words_in("ก่อสร้าง ถนน สาย ๑๒") == words_in("ก่อสร้างถนนสาย 7")
    True
    """
    return plain(title).replace(" ", "")


def numbers_weigh(first: tuple[str, ...], second: tuple[str, ...]) -> float:
    """What is left of the likeness of two titles with these numbers: 1 where they are the same."""
    if first == second:
        return 1.0
    return OTHER_NUMBERS if first and second else ONE_HAS_NUMBERS


@dataclass(frozen=True, slots=True)
class TitlePair:
    """Two titles by their places in what was given, the earlier first; ``likeness`` 1: the same words and numbers."""

    first: int
    second: int
    likeness: float


class Titles:
    """Titles ready to be compared with others."""

    def __init__(self, titles: Sequence[str]) -> None:
        self._index: TextIndex = index_texts([words_in(title) for title in titles])
        self._numbers = [numbers_in(title) for title in titles]

    def likeness(self, others: Sequence[str]) -> npt.NDArray[np.float64]:
        """Each of ``others`` to each title: others x titles, 0 to 1."""
        found = self._index.cosines([words_in(other) for other in others])
        for row, other in enumerate(others):
            own = numbers_in(other)
            for column in np.flatnonzero(found[row] > 0.2):
                found[row, column] *= numbers_weigh(own, self._numbers[column])
        return found


def alike_titles(titles: Sequence[str], *, least: float = 0.8, common: float = 0.005) -> tuple[TitlePair, ...]:
    """The pairs of titles at least ``least`` alike, by first place; for any number of titles.

    Titles of the same words and the same numbers are pairs at once. For the rest only titles are compared that share
    rare groups of four letters: each in at most ``common`` of all different titles (up to 4,000 titles: any).
    What is found in this way is compared in full. Cost goes with the candidates, not with the square of the titles.
    """
    numbers = [numbers_in(title) for title in titles]
    same: dict[tuple[str, tuple[str, ...]], list[int]] = defaultdict(list)
    for place, title in enumerate(titles):
        same[words_in(title), numbers[place]].append(place)
    found = [TitlePair(a, b, 1.0) for group in same.values() for n, a in enumerate(group) for b in group[n + 1 :]]
    by_words: dict[str, list[list[int]]] = defaultdict(list)
    for (words, _), group in same.items():
        by_words[words].append(group)
    if least <= OTHER_NUMBERS:
        found += _of_other_numbers(by_words, numbers, least)
    found += _of_other_words(by_words, numbers, least, common)
    return tuple(sorted(found, key=lambda one: (one.first, one.second)))


def _pairs(
    first: Sequence[int], second: Sequence[int], cosine: float, numbers: Sequence[tuple[str, ...]], least: float
) -> list[TitlePair]:
    likeness = cosine * numbers_weigh(numbers[first[0]], numbers[second[0]])
    if likeness < least:
        return []
    return [TitlePair(min(a, b), max(a, b), likeness) for a in first for b in second]


def _of_other_numbers(
    by_words: dict[str, list[list[int]]], numbers: Sequence[tuple[str, ...]], least: float
) -> list[TitlePair]:
    found: list[TitlePair] = []
    for groups in by_words.values():
        for n, one in enumerate(groups):
            for other in groups[n + 1 :]:
                found += _pairs(one, other, 1.0, numbers, least)
    return found


def _of_other_words(
    by_words: dict[str, list[list[int]]], numbers: Sequence[tuple[str, ...]], least: float, common: float
) -> list[TitlePair]:
    from scipy import sparse  # only loaded where titles are compared, not at every start

    words = [one for one in by_words if one]
    index = index_texts(words)
    matrix = sparse.csr_array(index.matrix)
    held = np.asarray((matrix > 0).sum(axis=0)).ravel()
    long = np.array([len(gram) == _LONG for gram in index.vocabulary], dtype=bool)
    few = len(words) <= _FEW
    rare = np.flatnonzero(held > 1 if few else long & (held > 1) & (held <= max(40, common * len(words))))
    narrow = sparse.csr_array(matrix[:, rare])
    found: list[TitlePair] = []
    for start in range(0, len(words), _CHUNK):
        block = sparse.triu(narrow[start : start + _CHUNK] @ narrow[start:].T, k=1).tocoo()
        hopeful = np.flatnonzero(block.data > _HOPEFUL)
        for begin in range(0, len(hopeful), _CHUNK * 20):
            part = hopeful[begin : begin + _CHUNK * 20]
            first, second = block.row[part] + start, block.col[part] + start
            cosines = np.asarray(matrix[first].multiply(matrix[second]).sum(axis=1)).ravel()
            for n in np.flatnonzero(cosines >= least):
                cosine = min(1.0, float(cosines[n]))
                for one in by_words[words[first[n]]]:
                    for other in by_words[words[second[n]]]:
                        found += _pairs(one, other, cosine, numbers, least)
    return found
