"""Files as they come: formats, encodings, what is drawn and hidden, and what must not be opened."""

from __future__ import annotations

import json
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mudmai.core.errors import ImportRefused
from mudmai.exchange.sheets.cells import CellKind, TextBox, cell_name, place_of
from mudmai.exchange.sheets.formats import Format
from mudmai.exchange.sheets.workbook import open_workbook
from tests.exchange.sheets.offices import Sheet, book, read, write_book
from tests.exchange.sheets.old_excel import write_xls

ROWS: list[list[object]] = [["จังหวัด", 2566], ["เชียงใหม่", 100], ["น่าน", 50]]
EXPECTED = {("TH-50", "2023", "population"): 100.0, ("TH-55", "2023", "population"): 50.0}
TEXT = "จังหวัด,2566\nเชียงใหม่,100\nน่าน,50\n"

DRAWING = """<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
 xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><xdr:twoCellAnchor><xdr:from><xdr:col>1</xdr:col>
<xdr:colOff>0</xdr:colOff><xdr:row>2</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from><xdr:to><xdr:col>3</xdr:col>
<xdr:row>4</xdr:row></xdr:to><xdr:sp><xdr:txBody><a:p><a:r><a:t>แก้ไข ครั้งที่ 1/2567</a:t></a:r></a:p>
<a:p><a:r><a:t>ย้ายไปแผนงานอื่น</a:t></a:r></a:p></xdr:txBody></xdr:sp></xdr:twoCellAnchor></xdr:wsDr>"""
RELS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
REL = f'<Relationship Id="rId9" Type="{OFFICE}/{{}}" Target="{{}}"/>'


