"""Files as they came in, kept for good under the SHA-256 of their bytes.

A file is written beside its place, synchronised, and moved there whole: a reader never sees half of one, and whatever
is interrupted leaves at most a temporary file, which the next start of the store removes. The same bytes are kept once.
Only the account that runs the site may read them (mode 0600): a raw file may hold what is never published.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol

from mudmai.core.errors import FaultError, InputError, UnknownNameError, Where
from mudmai.core.language import Text
from mudmai.workspace.durable_files import sync_folder

if TYPE_CHECKING:
    from mudmai.workspace.workspace import Workspace

CHUNK = 1024 * 1024
ORPHAN_SECONDS = 24 * 3600
"""A temporary file that nobody has written to for so long belongs to a process that is gone."""
LONGEST_NAME = 200
_SHA = re.compile(r"[0-9a-f]{64}")
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class Readable(Protocol):
    """What :meth:`RawFiles.keep` reads from: bytes in pieces."""

    def read(self, size: int = ..., /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class RawFile:
    """A kept file: ``sha256`` in hexadecimal names it, ``size`` is in bytes, ``name`` is what its sender called it."""

    sha256: str
    size: int
    name: str


def raw_files(workspace: Workspace) -> RawFiles:
    """The raw files of an installation, in ``<home>/raw``."""
    return RawFiles(workspace.home.root / "raw")


class RawFiles:
    """A folder of immutable files by content: ``<root>/<first two digits>/<sha256>``."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def keep(self, stream: Readable, *, name: str, max_bytes: int | None = None) -> RawFile:
        """Read ``stream`` to its end and keep it; memory stays at one piece of 1 MiB whatever the size.

        ``name`` is kept for people, without any folder. Raises :class:`InputError` ``file_too_large`` as soon as more
        than ``max_bytes`` have come, ``empty_file``, and ``disk_full``; then nothing is left behind.
        """
        shown = plain_name(name)
        with _disk_errors(shown), self._beside() as (handle, beside):
            digest, size = hashlib.sha256(), 0
            while piece := stream.read(CHUNK):
                size += len(piece)
                if max_bytes is not None and size > max_bytes:
                    raise _too_large(shown, max_bytes)
                digest.update(piece)
                handle.write(piece)
            if not size:
                raise _empty(shown)
            handle.flush()
            os.fsync(handle.fileno())
            sha256 = digest.hexdigest()
            self._settle(beside, sha256)
        return RawFile(sha256, size, shown)

    def keep_bytes(self, data: bytes, *, name: str, max_bytes: int | None = None) -> RawFile:
        """As :meth:`keep`, for bytes that are in memory anyway."""
        return self.keep(BytesIO(data), name=name, max_bytes=max_bytes)

    def has(self, sha256: str) -> bool:
        """True when the file is kept here; what is no SHA-256 names no file."""
        return bool(_SHA.fullmatch(sha256)) and self._place(sha256).is_file()

    def path(self, sha256: str) -> Path:
        """Where the file lies, to read from and never to write to; :class:`UnknownNameError` when it is not kept."""
        if not self.has(sha256):
            raise UnknownNameError(Text("ไฟล์ต้นฉบับ", "raw file"), sha256)
        return self._place(sha256)

    def read_bytes(self, sha256: str) -> bytes:
        """The whole content, checked against its name."""
        data = self.path(sha256).read_bytes()
        if hashlib.sha256(data).hexdigest() != sha256:
            raise _damaged(sha256)
        return data

    def verify(self, sha256: str) -> Path:
        """The path, after every byte was read and found to be what the name says; :class:`FaultError` otherwise."""
        path = self.path(sha256)
        with path.open("rb") as handle:
            found = hashlib.file_digest(handle, "sha256").hexdigest()
        if found != sha256:
            raise _damaged(sha256)
        return path

    def names(self) -> Iterator[str]:
        """Every kept SHA-256, in no order."""
        for folder in self.root.glob("[0-9a-f][0-9a-f]"):
            for path in folder.iterdir():
                if _SHA.fullmatch(path.name):
                    yield path.name

    def clear_orphans(self, *, older_than: float = ORPHAN_SECONDS) -> int:
        """Remove temporary files that nobody has written to for ``older_than`` seconds; how many."""
        removed, limit = 0, time.time() - older_than
        for path in (self.root / "incoming").glob("*.part"):
            with suppress(FileNotFoundError):  # its writer has just finished
                if path.stat().st_mtime <= limit:
                    path.unlink()
                    removed += 1
        return removed

    def _place(self, sha256: str) -> Path:
        return self.root / sha256[:2] / sha256

    @contextmanager
    def _beside(self) -> Iterator[tuple[BinaryIO, Path]]:
        """A temporary file of our own; gone afterwards, unless it was moved to its place."""
        folder = self.root / "incoming"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        beside = folder / f"{secrets.token_hex(12)}.part"
        try:
            with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as handle:
                yield handle, beside
        finally:
            beside.unlink(missing_ok=True)

    def _settle(self, beside: Path, sha256: str) -> None:
        place = self._place(sha256)
        if place.is_file() and place.stat().st_size == beside.stat().st_size:
            return  # the same bytes are here already
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.replace(beside, place)
        for folder in (place.parent, self.root):
            sync_folder(folder)


