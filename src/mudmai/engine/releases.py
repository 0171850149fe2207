"""The store of observations: a line of immutable releases, readable by many processes while one builds the next.

::

    <root>/current               the id of the release that is served (swapped by os.replace)
    <root>/releases/12.json      the manifest of release 12 (:mod:`mudmai.engine.manifest`)
    <root>/objects/<hash>.parquet    one version of one dataset (:mod:`mudmai.engine.objects`)
    <root>/incoming/             files being built
    <root>/writer.lock           held by the one writer; the system frees it when the process ends, however it ends

A writer makes objects, then the manifest, each durable under its final name, and swaps ``current`` last. Killed at
any instant it leaves the previous release served and at most files that nothing names
(:meth:`ReleaseStore.collect_orphans`).

>>> from tempfile import TemporaryDirectory
>>> import pyarrow as pa
>>> table = pa.table({"area_system": ["toy"], "area": ["A"], "period": ["2019"], "series": ["gpp"], "value": [7.5]})
>>> with TemporaryDirectory() as folder:
...     release = ReleaseStore(Path(folder)).publish("toy/gpp", table)
...     release.id[:3], release.observations("gpp")["value"].to_pylist()
('r1-', [7.5])
"""

from __future__ import annotations

import contextlib
import os
import re
import threading
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, TypeAlias

import pyarrow as pa

from mudmai.core.errors import FaultError, InputError, UnknownNameError
from mudmai.core.language import Text
from mudmai.engine.diff import ReleaseDiff, diff_releases
from mudmai.engine.facts import Facts, facts_of, join_facts
from mudmai.engine.manifest import DatasetVersion, Manifest, content_hash, read_manifest
from mudmai.engine.objects import StoredObject, damaged, sync_directory, sync_file, write_object
from mudmai.engine.overlap import refuse_overlap
from mudmai.engine.release import Release

Clock: TypeAlias = Callable[[], datetime]
Mode: TypeAlias = Literal["replace", "update"]
_Paths: TypeAlias = list[Path]

_ID = re.compile(r"r?(?P<sequence>[1-9]\d{0,9})(?:-(?P<hash>[0-9a-f]{8}))?")
_PART = r'(?!\.{1,2}(?:/|$))(?! )[^/\\:*?"<>|\x00-\x1f]+(?<! )'
_DATASET = re.compile(f"{_PART}(?:/{_PART})*")
_OBJECTS_KEPT_OPEN = 512


def system_clock() -> datetime:
    """Now, in UTC to the second; tests hand in a clock of their own."""
    return datetime.now(UTC).replace(microsecond=0)


