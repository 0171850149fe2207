"""An installation on disk, on either database, in which processes of their own act at one moment.

A process tells where it stands by lines: ``ready`` before it acts, ``held`` where it has acted and keeps its
transaction open, and last what came of it as JSON. It goes on at each line that it is given.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from mudmai.site.addresses import FILE_NAME
from mudmai.site.database import migrate
from mudmai.workspace import Workspace
from tests.apps.assessment.assessment_world import write_packs
from tests.site.test_postgres import CLEAN, PROGRAMS, server

__all__ = ["RaceSite", "Racer", "race_site", "race_template", "server", "wait_for"]

ROOT = Path(__file__).parents[3]
HERE = Path(__file__).parent


@dataclass(frozen=True)
class Racer:
    """A process that has been started."""

    process: subprocess.Popen[str]

    def until(self, word: str) -> Racer:
        """Wait until it says ``word``."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.strip() == word:
                return self
        raise AssertionError(self.process.communicate()[1][-3000:])

    def go(self) -> Racer:
        """Let it go on."""
        assert self.process.stdin is not None
        self.process.stdin.write("go\n")
        self.process.stdin.flush()
        return self

    def told(self, *, killed: bool = False) -> Any:
        """What came of it."""
        out, err = self.process.communicate(timeout=600)
        assert self.process.returncode == (-9 if killed else 0), err[-3000:]
        return None if killed else json.loads(out.splitlines()[-1])


@dataclass(frozen=True)
class RaceSite:
    """``script`` is run in every process; ``database`` the address of a server, "" for the file."""

    home: Path
    shipped: Path | None
    script: str
    database: str
    started: list[subprocess.Popen[str]] = field(default_factory=list, compare=False)

    @property
    def variables(self) -> dict[str, str]:
        """The environment of its processes."""
        return {
            **CLEAN,
            **({"MUDMAI_DATABASE_URL": self.database} if self.database else {}),
            **({"TOY_PACKS": str(self.shipped)} if self.shipped else {}),
            "MUDMAI_HOME": str(self.home),
            "DJANGO_SETTINGS_MODULE": "mudmai.site.settings",
            "PYTHONPATH": str(ROOT),
        }

    def workspace(self) -> Workspace:
        """Its workspace, opened here."""
        return Workspace.open(self.home, shipped=self.shipped) if self.shipped else Workspace.open(self.home)

    def start(self, *arguments: str) -> Racer:
        """A process; it has come to ``ready``."""
        process = subprocess.Popen(
            [sys.executable, str(HERE / self.script), *arguments],
            cwd=ROOT, env=self.variables, text=True, bufsize=1,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        self.started.append(process)
        return Racer(process).until("ready")

    def run(self, *arguments: str) -> Any:
        """What came of a process that acts alone."""
        return self.start(*arguments).go().told()

    def value(self, question: str) -> Any:
        """One value of the database as it is kept now."""
        if not self.database:
            with closing(sqlite3.connect(self.home / FILE_NAME, timeout=120)) as connection:
                return connection.execute(question).fetchone()[0]
        import psycopg

        with psycopg.connect(self.database) as server_connection:
            found = server_connection.execute(question).fetchone()  # type: ignore[arg-type]
            return found[0] if found else None


def wait_for(what: Callable[[], bool], seconds: float = 240) -> None:
    """Until ``what`` is so."""
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.05)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def race_template(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> RaceSite:
    """A site that is up to date and that nobody has used. ``SCRIPT`` and ``IS_TOY`` are the module's."""
    folder, database = tmp_path_factory.mktemp(f"race-{request.param}"), ""
    if request.param == "postgresql":
        if None in PROGRAMS.values() or find_spec("psycopg") is None:
            pytest.skip("PostgreSQL's server programs (initdb, postgres) or psycopg are not on this machine")
        database = _database(request.getfixturevalue("server"), "race_template", "template1")
    shipped = folder / "shipped" if request.module.IS_TOY else None
    if shipped:
        write_packs(shipped)
    made = RaceSite(folder / "home", shipped, request.module.SCRIPT, database)
    made.workspace().init()
    migrate(made.home, {**CLEAN, "MUDMAI_DATABASE_URL": database} if database else CLEAN)
    return made


@pytest.fixture
def race_site(race_template: RaceSite, tmp_path: Path) -> Iterator[RaceSite]:
    """A copy of it; no process outlives its test."""
    home = tmp_path / "home"
    shutil.copytree(race_template.home, home)
    database = race_template.database
    if database:
        name = f"race_{os.urandom(4).hex()}"
        database = _database(database.rpartition("/")[0] + "/postgres", name, "race_template")
    site = RaceSite(home, race_template.shipped, race_template.script, database)
    try:
        yield site
    finally:
        for process in site.started:
            if process.poll() is None:
                process.kill()
                process.communicate()


def _database(server: str, name: str, template: str) -> str:
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")  # type: ignore[arg-type]
    return server.rpartition("/")[0] + f"/{name}"
