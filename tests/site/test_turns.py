"""Turns of requests: bodies are read before, files that are sent queue among themselves, a page gets through."""

from __future__ import annotations

import errno
import threading
import time
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from mudmai.site.turns import LARGE, PAGES, PIECE, UPLOADS, Turns


class Recorder:
    """An application that says what it was sent, and how many were in it at once."""

    def __init__(self) -> None:
        self.inside = 0
        self.most = 0
        self.guard = threading.Lock()
        self.hold = threading.Event()
        self.hold.set()
        self.bodies: list[bytes] = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        with self.guard:
            self.inside += 1
            self.most = max(self.most, self.inside)
        self.hold.wait(300)
        if int(environ.get("CONTENT_LENGTH") or 0):
            self.bodies.append(environ["wsgi.input"].read())
        with self.guard:
            self.inside -= 1
        start_response("200 OK", [])
        return [b"done"]


def ask(turns: Turns, body: bytes = b"", declared: str | None = None, stream: Any = None) -> tuple[str, bytes]:
    said: list[str] = []
    environ = {
        "CONTENT_LENGTH": str(len(body)) if declared is None else declared,
        "wsgi.input": stream or BytesIO(body),
    }
    answer = turns(environ, lambda status, headers: said.append(status))
    return said[0], b"".join(answer)


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def turns(recorder: Recorder, tmp_path: Path) -> Turns:
    return Turns(recorder, folder=tmp_path / "cache" / "incoming", most=8 * LARGE)


@pytest.mark.parametrize("size", [1, 70_000, LARGE, 6 * LARGE])
def test_a_body_arrives_whole(turns: Turns, recorder: Recorder, size: int) -> None:
    body = bytes(n % 251 for n in range(size))
    assert ask(turns, body) == ("200 OK", b"done")
    assert recorder.bodies == [body]


def test_what_is_cut_off_is_handed_on_as_it_came(turns: Turns, recorder: Recorder) -> None:
    ask(turns, b"half", declared="1000")
    assert recorder.bodies == [b"half"]


@pytest.mark.parametrize("declared", ["", "x", "-5", "٣", "9" * 30])
def test_lengths_that_are_none_are_no_bodies(turns: Turns, recorder: Recorder, declared: str) -> None:
    class Untouched:
        def read(self, size: int) -> bytes:
            raise AssertionError

    recorder.bodies = []
    turns._application = lambda environ, start: start("200 OK", []) or [b""]  # type: ignore[func-returns-value]
    assert ask(turns, declared=declared, stream=Untouched())[0] == "200 OK"


def test_more_than_is_ever_kept_goes_through_unread(turns: Turns, recorder: Recorder) -> None:
    stream = BytesIO(b"x" * 10)
    ask(turns, declared=str(9 * LARGE), stream=stream)
    assert recorder.bodies == [b"x" * 10], "read by the application, not before"


@pytest.mark.parametrize("size", [3 * PIECE, 20 * PIECE])
def test_a_line_without_an_end_comes_in_pieces(turns: Turns, size: int) -> None:
    """What is kept, and what goes through unread: nothing downstream holds a film because it asked for a line."""
    lines: list[bytes] = []

    def by_lines(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        lines.extend(iter(environ["wsgi.input"].readline, b""))
        start("200 OK", [])
        return [b""]

    turns._application = by_lines
    turns._most = 8 * PIECE
    body = b"one\n" + bytes(size) + b"\nlast"
    ask(turns, body)
    assert b"".join(lines) == body and lines[0] == b"one\n" and lines[-1] == b"last"
    assert max(map(len, lines)) == PIECE


def test_a_body_that_does_not_tell_its_length_is_refused_unread(turns: Turns) -> None:
    class Untouched:
        def read(self, size: int) -> bytes:
            raise AssertionError

    said: list[str] = []
    environ = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input": Untouched()}
    text = b"".join(turns(environ, lambda status, headers: said.append(status)))
    assert said == ["411 Length Required"] and "โปรดส่งอีกครั้ง".encode() in text and b"Content-Length" in text


@pytest.mark.parametrize(("number", "status"), [(errno.ENOSPC, "507"), (errno.ECONNRESET, "400")])
def test_what_cannot_be_received_is_said(turns: Turns, number: int, status: str) -> None:
    class Broken:
        def read(self, size: int) -> bytes:
            raise OSError(number, "broken")

    said, text = ask(turns, declared="10", stream=Broken())
    assert said.startswith(status) and "โปรด".encode() in text


def test_pages_do_not_wait_for_files_nor_for_slow_senders(turns: Turns, recorder: Recorder) -> None:
    gate = threading.Event()

    class Slow:
        def read(self, size: int) -> bytes:
            gate.wait(300)
            return b""

    threads = [threading.Thread(target=ask, args=(turns, b"", "5000", Slow())) for _ in range(12)]
    recorder.hold.clear()
    threads += [threading.Thread(target=ask, args=(turns, b"x" * LARGE)) for _ in range(6)]
    for thread in threads:
        thread.start()
    until = time.monotonic() + 240
    try:
        while recorder.inside < UPLOADS and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(0.1)
        assert recorder.inside == UPLOADS, "files queue among themselves; slow senders take no turn"
        threads.append(threading.Thread(target=ask, args=(turns,)))
        threads[-1].start()
        while recorder.inside < UPLOADS + 1 and time.monotonic() < until:
            time.sleep(0.01)
        assert recorder.inside == UPLOADS + 1, "a page is let in at once"
    finally:
        recorder.hold.set()
        gate.set()
        for thread in threads:
            thread.join()
    assert len(recorder.bodies) == 18 and recorder.most <= PAGES + UPLOADS
