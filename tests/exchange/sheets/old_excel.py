"""The smallest old Excel file (BIFF8 in a compound file) that holds one sheet of words and numbers."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path

_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def write_xls(path: Path, rows: Sequence[Sequence[str | float]], *, locked: bool = False) -> Path:
    """Write ``rows``; ``locked`` adds the record that says the content is encrypted."""
    stream = _workbook(rows, locked)
    stream += b"\0" * (-len(stream) % 512 or 0)
    stream += b"\0" * max(0, 4096 - len(stream))
    sectors = len(stream) // 512
    fat = [_FAT, _END, *range(3, sectors + 2), _END]
    fat += [_FREE] * (128 - len(fat))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<5H6s", 0x3E, 3, 0xFFFE, 9, 6, b"\0" * 6)
    head += struct.pack("<9I", 0, 1, 1, 0, 4096, _END, 0, _END, 0) + struct.pack("<109I", 0, *[_FREE] * 108)
    directory = _entry("Root Entry", 5, 1, _END, 0) + _entry("Workbook", 2, _FREE, 2, len(stream)) + b"\0" * 256
    path.write_bytes(head + struct.pack("<128I", *fat) + directory + stream)
    return path


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    return (
        text.ljust(64, b"\0")
        + struct.pack("<HBB3I", len(text), kind, 1, _FREE, _FREE, child)
        + b"\0" * 36
        + struct.pack("<IQ", start, size)
    )


def _record(kind: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _workbook(rows: Sequence[Sequence[str | float]], locked: bool) -> bytes:
    words = list(dict.fromkeys(cell for row in rows for cell in row if isinstance(cell, str)))
    sheet = _record(0x809, struct.pack("<4H2I", 0x600, 0x10, 0, 1996, 0, 6))
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            if isinstance(cell, str):
                sheet += _record(0xFD, struct.pack("<3HI", r, c, 0, words.index(cell)))
            else:
                sheet += _record(0x203, struct.pack("<3Hd", r, c, 0, float(cell)))
    sheet += _record(0xA)
    name = "แผ่น1".encode("utf-16-le")
    strings = struct.pack("<2I", len(words), len(words))
    for word in words:
        strings += struct.pack("<HB", len(word), 1) + word.encode("utf-16-le")
    start = _record(0x809, struct.pack("<4H2I", 0x600, 5, 0, 1996, 0, 6))
    if locked:
        start += _record(0x2F, struct.pack("<3H", 1, 1, 1) + b"\0" * 48)
    end = _record(0xFC, strings) + _record(0xA)
    bound = struct.pack("<IBBBB", len(start) + 12 + len(name) + len(end), 0, 0, len(name) // 2, 1) + name
    return start + _record(0x85, bound) + end + sheet
