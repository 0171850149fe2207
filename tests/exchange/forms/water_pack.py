"""A made-up family of forms of another ministry, as a pack, and a workbook in it: no code knows them."""

from __future__ import annotations

from pathlib import Path

import openpyxl

FORMS = """
id: water-works
title: {th: แบบคำของบแหล่งน้ำ, en: Request for water works}
strategy_level: goal
section_level: goal
section_sheet_name: "{plan}"
stage_words: {planned: [ขอ]}
budget_words: [วงเงิน]
count_words: [จำนวน]
all_years_words: [รวมทุกปี]
total_words: [รวม]
grand_total_words: [รวมทั้งสิ้น]
note_row_words: [หมายเหตุ, "(ลงชื่อ"]
notes: []
levels:
  - {id: goal, title: {th: เป้าหมายน้ำ, en: Goal}, starts: [เป้าหมาย]}
forms:
  - id: water-1
    code: "นบ.1"
    role: detail
    title: {th: คำของบ, en: Request}
    marks: ["นบ.1"]
    sheet_names: [คำของบ]
    columns:
      - {field: number, headings: [ที่], printed: ที่, width: 10, required: true}
      - {field: title, headings: [รายการ], printed: รายการ, width: 80, required: true}
      - {field: budget, headings: [วงเงิน], printed: วงเงิน, width: 30}
      - {field: department, headings: [สำนัก], printed: สำนัก, width: 30}
    stages: [planned]
    levels: [goal]
    print_titles: ["คำของบแหล่งน้ำ พ.ศ. {first}-{last}"]
"""
HEAD = """
pack: water
kind: forms
version: "1.0"
title: {th: แบบของกรมน้ำ, en: Forms of water works}
"""


def write_water_pack(packs: Path) -> Path:
    """The pack in a folder of packs; its own folder."""
    folder = packs / "water"
    folder.mkdir(parents=True)
    (folder / "pack.yaml").write_text(HEAD, encoding="utf-8")
    (folder / "forms.yaml").write_text(FORMS, encoding="utf-8")
    return folder


def write_water_workbook(path: Path) -> Path:
    """Two requests: 1,250,000.50 and 300 baht."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "คำของบ 1"
    rows = [["แบบ นบ.1"], ["คำของบแหล่งน้ำ พ.ศ. 2569-2570"], ["เป้าหมายที่ 1 น้ำกินน้ำใช้"]]
    rows += [
        ["ที่", "รายการ", "วงเงิน", "", "สำนัก"],
        ["", "", "พ.ศ. 2569", "พ.ศ. 2570", ""],
        ["", "", "(บาท)", "(บาท)", ""],
    ]
    for row in [*rows, ["1", "ขุดสระ", 1000000, 250000.5, "สำนัก ก"], ["2", "ฝายชะลอน้ำ", "-", 300, "สำนัก ข"]]:
        sheet.append(row)
    book.save(path)
    return path
