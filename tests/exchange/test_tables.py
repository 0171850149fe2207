"""Tables out: Thai opens in Excel, nothing runs as a formula, missing stays empty, numbers keep every digit."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudmai.exchange.tables import (
    csv_bytes,
    json_bytes,
    parquet_bytes,
    sheet_name,
    width_of,
    write_csv,
    write_xlsx,
    xlsx_bytes,
)

ROWS = [
    {"area": "ภาคเหนือ", "value": 3.25, "judged": True, "note": "=HYPERLINK(\"http://x\")"},
    {"area": "a,b\n\"c\"", "value": None, "judged": False, "note": "@SUM(A1)"},
    {"area": "-", "value": float("nan"), "judged": None, "note": "-2.5"},
]  # fmt: skip
COLUMNS = ["area", "value", "judged", "note"]


def test_csv_has_a_bom_and_reads_back() -> None:
    content = csv_bytes(COLUMNS, ROWS, titles={"area": "พื้นที่"})
    assert content.startswith(b"\xef\xbb\xbf")
    head, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    assert head == ["พื้นที่", "value", "judged", "note"]
    assert rows[0] == ["ภาคเหนือ", "3.25", "true", '\'=HYPERLINK("http://x")']
    assert rows[1] == ['a,b\n"c"', "", "false", "'@SUM(A1)"]
    assert rows[2] == ["-", "", "", "-2.5"]


def test_xlsx_keeps_types_and_has_notes() -> None:
    content = xlsx_bytes(COLUMNS, ROWS, sheet="a/b", notes=[("Source", "=1+1"), ("แหล่งที่มา", "สศช.")])
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["a-b", "notes"]
    data = book["a-b"]
    assert data["B2"].value == 3.25
    assert data["B3"].value is None
    assert (data["D2"].value, data["D2"].data_type) == ('=HYPERLINK("http://x")', "s")
    assert data["C2"].value is True
    assert data.freeze_panes == "A2"
    assert [c.value for c in book["notes"]["B"]] == ["=1+1", "สศช."]
    assert book["notes"]["B1"].data_type != "f"


@given(st.lists(st.text(alphabet=st.characters(blacklist_categories=("Cs", "Cc"))), min_size=1, max_size=5))
def test_no_text_cell_of_a_csv_starts_a_formula(texts: list[str]) -> None:
    content = csv_bytes(["x"], [{"x": t} for t in texts]).decode("utf-8-sig")
    for (cell,) in [row for row in list(csv.reader(io.StringIO(content, newline="")))[1:] if row]:
        if cell[:1] in ("=", "+", "-", "@") and len(cell) > 1:
            float(cell)  # only plain numbers may


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_keep_every_bit(value: float) -> None:
    cell = csv_bytes(["x"], [{"x": value}]).decode("utf-8-sig").split("\r\n")[1]
    assert float(cell) == value


def test_thai_marks_take_no_width_and_sheet_names_are_allowed() -> None:
    assert width_of("กรุงเทพมหานคร") == 12
    assert sheet_name("a" * 40) == "a" * 31
    assert sheet_name("[]") == "--"


def test_files_are_whole_or_not_there(tmp_path: Path) -> None:
    write_csv(tmp_path / "a.csv", COLUMNS, ROWS)
    write_xlsx(tmp_path / "a.xlsx", COLUMNS, ROWS)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.csv", "a.xlsx"]
    with pytest.raises(FileNotFoundError):
        write_csv(tmp_path / "nowhere" / "a.csv", COLUMNS, ROWS)


def test_json_is_a_list_of_objects_and_nan_is_null() -> None:
    rows = [{"area": "ภาคเหนือ", "value": float("nan"), "path": [1, {"a": 2}]}, {"area": "x", "value": -0.5}]
    content = json_bytes(["area", "value", "path"], rows)
    assert "ภาคเหนือ".encode() in content
    assert json.loads(content) == [
        {"area": "ภาคเหนือ", "value": None, "path": [1, {"a": 2}]},
        {"area": "x", "value": -0.5, "path": None},
    ]
    assert json.loads(json_bytes(["a"], [])) == []


def test_parquet_keeps_types_and_nulls() -> None:
    table = pq.read_table(io.BytesIO(parquet_bytes(["area", "value", "judged"], ROWS)))
    assert table["value"].to_pylist() == [3.25, None, None]
    assert table["judged"].to_pylist() == [True, False, None]
    assert table["area"].to_pylist() == [r["area"] for r in ROWS]