class ReleaseStore:
    """All releases below ``root``. Nothing is created before the first publication; any number of processes may read.

    ``lock_seconds`` is how long a writer waits for another one before it refuses (:class:`InputError`, ``store_busy``).
    """

    def __init__(self, root: Path, *, lock_seconds: float = 60.0) -> None:
        self.root = root
        self.lock_seconds = lock_seconds
        self._opened: dict[str, StoredObject] = {}
        self._releases: dict[int, Release] = {}
        self._guard = threading.Lock()

    # Reading

    def current_id(self) -> str | None:
        """The id of the served release (None in an empty store): one small file, read on every request."""
        try:
            return (self.root / "current").read_text("ascii").strip()
        except FileNotFoundError:
            return None

    def current(self) -> Release | None:
        """The served release, or None in an empty store."""
        served = self.current_id()
        return None if served is None else self._release(served)

    def get(self, release_id: str) -> Release:
        """A release as it was: by id (``r12-3fa9c2d1``) or by number (``r12``, ``12``).

        Raises :class:`UnknownNameError` when it does not exist or the hash is another one.
        """
        match = _ID.fullmatch(release_id.strip())
        served = self.current_id()
        if match is not None and served is not None:
            sequence = int(match["sequence"])
            if sequence <= _sequence_of(served):
                found = self._release(served if sequence == _sequence_of(served) else f"r{sequence}")
                if match["hash"] in (None, found.hash):
                    return found
        raise UnknownNameError(Text("รุ่นข้อมูล", "release"), release_id, [r.id for r in self.list()[:50]])

    def list(self) -> tuple[Release, ...]:
        """All releases, the newest first."""
        served = self.current_id()
        if served is None:
            return ()
        return tuple(self._release(f"r{n}") for n in range(_sequence_of(served), 0, -1))

    def as_of(self, moment: datetime) -> Release | None:
        """The release that was served at ``moment``; None before the first one."""
        return next((release for release in self.list() if release.created_at <= moment), None)

    def diff(self, older: Release | str, newer: Release | str, *, keep: int | None = 100_000) -> ReleaseDiff:
        """What changed between two releases; the first ``keep`` changed cells are kept (None: all), all are counted."""
        one = self.get(older) if isinstance(older, str) else older
        two = self.get(newer) if isinstance(newer, str) else newer
        return diff_releases(one, two, keep=keep)

    # Writing

    def publish(
        self, dataset: str, table: pa.Table, *, mode: Mode = "replace", note: str = "", clock: Clock = system_clock
    ) -> Release:
        """Publish ``table`` as ``dataset`` and serve the new release; see :meth:`publish_all`."""
        return self.publish_all({dataset: table}, mode=mode, note=note, clock=clock)

    def publish_all(
        self,
        tables: Mapping[str, pa.Table],
        *,
        mode: Mode = "replace",
        without: Collection[str] = (),
        note: str = "",
        clock: Clock = system_clock,
    ) -> Release:
        """Publish several datasets in one release, and leave the datasets ``without`` out of it.

        ``replace`` puts the table in the dataset's place; ``update`` keeps facts that the table does not mention and
        lets the table win where both speak. Content equal to the served one makes no release: the current one is
        returned. A fact that another dataset holds, or that is given twice, is :class:`ImportRefused`.
        """
        coded = {_dataset_name(name): facts_of(table) for name, table in tables.items()}
        for name, facts in coded.items():
            if not len(facts):
                raise InputError(
                    Text(f"ชุดข้อมูล {name} ไม่มีแถว", f"the dataset {name} has no rows"),
                    remedy=Text("หากต้องการลบชุดข้อมูล ใช้คำสั่งลบ", "to take a dataset away, remove it"),
                    code="empty_dataset",
                )
            _ = facts.ordered  # refuses duplicates before anybody has to wait for the lock
        with self._writer():
            before = self.current()
            if mode == "update" and before is not None:
                coded = {name: _updated(before, name, facts) for name, facts in coded.items()}
            datasets = {n: v for n, v in before.datasets.items() if n not in without} if before else {}
            with self._undone_when_refused() as written:
                for name, facts in coded.items():
                    datasets[name] = self._stored(name, facts, written)
                for name in coded:
                    refuse_overlap(name, datasets, self._object)
            return self._serve(before, datasets, note, clock)

    def remove_dataset(self, dataset: str, *, note: str = "", clock: Clock = system_clock) -> Release:
        """A new release without ``dataset``; older releases keep it."""
        with self._writer():
            before = self.current()
            if before is None or dataset not in before.datasets:
                known = list(before.datasets) if before else []
                raise UnknownNameError(Text("ชุดข้อมูล", "dataset"), dataset, known)
            datasets = {name: version for name, version in before.datasets.items() if name != dataset}
            return self._serve(before, datasets, note, clock)

    def collect_orphans(self) -> tuple[str, ...]:
        """Delete files that no acknowledged release names, left by killed writers; gives their names below the root."""
        if not self.root.exists():
            return ()
        with self._writer():
            releases = self.list()
            named = {version.object for release in releases for version in release.datasets.values()}
            stray = [p for p in (self.root / "objects").glob("*.parquet") if p.stem not in named]
            stray += [p for p in (self.root / "releases").glob("*.json") if int(p.stem) > len(releases)]
            stray += [p for p in (self.root / "incoming").glob("*") if p.is_file()]
            for path in stray:
                path.unlink()
        return tuple(sorted(path.relative_to(self.root).as_posix() for path in stray))

    def check_whole(self) -> None:
        """Read every object of every release; :class:`FaultError` names the first damaged file."""
        for name in sorted({v.object for release in self.list() for v in release.datasets.values()}):
            StoredObject(self._object_path(name)).check_whole()

    # Inside

    @contextlib.contextmanager
    def _writer(self) -> Iterator[None]:
        from filelock import FileLock, Timeout  # only writers need it

        self.root.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.root / "writer.lock", timeout=self.lock_seconds)
        try:
            lock.acquire()
        except Timeout as found:
            raise InputError(
                Text("มีการนำเข้าข้อมูลอื่นกำลังทำงานอยู่", "another import is writing to this store"),
                remedy=Text("รอให้เสร็จแล้วลองอีกครั้ง", "wait until it has ended and try again"),
                code="store_busy",
            ) from found
        try:
            yield
        finally:
            lock.release()

    @contextlib.contextmanager
    def _undone_when_refused(self) -> Iterator[_Paths]:
        """Gives a list to note new objects in; they are deleted again when the block raises."""
        written: _Paths = []
        try:
            yield written
        except BaseException:
            for path in written:
                path.unlink(missing_ok=True)
                self._opened.pop(path.stem, None)
            raise

    def _stored(self, name: str, facts: Facts, written: _Paths) -> DatasetVersion:
        stored, size, is_new = write_object(self.root / "objects", self.root / "incoming", facts)
        if is_new:
            written.append(self._object_path(stored))
        return DatasetVersion(name, stored, len(facts), size, len(facts.ordered.bounds) - 1, "")

    def _serve(
        self, before: Release | None, datasets: Mapping[str, DatasetVersion], note: str, clock: Clock
    ) -> Release:
        digest = content_hash({name: version.object for name, version in datasets.items()})
        if before is not None and {n: v.object for n, v in before.datasets.items()} == {
            n: v.object for n, v in datasets.items()
        }:
            return before
        sequence = before.sequence + 1 if before else 1
        release_id = f"r{sequence}-{digest[:8]}"
        known = before.datasets if before else {}
        dated = {
            name: known[name] if name in known and known[name].object == v.object else replace(v, since=release_id)
            for name, v in sorted(datasets.items())
        }
        manifest = Manifest(release_id, sequence, before.id if before else None, clock(), note, dated)
        _write_durably(self.root / "releases" / f"{sequence}.json", manifest.to_json())
        _write_durably(self.root / "current", release_id + "\n")
        return self._release(release_id)

    def _release(self, release_id: str) -> Release:
        sequence = _sequence_of(release_id)
        with self._guard:
            found = self._releases.get(sequence)
        if found is None or ("-" in release_id and found.id != release_id):
            path = self.root / "releases" / f"{sequence}.json"
            found = Release(read_manifest(path), self._object)
            if "-" in release_id and found.id != release_id:
                raise damaged(path, f"it describes {found.id}, not {release_id}")
            with self._guard:
                self._releases[sequence] = found
        return found

    def _object(self, name: str) -> StoredObject:
        with self._guard:
            found = self._opened.get(name)
            if found is None:
                if len(self._opened) >= _OBJECTS_KEPT_OPEN:
                    self._opened.pop(next(iter(self._opened)))
                found = self._opened[name] = StoredObject(self._object_path(name))
            return found

    def _object_path(self, name: str) -> Path:
        return self.root / "objects" / f"{name}.parquet"


