"""The worker that ``mudmai serve`` brings along: started with it, started again when it dies, ended with it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from contextlib import suppress

SHORTEST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
HEALTHY_SECONDS = 60.0
"""A worker that lived so long had a good start: the next pause is short again."""
STOP_SECONDS = 10.0


class EmbeddedWorker:
    """One child process and the thread that waits for it. The child also notices by itself when we are gone."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._guard = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep, name="mudmai-worker", daemon=True)

    def start(self) -> None:
        """Bring it up; nothing happens once it was asked to end."""
        with self._guard:
            if self._stopping.is_set():
                return
            self._spawn()
        self._thread.start()

    def stop(self) -> None:
        """Ask it to end, and see to it that it does."""
        with self._guard:
            self._stopping.set()
            child = self._child
        if child is None:
            return
        with suppress(ProcessLookupError):
            child.terminate()
        try:
            child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()

    def _spawn(self) -> None:
        # In a group of its own: Ctrl+C is for us, and we ask it to end; it would not yet know what to do with it.
        command = [sys.executable, "-m", "mudmai.site.working", str(os.getpid())]
        self._child = subprocess.Popen(command, process_group=0)  # noqa: S603  our own interpreter and module

    def _keep(self) -> None:
        pause = SHORTEST_PAUSE
        while not self._stopping.is_set():
            born = time.monotonic()
            assert self._child is not None
            self._child.wait()
            pause = SHORTEST_PAUSE if time.monotonic() - born >= HEALTHY_SECONDS else min(pause * 2, LONGEST_PAUSE)
            self._stopping.wait(pause)
            with self._guard:
                if not self._stopping.is_set():
                    self._spawn()
