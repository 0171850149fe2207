"""The newest file of a folder on the server, and never anything outside the folders that the operator allows."""

from __future__ import annotations

import fnmatch
import os
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from mudmai.core.language import Text
from mudmai.exchange.connectors.faults import CORRECT, WAIT, ConnectorFault
from mudmai.exchange.connectors.fetched import Allowed, Limits
from mudmai.exchange.connectors.http import too_large
from mudmai.exchange.connectors.sources import FolderSource

_UNFINISHED = (".part", ".tmp", ".crdownload", ".partial", ".filepart", ".swp")


@dataclass(frozen=True, slots=True)
class Found:
    """The chosen file."""

    name: str
    size: int
    changed_ns: int

    @property
    def mark(self) -> str:
        """Changes when the file does."""
        return f"{self.name}:{self.size}:{self.changed_ns}"


def copy_newest(source: FolderSource, allowed: Allowed, limits: Limits, to: BinaryIO, *, known: str = "") -> Found:
    """Copy the newest fitting file into ``to``; one whose mark is ``known`` is not read again.

    Links are not followed, hidden and unfinished files are passed over, and a file that changes while it is read is a
    fault that is tried again.
    """
    folder = allowed_folder(source.folder, allowed)
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError as error:
        raise _cannot_read(folder.name) from error
    try:
        found = _newest(handle, source.pattern)
        if found.mark != known:
            _copy(handle, found, limits, to)
        return found
    finally:
        os.close(handle)


def allowed_folder(told: str, allowed: Allowed) -> Path:
    """The folder, where the operator allows it and it is there."""
    folder = Path(told).resolve()
    if not any(folder.is_relative_to(root.resolve()) for root in allowed.folders):
        raise ConnectorFault(
            "connection_blocked",
            "โฟลเดอร์นี้ไม่อยู่ในรายการที่ผู้ดูแลเครื่องอนุญาต",
            "this folder is not among those that the operator allows",
            Text("ให้ผู้ดูแลเครื่องเพิ่มด้วย MUDMAI_CONNECT_FOLDERS", "have the operator add it by MUDMAI_CONNECT_FOLDERS"),
        )
    if not folder.is_dir():
        raise ConnectorFault(
            "connection_folder", f"ไม่พบโฟลเดอร์ {folder.name}", f"there is no folder {folder.name}", CORRECT
        )
    return folder


def _newest(handle: int, pattern: str) -> Found:
    best: Found | None = None
    with os.scandir(handle) as entries:
        for entry in entries:
            if not _fits(entry.name, pattern) or entry.is_symlink() or not entry.is_file(follow_symlinks=False):
                continue
            told = entry.stat(follow_symlinks=False)
            one = Found(entry.name, told.st_size, told.st_mtime_ns)
            if best is None or (one.changed_ns, one.name) > (best.changed_ns, best.name):
                best = one
    if best is None:
        raise ConnectorFault(
            "connection_folder",
            f"ไม่มีไฟล์ที่ชื่อตรงกับ {pattern} ในโฟลเดอร์",
            f"no file in the folder fits {pattern}",
            Text("วางไฟล์ หรือแก้รูปแบบชื่อ", "put a file there, or correct the pattern"),
        )
    return best


def _fits(name: str, pattern: str) -> bool:
    """Upper and lower case are one; the pattern's only signs are ``*`` and ``?``."""
    if name.startswith((".", "~$")) or name.lower().endswith(_UNFINISHED):
        return False
    return fnmatch.fnmatchcase(name.lower(), pattern.lower().replace("[", "[[]"))


def _copy(handle: int, found: Found, limits: Limits, to: BinaryIO) -> None:
    if found.size > limits.max_bytes:
        raise too_large(limits.max_bytes)
    try:
        opened = os.open(found.name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=handle)
    except OSError as error:
        raise _cannot_read(found.name) from error
    with os.fdopen(opened, "rb") as file:
        before = os.fstat(file.fileno())
        if not stat.S_ISREG(before.st_mode):
            raise _cannot_read(found.name)
        shutil.copyfileobj(_Bounded(file, limits.max_bytes), to, 1 << 20)
        after = os.fstat(file.fileno())
    to.flush()
    if (after.st_size, after.st_mtime_ns) != (found.size, found.changed_ns) or to.tell() != after.st_size:
        raise ConnectorFault(
            "connection_partial",
            f"ไฟล์ {found.name} กำลังถูกเขียนอยู่",
            f"the file {found.name} is being written just now",
            WAIT,
        )


class _Bounded:
    """A file that may have grown since it was measured."""

    def __init__(self, file: BinaryIO, most: int) -> None:
        self._file, self._left = file, most

    def read(self, size: int = -1, /) -> bytes:
        piece = self._file.read(size)
        self._left -= len(piece)
        if self._left < 0:
            raise too_large(0)
        return piece


def _cannot_read(name: str) -> ConnectorFault:
    return ConnectorFault(
        "connection_folder",
        f"อ่าน {name} ไม่ได้",
        f"{name} cannot be read",
        Text("ให้บัญชีที่เปิดระบบมีสิทธิ์อ่านโฟลเดอร์และไฟล์", "let the account that runs the site read the folder and the file"),
    )
