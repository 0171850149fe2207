"""The command starts fast because it loads nothing that it does not need."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mudmai.cli.commands import COMMANDS

from .conftest import clean_environment, process

HEAVY = (
    "numpy",
    "pyarrow",
    "django",
    "scipy",
    "shapely",
    "pyogrio",
    "rich",
    "yaml",
    "xlsxwriter",
    "granian",
    "mudmai.engine",
)
LIGHT_CALLS = [
    ["--help"],
    ["--version"],
    *([name, "--help"] for name in COMMANDS),
    ["data", "import", "--help"],
    ["nonsense"],
]

LOADED = """
import sys
from mudmai.cli.main import run
code = run(sys.argv[1:])
print("\\n" + " ".join(sorted(m for m in sys.modules)), file=sys.stderr)
"""


@pytest.mark.parametrize("call", LIGHT_CALLS, ids=" ".join)
def test_help_loads_nothing_heavy(tmp_path: Path, call: list[str]) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", LOADED, *call],
        env=clean_environment(tmp_path),
        capture_output=True,
        text=True,
        check=True,
    )
    modules = ended.stderr.splitlines()[-1].split()
    assert [m for m in modules if m in HEAVY or m.startswith(tuple(f"{h}." for h in HEAVY))] == []
    assert "mudmai.cli.main" in modules


def test_help_costs_little_more_than_click_itself(tmp_path: Path) -> None:
    """A ratio of processor time, by turns: the machine may be slow or busy. 0.4 s is four to five times click alone."""

    def seconds(code: str, *arguments: str) -> float:
        before = os.times()
        command = [sys.executable, "-c", code, *arguments]
        subprocess.run(command, env=clean_environment(tmp_path), capture_output=True, check=True)
        after = os.times()
        return after.children_user - before.children_user + after.children_system - before.children_system

    ours = "from mudmai.cli.main import main; main()"
    turns = [(seconds("import click"), seconds(ours, "--help")) for _ in range(5)]
    bare, whole = (min(times) for times in zip(*turns, strict=True))
    assert whole <= 2.5 * bare


def test_nothing_is_written_by_help(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert process(home, "--help").code == 0
    assert process(home, "score", "--help").code == 0
    assert not home.exists()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_examples_in_both_languages(tmp_path: Path, name: str) -> None:
    for language in ("th", "en"):
        said = process(tmp_path, "--lang", language, name, "--help")
        assert said.code == 0
        if name not in ("data", "projects", "areas", "pack", "account", "audit", "db"):
            assert {"th": "ตัวอย่าง:", "en": "Examples:"}[language] in said.text
        assert {"th": "วิธีใช้:", "en": "Usage:"}[language] in said.text
