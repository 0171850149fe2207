"""What kind of file it really is, by its content; the ending is only compared."""

from __future__ import annotations

import codecs
import mmap
import zipfile
from enum import StrEnum
from pathlib import Path

from mudmai.core.language import Text
from mudmai.exchange.sheets.archive import FAULTS, damaged, locked
from mudmai.exchange.sheets.refusals import refused

MOST_BYTES = 512 << 20
"""Larger files are refused unread."""


class Format(StrEnum):
    """The formats that can be read."""

    XLSX = "xlsx"
    XLSB = "xlsb"
    XLS = "xls"
    ODS = "ods"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


ENDINGS = {
    ".xlsx": Format.XLSX, ".xlsm": Format.XLSX, ".xltx": Format.XLSX, ".xlsb": Format.XLSB, ".xls": Format.XLS,
    ".ods": Format.ODS, ".csv": Format.CSV, ".tsv": Format.CSV, ".txt": Format.CSV, ".json": Format.JSON,
    ".parquet": Format.PARQUET, ".pq": Format.PARQUET,
}  # fmt: skip
_RESAVE = Text("เปิดในโปรแกรมตารางแล้วบันทึกเป็น .xlsx", "open it in a spreadsheet program and save it as .xlsx")


def format_of(path: Path, max_bytes: int = MOST_BYTES) -> Format:
    """The format of a readable file; refuses what is absent, empty, too large or no table at all."""
    if not path.is_file():
        raise refused(
            path,
            "file_missing",
            Text(f"ไม่พบไฟล์ {path.name}", f"there is no file {path.name}"),
            Text("ตรวจชื่อและโฟลเดอร์", "check its name and folder"),
        )
    size = path.stat().st_size
    if size == 0:
        raise refused(path, "empty", Text("ไฟล์ว่างเปล่า", "the file is empty"), _again())
    if size > max_bytes:
        many, most = f"{size / (1 << 20):,.0f} MB", f"{max_bytes / (1 << 20):,.0f} MB"
        raise refused(
            path,
            "too_large",
            Text(f"ไฟล์มีขนาด {many} เกินขีดจำกัด {most}", f"the file has {many}, more than the limit of {most}"),
            Text("แบ่งเป็นไฟล์ย่อย เช่น ไฟล์ละปี", "split it, for example by year"),
        )
    with path.open("rb") as file:
        head = file.read(4096)
    return _by_content(path, head)


def _by_content(path: Path, head: bytes) -> Format:
    if head.startswith(b"PK\x03\x04"):
        return _archive_format(path)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return _ole_format(path)
    if head.startswith(b"PAR1"):
        return Format.PARQUET
    if head.startswith(b"%PDF"):
        raise _no_table(path, Text("เอกสาร PDF", "a PDF document"))
    if head.startswith((b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"PK\x05\x06")):
        raise _no_table(path, Text("ไฟล์บีบอัด", "a compressed file"))
    if head.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8")):
        raise _no_table(path, Text("รูปภาพ", "a picture"))
    return _text_format(path, head)


def _archive_format(path: Path) -> Format:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except FAULTS as found:
        raise damaged(path, found) from found
    for member, kind in (("xl/workbook.xml", Format.XLSX), ("xl/workbook.bin", Format.XLSB)):
        if member in names:
            return kind
    if "word/document.xml" in names or "ppt/presentation.xml" in names:
        raise _no_table(path, Text("เอกสาร Word หรือ PowerPoint", "a Word or PowerPoint document"))
    if "content.xml" in names and "mimetype" in names:
        return Format.ODS
    raise _no_table(path, Text("ไฟล์ zip ที่ไม่ใช่สมุดงาน", "a zip file that is no workbook"))


def _ole_format(path: Path) -> Format:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if data.find("EncryptedPackage".encode("utf-16-le")) >= 0:
            raise locked(path)
        if any(data.find(name.encode("utf-16-le")) >= 0 for name in ("Workbook", "Book")):
            return Format.XLS
    raise _no_table(path, Text("เอกสาร Office รุ่นเก่าที่ไม่ใช่สมุดงาน", "an old Office document that is no workbook"))


def _text_format(path: Path, head: bytes) -> Format:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = head.decode("utf-16", "ignore")
    else:
        text = head.removeprefix(codecs.BOM_UTF8).decode("latin-1")
        wide = wide_encoding(head)
        if wide:
            text = head.decode(wide, "ignore")
        if "\0" in text:
            raise _no_table(path, Text("ไฟล์ไบนารี", "a binary file"))
    start = text.lstrip()[:400].lower()
    if start.startswith(("<!doctype html", "<html", "<head", "<table", "<body", "<style", "<meta")) or "<html" in start:
        raise _no_table(path, Text("หน้าเว็บ (HTML) ที่ตั้งชื่อเป็นตาราง", "a web page (HTML) named like a table"))
    if start.startswith(("<?xml", "mime-version:")):
        raise _no_table(path, Text("ไฟล์ XML หรือ MHTML", "an XML or MHTML file"))
    if start.startswith(("{", "[")):
        return Format.JSON
    wanted = ENDINGS.get(path.suffix.lower())
    if wanted in (Format.XLSX, Format.XLSB, Format.ODS, Format.PARQUET) and not _reads_as_lines(head):
        raise damaged(path, path.suffix)
    return Format.CSV


def wide_encoding(head: bytes) -> str:
    """UTF-16 without a mark, told by its high bytes: zero (Latin) or 0x0E (Thai) in every second place; else empty."""
    head = head[: len(head) // 2 * 2]
    if 0 not in head:
        return ""
    for start, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        high = head[start::2]
        if (high.count(0) + high.count(0x0E)) > 0.9 * len(high):
            return encoding
    return ""


def _reads_as_lines(head: bytes) -> bool:
    return b"\n" in head and not any(byte < 9 for byte in head.replace(b"\0", b""))


def _no_table(path: Path, what: Text) -> Exception:
    return refused(path, "file_type", Text(f"ไฟล์นี้เป็น{what.th}", f"the file is {what.en}"), _RESAVE)


def _again() -> Text:
    return Text("ส่งออกไฟล์ใหม่แล้วลองอีกครั้ง", "export it again and retry")
