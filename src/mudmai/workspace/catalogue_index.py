"""The index file of the catalogue: words of every dataset by their groups of three letters, values to choose by.

It is a SQLite file with an FTS5 table (tokenizer ``trigram``: any stretch of three letters or more is found, as Thai
does not part its words), named by the digest of what went into it. Whoever needs it first builds it aside and swaps it
in; several processes may do so at once. A folder that cannot be written costs the time of building it in memory.
Source: SQLite, FTS5 extension, section 4.3.4 (trigram tokenizer).
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from mudmai.core.language import Text
from mudmai.core.search_text import fold
from mudmai.workspace.catalogue_entries import FACETS, Entry

RULES = "1"
"""Raised when the way of indexing changes, so that files of before are built anew."""
COLUMNS = ("title", "tags", "about", "notes", "years")
GROUP = 3
"""Letters that a word needs to be found by its groups; shorter ones are found by their pairs and letters."""
_KEPT = 4
_SCHEMA = f"""
CREATE TABLE entry (row INTEGER PRIMARY KEY, text TEXT NOT NULL);
CREATE VIRTUAL TABLE words USING fts5({", ".join(COLUMNS)}, content='', tokenize='trigram case_sensitive 1');
CREATE TABLE pair (letters TEXT PRIMARY KEY, held BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE held (name TEXT PRIMARY KEY, content TEXT NOT NULL);
CREATE TABLE numbers (name TEXT PRIMARY KEY, content BLOB NOT NULL);
"""

Rows = npt.NDArray[np.int32]
Names = Mapping[tuple[str, str], Text]


@dataclass(frozen=True)
class Facet:
    """The values of one facet: ``rows[i]`` has the value ``values[codes[i]]``."""

    values: tuple[str, ...]
    rows: Rows
    codes: Rows

    def counts(self, wanted: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
        """How many of the ``wanted`` rows (a mask) have each value."""
        return np.bincount(self.codes[wanted[self.rows]], minlength=len(self.values))

    def mask(self, chosen: Iterable[str], size: int) -> npt.NDArray[np.bool_]:
        """The rows that have any of the ``chosen`` values."""
        place = {value: at for at, value in enumerate(self.values)}
        codes = [place[value] for value in chosen if value in place]
        found = np.zeros(size, bool)
        found[self.rows[np.isin(self.codes, codes)]] = True
        return found


class IndexFile:
    """An index, opened; safe to share between threads (one reads at a time)."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        self.ids: tuple[str, ...] = tuple(self._held("ids"))
        self.closed = np.asarray(self._held("closed"), bool)
        self.facets = {name: self._facet(name) for name in FACETS}
        self.title_lengths, _ = self._numbers("titles")
        self._prefixes: list[str] = self._held("prefixes")
        self._place_of, self._place_rows = self._numbers("places")
        names: list[str] = self._held("places")
        self._place_names = "\x00".join(names)
        self._place_ends = np.cumsum([len(name) + 1 for name in names], dtype=np.int64)

    @property
    def size(self) -> int:
        """Number of datasets."""
        return len(self.ids)

    @cached_property
    def places(self) -> tuple[str, ...]:
        """Folded names of all areas that any dataset speaks about."""
        return tuple(dict.fromkeys(self._place_names.replace("\x00", "\n").split("\n")))

    def ask(self, statement: str, *parameters: Any) -> list[Any]:
        """The rows that a statement gives."""
        with self._lock:
            return self._connection.execute(statement, parameters).fetchall()

    def rows_with(self, question: str) -> Rows:
        """Rows that an FTS5 question holds for."""
        (told,) = self.ask("SELECT group_concat(rowid) FROM words WHERE words MATCH ?", question)[0]
        return np.array(told.split(","), np.int32) if told else _NONE

    def rows_with_letters(self, word: str) -> Rows:
        """Rows with a word of one or two letters."""
        found = self.ask("SELECT held FROM pair WHERE letters = ?", word)
        if not found:
            return _NONE
        return np.flatnonzero(np.unpackbits(np.frombuffer(found[0][0], np.uint8))).astype(np.int32)

    def rows_in_places(self, word: str) -> Rows:
        """Datasets that speak about an area whose name holds ``word``, with or without the word for its rank."""
        forms = [word, *(word.removeprefix(p) for p in self._prefixes if word.startswith(p) and len(word) > len(p) + 1)]
        starts = [at for form in dict.fromkeys(forms) for at in _starts(self._place_names, form)]
        if not starts:
            return _NONE
        named = np.unique(np.searchsorted(self._place_ends, starts, side="right"))
        return np.unique(self._place_rows[np.isin(self._place_of, named)])

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _held(self, name: str) -> Any:
        return json.loads(self.ask("SELECT content FROM held WHERE name = ?", name)[0][0])

    def _numbers(self, name: str) -> tuple[Rows, Rows]:
        blob = self.ask("SELECT content FROM numbers WHERE name = ?", name)[0][0]
        first, second = np.frombuffer(blob, np.int32).reshape(2, -1)
        return first, second

    def _facet(self, name: str) -> Facet:
        rows, codes = self._numbers(name)
        return Facet(tuple(self._held(name)), rows, codes)


_NONE: Rows = np.zeros(0, np.int32)


def _starts(text: str, word: str) -> list[int]:
    found, at = [], text.find(word)
    while at >= 0:
        found.append(at)
        at = text.find(word, at + 1)
    return found


def open_index(
    entries: Sequence[Entry], names: Names, prefixes: Sequence[str] = (), cache: Path | None = None
) -> IndexFile:
    """The index of ``entries``: from the folder ``cache`` where it lies there, else built (and kept there).

    ``names`` are the names of areas by (system, code), ``prefixes`` words for the rank of an area before its name. The
    folder is made where the one above it is there.
    """
    if cache is None or not cache.parent.is_dir():
        return _in_memory(entries, names, prefixes)
    path = cache / "catalogue" / f"{_digest(entries, names, prefixes)}.sqlite3"
    with contextlib.suppress(sqlite3.Error, LookupError, ValueError):
        if path.exists():
            return _opened(path)
    try:
        _build_file(path, entries, names, prefixes)
        return _opened(path)
    except (OSError, sqlite3.Error, LookupError, ValueError):  # a folder that cannot be written only costs time
        return _in_memory(entries, names, prefixes)


def _opened(path: Path) -> IndexFile:
    address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    return IndexFile(sqlite3.connect(address, uri=True, check_same_thread=False))


def _in_memory(entries: Sequence[Entry], names: Names, prefixes: Sequence[str]) -> IndexFile:
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    _fill(connection, entries, names, prefixes)
    return IndexFile(connection)


def _build_file(path: Path, entries: Sequence[Entry], names: Names, prefixes: Sequence[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    try:
        with contextlib.closing(sqlite3.connect(aside)) as connection:
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")
            _fill(connection, entries, names, prefixes)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    for old in sorted(path.parent.glob("*.sqlite3"), key=lambda p: p.stat().st_mtime_ns)[:-_KEPT]:
        old.unlink(missing_ok=True)


def _fill(connection: sqlite3.Connection, entries: Sequence[Entry], names: Names, prefixes: Sequence[str]) -> None:
    connection.executescript(_SCHEMA)
    told = [_words(entry) for entry in entries]
    connection.executemany("INSERT INTO entry VALUES (?, ?)", ((row, "\n".join(one)) for row, one in enumerate(told)))
    connection.executemany(
        f"INSERT INTO words (rowid, {', '.join(COLUMNS)}) VALUES (?, ?, ?, ?, ?, ?)",  # noqa: S608 - our own names
        ((row, *one) for row, one in enumerate(told)),
    )
    connection.execute("INSERT INTO words (words) VALUES ('optimize')")
    connection.executemany("INSERT INTO pair VALUES (?, ?)", _pairs(told))
    held: dict[str, Any] = {
        "ids": [entry.id for entry in entries],
        "closed": [not entry.is_open for entry in entries],
        "prefixes": sorted((fold(prefix) for prefix in prefixes), key=len, reverse=True),
    }
    lengths = [len(fold(entry.title.th)) for entry in entries]
    numbers: dict[str, tuple[list[int], list[int]]] = {"titles": (lengths, lengths)}
    for facet in FACETS:
        pairs = [(row, value) for row, entry in enumerate(entries) for value in entry.facets.get(facet, ())]
        held[facet] = list(dict.fromkeys(value for _, value in pairs))
        code = {value: at for at, value in enumerate(held[facet])}
        numbers[facet] = [row for row, _ in pairs], [code[value] for _, value in pairs]
    held["places"], numbers["places"] = _places(entries, names)
    connection.executemany("INSERT INTO held VALUES (?, ?)", ((n, json.dumps(v)) for n, v in held.items()))
    connection.executemany(
        "INSERT INTO numbers VALUES (?, ?)", ((n, np.array(v, np.int32).tobytes()) for n, v in numbers.items())
    )
    connection.commit()


def _words(entry: Entry) -> tuple[str, ...]:
    """The folded text of every column of :data:`COLUMNS`; both languages together, one line each."""

    def folded(texts: Iterable[Text]) -> str:
        return "\n".join(dict.fromkeys(fold(way) for text in texts for way in (text.th, text.en) if way))

    years = "\n".join(f"{year}\n{year + 543}" for year in sorted(entry.said_years))
    return (
        folded([entry.title]),
        folded(entry.tags),
        folded([entry.publisher, *entry.about]),
        folded([entry.notes]),
        years,
    )


def _pairs(told: Sequence[Sequence[str]]) -> Iterator[tuple[str, bytes]]:
    """Every letter and pair of letters, with a bit for each row that has it."""
    rows_of: dict[str, list[int]] = {}
    for row, columns in enumerate(told):
        text = "\n".join(columns)
        for letters in {*text, *map("".join, itertools.pairwise(text))}:
            if "\n" not in letters and " " not in letters:
                rows_of.setdefault(letters, []).append(row)
    for letters, rows in rows_of.items():
        bits = np.zeros(len(told), np.uint8)
        bits[rows] = 1
        yield letters, np.packbits(bits).tobytes()


def _places(entries: Sequence[Entry], names: Names) -> tuple[list[str], tuple[list[int], list[int]]]:
    """The folded names of areas, and (place, row) pairs."""
    at: dict[str, int] = {}
    place_of: dict[tuple[str, str], int] = {}
    for key, name in names.items():
        said = "\n".join(dict.fromkeys((fold(name.th), fold(name.en))))
        place_of[key] = at.setdefault(said, len(at))
    pairs = {
        (place_of[system, code], row)
        for row, entry in enumerate(entries)
        for system, codes in entry.places
        for code in codes
        if (system, code) in place_of
    }
    ordered = sorted(pairs)
    return list(at), ([place for place, _ in ordered], [row for _, row in ordered])


def _digest(entries: Sequence[Entry], names: Names, prefixes: Sequence[str]) -> str:
    whole = hashlib.blake2b(f"{RULES}|{sqlite3.sqlite_version}".encode(), digest_size=12)
    for entry in entries:
        whole.update(repr(entry).encode())
    for key, name in names.items():
        whole.update(f"{key}{name!r}".encode())
    whole.update(repr(sorted(prefixes)).encode())
    return whole.hexdigest()
