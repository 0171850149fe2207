"""Who is working on what, and for how long that is believed without a sign of life.

A worker holds a lock on a file of its own in ``<home>/workers`` for as long as its process lives: the operating system
lets go of it at the very instant the process ends, however it ends. Where that file can be seen, a dead worker is known
at once; elsewhere (another machine) its lease runs out.
"""

from __future__ import annotations

import os
import secrets
import socket
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event

from django.conf import settings
from filelock import FileLock, Timeout

LEASE_SECONDS = 60
"""A worker that has not written for so long is taken for dead."""

stopping = Event()
"""Set in a worker that is asked to end."""


def until(now: datetime) -> datetime:
    """When a lease that is taken or lengthened now runs out."""
    return now + timedelta(seconds=LEASE_SECONDS)


class Worker:
    """The mark of a living process; every process that runs jobs has one."""

    def __init__(self, folder: Path) -> None:
        self.name = f"{socket.gethostname()[:40]}-{os.getpid()}-{secrets.token_hex(4)}"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path = folder / f"{self.name}.lock"
        self._lock = FileLock(self._path, mode=0o600)
        self._lock.acquire(timeout=0)
        self._pid = os.getpid()

    @property
    def is_ours(self) -> bool:
        """False in a process that was forked off this one."""
        return self._pid == os.getpid()

    def leave(self) -> None:
        """Let go of the mark."""
        self._lock.release()
        self._path.unlink(missing_ok=True)


def folder() -> Path:
    """Where the marks of workers are."""
    return Path(settings.MUDMAI_HOME) / "workers"


_worker: Worker | None = None


def this_worker() -> Worker:
    """The mark of this process, made when it is first asked for."""
    global _worker
    if _worker is None or not _worker.is_ours:
        _worker = Worker(folder())
    return _worker


def leave() -> None:
    """This process runs no more jobs."""
    global _worker
    if _worker is not None and _worker.is_ours:
        _worker.leave()
    _worker = None


def is_dead(owner: str) -> bool:
    """True when the worker called ``owner`` is known to have ended; False when it lives or cannot be seen from here."""
    if _worker is not None and owner == _worker.name:
        return False
    path = folder() / f"{owner}.lock"
    if not owner or not path.is_file():
        return False
    lock = FileLock(path, mode=0o600)
    try:
        lock.acquire(timeout=0)
    except (Timeout, OSError):
        return False
    lock.release()
    return True


def clear_marks(in_use: set[str]) -> int:
    """Remove the marks of dead workers that no job names any more; how many."""
    removed = 0
    with suppress(FileNotFoundError):
        for path in folder().glob("*.lock"):
            if path.stem not in in_use and is_dead(path.stem):
                path.unlink(missing_ok=True)
                removed += 1
    return removed
