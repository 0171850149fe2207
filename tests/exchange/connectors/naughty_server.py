"""A real HTTP server on loopback that behaves as told: answers, stalls, drips, lies, redirects, breaks off."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

Behave = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Asks the server's table what to do with a path."""

    protocol_version = "HTTP/1.1"
    server: Naughty

    def do_GET(self) -> None:
        self.server.seen.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
        behave = self.server.paths.get(urlsplit(self.path).path)
        try:
            if behave is None:
                self.answer(404, b"not here", "text/plain")
            else:
                behave(self)
        except (BrokenPipeError, ConnectionResetError):
            pass
        self.close_connection = True

    def answer(self, status: int, body: bytes, media: str = "text/csv", **headers: str) -> None:
        self.send_response(status)
        if media:
            self.send_header("Content-Type", media)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if "Content_Length" not in headers and status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, *_: object) -> None:
        pass


class Naughty(ThreadingHTTPServer):
    """``paths``: what to do for each path; ``seen``: what was asked; ``stop``: set when stalling should end."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.paths: dict[str, Behave] = {}
        self.seen: list[tuple[str, dict[str, str]]] = []
        self.stop = threading.Event()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def put(self, path: str, body: bytes, media: str = "text/csv", **headers: str) -> str:
        """A file that is simply there; its whole address."""
        self.paths[path] = lambda handler: handler.answer(200, body, media, **headers)
        return self.base + path


@contextmanager
def running() -> Iterator[Naughty]:
    server = Naughty()
    thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.05), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stop.set()
        server.shutdown()
        server.server_close()
