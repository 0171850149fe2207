"""The pages about the command line say what it does: every command is documented, and those shown are run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from itertools import dropwhile
from pathlib import Path

import click
import pytest

from mudmai.cli.main import mudmai
from mudmai.cli.wording import SpokenCommand

from .conftest import COMMAND, clean_environment

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
BLOCK = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PAGES_THAT_RUN = {
    "tutorials/first-ten-minutes.md": 15,
    "tutorials/first-ten-minutes.th.md": 15,
    "how-to/import-data.md": 4,
    "how-to/import-data.th.md": 4,
}
"""Pages whose commands are run, and how many blocks each has at least: a page read as one block proves nothing."""
SETTING = re.compile(r"[A-Z_]+=")
"""What a shell sets for one call stands before the command; an `a=b` behind it belongs to the command."""
RELEASE = re.compile(r"\br(\d+)-[0-9a-f]{8}\b")


def every_command(group: click.Group = mudmai, path: str = "mudmai") -> dict[str, SpokenCommand]:
    found: dict[str, SpokenCommand] = {}
    context = click.Context(group, info_name=path)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert isinstance(command, SpokenCommand)
        found[f"{path} {name}"] = command
        if isinstance(command, click.Group):
            found |= every_command(command, f"{path} {name}")
    return found


def test_the_reference_page_is_up_to_date() -> None:
    script = ROOT / "scripts" / "reference_cli.py"
    ended = subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_every_command_speaks_both_languages_and_has_examples() -> None:
    for path, command in every_command().items():
        texts = [command.text, *(purpose for _, purpose in command.examples)]
        texts += [p.text for p in command.params if hasattr(p, "text")]
        for text in texts:
            assert text.th, path
            assert text.en, path
            assert not re.search("[\u0e01-\u0e5b]", text.en.replace("พ.ศ.", "")), path
        if not isinstance(command, click.Group):
            assert command.examples, path
            assert all("mudmai" in line for line, _ in command.examples), path


def test_every_example_is_a_call_that_the_command_knows() -> None:
    """Examples parse: names of commands and options are right (values are tried in the other tests)."""
    import shlex

    for path, command in every_command().items():
        for line, _ in command.examples:
            words = list(dropwhile(SETTING.match, shlex.split(line)))
            assert words[: len(path.split())] == path.split(), line
            command.make_context(path, words[len(path.split()) :]).close()


def blocks(page: Path) -> list[tuple[str, str, str]]:
    """Language, what stands behind it, and content of every fenced block."""
    return [(kind, rest.strip(), body) for kind, rest, body in BLOCK.findall(page.read_text(encoding="utf-8"))]


@pytest.mark.parametrize(("page", "least"), PAGES_THAT_RUN.items())
def test_the_commands_of_a_page_run_and_print_what_it_shows(
    started_home: Path, tmp_path: Path, page: str, least: int
) -> None:
    if not COMMAND.is_file():
        pytest.skip("the mudmai command is not installed beside this Python; run make setup")
    environment = clean_environment(tmp_path / "var") | {"PATH": f"{COMMAND.parent}:{os.environ['PATH']}"}
    if not page.startswith("tutorials"):
        subprocess.run([COMMAND, "init"], env=environment, check=True, capture_output=True)
    (tmp_path / "work").mkdir()
    printed, name = "", "gini.csv" if page.startswith("how-to") else "figures.csv"
    found = blocks(DOCS / page)
    assert len(found) >= least, f"{page}: only {len(found)} blocks were read"
    for kind, rest, body in found:
        if kind == "csv":
            (tmp_path / "work" / name).write_text(body, encoding="utf-8")
        elif kind == "sh" and rest != "no-run":
            ended = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", body],
                cwd=tmp_path / "work", env=environment, capture_output=True, text=True, check=False,
            )  # fmt: skip
            assert (ended.returncode, ended.stderr) == (0, ""), body
            printed = squeezed(ended.stdout)
        elif kind == "text":
            for line in body.splitlines():
                assert squeezed(line) in printed, f"{page} shows {line!r}, the command printed:\n{printed}"


def squeezed(text: str) -> str:
    """Without what may differ from day to day: the width of columns, and hashes of releases."""
    return "\n".join(" ".join(line.split()) for line in RELEASE.sub(r"r\1", text).splitlines())


@pytest.mark.parametrize("page", sorted(p.relative_to(DOCS).as_posix() for p in DOCS.rglob("*.md")))
def test_commands_named_in_the_docs_exist(page: str) -> None:
    known = {path.removeprefix("mudmai ") for path in every_command()}
    groups = {p.split()[0] for p in known if " " in p}
    for kind, _, body in blocks(DOCS / page):
        if kind != "sh":
            continue
        for call in re.findall(r"^(?:\.venv/bin/)?mudmai (.+)$", body, re.MULTILINE):
            words = [w for w in call.split() if not w.startswith("-")]
            name = " ".join(words[:2]) if words and words[0] in groups else (words or ["--"])[0]
            assert name in known or not words, f"{page}: mudmai {call}"


@pytest.mark.parametrize("page", ["README.md", "README.th.md"])
def test_the_readme_runs_as_it_stands_and_fits_a_screen(tmp_path: Path, page: str) -> None:
    """From an empty folder with the command where `make setup` puts it; `make` itself is a target that exists."""
    if not COMMAND.is_file():
        pytest.skip("the mudmai command is not installed beside this Python; run make setup")
    assert len((ROOT / page).read_text(encoding="utf-8").splitlines()) <= 50
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "bin").symlink_to(COMMAND.parent)
    environment = clean_environment(tmp_path)
    del environment["MUDMAI_HOME"]
    ran = 0
    for kind, _, body in blocks(ROOT / page):
        assert kind == "sh"
        if body.startswith("make"):
            assert set(re.findall(r"^make (\w+)", body, re.MULTILINE)) <= targets
            continue
        ended = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", body],
            cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (ended.returncode, ended.stderr) == (0, ""), body
        ran += body.count("mudmai ")
    assert ran >= 5
