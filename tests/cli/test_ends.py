"""How commands end: exit codes, pure stdout, errors that say place and remedy in the language asked for."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from mudmai.cli.wording import language_of_environment

from .conftest import COMMAND, Cli, clean_environment, process


@pytest.mark.parametrize(
    "call",
    [
        ["nonsense"],
        ["score", "--colour", "red"],
        ["score", "--format", "pdf"],
        ["explain", "I1.1"],
        ["areas", "import", "a.geojson"],
        ["areas", "import", "a.geojson", "--system", "a", "--new-system", "b"],
        ["serve", "--port", "0"],
        ["data"],
    ],
    ids=" ".join,
)
def test_a_wrong_call_is_2_and_told_on_stderr(cli: Cli, call: list[str]) -> None:
    ended = cli(*call)
    assert ended.code == 2
    assert ended.out == b""
    assert ended.err


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (["score", "th-m9"], "th-m8"),
        (["score", "--indicator", "I1.9"], "I1.1"),
        (["score", "--indicator", "I1.1", "--reading", "real-cagr-5"], "real-cagr-4"),
        (["score", "--area", "NESDC-X"], "NESDC"),
        (["score", "--release", "r99"], "r1-"),
        (["score", "--year", "66"], "four digits"),
        (["score", "--year", "พ.ศ. 2019"], "2343-2742"),
        (["explain", "I1.1", "--area", "ภาคเหนือ"], "NESDC-N"),
        (["eval", "growth(grp_per_hed)"], "grp_per_head"),
        (["eval", "grp_current + grp_cvm"], "million_baht_cvm2002"),
        (["eval", "grp_current + "], "^"),
        (["eval", "grp_current", "--from", "2564", "--to", "2563"], "--from"),
        (["areas", "list", "th-nesd"], "th-nesdc"),
        (["areas", "import", "nowhere.geojson", "--system", "th-nesdc"], "nowhere.geojson"),
        (["data", "import", "nowhere.csv"], "nowhere.csv"),
        (["data", "diff", "r7"], "r1-"),
        (["data", "show", "gini_incom"], "gini_income_nso"),
        (["pack", "show", "th-m9"], "th-m8"),
        (["pack", "check", "nowhere"], "nowhere"),
        (["bench", "nonsense"], "nonsense"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_input_that_cannot_be_used_is_1_with_a_remedy(cli: Cli, call: list[str], said: str) -> None:
    ended = cli(*call)
    assert ended.code == 1
    assert said in ended.err or said in ended.text
    if call[:2] != ["pack", "check"]:
        assert ended.out == b""
        assert "→" in ended.err


def test_a_formula_is_shown_with_a_caret_under_the_fault(cli: Cli) -> None:
    lines = cli("eval", "1 + growth(nope)").err.splitlines()
    at = lines.index("1 + growth(nope)")
    assert lines[at + 1].index("^") == len("1 + growth(")


def test_errors_speak_thai_when_asked(cli: Cli) -> None:
    for ended in (
        cli("score", "th-m9", "--lang", "th"),
        cli("--lang=th", "score", "th-m9"),
        cli("score", "th-m9", MUDMAI_LANG="th"),
    ):
        assert ended.err.startswith("ผิดพลาด: ไม่รู้จักแผน")


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({}, "en"),
        ({"LANG": "th_TH.UTF-8"}, "th"),
        ({"LANG": "th_TH.UTF-8", "MUDMAI_LANG": "en"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "th_TH"}, "th"),
        ({"MUDMAI_LANG": "TH"}, "th"),
    ],
)
def test_the_language_of_the_terminal(variables: dict[str, str], language: str) -> None:
    assert language_of_environment(variables) == language


def test_the_first_question_loads_the_starter_data_and_says_so(tmp_path: Path) -> None:
    ended = process(tmp_path / "empty", "score", "--format", "json")
    assert (ended.code, len(json.loads(ended.out)) > 0) == (0, True)
    assert ended.err.strip() == f"{tmp_path / 'empty'} is empty: loading the starter data"


def test_an_empty_workspace_that_is_only_looked_at_stays_empty(tmp_path: Path) -> None:
    ended = process(tmp_path / "empty", "data", "releases")
    assert ended.code == 0
    assert not (tmp_path / "empty" / "store" / "current").exists()


def test_a_fault_of_ours_is_3_short_and_kept(home: Path) -> None:
    current = home / "store" / "current"
    current.write_text("rubbish")
    ended = process(home, "score")
    assert (ended.code, ended.out) == (3, b"")
    assert "Traceback" not in ended.err
    (kept,) = (home / "log").iterdir()
    assert str(kept) in ended.err
    assert "Traceback" in kept.read_text(encoding="utf-8")
    assert "Traceback" in process(home, "score", MUDMAI_DEBUG="1").err


def test_thai_survives_a_terminal_without_a_language(started_home: Path) -> None:
    ended = process(
        started_home, "areas", "list", "th-nesdc", LANG="C", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0"
    )
    assert ended.code == 0
    assert "ภาคเหนือ" in ended.text


def test_a_reader_that_leaves_is_no_fault(started_home: Path) -> None:
    line = f"'{COMMAND}' data show grp_current --format csv | head -1"
    ended = subprocess.run(
        ["bash", "-o", "pipefail", "-c", line], env=clean_environment(started_home), capture_output=True, check=False
    )
    assert ended.stderr == b""
    assert ended.stdout.count(b"\n") == 1
    assert not (started_home / "log").exists()


def test_nothing_is_written_outside_the_workspace(home: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    ended = subprocess.run(
        [COMMAND, "score"],
        cwd=elsewhere,
        env=clean_environment(home) | {"HOME": str(elsewhere)},
        capture_output=True,
        check=True,
    )
    assert ended.stdout
    assert os.listdir(elsewhere) == []


def test_a_workspace_that_cannot_be_made_is_the_users_matter(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    ended = process(tmp_path / "file" / "home", "init")
    assert (ended.code, ended.out) == (1, b"")
    assert "Traceback" not in ended.err
    assert str(tmp_path / "file" / "home") in ended.err


def test_a_folder_that_vanishes_is_told_from_a_file_of_ours_that_is_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from mudmai.cli.main import _home_cannot_be_made

    monkeypatch.setenv("MUDMAI_HOME", str(tmp_path / "never"))
    assert _home_cannot_be_made(FileNotFoundError(2, "no such file", str(tmp_path / "never" / "store")))
    assert not _home_cannot_be_made(FileNotFoundError(2, "no such file", str(tmp_path / "another")))
    monkeypatch.setenv("MUDMAI_HOME", str(tmp_path))
    assert not _home_cannot_be_made(FileNotFoundError(2, "no such file", str(tmp_path / "store" / "objects")))
