"""The packs of an installation while it is open: as they are now, and as they were in any state that was kept."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path

from mudmai.core.errors import PackError
from mudmai.workspace.home import Home
from mudmai.workspace.pack_content import STATE_LENGTH, pack_folders, signature
from mudmai.workspace.shelf import Shelf, load_shelf, shelf_of_content
from mudmai.workspace.snapshots import PackSnapshots

_LOOK_EVERY = 1.0
_OLD_SHELVES_KEPT = 4


class PackWatch:
    """Reads the packs of ``shipped`` and of ``home`` anew when they change on disk; shared by many threads.

    Raises :class:`PackError` at once when a shipped pack is faulty; faulty packs of ``home`` are left out and told.
    """

    def __init__(self, home: Home, shipped: Path) -> None:
        self._home = home
        self._shipped = shipped
        self._guard = threading.RLock()
        self._edit_faults: Mapping[str, PackError] = {}
        self._signature = signature(pack_folders(shipped, home.packs))
        self._looked_at = time.monotonic()
        self._shelf = load_shelf(shipped, home.packs, home.cache)
        self._old_shelves: OrderedDict[str, Shelf] = OrderedDict()
        self._kept_states: set[str] = set()
        self.snapshots = PackSnapshots(home.store / "packs")
        """States of the packs that links and releases name."""

    @property
    def shelf(self) -> Shelf:
        """The packs as they are now; a change on disk is seen within a second, a faulty change leaves the old ones."""
        now = time.monotonic()
        with self._guard:
            if now - self._looked_at >= _LOOK_EVERY:
                self._looked_at = now
                self._look()
            return self._shelf

    def look_again(self) -> None:
        """Let the next question see what is on disk, however lately it was looked at."""
        self._looked_at = 0.0

    def _look(self) -> None:
        mark = signature(pack_folders(self._shipped, self._home.packs))
        if mark == self._signature:
            return
        self._signature = mark
        try:
            changed = load_shelf(self._shipped, self._home.packs, self._home.cache)
        except PackError as fault:
            self._edit_faults = {fault.where.file or "": fault}
            return
        spoilt = self._shelf.packs.keys() & changed.faults.keys() - self._shelf.faults.keys()
        self._edit_faults = changed.faults if spoilt else {}
        if not spoilt:
            self._shelf = changed

    @property
    def faults(self) -> tuple[PackError, ...]:
        """Why packs of this installation are left out, or (edited into faulty ones while it is open) used as before."""
        shelf = self.shelf
        return tuple({**shelf.faults, **self._edit_faults}.values())

    def shelf_of(self, state: str | None) -> Shelf:
        """The packs as they are (None), or as they were in a kept state; :class:`UnknownNameError` for any other."""
        now = self.shelf
        if state is None or (len(state) >= STATE_LENGTH and now.digest.startswith(state)):
            return now
        digest = self.snapshots.find(state.strip())
        if digest == now.digest:
            return now
        with self._guard:
            if digest in self._old_shelves:
                self._old_shelves.move_to_end(digest)
                return self._old_shelves[digest]
        shelf = shelf_of_content(self.snapshots.content(digest), self._home.cache)
        with self._guard:
            self._old_shelves[digest] = shelf
            while len(self._old_shelves) > _OLD_SHELVES_KEPT:
                self._old_shelves.popitem(last=False)
        return shelf

    def keep(self, shelf: Shelf) -> None:
        """Keep what the packs say for good (once; later calls cost nothing)."""
        if shelf.digest not in self._kept_states:
            self.snapshots.keep(shelf.content, {pack.id: pack.version for pack in shelf.packs.values()})
            self._kept_states.add(shelf.digest)

    def try_to_keep(self, shelf: Shelf) -> None:
        """As :meth:`keep`, where a home that may only be read is no reason to withhold an answer."""
        with contextlib.suppress(OSError):
            self.keep(shelf)
