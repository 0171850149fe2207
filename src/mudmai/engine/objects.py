"""Objects: immutable Parquet files, one for each version of a dataset, named by what they hold.

Rows stand in storage order, so the observations of one key (area system, series, dimensions) are one run of rows. The
file's own metadata carry an index: for each key its run, a digest of its content and a digest of its *layout* (the
sequence of areas and periods). Keys of equal layout, the rule in dense data, need only their values read.

Text columns are ordinary Parquet strings with dictionary pages; any Parquet reader can open an object. ``value`` is
compressed with LZ4 because it is read most (measured: docs/adr/0002-releases-on-disk.md), all else with Zstandard.
"""

from __future__ import annotations

import hashlib
import json
import os
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from mudmai.core.errors import FaultError, InputError
from mudmai.core.language import Text
from mudmai.core.periods import Period
from mudmai.engine.facts import KEY_COLUMNS, NOTE_COLUMNS, TEXT_COLUMNS, Coded, Facts

ROW_GROUP_ROWS = 1 << 16
"""Small keys share a row group until it has this many rows; a larger key begins its own."""

LARGEST_ROW_GROUP = 1 << 20
_FORMAT = 1
_INDEX = b"mudmai.index"
_INLINE_WORDS = 1 << 16
"""More words than this (a locator of its own on every row) and a dictionary page would only cost."""

COLUMNS = (*TEXT_COLUMNS, "row", "value")


@dataclass(frozen=True, slots=True, order=True)
class SeriesKey:
    """What one run of rows is about; ``dims`` is the canonical text of dimension values, empty for totals."""

    area_system: str
    series: str
    dims: str = ""


@dataclass(frozen=True, slots=True)
class KeyRun:
    """Where a key's rows stand in an object; digests of all that is said and of the (area, period) sequence alone."""

    key: SeriesKey
    first: int
    rows: int
    layout: str
    digest: str
    first_period: str
    last_period: str


def write_object(directory: Path, incoming: Path, facts: Facts) -> tuple[str, int, bool]:
    """Write ``facts`` as an object below ``directory``; returns its name (a content hash), its size in bytes, and
    whether it is new.

    The file is built in ``incoming``, made durable, then renamed: under its name an object is always whole. Writing
    what is there already changes nothing.
    """
    incoming.mkdir(parents=True, exist_ok=True)
    directory.mkdir(parents=True, exist_ok=True)
    draft = incoming / f"{uuid.uuid4().hex}.parquet"
    try:
        name = _write_parquet(draft, facts)
        final = directory / f"{name}.parquet"
        if final.exists():
            return name, final.stat().st_size, False
        sync_file(draft)
        os.replace(draft, final)
        sync_directory(directory)
        return name, final.stat().st_size, True
    finally:
        draft.unlink(missing_ok=True)


