"""Tidy files that are refused: every fault with its row, what was found, and the remedy, word for word."""

# ruff: noqa: E501 - a message stands on one line, so that it can be searched for

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mudmai.core.errors import ImportRefused
from mudmai.exchange.tidy import read_tidy
from tests.exchange.test_tidy import workbook
from tests.exchange.toy_catalogue import HEADER, TOYS, write, write_rows


def refused(path: Path, **options: object) -> ImportRefused:
    with pytest.raises(ImportRefused) as caught:
        read_tidy(path, TOYS, dataset="toy", **options)  # type: ignore[arg-type]
    return caught.value


def told(error: ImportRefused) -> list[tuple[str, int | None, str | None, str, str]]:
    return [(p.code, p.where.row, p.where.field, p.message.en, p.remedy.en) for p in error.problems]


NUMBER = "write it like 1234.5, without commas; if there is none leave it empty with the flag O"
NO_VALUE = "if there is no value leave it empty with the flag O"
SAY_MISSING = "fill it in, or say that it is missing with the flag L, M, O, Q"

ROW_FAULTS = [
    (
        "unknown area system", "", ["toy-land,TL,2019,output,1", "toy-lnd,TL,2019,output,1"],
        [("unknown_area_system", 3, "area_system", "unknown area system “toy-lnd”", "near or existing: toy-land")],
    ),
    (
        "unknown series, told once for all its rows", "", [f"toy-land,TL,{y},outpt,1" for y in (2019, 2020, 2021)],
        [("unknown_series", 2, "series", "unknown series “outpt” (and 2 more rows)", "near or existing: output")],
    ),
    (
        "series in the wrong area system", "", ["toy-survey,TL,2019,output,1"],
        [(
            "wrong_area_system", 2, "area_system", "the series output is measured in toy-land, not in toy-survey",
            "use toy-land and its area codes, or a series of toy-survey",
        )],
    ),
    (
        "unknown areas: near code, name for code, near name, nothing near", "",
        ["toy-land,TL-W,2019,output,1", "toy-land,เหนือจำลอง,2019,output,1", "toy-land,Toy Nort,2019,output,1",
         "toy-land,zzz,2019,output,1"],
        [
            ("unknown_area", 2, "area", "unknown area “TL-W” in toy-land",
             "did you mean TL-S (Toy South), TL-N (Toy North), TL (Toyland)?"),
            ("unknown_area", 3, "area", "unknown area “เหนือจำลอง” in toy-land", "names are not keys: use the code TL-N"),
            ("unknown_area", 4, "area", "unknown area “Toy Nort” in toy-land",
             "did you mean TL-N (Toy North), TL-S (Toy South)?"),
            ("unknown_area", 5, "area", "unknown area “zzz” in toy-land", "see its codes: mudmai areas list toy-land"),
        ],
    ),
    (
        "empty key cells", "", ["toy-land,,2019,output,1", "toy-land,TL, ,output,1"],
        [
            ("empty_cell", 2, "area", "area is empty", "fill it in, or delete the row"),
            ("empty_cell", 3, "period", "period is empty", "fill it in, or delete the row"),
        ],
    ),
    (
        "duplicates, also through an alias and another digit script", "",
        ["toy-land,TL,2562,output,1", "toy-land,1,2562,output,1", "toy-land,TL-N,๒๕๖๒,output,2"],
        [("duplicate", 4, None, "output TL-N 2019 is also in row 3", "keep one of the two rows")],
    ),
    (
        "duplicates with a dimension", ",sex", ["toy-land,TL,2019,people,1,F", "toy-land,TL,2019,people,1,F"],
        [("duplicate", 3, None, "people sex=F TL 2019 is also in row 2", "keep one of the two rows")],
    ),
    (
        "text and thousands separators in a value", "", ["toy-land,TL,2019,output,abc", 'toy-land,TL,2020,output,"1,234"'],
        [
            ("text_in_value", 2, "value", "“abc” is not a number", NUMBER),
            ("text_in_value", 3, "value", "“1,234” is not a number", NUMBER),
        ],
    ),
    (
        "NaN and infinities", "", [f"toy-land,TL,{2019 + n},output,{v}" for n, v in enumerate(("NaN", "-inf", "1e999"))],
        [
            ("not_finite", 2, "value", "“NaN” is not a finite number", NO_VALUE),
            ("not_finite", 3, "value", "“-inf” is not a finite number", NO_VALUE),
            ("not_finite", 4, "value", "“1e999” is not a finite number", NO_VALUE),
        ],
    ),
    (
        "both calendars in one file", "", [f"toy-land,TL,{y},output,1" for y in (2562, 2563, 2021)],
        [(
            "mixed_calendars", 4, "period",
            "Buddhist years (2562) and Common Era years (2021) in one file; compare row 2",
            "use one calendar throughout the file",
        )],
    ),
    (
        "another frequency than the series has", "", ["toy-land,TL,2019-Q1,output,1"],
        [("period", 2, "period", "“2019-Q1” is not a calendar year", "write it like 2023 or พ.ศ. 2566")],
    ),
    (
        "a period that cannot be read", "", ["toy-land,TL,ปีหน้า,output,1"],
        [("period", 2, "period", "“ปีหน้า” cannot be read as a period",
          "write 2023, FY2024, 2020-Q4, 2023-01 or 2566, ปีงบประมาณ 2567, ไตรมาส 4/2563, ม.ค. 2566")],
    ),
    (
        "outside of minimum and maximum", "", ["toy-land,TL,2019,share,-0.5", "toy-land,TL,2020,share,100.5"],
        [
            ("out_of_bounds", 2, "value", "-0.5 is below the minimum of “share”, 0", "check the value and its unit (number)"),
            ("out_of_bounds", 3, "value", "100.5 is above the maximum of “share”, 100", "check the value and its unit (number)"),
        ],
    ),
    (
        "an area before its founding", "", ["toy-land,TL-S,2010,output,1", "toy-land,TL-S,2011,output,1"],
        [(
            "area_not_valid", 2, "area", "TL-S (Toy South) does not exist in 2010",
            "it exists from 2011-03-23: delete the row or use the area it was part of",
        )],
    ),
    (
        "an empty value without a flag", "", ["toy-land,TL,2019,output,"],
        [("value_missing", 2, "value", "the value is empty and there is no flag", SAY_MISSING)],
    ),
    (
        "flags against values, and an unknown flag", ",flag",
        ["toy-land,TL,2019,output,,A", "toy-land,TL,2020,output,5,O", "toy-land,TL,2021,output,5,X"],
        [
            ("value_missing", 2, "value", "the value is empty but the flag is A", SAY_MISSING),
            ("value_with_missing_flag", 3, "flag", "there is a value, 5, but the flag O says it is missing",
             "delete the value or change the flag"),
            ("unknown_flag", 4, "flag", "unknown flag “X”",
             "use A normal value, B time series break, D definition differs, E estimated value, F forecast value, "
             "I imputed value, L missing value; data exist but were not collected, M missing value; data cannot exist, "
             "O missing value, P provisional value, Q missing value; suppressed to protect people, U low reliability"),
        ],
    ),
    (
        "unknown source and method", ",source,method", ["toy-land,TL,2019,output,1,boook,cnt"],
        [
            ("unknown_source", 2, "source", "unknown source “boook”", "near or existing: book"),
            ("unknown_method", 2, "method", "unknown method “cnt”", "near or existing: count"),
        ],
    ),
    (
        "dimension codes", ",sex", ["toy-land,TL,2019,people,1,X", "toy-land,TL,2019,output,1,F"],
        [
            ("unknown_code", 2, "sex", "unknown code “X” of sex", "use F, M, or leave it empty for the total"),
            ("foreign_dimension", 3, "sex", "the series output has no sex (found “F”)", "leave the cell empty"),
        ],
    ),
    (
        "rows of another shape", "", ["toy-land,TL,2019,output", "toy-land,TL,2019,output,1,2"],
        [
            ("row_shape", row, None, f"this row has {found} fields, the header 5",
             'put text that holds a comma in "..." and write numbers without thousands separators')
            for row, found in ((2, 4), (3, 6))
        ],
    ),
    (
        "a line break inside a field", "", ['toy-land,TL,2019,output,"1\n2"'],
        [("line_break", 2, "value", "there is a line break inside a field", 'remove the line break, or close an open "')],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("header", "rows", "expected"), [f[1:] for f in ROW_FAULTS], ids=[f[0] for f in ROW_FAULTS])
def test_faults_of_rows(tmp_path: Path, header: str, rows: list[str], expected: list[object]) -> None:
    error = refused(write_rows(tmp_path, *rows, header=HEADER + header))
    assert told(error) == expected
    count = len(expected)
    assert error.message.en == f"toy.csv was not imported: {count} problem{'s' if count > 1 else ''}"
    assert error.remedy.en == "mend what is listed and import again; the data served are unchanged"
    assert all(p.message.th and p.remedy.th and p.where.file == "toy.csv" for p in error.problems)


def test_every_fault_of_every_kind_is_named_at_once(tmp_path: Path) -> None:
    path = write_rows(tmp_path, "toy-land,TL,2019,output,x", "toy-land,ZZ,2019,outpt,1", "toy-land,TL,,output,1")
    assert [(p.code, p.where.row) for p in refused(path).problems] == [
        ("text_in_value", 2), ("unknown_series", 3), ("unknown_area", 3), ("empty_cell", 4),
    ]  # fmt: skip


def test_thousands_of_faults_are_counted_and_the_first_are_told(tmp_path: Path) -> None:
    path = write_rows(tmp_path, *(f"toy-land,TL,2019,output,x{n}" for n in range(10_050)))
    error = refused(path)
    assert error.message.en == "toy.csv was not imported: more than 10,000 problems"
    assert [p.where.row for p in error.problems] == list(range(2, 202))


def test_headers(tmp_path: Path) -> None:
    columns = "area_system, area, period, series, value"
    usable = columns + ", dims, flag, source, method, locator, age, sex"
    assert told(refused(write(tmp_path, "area_system,area,priod,series,value,unit,,value\n"))) == [
        ("unknown_column", 1, None, "unknown column “priod”", "did you mean period?"),
        ("unknown_column", 1, None, "unknown column “unit”", f"delete it; the columns that can be used: {usable}"),
        ("unknown_column", 1, None, "column 7 has no name", "name the column or delete it"),
        ("duplicate_column", 1, None, "the column value is there more than once", "keep one of them"),
        ("missing_column", 1, None, "the column period is missing", f"the first row must name {columns}"),
    ]


AS_CSV = "open it in a spreadsheet program and save it as CSV UTF-8"
AGAIN = "export it again and retry"

FILE_FAULTS: list[tuple[str, bytes, str, str, str]] = [
    ("toy.csv", b"", "empty_file", "the file is empty", AGAIN),
    ("toy.csv", HEADER.encode() + b"\n", "no_rows", "the file has a header but no rows for toy", "export it again with its data"),
    ("toy.csv", b"<!DOCTYPE html>", "wrong_kind", "the content is a web page (HTML), not .csv data", AS_CSV),
    ("toy.csv", b'<?xml version="1.0"?>', "wrong_kind", "the content is an XML file, not .csv data", AS_CSV),
    ("toy.csv", b'[{"a": 1}]', "wrong_kind", "the content is a JSON file, not .csv data", AS_CSV),
    ("toy.csv", b"a,b\n\0\1", "wrong_kind", "the content is a binary file, not .csv data", AS_CSV),
    ("toy.csv", HEADER.encode("utf-16"), "wrong_kind", "the content is UTF-16 text, not .csv data", AS_CSV),
    ("toy.csv", b"PAR1..", "wrong_kind", "the content is a Parquet file, not .csv data", "give it the ending .parquet"),
    ("toy.csv", b"PK\x03\x04", "wrong_kind", "the content is an Excel (xlsx) or zip file, not .csv data", "give it the ending .xlsx"),
    ("toy.xls", b"\xd0\xcf\x11\xe0", "wrong_kind", "an old Excel file (xls) or one with a password cannot be imported",
     "save it as .xlsx or CSV UTF-8 and import that"),
    ("toy.csv", b"a\n\xff\x81,\xdb\n", "encoding", "the text is neither UTF-8 nor TIS-620/CP874", "save it again as CSV UTF-8"),
    ("toy.csv", b"x" * 100_000, "header", "the first line is not a header", "the first line must name the columns"),
    ("toy.docx", b"x", "unknown_kind", "files that end in “.docx” cannot be imported",
     "use .csv, .tsv, .txt, .xlsx, .xlsm, .parquet, .pq"),
    ("toy.xlsx", b"x", "damaged", "the file is not xlsx, or damaged", AGAIN),
    ("toy.parquet", b"x", "damaged", "the file is not parquet, or damaged", AGAIN),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "code", "message", "remedy"), FILE_FAULTS)
