"""The commands about accounts, the log and the database, each in a process of its own."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from .conftest import process


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a database and one invitation."""
    made = tmp_path_factory.mktemp("people") / "home"
    ended = process(
        made,
        "account",
        "create-admin",
        "Root@example.go.th",
        "--invite",
        "--site",
        "https://x.example/",
        "--lang",
        "en",
    )
    assert (ended.code, ended.err) == (0, "")
    assert re.fullmatch(r"https://x\.example/en/account/invitations/[\w-]{43}/\n", ended.text)
    return made


def test_a_password_is_not_asked_for_without_a_terminal(home: Path) -> None:
    ended = process(home, "account", "create-admin", "root@example.go.th", "--name", "Root")
    assert ended.code == 1
    assert "--invite" in ended.err


def test_what_is_no_address_is_refused(home: Path) -> None:
    assert process(home, "account", "create-admin", "root", "--invite").code == 1
    assert process(home, "account", "erase", "nobody@example.go.th", "--reason", "x", "--yes").code == 1


def test_tokens_are_for_accounts(home: Path) -> None:
    for call in (["issue", "nobody@example.go.th", "--name", "x"], ["list", "nobody@example.go.th"]):
        ended = process(home, "account", "token", *call, "--lang", "en")
        assert ended.code == 1 and "nobody@example.go.th" in ended.err


def test_nobody_holds_a_role_before_the_invitation_is_used(home: Path) -> None:
    assert process(home, "account", "list", "--format", "json").json() == []


def test_the_log_is_whole_and_read(home: Path) -> None:
    said = process(home, "audit", "verify")
    assert said.code == 0
    head = re.search(r"head (\d+:[0-9a-f]{64})", said.text)
    assert head is not None
    assert process(home, "audit", "verify", "--expect", head[1]).code == 0
    assert process(home, "audit", "verify", "--expect", "99:" + "0" * 64).code == 1
    rows = process(home, "audit", "list", "--format", "json").json()
    first = [r for r in rows if r["action"] == "certificate.first_entry"]
    assert first, "the register's first entries are in the log"
    rows = [r for r in rows if r not in first]
    assert [r["action"] for r in rows] == ["person.invite", "organisation.create"]
    assert {r["actor"] for r in rows} == {"operator"}
    assert json.loads(rows[0]["new"])["role"] == "administrator"
    assert process(home, "audit", "list", "--action", "none", "--format", "json").json() == []


def test_a_log_that_was_touched_is_found(home: Path, tmp_path: Path) -> None:
    copy = tmp_path / "mudmai.sqlite3"
    assert process(home, "db", "backup", str(copy)).code == 0
    with closing(sqlite3.connect(copy)) as connection:
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute("UPDATE registry_auditentry SET actor = 'x'")
        connection.execute("DROP TRIGGER registry_audit_no_update")
        connection.execute("UPDATE registry_auditentry SET actor = 'x' WHERE sequence = 1")
        connection.commit()
    said = process(tmp_path, "audit", "verify", "--lang", "th")
    assert said.code == 1
    assert "บันทึกเสียที่แถว 1: เนื้อหาถูกแก้" in said.err


def test_migrating_again_changes_nothing(home: Path) -> None:
    said = process(home, "db", "migrate")
    assert (said.code, said.text) == (0, "up to date: 0 migrations were run\n")


def test_a_backup_is_not_written_over(home: Path, tmp_path: Path) -> None:
    target = tmp_path / "there.sqlite3"
    target.write_text("mine")
    assert process(home, "db", "backup", str(target)).code == 1
    assert target.read_text() == "mine"


def test_init_makes_the_database(started_home: Path) -> None:
    assert (started_home / "mudmai.sqlite3").is_file()
