"""Photos lose the camera's notes and nothing else."""

from __future__ import annotations

import struct
import zlib

from hypothesis import given
from hypothesis import strategies as st

from mudmai.exchange.photos import without_camera_notes

SECRET = b"13.7563N 100.5018E owner of the phone"


def segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def exif(orientation: int, order: str = "<") -> bytes:
    """Two tags: the orientation, and a pointer to where the photo was taken; then the place itself."""
    head = {"<": b"II", ">": b"MM"}[order] + struct.pack(order + "HI", 42, 8)
    entries = struct.pack(order + "HHHIHH", 2, 0x0112, 3, 1, orientation, 0)
    entries += struct.pack(order + "HHII", 0x8825, 4, 1, 38)
    return segment(0xE1, b"Exif\0\0" + head + entries + struct.pack(order + "I", 0) + SECRET)


SCAN = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + bytes(range(200)) + b"\xff\xd9"
JFIF, ICC, TABLES = segment(0xE0, b"JFIF\0" + b"\0" * 9), segment(0xE2, b"ICC_PROFILE\0x"), segment(0xDB, b"\0" * 65)


def test_a_photo_of_a_phone_keeps_its_picture_and_how_it_is_turned() -> None:
    for order in "<>":
        photo = b"\xff\xd8" + JFIF + exif(6, order) + segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + SECRET)
        photo += segment(0xED, b"Photoshop 3.0\0" + SECRET) + segment(0xFE, SECRET) + ICC + TABLES + SCAN
        got = without_camera_notes(photo)
        assert got is not None and SECRET not in got
        kept = segment(0xE1, b"Exif\0\0MM\0\x2a" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, 6, 0, 0))
        assert got == b"\xff\xd8" + JFIF + kept + ICC + TABLES + SCAN
        assert without_camera_notes(got) == got


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def test_a_png_loses_its_texts() -> None:
    sound = [chunk(b"IHDR", b"\0" * 13), chunk(b"IDAT", zlib.compress(b"\0\0")), chunk(b"IEND", b"")]
    notes = [chunk(b"tEXt", b"Author\0" + SECRET), chunk(b"eXIf", SECRET), chunk(b"tIME", b"\0" * 7)]
    signature = b"\x89PNG\r\n\x1a\n"
    photo = signature + sound[0] + b"".join(notes) + sound[1] + sound[2] + SECRET
    assert without_camera_notes(photo) == signature + b"".join(sound), "what follows the end is left out too"


def test_a_webp_loses_its_notes_and_says_so() -> None:
    def part(kind: bytes, body: bytes) -> bytes:
        return kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)

    def whole(*parts: bytes) -> bytes:
        body = b"WEBP" + b"".join(parts)
        return b"RIFF" + struct.pack("<I", len(body)) + body

    picture = part(b"VP8 ", b"\1\2\3")
    photo = whole(part(b"VP8X", b"\x1c" + b"\0" * 9), picture, part(b"EXIF", SECRET), part(b"XMP ", SECRET))
    assert without_camera_notes(photo) == whole(part(b"VP8X", b"\x10" + b"\0" * 9), picture)


@given(st.sampled_from([b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\x10\0\0\0WEBP", b""]), st.binary(max_size=200))
def test_broken_pictures_are_no_picture_and_no_crash(head: bytes, rest: bytes) -> None:
    got = without_camera_notes(head + rest)
    assert got is None or got.startswith(head[:2])
