"""A new database made in one go is the one that the migrations make step by step; what exists takes the steps.

Only the order of columns within a table may differ: SQLite moves a column to the end when a migration changes it, and
every statement of ours names its columns.
"""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import RunPython, RunSQL
from django.db.utils import ConnectionHandler

from mudmai.site.addresses import FILE_NAME, database_settings
from mudmai.site.database import prepare
from mudmai.site.new_database import ADDS_TO_THE_TABLES, MOVES_ROWS_ONLY, _is_known, make_at_once

CLEAN = {name: value for name, value in os.environ.items() if not name.startswith(("MUDMAI_", "DJANGO_"))}
START = (
    "import django; django.setup()\nfrom django.core.management import call_command\nfrom django.db import connection\n"
)
STEPS = "from django.core.management.commands.migrate import Command\n"
OWN_TIMES = {"django_migrations": {"applied"}}


def _run(home: Path, code: str) -> str:
    home.mkdir(exist_ok=True)
    environment = {**CLEAN, "MUDMAI_HOME": str(home), "DJANGO_SETTINGS_MODULE": "mudmai.site.settings"}
    ended = subprocess.run([sys.executable, "-c", START + code], env=environment, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


@pytest.fixture(scope="module")
def stepped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made by Django's own command, migration after migration."""
    home = tmp_path_factory.mktemp("stepped")
    _run(home, STEPS + "call_command(Command(), interactive=False, verbosity=0)")
    return home / FILE_NAME


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """Made by the command of the site after a first try that broke; the file and what was said on the way."""
    home = tmp_path_factory.mktemp("at-once")
    code = (
        "from django.db.models.signals import post_migrate\n"
        "def broken(**_): raise RuntimeError('power cut')\n"
        "post_migrate.connect(broken)\n"
        "try: call_command('migrate', interactive=False, verbosity=0)\n"
        "except RuntimeError as fault: print(fault, connection.introspection.table_names())\n"
        "post_migrate.disconnect(broken)\n"
        "call_command('migrate', interactive=False, verbosity=1)\n"
        "call_command('migrate', interactive=False, plan=True)\n"
    )
    return home / FILE_NAME, _run(home, code).splitlines()


@pytest.fixture(scope="module")
def at_once(told: tuple[Path, list[str]]) -> Path:
    return told[0]


def _structure(path: Path) -> dict[str, Any]:
    """Tables with columns, keys, indices, rules; triggers and views word for word."""
    found: dict[str, Any] = {}
    with closing(sqlite3.connect(path)) as database:
        for kind, name, table, sql in database.execute("SELECT type, name, tbl_name, sql FROM sqlite_master"):
            if kind == "table":
                found[f"table {name}"] = _table(database, name, sql)
            elif kind != "index":
                found[f"{kind} {name}"] = (table, " ".join(sql.split()))
    return found


def _table(database: sqlite3.Connection, table: str, sql: str) -> dict[str, Any]:
    indices = {}
    for _, index, unique, origin, partial in database.execute(f'PRAGMA index_list("{table}")'):
        columns = [tuple(row[2:]) for row in database.execute(f'PRAGMA index_xinfo("{index}")') if row[5]]
        (text,) = database.execute("SELECT sql FROM sqlite_master WHERE name = ?", (index,)).fetchone()
        name = str(columns) if index.startswith("sqlite_autoindex") else index
        indices[name] = (unique, origin, partial, columns, " ".join((text or "").split()))
    return {
        "columns": sorted(tuple(row[1:]) for row in database.execute(f'PRAGMA table_xinfo("{table}")')),
        "keys": sorted(tuple(row[2:]) for row in database.execute(f'PRAGMA foreign_key_list("{table}")')),
        "indices": indices,
        "rules": _rules(sql),
        "counted": "AUTOINCREMENT" in sql.upper(),
        "deferred": sql.upper().count("DEFERRABLE INITIALLY DEFERRED"),
    }


def _rules(sql: str) -> list[str]:
    """The names and words of the CHECK rules, in any order: a table built anew lists them in another."""
    found, at = [], 0
    while start := re.compile(r"CHECK\s*\(", re.IGNORECASE).search(sql, at):
        depth, at = 1, start.end()
        while depth:
            depth += {"(": 1, ")": -1}.get(sql[at], 0)
            at += 1
        named = re.search(r'CONSTRAINT\s+"(\w+)"\s+$', sql[: start.start()])
        found.append(f"{named.group(1) if named else ''} {' '.join(sql[start.start() : at].split())}")
    return sorted(found)


def _rows(path: Path) -> dict[str, list[dict[str, Any]]]:
    found = {}
    with closing(sqlite3.connect(path)) as database:
        database.row_factory = sqlite3.Row
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in set(tables) - {"sqlite_sequence"}:
            left_out = OWN_TIMES.get(table, set())
            rows = database.execute(f'SELECT * FROM "{table}" ORDER BY 1').fetchall()
            found[table] = [{name: row[name] for name in set(row.keys()) if name not in left_out} for row in rows]
    return found


def test_the_structure_is_the_same(stepped: Path, at_once: Path) -> None:
    expected, found = _structure(stepped), _structure(at_once)
    assert sorted(found) == sorted(expected)
    assert {name: found[name] for name in found if found[name] != expected[name]} == {}
    assert len([name for name in found if name.startswith("table ")]) > 60
    assert [name for name in found if name.startswith("trigger ")]
    assert sum(len(told["rules"]) for name, told in found.items() if name.startswith("table ")) > 50


def test_the_rows_are_the_same(stepped: Path, at_once: Path) -> None:
    expected, found = _rows(stepped), _rows(at_once)
    assert found == expected
    assert len(found["django_migrations"]) > 60
    assert found["django_content_type"] and found["auth_permission"]


def test_the_comparison_sees_a_rule_an_index_and_a_trigger_that_lack(at_once: Path, tmp_path: Path) -> None:
    whole = _structure(at_once)
    for statement in (
        "DROP TRIGGER registry_audit_no_delete",
        "ALTER TABLE registry_person DROP COLUMN language",
        next(f'DROP INDEX "{name}"' for name in whole["table registry_auditentry"]["indices"] if "auto" not in name),
        "ALTER TABLE registry_person ADD COLUMN more integer NULL CHECK (more > 0)",
    ):
        copy = tmp_path / "copy.sqlite3"
        copy.write_bytes(at_once.read_bytes())
        with closing(sqlite3.connect(copy)) as database:
            database.execute(statement)
            database.commit()
        assert _structure(copy) != whole, statement


def test_what_breaks_half_way_leaves_nothing_and_afterwards_nothing_is_due(told: tuple[Path, list[str]]) -> None:
    broke, made, *due = told[1]
    assert broke == "power cut []"
    assert made == "  A new database: all migrations at once."
    assert [line.strip() for line in due] == ["Planned operations:", "No planned migration operations."]


def test_a_database_with_any_table_takes_the_steps(tmp_path: Path, django_db_blocker: Any) -> None:
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as database:
        database.execute("CREATE TABLE mine (a)")
    connection = ConnectionHandler({"default": database_settings("", tmp_path)})["default"]
    with django_db_blocker.unblock():
        try:
            assert not make_at_once(connection)
            assert connection.introspection.table_names() == ["mine"]
        finally:
            connection.close()


def test_an_earlier_database_takes_the_steps_that_lack_and_keeps_its_rows(tmp_path: Path, at_once: Path) -> None:
    """As a version before the latest tables of three apps left it."""
    home = tmp_path / "home"
    early = (("programme", "0002"), ("assessment", "0001"), ("data", "0001"))
    code = "".join(f"call_command(Command(), {app!r}, {name!r}, verbosity=0)\n" for app, name in early)
    kept = (
        "from mudmai.apps.registry.domain.audit import record_alone\n"
        "record_alone(actor='system', action='test', reason='before')\n"
    )
    _run(home, STEPS + "call_command(Command(), 'registry', verbosity=0)\n" + code + kept)
    assert prepare(home, CLEAN)
    assert _structure_without_the_limits(home / FILE_NAME) == _structure(at_once)
    with closing(sqlite3.connect(home / FILE_NAME)) as database:
        assert ("before",) in database.execute("SELECT reason FROM registry_auditentry").fetchall()


def _structure_without_the_limits(path: Path) -> dict[str, Any]:
    return {name: told for name, told in _structure(path).items() if name != "table mudmai_cache"}


def test_every_migration_with_code_of_its_own_is_known() -> None:
    """A new one must be looked at: does it do anything to a new database? Until then all take the steps."""
    loader = MigrationLoader(None)
    unknown = [key for key, migration in loader.disk_migrations.items() if not _is_known(migration)]
    assert unknown == [], "say in mudmai/site/new_database.py what they do to a new database"
    coded = {
        key
        for key, migration in loader.disk_migrations.items()
        if any(isinstance(operation, (RunPython, RunSQL)) for operation in migration.operations)
    }
    assert coded == MOVES_ROWS_ONLY | ADDS_TO_THE_TABLES
