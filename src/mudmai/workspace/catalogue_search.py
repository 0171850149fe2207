"""Finding datasets: Thai words inside sentences, either digit script, either era; facets with counts; stable pages.

All words of a question must hold, each anywhere: title, tags, publisher, titles of series, description, years covered,
names of areas. A year is found in both eras. Closed datasets are found only by readers who are told to see them.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from mudmai.core.language import Text
from mudmai.core.search_text import composed, nearest_part, words_of
from mudmai.workspace.catalogue_entries import FACETS, Entry, entries_of, place_names
from mudmai.workspace.catalogue_index import GROUP, IndexFile, Rows, open_index

if TYPE_CHECKING:
    from mudmai.workspace.datasets import DatasetCatalogue
    from mudmai.workspace.workspace import Workspace

Mask = npt.NDArray[np.bool_]
Rank = npt.NDArray[np.float64]

PAGE = 20
_REMEMBERED = 256
MOST_VALUES = 60
_NEAR_CANDIDATES = 12
_LONGEST_NEAR = 40


@dataclass(frozen=True, slots=True)
class CatalogueQuery:
    """What is asked: words, and chosen values by facet (any of one facet, all of the facets)."""

    text: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    offset: int = 0
    limit: int = PAGE

    @property
    def words(self) -> tuple[str, ...]:
        """The folded words."""
        return words_of(self.text)


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a facet and how many datasets there would be with it, by the other choices and the words."""

    value: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What would find something: other words, and whether the chosen values must go for it."""

    text: str
    without_choices: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """One page of an answer: ids in order, of ``total``; ``words`` are what is marked in the texts."""

    total: int
    ids: tuple[str, ...]
    facets: Mapping[str, tuple[FacetValue, ...]]
    words: tuple[str, ...]
    suggestion: Suggestion | None = None


class CatalogueSearch:
    """Search over the entries of one index; safe to share between threads."""

    def __init__(self, index: IndexFile) -> None:
        self._index = index
        self._guard = threading.Lock()
        self._remembered: OrderedDict[tuple[str, ...], tuple[Mask, Rank]] = OrderedDict()
        self._place = {name: at for at, name in enumerate(index.ids)}

    @property
    def size(self) -> int:
        """Number of datasets, closed ones too."""
        return self._index.size

    def search(self, query: CatalogueQuery, *, closed: Collection[str] = ()) -> Found:
        """The datasets that fit, best first (equal ones in the order of the catalogue); ``closed`` may be seen too."""
        words, visible = query.words, self._visible(closed)
        fitting, score = self._fitting(words)
        masks = {
            name: self._index.facets[name].mask(values, self.size)
            for name, values in query.chosen.items()
            if name in self._index.facets and values
        }
        mine = fitting & visible
        found = np.logical_and.reduce([mine, *masks.values()])
        rows = np.flatnonzero(found)
        rows = rows[np.argsort(score[rows], kind="stable")]
        page = rows[query.offset : query.offset + query.limit]
        return Found(
            total=len(rows),
            ids=tuple(self._index.ids[row] for row in page),
            facets={name: self._facet(name, query, mine, masks) for name in FACETS},
            words=words,
            suggestion=None if len(rows) else self._suggestion(query, visible, bool(mine.any())),
        )

    def ids_with(self, text: str) -> frozenset[str]:
        """Ids of all open datasets in which the words of ``text`` hold."""
        fitting, _ = self._fitting(words_of(text))
        return frozenset(self._index.ids[row] for row in np.flatnonzero(fitting & self._visible(())))

    def _visible(self, closed: Collection[str]) -> Mask:
        found = ~self._index.closed
        found[[self._place[name] for name in closed if name in self._place]] = True
        return found

    def _facet(self, name: str, query: CatalogueQuery, mine: Mask, masks: Mapping[str, Mask]) -> tuple[FacetValue, ...]:
        """Values with a count, the most frequent first (years: the latest first); the chosen ones stay."""
        facet, chosen = self._index.facets[name], query.chosen.get(name, ())
        wanted = np.logical_and.reduce([mine, *(mask for other, mask in masks.items() if other != name)])
        counts = facet.counts(wanted)
        order = np.argsort(-counts, kind="stable")[:MOST_VALUES] if name != "year" else np.arange(len(counts))
        mine_too = {*order[counts[order] > 0].tolist(), *(at for at, v in enumerate(facet.values) if v in chosen)}
        listed = [FacetValue(facet.values[at], int(counts[at]), facet.values[at] in chosen) for at in mine_too]
        if name == "year":
            return tuple(sorted(listed, key=lambda one: one.value, reverse=True))
        return tuple(sorted(listed, key=lambda one: (-one.count, one.value)))

    def _fitting(self, words: tuple[str, ...]) -> tuple[Mask, Rank]:
        """Which rows hold all words, and their rank (the lower the better)."""
        with self._guard:
            if words in self._remembered:
                self._remembered.move_to_end(words)
                return self._remembered[words]
        made = self._matched(words)
        with self._guard:
            self._remembered[words] = made
            while len(self._remembered) > _REMEMBERED:
                self._remembered.popitem(last=False)
        return made

    def _matched(self, words: tuple[str, ...]) -> tuple[Mask, Rank]:
        index = self._index
        fitting = np.ones(self.size, bool)
        whole: list[str] = []  # words that no area is named by: one question to the index for all of them
        for word in words:
            in_places = index.rows_in_places(word)
            if len(word) >= GROUP and not len(in_places):
                whole.append(word)
                continue
            in_words = index.rows_with(_phrase(word)) if len(word) >= GROUP else index.rows_with_letters(word)
            fitting &= self._mask(in_places) | self._mask(in_words)
        if whole and fitting.any():
            fitting &= self._mask(index.rows_with(_all(whole)))
        return fitting, self._ranked([word for word in words if len(word) >= GROUP])

    def _ranked(self, words: Sequence[str]) -> Rank:
        """All words in the title, any of them there, all in title, tags and names, elsewhere; short titles first."""
        rank = np.zeros(self.size)
        if words:
            rank += 3
            rank[self._index.rows_with("{title tags about} : " + _all(words))] = 2
            if len(words) > 1:
                any_of = " OR ".join(_phrase(word) for word in words)
                rank[self._index.rows_with(f"title : ({any_of})")] -= 1
            rank[self._index.rows_with("title : " + _all(words))] = 0
            rank += np.minimum(self._index.title_lengths, 999) / 1000
        return rank

    def _mask(self, rows: Rows) -> Mask:
        found = np.zeros(self.size, bool)
        found[rows] = True
        return found

    # ------------------------------------------------------------------ when nothing is found
    def _suggestion(self, query: CatalogueQuery, visible: Mask, words_alone: bool) -> Suggestion | None:
        if words_alone and any(query.chosen.values()):
            return Suggestion(query.text, without_choices=True)
        words = query.words
        better = []
        for word in words:
            if (self._fitting((word,))[0] & visible).any():
                better.append(word)
            elif near := self._near(word, visible):
                better.append(near)
        if not better:
            return None
        holding = (self._fitting(tuple(better))[0] & visible).any()
        chosen = tuple(better) if holding else better[:1]
        return Suggestion(
            composed(" ".join(f'"{word}"' if " " in word else word for word in chosen)), any(query.chosen.values())
        )

    def _near(self, word: str, visible: Mask) -> str | None:
        """A stretch of a title, tag, series or name of an area that differs from ``word`` by a letter or two."""
        if not GROUP < len(word) <= _LONGEST_NEAR:
            return None
        most = 1 if len(word) < 6 else 2 if len(word) < 12 else 3
        groups = dict.fromkeys(word[i : i + GROUP] for i in range(len(word) - GROUP + 1))
        asked = "{title tags about} : (" + " OR ".join(_phrase(group) for group in groups) + ")"
        rows = [row for (row,) in self._index.ask(_NEAREST, asked) if visible[row]]
        best: tuple[int, str] | None = None
        for row in rows[:_NEAR_CANDIDATES]:
            text = self._index.ask("SELECT text FROM entry WHERE row = ?", int(row))[0][0]
            found = nearest_part(text[:600], word, most if best is None else best[0] - 1)
            if found is not None and len(found) >= GROUP:
                best = (_apart(found, word), found)
            if best is not None and best[0] <= 1:
                return best[1]
        for name in self._index.places:
            if abs(len(name) - len(word)) <= most and (best is None or _apart(name, word) < best[0]):
                apart = _apart(name, word)
                if apart <= most:
                    best = (apart, name)
        return best[1] if best else None


_NEAREST = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY bm25(words) LIMIT 60"


def _phrase(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'


def _all(words: Sequence[str]) -> str:
    return "(" + " AND ".join(_phrase(word) for word in words) + ")"


@lru_cache(maxsize=20_000)
def _apart(one: str, other: str) -> int:
    from mudmai.core.area_names import letters_apart  # beside its only use

    return letters_apart(one, other, 4)


_kept: WeakKeyDictionary[DatasetCatalogue, tuple[date, CatalogueSearch]] = WeakKeyDictionary()
_making = threading.Lock()


def today() -> date:
    """The day by which figures are called late: where the site stands (the machine, on a bare command line)."""
    return date.today()


def catalogue_search(workspace: Workspace, *, release: str | None = None) -> CatalogueSearch:
    """The search over the datasets as a release has them (default: the current one); built once, kept by content."""
    held, day = workspace.dataset_catalogue(release=release), today()
    with _making:
        known = _kept.get(held)
        if known is None or known[0] != day:
            entries = entries_of(held.records, held.catalogue, day)
            index = open_index(entries, _names(workspace, entries), _prefixes(workspace), workspace.home.cache)
            known = _kept[held] = (day, CatalogueSearch(index))
        return known[1]


def _names(workspace: Workspace, entries: Sequence[Entry]) -> dict[tuple[str, str], Text]:
    wanted = dict.fromkeys((system, code) for one in entries for system, codes in one.places for code in codes)
    return place_names(workspace.catalogue.area_systems, wanted)


def _prefixes(workspace: Workspace) -> tuple[str, ...]:
    """Words for the rank of an area, as the packs know them."""
    from mudmai.exchange.sheets import read_name_forms  # sheets load where names are read

    folders = [pack.directory for pack in workspace.packs.values()]
    return tuple(read_name_forms(folders).prefixes)
