"""Turns: nobody waits for the slow line of somebody else, and many who send files at once do not hold up readers.

A request with a body is read to its end *before* it takes a turn, into memory or a temporary file of the workspace; a
thread that waits for a slow sender costs next to nothing. Then requests run a few at a time; those with large bodies
queue among themselves, so that a reader shares the processor with at most :data:`UPLOADS` of them. An answer that is
streamed has given its turn back.

Nobody downstream gets more than a piece at once, also not by asking for a line: a film may be one line of gigabytes.
"""

from __future__ import annotations

import errno
import io
import logging
from collections import deque
from collections.abc import Iterable
from pathlib import Path
from tempfile import SpooledTemporaryFile
from threading import Lock
from typing import IO, Any

from mudmai.site.early import Application, Environ, StartResponse

log = logging.getLogger("mudmai.site")

THREADS = 32
"""How many requests a process of the server has in hand at once, most of them waiting for their senders."""
PAGES = 2
UPLOADS = 1
LARGE = 256 * 1024
"""A body of so many bytes is a file that somebody sends."""
PIECE = 64 * 1024
IN_MEMORY = 1024 * 1024


class Turns:
    """Wraps a WSGI application; ``folder`` takes the temporary files, ``most`` is the largest body that is kept in one.

    A larger body goes through unread: the application refuses it by its declared length. One that declares none is
    refused here.
    """

    def __init__(self, application: Application, *, folder: Path, most: int) -> None:
        self._application = application
        self._folder = folder
        self._most = most
        self._pages = _Queue(PAGES)
        self._uploads = _Queue(UPLOADS)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        length = _length(environ)
        if length > self._most:
            environ["wsgi.input"] = Pieces(environ["wsgi.input"])
            return self._application(environ, start_response)
        if not length and environ.get("HTTP_TRANSFER_ENCODING"):
            return _without_length(start_response)
        if not length:
            with self._pages:
                return self._application(environ, start_response)
        try:
            body = self._received(environ["wsgi.input"], length)
        except OSError as error:
            return _refused(error, start_response)
        environ["wsgi.input"] = Pieces(body)
        with body, self._uploads if length >= LARGE else self._pages:
            return self._application(environ, start_response)

    def _received(self, stream: Any, length: int) -> IO[bytes]:
        if length > IN_MEMORY:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        body = SpooledTemporaryFile(max_size=IN_MEMORY, dir=self._folder)  # noqa: SIM115  lives as long as the request
        try:
            while length > 0 and (piece := stream.read(min(PIECE, length))):
                body.write(piece)
                length -= len(piece)
        except OSError:
            body.close()
            raise
        body.seek(0)  # the sender may have left early: what is missing is found by whoever reads the form
        return body  # type: ignore[return-value]  # a file in all that matters here


class Pieces(io.BufferedReader):
    """A body of which :meth:`readline` gives no more than :data:`PIECE` bytes at once, whether or not a line ends.

    What is not wanted is thrown away line by line (Django does); a line may be all of it.
    """

    def __init__(self, stream: Any) -> None:
        super().__init__(_Raw(stream), PIECE)

    def readline(self, size: int | None = -1, /) -> bytes:
        return super().readline(PIECE if size is None or size < 0 else min(size, PIECE))


class _Raw(io.RawIOBase):
    def __init__(self, stream: Any) -> None:
        super().__init__()
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        piece: bytes = self._stream.read(len(into))
        into[: len(piece)] = piece
        return len(piece)


class _Queue:
    """So many at once, the others in the order in which they came: the library's semaphore lets latecomers pass."""

    def __init__(self, places: int) -> None:
        self._free = places
        self._guard = Lock()
        self._waiting: deque[Lock] = deque()

    def __enter__(self) -> None:
        with self._guard:
            if self._free:
                self._free -= 1
                return
            turn = Lock()
            turn.acquire()
            self._waiting.append(turn)
        turn.acquire()  # let go of by whoever leaves: the place is ours

    def __exit__(self, *error: object) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1


def _length(environ: Environ) -> int:
    text = str(environ.get("CONTENT_LENGTH") or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0


def _refused(error: OSError, start_response: StartResponse) -> Iterable[bytes]:
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    log.error("a request could not be received: %s", error)
    if full:
        th = "พื้นที่เก็บไฟล์ของระบบเต็ม ยังไม่ได้รับไฟล์ โปรดแจ้งผู้ดูแลระบบ"
        return _said(
            "507 Insufficient Storage", th, "The disk is full: nothing was received. Tell the operator.", start_response
        )
    th = "รับคำขอไม่ครบ โปรดส่งอีกครั้ง"
    return _said("400 Bad Request", th, "The request ended early. Send it again.", start_response)


def _without_length(start_response: StartResponse) -> Iterable[bytes]:
    return _said(
        "411 Length Required",
        "คำขอนี้ส่งมาเป็นท่อนโดยไม่บอกขนาด จึงไม่ได้รับไว้ โปรดส่งอีกครั้งโดยบอกขนาดด้วย Content-Length",
        "The request came in chunks, without its size: nothing was received. Send it again with a Content-Length.",
        start_response,
    )


def _said(status: str, th: str, en: str, start_response: StartResponse) -> Iterable[bytes]:
    """There is no page yet that could say it better: the request has reached nothing of ours."""
    headers = [("Content-Type", "text/plain; charset=utf-8"), ("X-Content-Type-Options", "nosniff")]
    start_response(status, headers)
    return [f"{th}\n{en}\n".encode()]
