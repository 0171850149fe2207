"""How alike texts are, by the letters that they share: TF-IDF over n-grams of characters, and the cosine between them.

Thai is written without spaces between words; n-grams of letters need no word breaks, and forgive a letter that was
misread. Weights are those of Salton and Buckley (1988), *Term-weighting approaches in automatic text retrieval*: the
logarithm of how often an n-gram stands in the text, times the logarithm of how rare it is among the documents; vectors
have length 1. All numbers are read as the digit 0, so that years and amounts make nothing alike.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log, sqrt
from typing import Any

import numpy as np
import numpy.typing as npt

from mudmai.core.search_text import fold

SIZES = (2, 3, 4)
"""Lengths of the n-grams."""

_DIGITS = re.compile(r"[0-9]+([.,:+/][0-9]+)*")
_NOT_LETTERS = re.compile(r"[^\w\u0e00-\u0e7f]+|_")
_MARKS = "\u0e31\u0e34\u0e35\u0e36\u0e37\u0e38\u0e39\u0e3a\u0e47\u0e48\u0e49\u0e4a\u0e4b\u0e4c\u0e4d\u0e4e"
_CHUNK = 2000
Floats = npt.NDArray[np.float64]


def plain(text: str) -> str:
    """``text`` as it is compared: folded, numbers as ``0``, everything else that is no letter a single space.

    >>> plain("ทางหลวง ๓๑๑ (กม.15+700)"), plain(" A-b ")
    ('ทางหลวง 0 กม 0', 'a b')
    """
    return _NOT_LETTERS.sub(" ", _DIGITS.sub("0", fold(text))).strip()


@lru_cache(maxsize=1 << 14)
def ngrams(text: str, sizes: tuple[int, ...] = SIZES) -> Counter[str]:
    """The n-grams of a text with their counts; none begins or ends with a space, or begins with a mark of a letter."""
    found: Counter[str] = Counter()
    said = plain(text)
    for size in sizes:
        for at in range(len(said) - size + 1):
            gram = said[at : at + size]
            if gram[0] != " " and gram[-1] != " " and gram[0] not in _MARKS:
                found[gram] += 1
    return found


@dataclass(frozen=True)
class TextIndex:
    """Documents ready to be compared with, see :func:`index_texts`."""

    texts: tuple[str, ...]
    vocabulary: dict[str, int]
    rarity: Floats
    matrix: Any
    """Sparse, documents x n-grams, rows of length 1 (0 for an empty document)."""
    unknown: float
    """The rarity of an n-gram that no document has."""

    def vectors(self, texts: Sequence[str]) -> Any:
        """``texts`` in the index's own n-grams; what no document has counts for the length, and matches nothing."""
        from scipy import sparse  # only loaded where texts are compared, not at every start

        places, columns, values = [0], [], []
        rarity: list[float] = self.rarity.tolist()
        for text in texts:
            row, squares = [], 0.0
            for gram, count in ngrams(text).items():
                column = self.vocabulary.get(gram)
                weight = (1 + log(count)) * (self.unknown if column is None else rarity[column])
                squares += weight * weight
                if column is not None:
                    row.append((column, weight))
            length = sqrt(squares) or 1.0
            columns += [column for column, _ in row]
            values += [weight / length for _, weight in row]
            places.append(len(columns))
        shape = (len(texts), len(self.vocabulary))
        return sparse.csr_array((values, columns, places), shape=shape, dtype=np.float64)

    def cosines(self, texts: Sequence[str]) -> Floats:
        """How alike each of ``texts`` is to each document: texts x documents, 0 (nothing shared) to 1 (the same)."""
        if not texts or not self.texts:
            return np.zeros((len(texts), len(self.texts)))
        found: Floats = (self.vectors(texts) @ self.matrix.T).toarray()
        return np.clip(found, 0.0, 1.0)

    def shared(self, text: str, document: int, *, most: int = 5) -> tuple[str, ...]:
        """The longest pieces of ``text`` that the document has too, those that weigh most first.

        Pieces are cut from runs of shared n-grams, so a word of Thai comes out whole where both sides have it whole.
        """
        own = plain(self.texts[document])
        said = plain(text)
        held = [False] * max(0, len(said) - 1)
        for at in range(len(said) - 2):
            gram = said[at : at + 3]
            if gram in own:
                held[at] = held[at + 1] = True
        weights: dict[str, float] = {}
        for piece in _runs(said, held, own):
            grams = [self.vocabulary.get(gram) for gram in ngrams(piece)]
            weights[piece] = sum(float(self.rarity[column]) for column in grams if column is not None)
        best = sorted(weights, key=lambda piece: -weights[piece])
        kept: list[str] = []
        for piece in best:
            if len(piece) > 2 and not any(piece in other for other in kept):
                kept.append(piece)
        return tuple(kept[:most])


def _runs(said: str, held: Sequence[bool], own: str) -> Iterable[str]:
    """The longest pieces of ``said``, from each place, that stand in ``own`` as a whole."""
    at = 0
    while at < len(held):
        if not held[at] or said[at] in _MARKS + " ":
            at += 1
            continue
        end = at + 2
        while end < len(said) and said[at : end + 1] in own:
            end += 1
        if said[at:end] in own and end - at > 2:
            yield said[at:end].strip()
            at = end
        else:
            at += 1


def index_texts(texts: Sequence[str], *, background: Iterable[str] = ()) -> TextIndex:
    """``texts`` as documents to be compared with; ``background`` are further texts that only tell what is common."""
    counts = [ngrams(text) for text in texts]
    held: Counter[str] = Counter(gram for count in counts for gram in count)
    vocabulary = {gram: n for n, gram in enumerate(held)}
    total = len(texts)
    for text in background:
        total += 1
        for gram in ngrams(text):
            if gram in vocabulary:
                held[gram] += 1
    rarity = np.array([1 + np.log((1 + total) / (1 + held[gram])) for gram in vocabulary], dtype=np.float64)
    index = TextIndex(tuple(texts), vocabulary, rarity, None, 1 + float(np.log(1 + total)))
    return TextIndex(index.texts, vocabulary, rarity, index.vectors(texts), index.unknown)


@dataclass(frozen=True, slots=True)
class AlikePair:
    """Two texts by their places in what was given, the earlier first, and their cosine."""

    first: int
    second: int
    cosine: float


def alike_pairs(texts: Sequence[str], *, least: float = 0.9) -> tuple[AlikePair, ...]:
    """The pairs of texts whose cosine is at least ``least``, the most alike first.

    >>> [(p.first, p.second) for p in alike_pairs(["ก่อสร้างถนนสาย 1", "อบรมเกษตรกร", "ก่อสร้างถนน สาย ๒"], least=0.7)]
    [(0, 2)]
    """
    from scipy import sparse  # only loaded where texts are compared, not at every start

    matrix = index_texts(texts).matrix
    found: list[AlikePair] = []
    for start in range(0, len(texts), _CHUNK):
        block = sparse.triu(matrix[start : start + _CHUNK] @ matrix[start:].T, k=1).tocoo()
        strong = np.flatnonzero(block.data >= least)
        found += [
            AlikePair(start + int(block.row[n]), start + int(block.col[n]), min(1.0, float(block.data[n])))
            for n in strong
        ]
    return tuple(sorted(found, key=lambda pair: (-pair.cosine, pair.first, pair.second)))
