"""How the site serves: latency under 32 connections, and what an unchanged page costs.

One real server (the same command as ``mudmai serve``) on loopback, one client process with 32 kept-alive connections.
Everything is a ratio inside this run: p99 to p50 of one door, and the throughput of 304 answers to that of full ones.

    python benchmarks/serving.py [--requests 4000]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import cast
from urllib.request import urlopen

CONNECTIONS = 32
MOST_TAIL = 5.0
LEAST_GAIN = 5.0
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.I)


@dataclass(frozen=True)
class Run:
    """What one door did: requests a second, median and 99th percentile in milliseconds, bytes of one answer."""

    name: str
    per_second: float
    p50_ms: float
    p99_ms: float
    bytes: int

    @property
    def tail(self) -> float:
        """p99 as a multiple of p50."""
        return self.p99_ms / self.p50_ms


class _Client(asyncio.Protocol):
    """One kept-alive connection that asks again as soon as an answer is whole; lean, so that the server is measured."""

    def __init__(self, head: bytes, count: int, expected: bytes, times: list[float], sizes: list[int]) -> None:
        self.head, self.left, self.expected, self.times, self.sizes = head, count, expected, times, sizes
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._data = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self._ask()

    def _ask(self) -> None:
        self._data = b""
        self._started = time.perf_counter()
        self.transport.write(self.head)

    def data_received(self, data: bytes) -> None:
        self._data += data
        end = self._data.find(b"\r\n\r\n")
        if end < 0:
            return
        found = _LENGTH.search(self._data, 0, end + 2)
        size = int(found[1]) if found else 0
        if len(self._data) < end + 4 + size:
            return
        self.times.append(time.perf_counter() - self._started)
        self.sizes.append(size)
        if self._data[9:12] != self.expected:
            self.done.set_exception(RuntimeError(f"expected {self.expected!r}, got {self._data[:40]!r}"))
            self.transport.close()
            return
        self.left -= 1
        if self.left:
            self._ask()
        else:
            self.transport.close()
            self.done.set_result(None)

    def connection_lost(self, fault: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(fault or ConnectionError("the server closed the connection"))


async def _client(port: int, head: bytes, count: int, expected: int, times: list[float], sizes: list[int]) -> None:
    loop = asyncio.get_running_loop()
    code = str(expected).encode()
    _, one = await loop.create_connection(lambda: _Client(head, count, code, times, sizes), "127.0.0.1", port)
    await one.done


def _head(port: int, path: str, tag: str | None) -> bytes:
    extra = f"If-None-Match: {tag}\r\n" if tag else ""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Encoding: gzip\r\n{extra}\r\n".encode()


async def _run(name: str, port: int, paths: list[str], requests: int, tag: str | None = None) -> Run:
    times: list[float] = []
    sizes: list[int] = []
    each = max(1, requests // CONNECTIONS)
    started = time.perf_counter()
    await asyncio.gather(
        *(
            _client(port, _head(port, paths[i % len(paths)], tag), each, 304 if tag else 200, times, sizes)
            for i in range(CONNECTIONS)
        )
    )
    spent = time.perf_counter() - started
    times.sort()
    return Run(
        name,
        len(times) / spent,
        statistics.median(times) * 1e3,
        times[int(len(times) * 0.99)] * 1e3,
        int(statistics.median(sizes)),
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if server.poll() is not None:
            raise RuntimeError(f"the server ended with {server.returncode}")
        try:
            with urlopen(f"http://127.0.0.1:{port}/", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not answer within 30 seconds")


def _tag(port: int, path: str) -> str:
    with urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
        return str(answer.headers["ETag"])


def measure(requests: int) -> list[Run]:
    """All doors, one after the other, against one warm server; and once more against one that keeps no answers."""
    runs: list[Run] = []
    mudmai = str(Path(sys.executable).with_name("mudmai"))
    with tempfile.TemporaryDirectory(prefix="mudmai-bench-") as home:
        clean = {k: v for k, v in os.environ.items() if not k.startswith("MUDMAI_")}
        env = clean | {"MUDMAI_HOME": home}
        subprocess.run([mudmai, "init"], env=env, check=True, capture_output=True)
        for label, more in (("kept", {}), ("rendered", {"MUDMAI_PAGE_CACHE_MB": "0"})):
            port = _free_port()
            server = subprocess.Popen(
                [mudmai, "serve", "--port", str(port)],
                env=env | more,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
            )
            try:
                _wait(port, server)
                plan = json.load(urlopen(f"http://127.0.0.1:{port}/api/v1/plans", timeout=30))[0]["id"]
                doors = {"page": "/", "api": f"/api/v1/plans/{plan}/scorecard"}
                for door, path in doors.items():
                    asyncio.run(_run("warm", port, [path], CONNECTIONS * 4))
                    share = requests if label == "kept" else max(CONNECTIONS * 8, requests // 10)
                    runs.append(asyncio.run(_run(f"{door} {label}", port, [path], share)))
                    if label == "kept":
                        runs.append(asyncio.run(_run(f"{door} 304", port, [path], requests, _tag(port, path))))
            finally:
                server.terminate()
                server.wait(20)
    return runs


def verdicts(runs: list[Run]) -> list[tuple[str, float, str, bool]]:
    """Each promise: name, measured ratio, bound in words, kept or not."""
    by_name = {run.name: run for run in runs}
    found = [
        (f"{run.name}: p99 / p50", run.tail, f"<= {MOST_TAIL:g}", run.tail <= MOST_TAIL)
        for run in runs
        if not run.name.endswith("304")
    ]
    for door in ("page", "api"):
        for full in ("kept", "rendered"):
            gain = by_name[f"{door} 304"].per_second / by_name[f"{door} {full}"].per_second
            found.append((f"{door}: 304 answers / full ones {full}", gain, f">= {LEAST_GAIN:g}", gain >= LEAST_GAIN))
    return found


def main() -> int:
    """Measure, print, and fail when a promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=4000)
    parser.add_argument("--json", type=Path, help="also write the figures here")
    asked = parser.parse_args()
    runs = measure(asked.requests)
    for run in runs:
        print(
            f"{run.name:14} {run.per_second:9.0f}/s  p50 {run.p50_ms:7.2f} ms  "
            f"p99 {run.p99_ms:7.2f} ms  {run.bytes} bytes"
        )
    found = verdicts(runs)
    for name, ratio, bound, kept in found:
        print(f"{'kept  ' if kept else 'BROKEN'} {name} = {ratio:.2f} ({bound})")
    if asked.json:
        asked.json.write_text(json.dumps({"runs": [asdict(r) for r in runs], "promises": found}, indent=1))
    return 0 if all(kept for *_, kept in found) else 1


if __name__ == "__main__":
    raise SystemExit(main())
