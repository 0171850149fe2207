"""The moment at which a server answers: told by asking it, so that an address is not shown before it works."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable

PAUSE_SECONDS = 0.1
PATIENCE_SECONDS = 60.0
"""How long one question waits: the first page opens the workspace."""
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104  asked, not listened to


class Answering:
    """Asks ``host:port`` for a page until there is any answer, then calls ``then``; not after :meth:`stop`."""

    def __init__(self, host: str, port: int, then: Callable[[], None]) -> None:
        self._address = (EVERYWHERE.get(host, host), port)
        self._then = then
        self._guard = threading.Lock()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._ask, name="mudmai-answering", daemon=True)

    def start(self) -> None:
        """Begin to ask, beside the caller."""
        self._thread.start()

    def stop(self) -> None:
        """Once this returns ``then`` has been called to its end or never will be."""
        self._stopped.set()
        with self._guard:
            pass

    def _ask(self) -> None:
        while not self._stopped.wait(PAUSE_SECONDS):
            if self._answers():
                with self._guard:
                    if not self._stopped.is_set():
                        self._then()
                return

    def _answers(self) -> bool:
        line = http.client.HTTPConnection(*self._address, timeout=PATIENCE_SECONDS)
        try:
            line.request("GET", "/")
            return line.getresponse().status > 0
        except (OSError, http.client.HTTPException):
            return False
        finally:
            line.close()