def plain_name(name: str) -> str:
    """The last part of a path in either notation, without control characters, at most 200 characters.

    >>> plain_name("C:\\\\งาน\\\\GPP 2566.xlsx")
    'GPP 2566.xlsx'
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(sign for sign in last if sign.isprintable()).strip()
    if len(shown) > LONGEST_NAME:
        stem, dot, ending = shown.rpartition(".")
        kept = f"{dot}{ending}" if dot and len(ending) <= 10 else ""
        shown = (stem if kept else shown)[: LONGEST_NAME - len(kept)] + kept
    return shown or "file"


@contextmanager
def _disk_errors(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise InputError(
            Text("พื้นที่เก็บไฟล์ของระบบเต็ม ไฟล์นี้ยังไม่ได้เก็บ", "the disk is full: the file was not kept"),
            remedy=Text("แจ้งผู้ดูแลระบบให้เพิ่มพื้นที่ แล้วส่งไฟล์อีกครั้ง", "ask the operator to make room, then send the file again"),
            code="disk_full",
            where=Where(file=name),
        ) from error


def _too_large(name: str, limit: int) -> InputError:
    return InputError(
        Text(f"ไฟล์ใหญ่เกิน {_size(limit)}", f"the file is larger than {_size(limit)}"),
        remedy=Text(
            "ลบแผ่นงานและรูปภาพที่ไม่เกี่ยวข้อง แบ่งเป็นหลายไฟล์ หรือส่งเป็น CSV",
            "remove sheets and pictures that are not needed, split it into several files, or send CSV",
        ),
        code="file_too_large",
        where=Where(file=name),
    )


def _empty(name: str) -> InputError:
    return InputError(
        Text("ไฟล์ว่างเปล่า (0 ไบต์)", "the file is empty (0 bytes)"),
        remedy=Text("บันทึกไฟล์จากต้นทางอีกครั้ง แล้วส่งใหม่", "save the file again where it was made, then send it"),
        code="empty_file",
        where=Where(file=name),
    )


def _damaged(sha256: str) -> FaultError:
    return FaultError(
        Text(f"ไฟล์ต้นฉบับ {sha256[:12]}… เสียหาย", f"the raw file {sha256[:12]}… is damaged"),
        remedy=Text("กู้ไฟล์ในโฟลเดอร์ raw จากสำเนาสำรอง", "restore the folder raw from a backup"),
        code="raw_damaged",
    )


def _size(count: int) -> str:
    """A number of bytes for people: ``50 MB``."""
    for unit, factor in (("GB", 1024**3), ("MB", 1024**2), ("KB", 1024)):
        if count >= factor:
            return f"{count / factor:.3g} {unit}"
    return f"{count} B"
