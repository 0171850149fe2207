"""What the site costs before it answers: it loads nothing that its first pages do not need."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from mudmai.site.answering import Answering

NOT_AT_THE_START = ("scipy", "granian", "xlsxwriter", "shapely", "pyogrio")
LOADED = f"""
import gc, sys
import mudmai.site.wsgi
print(sorted(name for name in {NOT_AT_THE_START!r} if name in sys.modules), gc.isenabled(), gc.get_freeze_count() > 0)
"""


def test_the_site_starts_without_what_only_some_pages_need(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MUDMAI", "DJANGO"))}
    ended = subprocess.run(
        [sys.executable, "-c", LOADED],
        env=kept | {"MUDMAI_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "mudmai.site.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ended.stdout.strip() == "[] True True"


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(404)  # any answer is an answer
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


def test_it_is_told_once_when_the_server_answers_and_never_after_a_stop() -> None:
    told: list[float] = []
    server = HTTPServer(("127.0.0.1", 0), _Page, bind_and_activate=False)
    server.server_bind()  # a port of our own on which nothing listens yet
    early = Answering("0.0.0.0", server.server_port, lambda: told.append(time.monotonic()))
    stopped = Answering("127.0.0.1", server.server_port, lambda: told.append(-1.0))
    early.start()
    stopped.start()
    time.sleep(0.5)
    assert told == []
    stopped.stop()
    server.server_activate()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        for _ in range(600):
            if told:
                break
            time.sleep(0.1)
        time.sleep(0.5)
        assert len(told) == 1
        assert told[0] > 0
    finally:
        early.stop()
        server.shutdown()
        server.server_close()