def _sequence_of(release_id: str) -> int:
    match = _ID.fullmatch(release_id)
    if match is None:
        raise FaultError(
            Text("ตัวชี้รุ่นข้อมูลเสียหาย", f"the pointer to the current release is damaged ({release_id!r})"),
            remedy=Text(
                "เขียนรหัสรุ่นล่าสุดจากโฟลเดอร์ releases ลงในไฟล์ current", "write the newest id of releases/ into current"
            ),
            code="damaged_store",
        )
    return int(match["sequence"])


def _dataset_name(name: str) -> str:
    if _DATASET.fullmatch(name) is None:
        raise InputError(
            Text(f"ชื่อชุดข้อมูล “{name}” ใช้ไม่ได้", f"“{name}” cannot name a dataset"),
            remedy=Text("ใช้ตัวอักษร ตัวเลข . _ - และ / คั่นระดับ", "use letters, digits, . _ - and / between levels"),
            code="dataset_name",
        )
    return name


def _updated(before: Release, name: str, facts: Facts) -> Facts:
    if name not in before.datasets:
        return facts
    return join_facts(facts_of(before.dataset_table(name)), facts)


def _write_durably(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.parent.parent / "incoming" if path.parent.name == "releases" else path.parent / "incoming"
    draft.mkdir(exist_ok=True)
    draft = draft / uuid.uuid4().hex
    draft.write_text(text, "utf-8")
    sync_file(draft)
    os.replace(draft, path)
    sync_directory(path.parent)