def test_faults_of_files(tmp_path: Path, name: str, content: bytes, code: str, message: str, remedy: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    error = refused(path)
    assert (error.code, error.message.en, error.remedy.en, error.where.file) == (code, message, remedy, name)


def test_an_absent_file(tmp_path: Path) -> None:
    assert refused(tmp_path / "none.csv").message.en == "there is no file none.csv"


def test_five_gigabytes_are_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "toy.csv"
    with path.open("wb") as file:
        file.truncate(5 << 30)  # sparse: takes no room
    error = refused(path)
    assert error.message.en == "the file has 5.0 GB, more than the limit of 2.0 GB"
    assert error.message.th == "ไฟล์มีขนาด 5.0 GB เกินขีดจำกัด 2.0 GB"
    assert error.remedy.en == "split it, for example by year, or save it as Parquet"


def test_the_limit_is_the_callers(tmp_path: Path) -> None:
    path = write_rows(tmp_path, "toy-land,TL,2019,output,1")
    assert refused(path, max_bytes=20).message.en == "the file has 63 bytes, more than the limit of 20 bytes"
    assert read_tidy(path, TOYS, dataset="toy", max_bytes=63).num_rows == 1


def good_parquet(path: Path, **changed: object) -> Path:
    columns: dict[str, object] = {
        "area_system": ["toy-land"], "area": ["TL"], "period": ["2019"], "series": ["output"], "value": [1.0],
    }  # fmt: skip
    pq.write_table(pa.table(columns | changed), path)
    return path


@pytest.mark.parametrize("keep", [0.2, 0.5, 0.9, 0.99])
def test_a_truncated_parquet_file(tmp_path: Path, keep: float) -> None:
    path = good_parquet(tmp_path / "toy.parquet")
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * keep)])
    error = refused(path)
    assert error.code == "damaged"
    assert error.message.en.startswith("the Parquet file is truncated or damaged: ")
    assert error.remedy.en == "copy or export the file again and retry"


