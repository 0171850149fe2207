"""Evaluated formulas on disk: one Parquet file for each formula, written while the next one is computed.

A folder of results holds ``results.json`` (release, window, and for each formula its file, its text and the content of
every series it read) and ``<formula>-<hash>.parquet`` files with the columns ``formula, area, period, value``: all
cells of the cube, areas in the system's order, then periods; a missing value is null. The hash is the content's, so
equal results have equal files and a file is never changed once it stands.

Writing is half to two thirds of the work of a large run, and Parquet encoding leaves the interpreter free: two
threads write while the next formulas are computed, and at most a few cubes wait for them.
"""

from __future__ import annotations

import hashlib
import json
import os
import queue
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from mudmai.core.errors import FaultError, UnknownNameError
from mudmai.core.language import Text
from mudmai.core.periods import Period
from mudmai.core.series import Catalogue
from mudmai.engine.cubes import AreaAxis, Cube, PeriodAxis

_FORMAT = 1
_WAITING = 3
"""Cubes that may wait for the writing threads."""

_THREADS = 2


@dataclass(frozen=True, slots=True)
class WrittenFormula:
    """One formula's file: content hash, axes, and the identity of everything it was made from (``made_from``)."""

    file: str
    area_system: str
    first: str
    last: str
    boolean: bool
    made_from: str


@dataclass(frozen=True)
class Results:
    """A folder of results, opened for reading."""

    folder: Path
    release: str
    first: Period
    last: Period
    formulas: Mapping[str, WrittenFormula]
    copied: tuple[str, ...] = field(default=(), compare=False)
    """Formulas whose files were taken over unchanged when this folder was made."""

    @classmethod
    def open(cls, folder: Path) -> Results:
        """Read ``results.json``; :class:`FaultError` when it is absent or damaged."""
        try:
            told: dict[str, Any] = json.loads((folder / "results.json").read_text("utf-8"))
            formulas = {name: WrittenFormula(**entry) for name, entry in told["formulas"].items()}
            return cls(folder, told["release"], Period.from_iso(told["first"]), Period.from_iso(told["last"]), formulas)
        except (OSError, ValueError, KeyError, TypeError) as found:
            raise FaultError(
                Text(f"อ่านผลคำนวณใน {folder.name} ไม่ได้", f"the results in {folder.name} cannot be read ({found})"),
                remedy=Text("คำนวณใหม่ทั้งหมด", "compute them again"),
                code="damaged_results",
            ) from found

    def cube(self, name: str, catalogue: Catalogue) -> Cube:
        """One formula's cube as it was written."""
        if name not in self.formulas:
            raise UnknownNameError(Text("ผลของสูตร", "result"), name, list(self.formulas))
        entry = self.formulas[name]
        areas = AreaAxis(catalogue.area_system(entry.area_system))
        periods = PeriodAxis.between(Period.from_iso(entry.first), Period.from_iso(entry.last))
        column = pq.read_table(self.folder / entry.file, columns=["value"]).column("value")
        values = np.array(column.to_numpy(), np.float64).reshape(len(areas), periods.count)
        return Cube(values, areas, periods, entry.boolean)

    def same_as(self, other: Results) -> bool:
        """True when every formula has the same bits: files are named by their content."""
        mine, theirs = ({n: w.file for n, w in r.formulas.items()} for r in (self, other))
        return mine == theirs