def sync_file(path: Path) -> None:
    """Make the content of ``path`` durable."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_directory(path: Path) -> None:
    """Make the names in ``path`` durable (on systems that let a directory be opened)."""
    if os.name == "posix":
        sync_file(path)


def _write_parquet(path: Path, facts: Facts) -> str:
    inline = [c for c in TEXT_COLUMNS if len(facts.columns[c].words) <= _INLINE_WORDS]
    fields = [pa.field(c, pa.dictionary(pa.int32(), pa.string())) for c in TEXT_COLUMNS]
    schema = pa.schema([*fields, pa.field("row", pa.int32()), pa.field("value", pa.float64())])
    runs: list[KeyRun] = []
    with pq.ParquetWriter(
        path,
        schema,
        compression={c: "lz4" if c == "value" else "zstd" for c in COLUMNS},
        use_dictionary=inline,
        column_encoding={"row": "DELTA_BINARY_PACKED"},
        dictionary_pagesize_limit=1 << 24,
        write_statistics=["area", "period"],
        store_schema=False,
    ) as writer:
        pending: list[Any] = []
        waiting = 0
        first = 0
        for cut in facts.ordered.cuts():
            run = _run_of(facts, cut, first)
            runs.append(run)
            if waiting and (waiting >= ROW_GROUP_ROWS or run.rows >= ROW_GROUP_ROWS):
                _write_rows(writer, facts, pending, schema)
                pending, waiting = [], 0
            pending.append(cut)
            waiting += run.rows
            first += run.rows
        if pending:
            _write_rows(writer, facts, pending, schema)
        index = {"format": _FORMAT, "keys": [_index_entry(run) for run in runs]}
        for name in ("area", "period"):
            index[name] = facts.columns[name].words.to_pylist()
        writer.add_key_value_metadata({_INDEX: json.dumps(index, ensure_ascii=False).encode()})
    return _digest(json.dumps([_FORMAT, *(_index_entry(run) for run in runs)], ensure_ascii=False).encode())


def _index_entry(run: KeyRun) -> list[Any]:
    key = run.key
    place = [key.area_system, key.series, key.dims, run.first, run.rows]
    return [*place, run.layout, run.digest, run.first_period, run.last_period]


def _write_rows(writer: pq.ParquetWriter, facts: Facts, cuts: Sequence[Any], schema: pa.Schema) -> None:
    arrays: list[pa.Array] = []
    for name in TEXT_COLUMNS:
        column = facts.columns[name]
        codes = _gather(column.codes, cuts).astype(np.int32)
        arrays.append(pa.DictionaryArray.from_arrays(pa.array(codes), column.words))
    rows = _gather(facts.rows, cuts)
    arrays.append(pa.array(rows, pa.int32(), mask=rows < 0))
    values = _gather(facts.values, cuts)
    arrays.append(pa.array(values, pa.float64(), mask=np.isnan(values)))
    writer.write_table(pa.Table.from_arrays(arrays, schema=schema), row_group_size=LARGEST_ROW_GROUP)


def _gather(array: npt.NDArray[Any], cuts: Sequence[Any]) -> npt.NDArray[Any]:
    parts = [array[cut] for cut in cuts]
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def _digest(*parts: bytes) -> str:
    state = hashlib.blake2b(digest_size=16)
    for part in parts:
        state.update(len(part).to_bytes(8, "little"))
        state.update(part)
    return state.hexdigest()


def _run_of(facts: Facts, cut: Any, first: int) -> KeyRun:
    """Digests name words, not codes: equal content has equal digests whatever else the object holds."""
    values = np.where(np.isnan(facts.values[cut]), np.nan, facts.values[cut])  # one bit pattern for missing
    layout = _digest(*(part for name in ("area", "period") for part in _told(facts.columns[name], cut)))
    notes = [part for name in NOTE_COLUMNS for part in _told(facts.columns[name], cut)]
    rows = facts.rows[cut]
    digest = _digest(layout.encode(), values.tobytes(), rows.tobytes(), *notes)
    one = cut.start if isinstance(cut, slice) else int(cut[0])
    words = (
        facts.columns[c].words[int(facts.columns[c].codes[one])].as_py() for c in ("area_system", "series", "dims")
    )
    key = SeriesKey(*words)
    return KeyRun(key, first, len(values), layout, digest, *_extent(facts.columns["period"], cut, key))


def _extent(column: Coded, cut: Any, key: SeriesKey) -> tuple[str, str]:
    """First and last period of a key; a key of two frequencies is refused."""
    used = np.flatnonzero(np.bincount(column.codes[cut], minlength=len(column.words)))
    periods = sorted(Period.from_iso(word) for word in column.words.take(pa.array(used)).to_pylist())
    if periods[0].frequency is not periods[-1].frequency:
        raise InputError(
            Text(
                f"{key.series} มีช่วงเวลาสองความถี่: {periods[0]} และ {periods[-1]}",
                f"{key.series} has periods of two frequencies: {periods[0]} and {periods[-1]}",
            ),
            remedy=Text("แยกเป็นคนละอนุกรม", "make them two series"),
            code="frequency",
        )
    return periods[0].iso, periods[-1].iso


def _told(column: Coded, cut: Any) -> Iterator[bytes]:
    """The words of some rows, in a form that does not depend on the words of other rows."""
    if len(column.words) == 1:
        yield column.words[0].as_py().encode()
        return
    codes = column.codes[cut]
    if len(column.words) <= 4 * len(codes):
        used = np.zeros(len(column.words), bool)
        used[codes] = True
        names = np.flatnonzero(used)
        local = (np.cumsum(used, dtype=np.int32) - 1).astype(np.int32)[codes]
    else:
        names, local = np.unique(codes, return_inverse=True)
    if len(names) == 1:
        yield column.words[int(names[0])].as_py().encode()
        return
    yield "\0".join(column.words.take(pa.array(names)).to_pylist()).encode()
    yield local.astype(np.int32).tobytes()


@dataclass(frozen=True)
class StoredObject:
    """An object on disk, opened for reading; safe to share between threads."""

    path: Path

    @cached_property
    def _metadata(self) -> pq.FileMetaData:
        try:
            return pq.read_metadata(self.path)
        except (OSError, pa.ArrowInvalid) as found:
            raise damaged(self.path, found) from found

    @cached_property
    def _index(self) -> dict[str, Any]:
        stored = (self._metadata.metadata or {}).get(_INDEX)
        if stored is None:
            raise damaged(self.path, "no index")
        return dict(json.loads(stored))

    @cached_property
    def runs(self) -> dict[SeriesKey, KeyRun]:
        """Every key's run, in storage order."""
        found = {}
        for system, series, dims, *told in self._index["keys"]:
            key = SeriesKey(system, series, dims)
            found[key] = KeyRun(key, *told)
        return found

    @cached_property
    def areas(self) -> tuple[str, ...]:
        """Area codes of the object, sorted; ``codes`` of area columns point here."""
        return tuple(self._index["area"])

    @cached_property
    def periods(self) -> tuple[str, ...]:
        """ISO periods of the object, sorted."""
        return tuple(self._index["period"])

    @cached_property
    def _words(self) -> dict[str, pa.StringArray]:
        return {"area": pa.array(self.areas, pa.string()), "period": pa.array(self.periods, pa.string())}

    @cached_property
    def _ends(self) -> npt.NDArray[np.int64]:
        sizes = [self._metadata.row_group(g).num_rows for g in range(self._metadata.num_row_groups)]
        return np.cumsum(sizes, dtype=np.int64)

    @property
    def rows(self) -> int:
        """Number of observations."""
        return int(self._metadata.num_rows)

    def read(self, first: int, rows: int, columns: Sequence[str] = COLUMNS) -> pa.Table:
        """Rows ``first`` .. ``first + rows``: reads only the row groups and columns that hold them."""
        begin = int(np.searchsorted(self._ends, first, side="right"))
        end = int(np.searchsorted(self._ends, first + rows, side="left"))
        coded = [c for c in columns if c in TEXT_COLUMNS]
        try:
            with pq.ParquetFile(self.path, metadata=self._metadata, memory_map=True, read_dictionary=coded) as file:
                table = file.read_row_groups(list(range(begin, end + 1)), columns=list(columns))
        except (OSError, pa.ArrowInvalid) as found:
            raise damaged(self.path, found) from found
        before = int(self._ends[begin - 1]) if begin else 0
        return table.slice(first - before, rows)

    def read_values(self, first: int, rows: int) -> npt.NDArray[np.float64]:
        """Values of a run as float64, NaN where missing."""
        column = self.read(first, rows, ["value"]).column("value")
        return np.ascontiguousarray(column.to_numpy(), dtype=np.float64)

    def read_codes(self, first: int, rows: int) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
        """Area and period codes of a run, into :attr:`areas` and :attr:`periods`."""
        table = self.read(first, rows, ["area", "period"])
        area, period = (self._own_codes(name, table.column(name)) for name in ("area", "period"))
        return area, period

    def _own_codes(self, name: str, column: pa.ChunkedArray) -> npt.NDArray[np.int32]:
        parts = []
        for chunk in column.chunks:
            codes = chunk.indices.to_numpy()
            if not chunk.dictionary.equals(self._words[name]):
                codes = pc.index_in(chunk.dictionary, self._words[name]).to_numpy()[codes]
            parts.append(codes)
        return np.concatenate(parts).astype(np.int32, copy=False) if parts else np.zeros(0, np.int32)

    def check_whole(self) -> None:
        """Read everything once; a damaged object is a :class:`FaultError`."""
        self.read(0, self.rows)


def damaged(path: Path, found: object) -> FaultError:
    """The fault of a store whose file cannot be read as written."""
    return FaultError(
        Text(f"ไฟล์ในคลังข้อมูลเสียหาย: {path.name}", f"a file of the store is damaged: {path.name} ({found})"),
        remedy=Text(
            "กู้โฟลเดอร์ releases จากสำเนาสำรอง หรือใช้รุ่นข้อมูลก่อนหน้า",
            "restore the folder from a backup, or use an earlier release",
        ),
        code="damaged_store",
    )


__all__ = ["COLUMNS", "KEY_COLUMNS", "KeyRun", "SeriesKey", "StoredObject", "damaged", "write_object"]
