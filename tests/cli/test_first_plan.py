"""The tutorial of the first plan, done as it is written: commands are run, cells are filled in, output is compared."""

from __future__ import annotations

import csv
import os
import re
import subprocess
from pathlib import Path

import pytest
from openpyxl import load_workbook

from .conftest import COMMAND, clean_environment
from .test_docs import DOCS, blocks, squeezed

UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@pytest.mark.parametrize("page", ["tutorials/first-plan.md", "tutorials/first-plan.th.md"])
def test_the_first_plan_is_made_as_the_page_says(tmp_path: Path, page: str) -> None:
    if not COMMAND.is_file():
        pytest.skip("the mudmai command is not installed beside this Python; run make setup")
    environment = clean_environment(tmp_path / "var") | {"PATH": f"{COMMAND.parent}:{os.environ['PATH']}"}
    work = tmp_path / "work"
    work.mkdir()
    printed, programme, ran = "", "", 0
    for kind, rest, body in blocks(DOCS / page):
        if kind == "csv":
            fill(work / rest, body)
        elif kind == "sh" and rest != "no-run":
            ended = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", body.replace("PROGRAMME", programme or "PROGRAMME")],
                cwd=work, env=environment, capture_output=True, text=True, check=False,
            )  # fmt: skip
            assert ended.returncode == 0, f"{body}\n{ended.stderr}"
            printed = squeezed(ended.stdout + ended.stderr)
            programme = programme or next(iter(UUID.findall(printed)), "")
            ran += 1
        elif kind == "text":
            for line in body.splitlines():
                assert squeezed(line) in printed, f"{page} shows {line!r}, the command printed:\n{printed}"
    assert ran == 10
    assert (work / "forms.pdf").read_bytes().startswith(b"%PDF")


def fill(path: Path, told: str) -> None:
    """What a person does in a spreadsheet: write into cells, or replace words everywhere."""
    book = load_workbook(path)
    page = book.worksheets[0]
    for row in csv.DictReader(told.splitlines()):
        if "cell" in row:
            number = row["write"].isdigit()
            page[row["cell"]] = int(row["write"]) if number else row["write"]
            continue
        for cell in (cell for line in page.iter_rows() for cell in line if cell.value == row["find"]):
            cell.value = row["replace"]
    book.save(path)
