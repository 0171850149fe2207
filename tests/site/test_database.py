"""The database: made once, looked at in a moment, backed up while it runs; two starts at once do not meet."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from django.core.management import call_command

from mudmai.core.errors import InputError
from mudmai.site.addresses import FILE_NAME, database_settings, mail_settings
from mudmai.site.database import backup, fingerprint, is_current, migrate, prepare
from mudmai.site.environment import read_environment

CLEAN = {name: value for name, value in os.environ.items() if not name.startswith(("MUDMAI_", "DJANGO_"))}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace folder whose database was just made."""
    home = tmp_path_factory.mktemp("database") / "home"
    assert prepare(home, CLEAN)
    return home


def test_a_second_start_looks_and_leaves_it_alone(made: Path) -> None:
    took = []
    for _ in range(3):
        began = time.thread_time()  # others may have the processor meanwhile
        assert not prepare(made, CLEAN)
        took.append(time.thread_time() - began)
    assert min(took) < 0.5
    assert is_current(made, "")


def test_it_is_readable_by_its_owner_only(made: Path) -> None:
    assert (made / FILE_NAME).stat().st_mode & 0o777 == 0o600


def test_readers_do_not_wait_and_keys_are_kept(made: Path) -> None:
    with closing(sqlite3.connect(made / FILE_NAME)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA page_size").fetchone() == (8192,)
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        assert {"registry_auditentry", "mudmai_cache", "django_session"} <= tables
    options = database_settings("", made)["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    assert "foreign_keys=ON" in options["init_command"]


def test_another_version_is_brought_up_to_date(made: Path, tmp_path: Path) -> None:
    backup(made, "", tmp_path / FILE_NAME)
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (fingerprint(),)
        connection.execute("PRAGMA user_version = 7")
    assert not is_current(tmp_path, "")
    assert prepare(tmp_path, CLEAN)
    assert is_current(tmp_path, "")


def test_starts_at_once_make_it_once(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from mudmai.site.database import prepare; "
        "print(prepare(Path(sys.argv[1])))"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "home")]
    starts = [subprocess.Popen(command, env=CLEAN, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    said = [start.communicate(timeout=300)[0].strip() for start in starts]
    assert [start.returncode for start in starts] == [0, 0, 0]
    assert sorted(said) == ["False", "False", "True"]


def test_a_backup_is_whole_and_never_written_over(made: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.sqlite3"
    assert backup(made, "", target) == target.stat().st_size > 0
    with closing(sqlite3.connect(target)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert [p.name for p in tmp_path.iterdir()] == ["copy.sqlite3"]
    with pytest.raises(InputError):
        backup(made, "", target)


def test_there_is_nothing_to_back_up_before_it_is_made_or_on_a_server(tmp_path: Path) -> None:
    for url in ("", "postgresql://db.example/mudmai"):
        with pytest.raises(InputError):
            backup(tmp_path, url, tmp_path / "copy.sqlite3")


def test_a_server_that_is_away_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(InputError) as told:
        migrate(tmp_path, {**CLEAN, "MUDMAI_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"})
    assert told.value.code == "database"
    assert "MUDMAI_DATABASE_URL" in told.value.remedy.en


def test_a_damaged_file_is_not_taken_for_a_database(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"not a database" * 100)
    assert not is_current(tmp_path, "")


@pytest.mark.django_db
def test_the_models_and_the_migrations_say_the_same() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_addresses_are_read() -> None:
    found = database_settings("postgresql://a%40b:p%2Fw@db.example:5433/mudmai?sslmode=require", Path("var"))
    assert (found["USER"], found["PASSWORD"], found["HOST"], found["PORT"]) == ("a@b", "p/w", "db.example", "5433")
    assert found["OPTIONS"] == {"sslmode": "require"}
    assert database_settings("postgresql:///mudmai?host=/run/pg", Path("var"))["HOST"] == "/run/pg"
    mails = mail_settings("smtps://user:secret@mail.example")
    assert (mails["EMAIL_PORT"], mails["EMAIL_USE_SSL"], mails["EMAIL_USE_TLS"]) == (465, True, False)
    assert "console" in mail_settings("")["EMAIL_BACKEND"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MUDMAI_DATABASE_URL", "mysql://db/x"),
        ("MUDMAI_DATABASE_URL", "postgresql://db:port/x"),
        ("MUDMAI_DATABASE_URL", "postgresql://db.example"),
        ("MUDMAI_MAIL_URL", "mail.example.go.th"),
        ("MUDMAI_OIDC_ISSUER", "http://login.example.go.th"),
        ("MUDMAI_TRUSTED_PROXIES", "all"),
    ],
)
def test_addresses_that_cannot_be_used_are_refused(name: str, value: str) -> None:
    with pytest.raises(InputError) as refused:
        read_environment({name: value})
    assert [p.where.field for p in refused.value.problems] == [name]


def test_writers_at_once_keep_one_chain(made: Path, tmp_path: Path) -> None:
    """Four processes write to the log of one SQLite file; one of them is killed half way."""
    backup(made, "", tmp_path / FILE_NAME)
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as rows_before:
        (before,) = rows_before.execute("SELECT COUNT(*) FROM registry_auditentry").fetchone()
    environment = {**CLEAN, "MUDMAI_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "mudmai.site.settings"}
    code = (
        "import django; django.setup()\n"
        "from mudmai.apps.registry.domain.audit import record_alone\n"
        "for n in range(30): record_alone(actor='system', action='test', reason=str(n))"
    )
    writers = [subprocess.Popen([sys.executable, "-c", code], env=environment) for _ in range(4)]
    until = time.monotonic() + 240
    with closing(sqlite3.connect(tmp_path / FILE_NAME, timeout=120)) as seen:
        while seen.execute("SELECT COUNT(*) FROM registry_auditentry").fetchone()[0] < before + 20:
            assert time.monotonic() < until, "nobody writes"
            time.sleep(0.01)
    writers[0].kill()
    assert [writer.wait(timeout=300) for writer in writers][1:] == [0, 0, 0]
    check = (
        "import django; django.setup(); from mudmai.apps.registry.domain.audit import verify_chain; c = verify_chain()"
    )
    said = subprocess.run(
        [sys.executable, "-c", f"{check}; print(c.is_whole, c.rows)"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    whole, rows = said.stdout.split()
    assert whole == "True"
    assert 90 <= int(rows) - before <= 120
