"""Packs of forms: their files are checked with the pack; another ministry's form comes in and out without code."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from mudmai.exchange.forms.printing import form_print, print_pdf, print_xlsx
from mudmai.exchange.forms.reader import read_form_book
from mudmai.exchange.packs import check_pack
from mudmai.exchange.packs.pack import shipped_packs
from mudmai.exchange.sheets.workbook import open_workbook
from mudmai.workspace import Workspace
from mudmai.workspace.form_packs import form_pack_of
from mudmai.workspace.project_files import read_project_file
from tests.exchange.forms.water_pack import write_water_pack, write_water_workbook

BROKEN = [
    ("th-forms", "forms.yaml", "section_level: plan", "section_level: plann", "section_level"),
    ("th-forms", "forms.yaml", "role: summary", "role: sumary", "role"),
    ("th-forms", "flat.yaml", "calendar: CE", "calendar: AD", "calendar"),
    ("th-forms", "flat.yaml", "id: th-project-list", "id: th-budget-lines", "id"),
    ("th-forms", "print.yaml", "width: 297", "width: wide", "width"),
    ("th-forms", "print.yaml", "mark: แบบ {code}", "mark: แบบ", "mark"),
    ("th-m8", "links.yaml", "  S1.1:", "  S9.9:", "S9.9"),
    ("th-m8", "links.yaml", "links:", "lynks:", "lynks"),
]


@pytest.mark.parametrize(("pack", "file", "found", "wrong", "key"), BROKEN)
def test_a_broken_file_is_told_with_its_place(
    tmp_path: Path, pack: str, file: str, found: str, wrong: str, key: str
) -> None:
    folder = tmp_path / pack
    shutil.copytree(shipped_packs() / pack, folder)
    assert check_pack(folder) == ()
    text = (folder / file).read_text(encoding="utf-8")
    assert found in text
    (folder / file).write_text(text.replace(found, wrong, 1), encoding="utf-8")
    problems = check_pack(folder)
    assert problems
    told = [one for one in problems if file in (one.where.file or "") and key in (one.where.field or "")]
    assert told, [one.as_dict() for one in problems]
    assert all(one.where.line and one.message.th and one.remedy.th for one in told)


def test_another_ministrys_form_needs_no_code(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path / "home")
    assert check_pack(write_water_pack(workspace.home.packs)) == ()

    path = write_water_workbook(tmp_path / "water.xlsx")
    read = read_project_file(workspace, path)
    assert read.layouts is not None
    assert (read.layouts.id, read.book.faults) == ("water-works", ())
    told = [(one.fields["title"], one.total(), dict(one.hierarchy)) for one in read.book.counted]
    assert [(title, total) for title, total, _ in told] == [
        ("ขุดสระ", Decimal("1250000.50")),
        ("ฝายชะลอน้ำ", Decimal(300)),
    ]
    assert all("น้ำกินน้ำใช้" in levels["goal"] for *_, levels in told)

    pack = form_pack_of(workspace.home, ["water-works"])
    assert pack is not None
    made = form_print(read.book, pack.layouts, pack.spec, digits="thai")
    assert print_pdf(made, pack.spec).startswith(b"%PDF")
    again = tmp_path / "again.xlsx"
    again.write_bytes(print_xlsx(made, pack.spec))
    back = read_form_book(open_workbook(again), pack.layouts)
    assert [(one.fields["title"], one.total()) for one in back.counted] == [(t, m) for t, m, _ in told]
