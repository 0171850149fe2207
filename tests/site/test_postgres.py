"""The same on a real PostgreSQL: migrations, triggers, the chain under writers at once, and the app's own tests."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from mudmai.site.database import migrate

ROOT = Path(__file__).parents[2]
PROGRAMS = {name: shutil.which(name) for name in ("initdb", "postgres")}
CLEAN = {name: value for name, value in os.environ.items() if not name.startswith(("MUDMAI_", "DJANGO_", "PYTEST_"))}
WRITER = """
import django; django.setup()
from mudmai.apps.registry.domain.audit import record_alone
for n in range(25):
    record_alone(actor="system", action="test", reason=str(n))
"""

pytestmark = pytest.mark.skipif(
    None in PROGRAMS.values() or find_spec("psycopg") is None,
    reason="PostgreSQL's server programs (initdb, postgres) or psycopg are not on this machine",
)


def _owner() -> dict[str, str]:
    """PostgreSQL will not run as root: somebody else then."""
    if os.getuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": name}
    pytest.skip("running as root, and there is no other user to run PostgreSQL as")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a server of our own on this machine."""
    owner, port = _owner(), _free_port()
    folder = Path(tempfile.mkdtemp(prefix="mudmai-pg-"))
    data = folder / "data"
    if owner:
        shutil.chown(folder, owner["user"])
    folder.chmod(0o700)
    try:
        made = subprocess.run(
            [str(PROGRAMS["initdb"]), "-D", str(data), "-U", "mudmai", "-A", "trust", "-E", "UTF8", "--no-sync"],
            cwd=folder,
            capture_output=True,
            text=True,
            **owner,
        )
        if made.returncode != 0:
            pytest.skip(f"initdb does not work here: {made.stderr.strip().splitlines()[-1:]}")
        options = ["-h", "127.0.0.1", "-p", str(port), "-k", str(folder), "-c", "fsync=off"]
        running = subprocess.Popen(
            [str(PROGRAMS["postgres"]), "-D", str(data), *options],
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **owner,
        )
        try:
            _wait(port, running)
            yield f"postgresql://mudmai@127.0.0.1:{port}/postgres"
        finally:
            running.send_signal(signal.SIGINT)  # whoever is still connected is not waited for
            try:
                running.wait(timeout=120)
            finally:
                running.kill()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait(port: int, running: subprocess.Popen[bytes]) -> None:
    import psycopg

    until = time.monotonic() + 240
    while True:
        try:
            psycopg.connect(f"postgresql://mudmai@127.0.0.1:{port}/postgres", connect_timeout=20).close()
        except psycopg.OperationalError:
            if running.poll() is not None or time.monotonic() > until:
                pytest.fail("the server did not start")
            time.sleep(0.2)
        else:
            return


@pytest.fixture(scope="module")
def variables(server: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a site on that server, its database made."""
    home = tmp_path_factory.mktemp("on-postgres")
    given = {**CLEAN, "MUDMAI_DATABASE_URL": server, "MUDMAI_HOME": str(home)}
    assert int(migrate(home, given)) > 0
    assert int(migrate(home, given)) == 0
    return {**given, "DJANGO_SETTINGS_MODULE": "mudmai.site.settings"}


def test_the_log_cannot_be_changed_removed_or_emptied(variables: dict[str, str]) -> None:
    import psycopg

    subprocess.run([sys.executable, "-c", WRITER], env=variables, check=True)
    with psycopg.connect(variables["MUDMAI_DATABASE_URL"], autocommit=True) as connection:
        for statement in (
            "UPDATE registry_auditentry SET actor = 'x'",
            "DELETE FROM registry_auditentry",
            "TRUNCATE registry_auditentry",
        ):
            with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="append-only"):
                connection.execute(statement)


def test_writers_at_once_keep_one_chain(variables: dict[str, str]) -> None:
    check = "import django; django.setup(); from mudmai.apps.registry.domain.audit import verify_chain as v; c = v(); "
    before = subprocess.run(
        [sys.executable, "-c", check + "print(c.rows)"], env=variables, capture_output=True, check=True
    )
    writers = [subprocess.Popen([sys.executable, "-c", WRITER], env=variables) for _ in range(4)]
    assert [writer.wait(timeout=300) for writer in writers] == [0] * 4
    said = subprocess.run(
        [sys.executable, "-c", check + "print(c.is_whole, c.rows)"],
        env=variables,
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.split() == ["True", str(int(before.stdout) + 100)]


def test_the_app_s_own_tests_pass_there(variables: dict[str, str]) -> None:
    files = ["test_policy.py", "test_changes.py", "test_audit.py", "test_personal_data.py", "test_people_pages.py"]
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *(f"tests/apps/registry/{f}" for f in files)],
        cwd=ROOT,
        env=variables,
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stdout[-3000:]
