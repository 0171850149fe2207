"""A live server with the starter data, and the programs of others that read it.

The server is the real one (``granian``, the site's own WSGI entry) in a process of its own on loopback. The programs
live in ``.venv-doors`` (``make doors``); tests that need one say so and are skipped where it is not there.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from mudmai.site.database import prepare
from mudmai.workspace import Workspace

ROOT = Path(__file__).resolve().parents[3]
SHARED = ROOT.parent / "shared"
PROGRAMS = ROOT / ".venv-doors" / "bin"


@dataclass(frozen=True)
class Answer:
    """What the server said."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Server:
    """A running server; ``base`` has no slash at the end."""

    base: str
    home: Path

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask(Request(self.base + path, headers={k.replace("_", "-"): v for k, v in headers.items()}))

    def post(self, path: str, body: Any) -> Answer:
        data = json.dumps(body).encode()
        return self.ask(Request(self.base + path, data=data, headers={"Content-Type": "application/json"}))

    def ask(self, request: Request) -> Answer:
        try:
            with urlopen(request, timeout=180) as found:
                return Answer(found.status, {k.lower(): v for k, v in found.headers.items()}, found.read())
        except HTTPError as refused:
            return Answer(refused.code, {k.lower(): v for k, v in refused.headers.items()}, refused.read())


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("doors-home")
    Workspace.open(home).init()
    prepare(home, {name: value for name, value in os.environ.items() if not name.startswith(("MUDMAI_", "DJANGO_"))})
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = (home / "server.log").open("wb")
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
               "--workers", "1", "--blocking-threads", "4", "mudmai.site.wsgi:application"]  # fmt: skip
    own = {name: value for name, value in os.environ.items() if not name.startswith("MUDMAI_")}
    running = subprocess.Popen(command, env={**own, "MUDMAI_HOME": str(home)}, stdout=log, stderr=subprocess.STDOUT)
    try:
        _wait(port, running, home / "server.log")
        yield Server(f"http://127.0.0.1:{port}", home)
    finally:
        running.terminate()
        try:
            running.wait(timeout=120)
        finally:
            running.kill()
            log.close()


def _wait(port: int, running: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 240
    while running.poll() is None and time.monotonic() < until:
        try:
            with urlopen(f"http://127.0.0.1:{port}/ogc/conformance", timeout=60):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"the server did not start:\n{log.read_text(encoding='utf-8', errors='replace')[-2000:]}")


@dataclass(frozen=True)
class Programs:
    """The programs of others, each run in a process of its own."""

    folder: Path

    def run(self, name: str, *arguments: str | Path, **environment: str) -> str:
        """Run a program (``python`` too) in ``folder``; its output, or the test fails with what it said."""
        path = os.pathsep.join((str(PROGRAMS), os.environ.get("PATH", "")))
        own = {n: v for n, v in os.environ.items() if not n.startswith(("MUDMAI_", "DJANGO_", "PYTEST_", "PYTHON"))}
        done = subprocess.run(
            [str(PROGRAMS / name), *map(str, arguments)],
            cwd=self.folder,
            env={**own, "PATH": path, "PYTHONIOENCODING": "utf-8", **environment},
            capture_output=True,
            encoding="utf-8",
            timeout=600,
            check=False,
        )
        assert done.returncode == 0, f"{name} {arguments}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        return done.stdout

    def python(self, source: str, *arguments: str) -> Any:
        """Run a script in the clients' interpreter; what it prints last is JSON."""
        return json.loads(self.run("python", "-c", source, *arguments).strip().splitlines()[-1])


@pytest.fixture
def programs(tmp_path: Path) -> Programs:
    if not (PROGRAMS / "python").exists():
        pytest.skip("the clients of the doors are not installed (make doors)")
    return Programs(tmp_path)


@pytest.fixture(scope="session")
def interop() -> Path:
    """The schemas and shapes of the standards."""
    found = SHARED / "data" / "interop"
    if not found.is_dir():
        pytest.skip("the schemas of the standards are not at hand (../shared/data/interop)")
    return found
