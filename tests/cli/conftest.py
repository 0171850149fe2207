"""A workspace with the starter data, and the command line run against a copy of it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mudmai.cli.main import run

COMMAND = Path(sys.executable).with_name("mudmai")


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        return self.out.decode("utf-8")

    def json(self) -> Any:
        """stdout as JSON: anything else on it is a fault of the command."""
        return json.loads(self.out)


def clean_environment(home: Path) -> dict[str, str]:
    """This process's environment without what would steer the command, and with a workspace of its own."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("MUDMAI_", "LC_", "LANG"))}
    return {**kept, "MUDMAI_HOME": str(home), "LANG": "C.UTF-8"}


def process(home: Path, *arguments: str, **changes: str) -> Ended:
    """The installed ``mudmai`` in a process of its own."""
    environment = clean_environment(home) | changes
    if not COMMAND.is_file():
        pytest.skip("the mudmai command is not installed beside this Python; run make setup")
    ended = subprocess.run([COMMAND, *arguments], env=environment, capture_output=True, check=False, timeout=300)
    return Ended(ended.returncode, ended.stdout, ended.stderr.decode("utf-8"))


@pytest.fixture(scope="session")
def started_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace after ``mudmai init``; tests that write take :func:`home`."""
    home = tmp_path_factory.mktemp("started")
    ended = process(home, "init")
    assert (ended.code, ended.err) == (0, "")
    return home


@pytest.fixture
def home(started_home: Path, tmp_path: Path) -> Path:
    """A workspace of the test's own, with the starter data."""
    return Path(shutil.copytree(started_home, tmp_path / "home"))


Cli = Callable[..., Ended]


@pytest.fixture
def cli(started_home: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Cli:
    """Run a command line in this process, by default in the shared workspace (only read it there)."""

    def call(*arguments: str, home: Path = started_home, **changes: str) -> Ended:
        for name in [n for n in os.environ if n.startswith(("MUDMAI_", "LC_", "LANG"))]:
            monkeypatch.delenv(name)
        monkeypatch.setenv("MUDMAI_HOME", str(home))
        for name, value in changes.items():
            monkeypatch.setenv(name, value)
        capfdbinary.readouterr()
        code = run(arguments)
        sys.stdout.flush()
        out, err = capfdbinary.readouterr()
        return Ended(code, out, err.decode("utf-8"))

    return call
