"""Tidy files that are fine: what comes in, in which house form."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from mudmai.core.errors import ImportRefused
from mudmai.exchange.tidy import TIDY_COLUMNS, read_tidy
from tests.exchange.toy_catalogue import HEADER, TOYS, write, write_rows


def cells(table: pa.Table) -> list[tuple[object, ...]]:
    return list(
        zip(*(table[n].to_pylist() for n in ("area", "period", "series", "dims", "value", "flag")), strict=True)
    )


def test_a_plain_file_comes_in_as_house_form(tmp_path: Path) -> None:
    path = write_rows(tmp_path, "toy-land,TL,2562,output,10.5", "toy-land,TL-N,2562,output,4")
    table = read_tidy(path, TOYS, dataset="toy")
    assert tuple(table.column_names) == TIDY_COLUMNS
    assert table.to_pylist() == [
        {
            "area_system": "toy-land", "area": "TL", "period": "2019", "series": "output", "dims": "", "value": 10.5,
            "flag": "A", "source": "book", "method": "count", "locator": "toy.csv", "row": 2,
        },
        {
            "area_system": "toy-land", "area": "TL-N", "period": "2019", "series": "output", "dims": "", "value": 4.0,
            "flag": "A", "source": "book", "method": "count", "locator": "toy.csv", "row": 3,
        },
    ]  # fmt: skip


def test_aliases_thai_digits_spaces_and_minus_signs_are_read(tmp_path: Path) -> None:
    path = write_rows(
        tmp_path, "toy-land, 1 ,พ.ศ. ๒๕๖๒,output,๑๒.๕", "toy-land,NORTH,๒๕๖๓,output,\u2212 3".replace(" 3", "3")
    )
    assert cells(read_tidy(path, TOYS, dataset="toy")) == [
        ("TL-N", "2019", "output", "", 12.5, "A"),
        ("TL-N", "2020", "output", "", -3.0, "A"),
    ]


def test_the_frequency_of_the_series_reads_the_period(tmp_path: Path) -> None:
    path = write_rows(
        tmp_path, "toy-land,TL,2567,budget,1", "toy-land,TL,ม.ค. 2566,rain,2", "toy-land,TL,2566,output,3"
    )
    assert [row[1] for row in cells(read_tidy(path, TOYS, dataset="toy"))] == ["FY2024", "2023-01", "2023"]


def test_dimensions_become_one_canonical_text_and_totals_are_left_out(tmp_path: Path) -> None:
    rows = ("toy-land,TL,2019,people,1,F,25+", "toy-land,TL,2019,people,2,F,_T", "toy-land,TL,2019,people,3,,")
    path = write_rows(tmp_path, *rows, header=HEADER + ",sex,age")
    assert read_tidy(path, TOYS, dataset="toy")["dims"].to_pylist() == ["age=25+;sex=F", "sex=F", ""]


def test_a_missing_value_is_missing_and_never_zero(tmp_path: Path) -> None:
    path = write_rows(tmp_path, "toy-land,TL,2019,output,,O", "toy-land,TL,2020,output,0,A", header=HEADER + ",flag")
    assert [row[4:] for row in cells(read_tidy(path, TOYS, dataset="toy"))] == [(None, "O"), (0.0, "A")]


def test_given_locators_and_sources_stand_and_empty_ones_are_filled(tmp_path: Path) -> None:
    rows = ("toy-land,TL,2019,output,1,web,,Table 3!D7", "toy-land,TL,2020,output,2,,count,")
    path = write_rows(tmp_path, *rows, header=HEADER + ",source,method,locator")
    table = read_tidy(path, TOYS, dataset="toy")
    assert table.select(["source", "method", "locator", "row"]).to_pylist() == [
        {"source": "web", "method": "count", "locator": "Table 3!D7", "row": None},
        {"source": "book", "method": "count", "locator": "toy.csv", "row": 3},
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp874", "tis-620"])
def test_encodings_of_thai_offices(tmp_path: Path, encoding: str) -> None:
    path = write(tmp_path, f"{HEADER}\r\ntoy-land,TL,ปี ๒๕๖๒,output,7\r\n", encoding=encoding)
    assert cells(read_tidy(path, TOYS, dataset="toy")) == [("TL", "2019", "output", "", 7.0, "A")]


@pytest.mark.parametrize("delimiter", ["\t", ";"])
def test_tabs_and_semicolons(tmp_path: Path, delimiter: str) -> None:
    path = write(tmp_path, f"{HEADER}\ntoy-land,TL,2019,output,7\n".replace(",", delimiter), "toy.tsv")
    assert cells(read_tidy(path, TOYS, dataset="toy")) == [("TL", "2019", "output", "", 7.0, "A")]


def test_empty_lines_are_passed_over_and_rows_keep_their_numbers(tmp_path: Path) -> None:
    path = write_rows(tmp_path, "", "toy-land,TL,2019,output,7", ",,,,", "toy-land,TL,2020,output,8", "")
    assert read_tidy(path, TOYS, dataset="toy")["row"].to_pylist() == [3, 5]


def test_many_blocks_give_what_one_block_gives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [f"toy-land,TL,{1900 + n},output,{n}" for n in range(200)]
    path = write_rows(tmp_path, *rows)
    whole = read_tidy(path, TOYS, dataset="toy")
    monkeypatch.setattr("mudmai.exchange.tidy_csv._BLOCK", 256)
    heard: list[tuple[int, int]] = []
    assert read_tidy(path, TOYS, dataset="toy", progress=lambda a, b: heard.append((a, b))).equals(whole)
    assert whole["row"].to_pylist() == list(range(2, 202))
    assert len(heard) > 5
    assert heard[-1][0] == heard[-1][1]


def workbook(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for i, row in enumerate(rows):
                for j, cell in enumerate(row):
                    if isinstance(cell, datetime.date):
                        sheet.write_datetime(i, j, datetime.datetime(cell.year, cell.month, cell.day), day)
                    elif cell is not None:
                        sheet.write(i, j, cell)
    return path


def test_a_workbook_with_a_notes_sheet(tmp_path: Path) -> None:
    head = HEADER.split(",")
    data: list[list[object]] = [
        [], head, ["toy-land", 1, 2562, "output", 10.25], [], ["toy-land", "TL", 2562.0, "output", "๑๑"],
    ]  # fmt: skip
    path = workbook(tmp_path / "toy.xlsx", {"notes": [["read me"]], "data": data})
    table = read_tidy(path, TOYS, dataset="toy")
    assert [(r["area"], r["period"], r["value"], r["locator"], r["row"]) for r in table.to_pylist()] == [
        ("TL-N", "2019", 10.25, "toy.xlsx!data", 3),
        ("TL", "2019", 11.0, "toy.xlsx!data", 5),
    ]


def test_a_month_that_the_spreadsheet_made_a_date(tmp_path: Path) -> None:
    rows: list[list[object]] = [HEADER.split(","), ["toy-land", "TL", datetime.date(2019, 4, 1), "rain", 3]]
    path = workbook(tmp_path / "toy.xlsx", {"data": rows})
    assert cells(read_tidy(path, TOYS, dataset="toy")) == [("TL", "2019-04", "rain", "", 3.0, "A")]


def test_one_sheet_of_several_by_name(tmp_path: Path) -> None:
    rows: list[list[object]] = [HEADER.split(","), ["toy-land", "TL", 2019, "output", 3]]
    path = workbook(tmp_path / "toy.xlsx", {"a": rows, "b": rows})
    assert read_tidy(path, TOYS, dataset="toy", sheet="b")["locator"].to_pylist() == ["toy.xlsx!b"]


@pytest.mark.parametrize(
    "columns",
    [
        {"period": ["2019", "2020"], "value": [1.5, None], "flag": ["A", "O"]},
        {"period": [2019, 2020], "value": ["1.5", ""], "flag": [None, "O"]},
        {"period": pa.array(["2019", "2020"]).dictionary_encode(), "value": [Decimal("1.5"), None], "flag": ["A", "O"]},
    ],
)
def test_parquet_of_several_types(tmp_path: Path, columns: dict[str, object]) -> None:
    path = tmp_path / "toy.parquet"
    table = {"area_system": ["toy-land"] * 2, "area": ["TL", "1"], "series": ["output"] * 2, **columns}
    pq.write_table(pa.table(table), path)
    found = read_tidy(path, TOYS, dataset="toy")
    assert cells(found) == [("TL", "2019", "output", "", 1.5, "A"), ("TL-N", "2020", "output", "", None, "O")]
    assert found["row"].to_pylist() == [1, 2]


def test_the_column_dims_of_an_export_is_read_as_columns_of_dimensions_are(tmp_path: Path) -> None:
    texts = ("sex=F;age=25+", " sex=F ", "", "sex=_T")
    rows = [f"toy-land,TL,2019,people,{n},{text}" for n, text in enumerate(texts, 1)]
    path = write_rows(tmp_path, *rows[:3], header=HEADER + ",dims")
    assert read_tidy(path, TOYS, dataset="toy")["dims"].to_pylist() == ["age=25+;sex=F", "sex=F", ""]
    path = write_rows(tmp_path, rows[3], header=HEADER + ",dims")
    assert read_tidy(path, TOYS, dataset="toy")["dims"].to_pylist() == [""]


@pytest.mark.parametrize(
    ("dims", "sex", "code"),
    [("F", "", "dims"), ("colour=red", "", "dims"), ("sex=F;sex=M", "", "dims"), ("sex=", "", "dims"),
     ("sex=F", "F", "dims"), ("sex=Q", None, "unknown_code")],
)  # fmt: skip
def test_dims_that_are_unclear_or_said_twice_are_refused(tmp_path: Path, dims: str, sex: str | None, code: str) -> None:
    header, row = (HEADER + ",dims", f"toy-land,TL,2019,people,1,{dims}")
    if sex is not None:
        header, row = header + ",sex", f"{row},{sex}"
    with pytest.raises(ImportRefused) as refused:
        read_tidy(write_rows(tmp_path, row, header=header), TOYS, dataset="toy")
    assert [p.code for p in refused.value.problems] == [code]
