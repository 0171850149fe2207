"""What kind of file is it really, is it small enough, and in which encoding: asked before anything is parsed."""

from __future__ import annotations

import codecs
from enum import StrEnum
from pathlib import Path

from mudmai.core.errors import ImportRefused
from mudmai.core.language import Text
from mudmai.exchange.tidy_problems import refusal

DEFAULT_MAX_BYTES = 2 << 30
"""Larger files are refused unread."""

_BLOCK = 4 << 20
_XLSX = Text("บันทึกเป็น .xlsx หรือ CSV UTF-8 แล้วนำเข้าใหม่", "save it as .xlsx or CSV UTF-8 and import that")
_DELIMITED = Text("เปิดในโปรแกรมตารางแล้วบันทึกเป็น CSV UTF-8", "open it in a spreadsheet program and save it as CSV UTF-8")


class Kind(StrEnum):
    """The formats that can be imported."""

    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"


_ENDINGS = {
    ".csv": Kind.CSV,
    ".tsv": Kind.CSV,
    ".txt": Kind.CSV,
    ".xlsx": Kind.XLSX,
    ".xlsm": Kind.XLSX,
    ".parquet": Kind.PARQUET,
    ".pq": Kind.PARQUET,
}
_SIGNS = (
    (b"PAR1", Text("ไฟล์ Parquet", "a Parquet file"), Kind.PARQUET),
    (b"PK\x03\x04", Text("ไฟล์ Excel (xlsx) หรือ zip", "an Excel (xlsx) or zip file"), Kind.XLSX),
    (
        b"\xd0\xcf\x11\xe0",
        Text("ไฟล์ Excel รุ่นเก่า (xls) หรือไฟล์ที่มีรหัสผ่าน", "an old Excel file (xls) or one with a password"),
        None,
    ),
    (b"%PDF", Text("ไฟล์ PDF", "a PDF file"), None),
    (b"\x1f\x8b", Text("ไฟล์บีบอัด (gzip)", "a compressed file (gzip)"), None),
)


def check_file(path: Path, max_bytes: int) -> Kind:
    """The kind of an importable file; refuses by size, by absence, and where content and ending disagree."""
    if not path.is_file():
        message = Text(f"ไม่พบไฟล์ {path.name}", f"there is no file {path.name}")
        raise refusal(path, "no_file", message, Text("ตรวจชื่อและโฟลเดอร์", "check its name and folder"))
    size = path.stat().st_size
    if size > max_bytes:
        found, limit = bytes_in_words(size), bytes_in_words(max_bytes)
        raise refusal(
            path,
            "too_large",
            Text(f"ไฟล์มีขนาด {found} เกินขีดจำกัด {limit}", f"the file has {found}, more than the limit of {limit}"),
            Text("แบ่งเป็นไฟล์ย่อย เช่น ไฟล์ละปี หรือบันทึกเป็น Parquet", "split it, for example by year, or save it as Parquet"),
        )
    if size == 0:
        raise refusal(
            path,
            "empty_file",
            Text("ไฟล์ว่างเปล่า", "the file is empty"),
            Text("ส่งออกไฟล์ใหม่แล้วลองอีกครั้ง", "export it again and retry"),
        )
    return _kind(path)


def bytes_in_words(size: int) -> str:
    """A size as people say it: ``5.0 GB``."""
    for unit, scale in (("GB", 1 << 30), ("MB", 1 << 20), ("kB", 1 << 10)):
        if size >= scale:
            return f"{size / scale:.1f} {unit}"
    return f"{size} bytes"


def _kind(path: Path) -> Kind:
    wanted = _ENDINGS.get(path.suffix.lower())
    with path.open("rb") as file:
        head = file.read(4096)
    for sign, words, kind in _SIGNS:
        if head.startswith(sign):
            if kind is None:
                message = Text(f"นำเข้า{words.th}ไม่ได้", f"{words.en} cannot be imported")
                raise refusal(path, "wrong_kind", message, _XLSX)
            if wanted is not kind:
                remedy = Text(f"เปลี่ยนนามสกุลเป็น .{kind}", f"give it the ending .{kind}")
                raise _not_data(path, words, remedy)
            return kind
    if wanted is None:
        listed = ", ".join(_ENDINGS)
        raise refusal(
            path,
            "unknown_kind",
            Text(f"ไม่รู้จักไฟล์ชนิด “{path.suffix}”", f"files that end in “{path.suffix}” cannot be imported"),
            Text(f"ใช้ {listed}", f"use {listed}"),
        )
    if wanted is not Kind.CSV:
        message = Text(f"ไฟล์ไม่ใช่ {wanted} หรือเสียหาย", f"the file is not {wanted}, or damaged")
        raise refusal(path, "damaged", message, Text("ส่งออกไฟล์ใหม่แล้วลองอีกครั้ง", "export it again and retry"))
    _check_text(path, head)
    return Kind.CSV


def _check_text(path: Path, head: bytes) -> None:
    start = head.removeprefix(codecs.BOM_UTF8).lstrip()[:200].lower()
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise _not_data(path, Text("ข้อความ UTF-16", "UTF-16 text"), _DELIMITED)
    if start.startswith((b"<!doctype", b"<html", b"<head", b"<table")):
        raise _not_data(path, Text("หน้าเว็บ (HTML)", "a web page (HTML)"), _DELIMITED)
    if start.startswith(b"<?xml"):
        raise _not_data(path, Text("ไฟล์ XML", "an XML file"), _DELIMITED)
    if start.startswith((b"{", b"[")):
        raise _not_data(path, Text("ไฟล์ JSON", "a JSON file"), _DELIMITED)
    if b"\0" in head:
        raise _not_data(path, Text("ไฟล์ไบนารี", "a binary file"), _DELIMITED)


def _not_data(path: Path, words: Text, remedy: Text) -> ImportRefused:
    message = Text(
        f"เนื้อหาเป็น{words.th} ไม่ตรงกับนามสกุล {path.suffix}", f"the content is {words.en}, not {path.suffix} data"
    )
    return refusal(path, "wrong_kind", message, remedy)


def encoding_of(path: Path) -> str:
    """``utf8`` or ``cp874`` (which includes TIS-620); reads the whole file once, in blocks."""
    if _decodes(path, "utf-8"):
        return "utf8"
    if _decodes(path, "cp874"):
        return "cp874"
    raise refusal(
        path,
        "encoding",
        Text("อ่านรหัสอักขระไม่ได้ (ไม่ใช่ UTF-8 หรือ TIS-620)", "the text is neither UTF-8 nor TIS-620/CP874"),
        Text("บันทึกใหม่เป็น CSV UTF-8", "save it again as CSV UTF-8"),
    )


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