def edit(path: Path, **members: str | bytes) -> Path:
    """Replace or add members of an archive (``__`` for ``/``, ``_dot_`` for ``.``)."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for name, content in members.items():
        real = name.replace("__", "/").replace("_dot_", ".")
        parts[real] = content.encode() if isinstance(content, str) else content
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def write_ods(path: Path, rows: str) -> Path:
    """An OpenDocument sheet of these table rows."""
    spaces = "".join(
        f' xmlns:{p}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"'
        for p, n in (("office", "office"), ("table", "table"), ("text", "text"))
    )
    content = (
        f'<office:document-content{spaces} office:version="1.2"><office:body><office:spreadsheet>'
        f'<table:table table:name="แผ่น1">{rows}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return path


def ods_row(*cells: object, more: str = "") -> str:
    """One row of an OpenDocument table."""
    found = ""
    for cell in cells:
        if isinstance(cell, str):
            found += f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
        else:
            value = f'office:value-type="float" office:value="{cell}"'
            found += f"<table:table-cell {value}><text:p>{cell}</text:p></table:table-cell>"
    return f"<table:table-row{more}>{found}</table:table-row>"


# What can be read -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("utf8.csv", TEXT.encode()),
        ("bom.csv", TEXT.encode("utf-8-sig")),
        ("tis620.csv", TEXT.encode("cp874")),
        ("utf16.csv", TEXT.encode("utf-16")),
        ("utf16le.csv", TEXT.encode("utf-16-le")),
        ("semicolon.csv", TEXT.replace(",", ";").encode()),
        ("tab.txt", TEXT.replace(",", "\t").encode("cp874")),
        ("named.xls", TEXT.encode()),
        ("records.json", json.dumps([{"จังหวัด": "เชียงใหม่", "2566": 100}, {"จังหวัด": "น่าน", "2566": 50}]).encode()),
        ("in.json", json.dumps({"data": [{"p": "น่าน", "2566": "50"}, {"p": "เชียงใหม่", "2566": 100}]}).encode()),
    ],
)  # fmt: skip
def test_text_files(name: str, content: bytes, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert read(path).facts == EXPECTED


def test_parquet(tmp_path: Path) -> None:
    pq.write_table(pa.table({"จังหวัด": ["เชียงใหม่", "น่าน"], "2566": [100, 50]}), tmp_path / "a.parquet")
    assert read(tmp_path / "a.parquet").facts == EXPECTED


def test_opendocument(tmp_path: Path) -> None:
    hidden = ' table:visibility="collapse"'
    rows = ods_row("จังหวัด", 2566) + ods_row("เชียงใหม่", 100) + ods_row("น่าน", 50) + ods_row("แพร่", 9, more=hidden)
    reading = read(write_ods(tmp_path / "a.ods", rows))
    assert reading.facts == EXPECTED and ("row 4", "hidden") in reading.ignored


def test_an_ending_that_lies_is_noted(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", ROWS).rename(tmp_path / "a.xls")
    reading = read(path)
    assert reading.workbook.format is Format.XLSX and reading.facts == EXPECTED
    assert "the ending is “.xls” but the content is xlsx" in reading.said()


def test_text_boxes_over_the_cells(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", ROWS)
    edit(
        path,
        xl__drawings__drawing1_dot_xml=DRAWING,
        xl__worksheets___rels__sheet1_dot_xml_dot_rels=RELS.format(REL.format("drawing", "../drawings/drawing1.xml")),
    )
    reading = read(path)
    assert reading.workbook.sheets[0].text_boxes == (TextBox((2, 1), "แก้ไข ครั้งที่ 1/2567 ย้ายไปแผนงานอื่น", 3),)
    assert "text box at B3: แก้ไข" in reading.said() and reading.facts == EXPECTED


def test_macros_and_outer_links_are_left_alone(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", ROWS).rename(tmp_path / "a.xlsm")
    edit(path, xl__vbaProject_dot_bin=b"macro", xl__externalLinks__externalLink1_dot_xml="<externalLink/>")
    said = read(path).said()
    assert "macros; they are never run" in said and "links to 1 other file" in said


def test_every_kind_of_cell(tmp_path: Path) -> None:
    rows = [["a", 1, True, "=1+1", None], ["m", 2, 3, 4, 5]]
    path = book(tmp_path / "a.xlsx", rows, merges=["A2:A3"], comments={"B1": "ดู"}, hidden_columns=["C"])
    sheet = open_workbook(path).sheets[0]
    kinds = [sheet.cell(0, col).kind for col in range(5)]
    assert kinds == [CellKind.TEXT, CellKind.NUMBER, CellKind.BOOL, CellKind.FORMULA, CellKind.EMPTY]
    assert sheet.cell(2, 0).merged_from == (1, 0) and sheet.cell(0, 1).comment == "ดู" and sheet.cell(0, 2).hidden
    assert sheet.cell(99, 99).kind is CellKind.EMPTY


def test_error_values_are_told_by_cell(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", [*ROWS, ["แพร่", 7]])
    with zipfile.ZipFile(path) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
    spoilt = xml.replace('<c r="B3" t="n"><v>50</v></c>', '<c r="B3" t="e"><f>A1/0</f><v>#DIV/0!</v></c>')
    assert spoilt != xml
    edit(path, xl__worksheets__sheet1_dot_xml=spoilt)
    reading = read(path)
    assert (reading.codes, reading.cells) == (["cell_error"], ["B3"])
    assert "#DIV/0!" in reading.tidy.problems[0].message.en and len(reading.facts) == 2


def test_a_last_column_of_formulas_is_not_lost(tmp_path: Path) -> None:
    reading = read(book(tmp_path / "a.xlsx", [["จังหวัด", 2565, 2566], ["น่าน", 1, "=1"], ["แพร่", 2, "=2"]]))
    assert reading.codes == ["cell_formula", "cell_formula"] and reading.cells == ["C2", "C3"]


def test_hidden_sheets(tmp_path: Path) -> None:
    workbook = open_workbook(write_book(tmp_path / "a.xlsx", Sheet(ROWS), Sheet(ROWS, name="ลับ", hidden=True)))
    assert [sheet.name for sheet in workbook.visible] == ["Sheet1"] and workbook.sheet(" ลับ\u200b") is not None


@pytest.mark.parametrize("col", [0, 25, 26, 701, 702, 16383])
def test_cell_names_go_both_ways(col: int) -> None:
    assert place_of(cell_name(6, col)) == (6, col)


# What is refused --------------------------------------------------------------------------------------------------


def _encrypted(path: Path) -> None:
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
    path.write_bytes(head + "EncryptedPackage".encode("utf-16-le").ljust(512, b"\0"))


def _word(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")


def _bomb(path: Path) -> None:
    book(path, ROWS)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/big.bin", b"\0" * (40 << 20))


def _lying_bomb(path: Path) -> None:
    """A member that says it is small: what it unfolds to does not fit its checksum."""
    book(path, ROWS)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/big.bin", b"\0" * (1 << 20))
    data = bytearray(path.read_bytes())
    at = data.rfind(b"PK\x01\x02")
    struct.pack_into("<I", data, at + 24, 100)
    path.write_bytes(bytes(data))


def _truncated(path: Path) -> None:
    book(path, ROWS)
    path.write_bytes(path.read_bytes()[:-200])


def _entities(path: Path) -> None:
    book(path, ROWS)
    edit(path, xl__styles_dot_xml='<!DOCTYPE x [<!ENTITY a "aaaa">]><styleSheet>&a;</styleSheet>')


def _huge_sheet(path: Path) -> None:
    book(path, ROWS)
    xml = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
    far = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    edit(path, xl__worksheets__sheet1_dot_xml=xml.format(far))


HOSTILE: dict[str, tuple[str, Callable[[Path], object], str]] = {
    "absent": ("a.xlsx", lambda path: None, "file_missing"),
    "empty": ("a.xlsx", lambda path: path.write_bytes(b""), "empty"),
    "locked": ("a.xlsx", _encrypted, "password"),
    "web page": ("a.xls", lambda path: path.write_bytes(b"<html><table><tr><td>1</td></tr></table>"), "file_type"),
    "xml": ("a.xls", lambda path: path.write_bytes(b'<?xml version="1.0"?><Workbook/>'), "file_type"),
    "pdf": ("a.xlsx", lambda path: path.write_bytes(b"%PDF-1.7 ..."), "file_type"),
    "word": ("a.xlsx", _word, "file_type"),
    "zip bomb": ("a.xlsx", _bomb, "too_large"),
    "lying zip": ("a.xlsx", _lying_bomb, "unreadable"),
    "cut short": ("a.xlsx", _truncated, "unreadable"),
    "entities": ("a.xlsx", _entities, "unreadable"),
    "far corner": ("a.xlsx", _huge_sheet, "too_large"),
    "old word": ("a.xls", lambda path: path.write_bytes(b"\xd0\xcf\x11\xe0" + b"\0" * 2000), "file_type"),
    "broken xls": (
        "a.xls",
        lambda path: path.write_bytes(b"\xd0\xcf\x11\xe0" + b"\0" * 600 + "Workbook".encode("utf-16-le") + b"\0" * 900),
        "unreadable",
    ),
    "picture": ("a.xlsx", lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 50), "file_type"),
    "binary": ("a.csv", lambda path: path.write_bytes(bytes(range(256)) * 8), "file_type"),
    "nested json": ("a.json", lambda path: path.write_text('{"a": {"b": [1, 2]}}'), "file_type"),
    "bad json": ("a.json", lambda path: path.write_text("[{"), "unreadable"),
    "deep json": ("a.json", lambda path: path.write_text("[" * 100_000), "unreadable"),
    "broken parquet": ("a.parquet", lambda path: path.write_bytes(b"PAR1xxxx"), "unreadable"),
    "no encoding": ("a.csv", lambda path: path.write_bytes(b"a,b\n\xff\xfc\xdb,1\n"), "encoding"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_table_is_refused_kindly(name: str, tmp_path: Path) -> None:
    file, make, code = HOSTILE[name]
    make(tmp_path / file)
    with pytest.raises(ImportRefused) as caught:
        [sheet.rows for sheet in open_workbook(tmp_path / file).sheets]
    assert caught.value.code == code
    assert caught.value.remedy.th and caught.value.remedy.en and caught.value.where.file == file


def test_a_size_limit(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused) as caught:
        open_workbook(book(tmp_path / "a.xlsx", ROWS), max_bytes=100)
    assert caught.value.code == "too_large"


@pytest.mark.parametrize("rows", [[], [[]], [["เฉย ๆ"]], [["ก", "ข"], ["ค", "ง"]], [[1, 2], [3, 4]]])
def test_no_table(rows: list[list[object]], tmp_path: Path) -> None:
    with pytest.raises(ImportRefused) as caught:
        read(book(tmp_path / "a.xlsx", rows))
    assert caught.value.code == "no_table"


def test_old_excel(tmp_path: Path) -> None:
    reading = read(write_xls(tmp_path / "a.xls", [["จังหวัด", 2566], ["เชียงใหม่", 100], ["น่าน", 50]]))
    assert reading.workbook.format is Format.XLS and reading.facts == EXPECTED
    assert "does not give hidden rows" in reading.said()


def test_old_excel_with_a_password(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused) as caught:
        open_workbook(write_xls(tmp_path / "a.xls", [["จังหวัด", 2566], ["น่าน", 50]], locked=True))
    assert caught.value.code == "password"


def test_a_file_kept_under_another_name_is_told_by_the_name_that_people_gave_it(tmp_path: Path) -> None:
    kept = tmp_path / ("d1" * 32)
    kept.write_text(TEXT, "utf-8")
    found = open_workbook(kept, name="ประชากร 2566.csv")
    assert (found.file, found.sheets[0].name) == ("ประชากร 2566.csv", "ประชากร 2566")
    assert open_workbook(kept, name="ประชากร.xlsx").notes[0].en.startswith("the ending is “.xlsx”")
    kept.write_bytes(b"PK\x03\x04 no archive")
    with pytest.raises(ImportRefused) as refused:
        open_workbook(kept, name="ประชากร 2566.xlsx")
    assert refused.value.where.file == "ประชากร 2566.xlsx" and kept.name not in str(refused.value)
