"""What an attached file is, by its first bytes and never by its name alone."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from mudmai.core.language import Text

HEAD = 4096
"""Bytes that are looked at."""


class EvidenceFile(StrEnum):
    """Kinds of files that evidence may be; the value is the media type."""

    PDF = "application/pdf"
    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"
    OFFICE = "application/vnd.openxmlformats-officedocument"
    OLD_OFFICE = "application/x-ole-storage"
    TEXT = "text/plain"


TAKEN = Text("PDF, ภาพ JPEG PNG WebP, Word, Excel, PowerPoint, ODF, CSV หรือข้อความ",
             "PDF, pictures (JPEG, PNG, WebP), Word, Excel, PowerPoint, ODF, CSV or plain text")  # fmt: skip
_ZIPPED = (".docx", ".xlsx", ".xlsm", ".pptx", ".odt", ".ods", ".odp")
_OLD = (".doc", ".xls", ".ppt")
_PLAIN = (".csv", ".txt", ".tsv")


def kind_of_head(head: bytes, name: str) -> EvidenceFile | None:
    """The kind by the first bytes (and for containers by the ending of the name); None for what is not taken.

    >>> kind_of_head(b"%PDF-1.7", "a.pdf").value, kind_of_head(b"<html>", "a.csv"), kind_of_head(b"MZ", "a.pdf")
    ('application/pdf', None, None)
    """
    low = name.lower()
    if head.startswith(b"%PDF-"):
        return EvidenceFile.PDF
    if head.startswith(b"\xff\xd8\xff"):
        return EvidenceFile.JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return EvidenceFile.PNG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return EvidenceFile.WEBP
    if head.startswith(b"PK\x03\x04"):
        return EvidenceFile.OFFICE if low.endswith(_ZIPPED) else None
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return EvidenceFile.OLD_OFFICE if low.endswith(_OLD) else None
    return EvidenceFile.TEXT if low.endswith(_PLAIN) and _is_plain(head) else None


def is_video(head: bytes) -> bool:
    """True for the usual containers of video.

    >>> is_video(bytes(4) + b"ftypmp42"), is_video(b"%PDF-")
    (True, False)
    """
    return (
        head[4:8] == b"ftyp"
        or head.startswith(b"\x1aE\xdf\xa3")
        or (head[:4] == b"RIFF" and head[8:12] == b"AVI ")
        or head[:4] in (b"\x00\x00\x01\xba", b"\x00\x00\x01\xb3")
    )


def head_of(path: Path) -> bytes:
    """The first bytes of a file."""
    with path.open("rb") as stream:
        return stream.read(HEAD)


def _is_plain(head: bytes) -> bool:
    if b"\0" in head:
        return head.startswith((b"\xff\xfe", b"\xfe\xff"))
    return not head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