def test_a_parquet_file_damaged_in_the_middle(tmp_path: Path) -> None:
    path = good_parquet(tmp_path / "toy.parquet", value=[1.0])
    content = bytearray(path.read_bytes())
    content[4:60] = bytes(56)
    path.write_bytes(bytes(content))
    assert refused(path).code == "damaged"


def test_a_parquet_column_of_the_wrong_type(tmp_path: Path) -> None:
    path = good_parquet(tmp_path / "toy.parquet", value=pa.array([True]), area=pa.array([1.5]))
    assert told(refused(path)) == [
        ("column_type", None, "area", "the column area is of type double", "store it as text"),
        ("column_type", None, "value", "the column value is of type bool", "store it as numbers"),
    ]


def test_nan_in_parquet_is_not_missing(tmp_path: Path) -> None:
    path = good_parquet(tmp_path / "toy.parquet", value=[float("nan")])
    assert told(refused(path)) == [("not_finite", 1, "value", "“nan” is not a finite number", NO_VALUE)]


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_a_workbook_that_unfolds_to_gigabytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mudmai.exchange.tidy_xlsx.MOST_UNFOLDED_BYTES", 1 << 20)
    path = zipped(tmp_path / "toy.xlsx", {"xl/worksheets/sheet1.xml": bytes(2 << 20)})
    assert path.stat().st_size < 10_000
    error = refused(path)
    assert error.message.en == "the workbook unfolds to 2.0 MB: too much"
    assert error.remedy.en == "delete unused rows and columns, or save it as CSV"