class ResultWriter:
    """Writes cubes into a folder as they come; use as a context, then read :attr:`written`.

    >>> import tempfile, pathlib
    >>> with tempfile.TemporaryDirectory() as there, ResultWriter(pathlib.Path(there)) as writer:
    ...     writer.written
    {}
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.written: dict[str, WrittenFormula] = {}
        self._queue: queue.Queue[tuple[str, Cube, str] | None] = queue.Queue(_WAITING)
        self._failure: BaseException | None = None
        self._threads = [
            threading.Thread(target=self._work, name="result-writer", daemon=True) for _ in range(_THREADS)
        ]

    def __enter__(self) -> ResultWriter:
        self.folder.mkdir(parents=True, exist_ok=True)
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join()
        if kind is None and self._failure is not None:
            raise self._failure

    def write(self, name: str, cube: Cube, made_from: str = "") -> None:
        """Hand over one cube; waits while several are waiting already. A failed write is raised here or at the end."""
        if self._failure is not None:
            raise self._failure
        self._queue.put((name, cube, made_from))

    def _work(self) -> None:
        while (item := self._queue.get()) is not None:
            if self._failure is not None:
                continue  # empty the queue, so that nobody waits for ever
            try:
                self._write(*item)
            except BaseException as failure:  # handed to the caller's thread
                self._failure = failure

    def _write(self, name: str, cube: Cube, made_from: str) -> None:
        file = f"{quote(name, safe='')[:80]}-{_content(name, cube)}.parquet"
        draft = self.folder / f".{file}"
        write_cube(draft, name, cube)
        os.replace(draft, self.folder / file)
        labels = cube.periods.labels
        first, last = (labels[0], labels[-1]) if labels else ("", "")
        self.written[name] = WrittenFormula(file, cube.areas.system, first, last, cube.boolean, made_from)


def write_cube(path: Path, name: str, cube: Cube) -> None:
    """One cube as a Parquet file with the columns ``formula, area, period, value``."""
    area, period, formula = _labels(cube.areas.codes, cube.periods)
    names = pa.DictionaryArray.from_arrays(formula, pa.array([name], pa.string()))
    values = pa.array(cube.values.ravel(), pa.float64(), from_pandas=True)
    table = pa.Table.from_arrays([names, area, period, values], schema=_SCHEMA)
    pq.write_table(
        table,
        path,
        compression="snappy",
        use_dictionary=["formula", "area", "period"],
        write_statistics=False,
        row_group_size=max(1, table.num_rows),
    )


_WORDS = pa.dictionary(pa.int32(), pa.string())
_SCHEMA = pa.schema(
    [
        *(pa.field(name, _WORDS, nullable=False) for name in ("formula", "area", "period")),
        pa.field("value", pa.float64()),
    ]
)


@lru_cache(maxsize=8)
def _labels(codes: tuple[str, ...], periods: PeriodAxis) -> tuple[pa.Array, pa.Array, pa.Array]:
    """The label columns, equal for all cubes of the same axes."""
    areas = pa.array(np.repeat(np.arange(len(codes), dtype=np.int32), periods.count))
    columns = pa.array(np.tile(np.arange(periods.count, dtype=np.int32), len(codes)))
    return (
        pa.DictionaryArray.from_arrays(areas, pa.array(codes, pa.string())),
        pa.DictionaryArray.from_arrays(columns, pa.array(periods.labels, pa.string())),
        pa.array(np.zeros(len(codes) * periods.count, np.int32)),
    )


def _content(name: str, cube: Cube) -> str:
    state = hashlib.sha256()
    for part in (name, cube.areas.system, *_axis_digest(cube.areas.codes, cube.periods)):
        state.update(part.encode() + b"\0")
    state.update(np.ascontiguousarray(cube.values).data)
    return state.hexdigest()[:24]


@lru_cache(maxsize=8)
def _axis_digest(codes: tuple[str, ...], periods: PeriodAxis) -> tuple[str, str]:
    return hashlib.blake2b("\0".join(codes).encode(), digest_size=12).hexdigest(), "\0".join(periods.labels)


def finish(
    folder: Path,
    release: str,
    first: Period,
    last: Period,
    formulas: Mapping[str, WrittenFormula],
    copied: Iterable[str],
) -> Results:
    """Write ``results.json``: from now on the folder is a whole."""
    ordered = dict(sorted(formulas.items()))
    told = {
        "format": _FORMAT,
        "release": release,
        "first": first.iso,
        "last": last.iso,
        "formulas": {name: {n: getattr(w, n) for n in WrittenFormula.__slots__} for name, w in ordered.items()},
    }
    draft = folder / ".results.json"
    draft.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")
    os.replace(draft, folder / "results.json")
    return Results(folder, release, first, last, ordered, tuple(copied))
