"""The words of a PDF as a reader hears them: Thai clusters stand in the PDF as /ActualText, which pypdf leaves out."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from pypdf import PageObject, PdfReader
from pypdf.generic import ContentStream

from mudmai.exchange.typesetting import FONTS

needs_fonts = pytest.mark.skipif(not list(FONTS.glob("Sarabun*.ttf")), reason="the fonts are not built: run make front")


def pages_of(pdf: bytes) -> list[str]:
    """The words of each page; pieces that are set one by one are joined without spaces."""
    return ["".join(_pieces(page)) for page in PdfReader(io.BytesIO(pdf)).pages]


def pieces_of(pdf: bytes) -> list[str]:
    """The pieces that are set one by one: a figure is one of them."""
    return [piece for page in PdfReader(io.BytesIO(pdf)).pages for piece in _pieces(page)]


def _pieces(page: PageObject) -> list[str]:
    maps = {name: _to_unicode(font.get_object()) for name, font in page["/Resources"]["/Font"].items()}
    content = ContentStream(page["/Contents"].get_object(), page.pdf)
    said: list[str] = []
    font: dict[int, str] = {}
    marked: list[bool] = []
    for operands, operator in content.operations:
        if operator == b"Tf":
            font = maps[operands[0]]
        elif operator in (b"BDC", b"BMC"):
            words = operands[1].get("/ActualText") if len(operands) > 1 and hasattr(operands[1], "get") else None
            marked.append(words is not None)
            if words is not None:
                said.append(str(words))
        elif operator == b"EMC":
            marked.pop()
        elif operator in (b"Tj", b"TJ") and not any(marked):
            said.append("".join(_decoded(part, font) for part in (operands[0] if operator == b"TJ" else operands)))
    return said


def _decoded(part: Any, font: dict[int, str]) -> str:
    if isinstance(part, (int, float)):
        return ""
    data = part.original_bytes if hasattr(part, "original_bytes") else bytes(part)
    return "".join(font.get(int.from_bytes(data[i : i + 2], "big"), "") for i in range(0, len(data), 2))


def _to_unicode(font: Any) -> dict[int, str]:
    """The map of a two-byte font from its ToUnicode table."""
    table = font["/ToUnicode"].get_object().get_data().decode("latin-1")
    found: dict[int, str] = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", table, re.DOTALL):
        for code, text in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]*)>", block):
            found[int(code, 16)] = bytes.fromhex(text).decode("utf-16-be")
    for block in re.findall(r"beginbfrange(.*?)endbfrange", table, re.DOTALL):
        for first, last, text in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            start = int(text, 16)
            for code in range(int(first, 16), int(last, 16) + 1):
                found[code] = chr(start + code - int(first, 16))
    return found