def test_a_workbook_that_hides_its_size(tmp_path: Path) -> None:
    path = zipped(tmp_path / "toy.xlsx", {"xl/worksheets/sheet1.xml": bytes(1 << 20)})
    honest = path.read_bytes()
    path.write_bytes(honest.replace((1 << 20).to_bytes(4, "little"), (1000).to_bytes(4, "little")))
    assert path.read_bytes() != honest
    assert refused(path).code == "damaged"


def test_a_workbook_of_two_cells_far_apart(tmp_path: Path) -> None:
    rows: list[list[object]] = [HEADER.split(",")]
    path = workbook(tmp_path / "toy.xlsx", {"data": rows})
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    members[sheet] = members[sheet].replace(b"</sheetData>", far)
    error = refused(zipped(path, members))
    assert error.message.en == "the workbook unfolds to 1,048,576 x 16,384 cells: too much"


SHEETS: list[tuple[dict[str, list[list[object]]], str, str]] = [
    (
        {"a": [list(HEADER.split(","))], "b": [list(HEADER.split(","))]},
        "several sheets could be imported: a, b", "keep one of them, or name the sheet",
    ),
    (
        {"a": [["x"]], "b": [["y"]]}, "no sheet has the header that is needed (found a, b)",
        "the first row of the sheet must name area_system, area, period, series, value",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("sheets", "message", "remedy"), SHEETS)
def test_sheets(tmp_path: Path, sheets: dict[str, list[list[object]]], message: str, remedy: str) -> None:
    error = refused(workbook(tmp_path / "toy.xlsx", sheets))
    assert (error.message.en, error.remedy.en) == (message, remedy)


def test_a_sheet_that_is_not_there(tmp_path: Path) -> None:
    path = workbook(tmp_path / "toy.xlsx", {"a": [["x"]]})
    assert refused(path, sheet="b").message.en == "there is no sheet b (found a)"


def test_a_fault_in_a_sheet_names_the_sheet(tmp_path: Path) -> None:
    path = workbook(tmp_path / "toy.xlsx", {"data": [list(HEADER.split(",")), ["toy-land", "TL", 2019, "output", "x"]]})
    assert refused(path).problems[0].where.words() == "toy.xlsx, sheet data, row 2, field value"


def test_an_unclosed_quotation_mark(tmp_path: Path) -> None:
    path = write_rows(
        tmp_path, "toy-land,TL,2019,output,1", 'toy-land,TL,2020,output,"1', *["toy-land,TL,2021,output,2"] * 9
    )
    assert [p.code for p in refused(path).problems] == ["line_break"]


@pytest.mark.parametrize("make", [lambda p: p.mkdir() or p, lambda p: p / "deep"])
def test_a_folder_is_no_file(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    assert refused(make(tmp_path / "toy.csv")).code == "no_file"


def test_a_file_of_nothing_but_wrong_names_is_refused_in_good_time(tmp_path: Path) -> None:
    rows = (f"toy-land,ZZ{n},2019,output,{'x' if n % 2 else 'inf'}" for n in range(30_000))
    error = refused(write_rows(tmp_path, *rows))
    assert error.message.en == "toy.csv was not imported: more than 10,000 problems"
    assert len(error.problems) == 200
    assert [p.where.row for p in error.problems] == sorted(p.where.row or 0 for p in error.problems)
    assert {p.message.en for p in error.problems} >= {"unknown area “ZZ0” in toy-land", "“x” is not a number"}


def test_a_file_of_nothing_but_misshapen_rows_is_refused_in_good_time(tmp_path: Path) -> None:
    error = refused(write_rows(tmp_path, *["a,b"] * 100_000))
    assert error.message.en == "toy.csv was not imported: more than 10,000 problems"
    assert [p.where.row for p in error.problems] == list(range(2, 202))


def test_line_ends_of_old_machines(tmp_path: Path) -> None:
    path = write(tmp_path, f"{HEADER}\rtoy-land,TL,2019,output,1\rtoy-land,TL,2020,output,x\r")
    assert [(p.code, p.where.row) for p in refused(path).problems] == [("text_in_value", 3)]
