"""Photos without what the camera wrote into them: place, time, device and owner stay with the office.

The picture itself is not touched (no decoding, no loss); of the notes only the orientation is kept, without which a
phone's photo would lie on its side. Formats: JPEG (ITU-T T.81 annex B; Exif 2.32 section 4.5), PNG (ISO/IEC 15948
section 11), WebP (RFC 9649).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

JPEG, PNG, WEBP = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF"
_KEPT_MARKERS = {0xE0, 0xE2, 0xEE}
"""Of the application segments of a JPEG: JFIF, the colour profile, Adobe's colour transform."""
_DROPPED_CHUNKS = {b"eXIf", b"tEXt", b"iTXt", b"zTXt", b"tIME"}
_ORIENTATION = 0x0112
_EXIF_AND_XMP = 0b00001100


def without_camera_notes(photo: bytes) -> bytes | None:
    """The same picture without notes; None where the bytes are no whole JPEG, PNG or WebP.

    >>> without_camera_notes(b"<svg/>") is None
    True
    """
    try:
        if photo.startswith(JPEG):
            return b"\xff\xd8" + b"".join(_jpeg(photo))
        if photo.startswith(PNG):
            return PNG + b"".join(_png(photo))
        if photo.startswith(WEBP) and photo[8:12] == b"WEBP":
            body = b"WEBP" + b"".join(_webp(photo))
            return WEBP + struct.pack("<I", len(body)) + body
    except (struct.error, IndexError, ValueError):
        return None
    return None


def _jpeg(photo: bytes) -> Iterator[bytes]:
    at = 2
    while True:
        if photo[at] != 0xFF:
            raise ValueError(at)
        marker = photo[at + 1]
        if marker == 0xFF:  # a byte that only fills
            at += 1
            continue
        if marker == 0xDA:  # from here on the picture itself
            yield photo[at:]
            return
        (length,) = struct.unpack_from(">H", photo, at + 2)
        segment = photo[at : at + 2 + length]
        if length < 2 or len(segment) != 2 + length:
            raise ValueError(at)
        if marker == 0xE1 and segment[4:10] == b"Exif\0\0":
            turned = _orientation(segment[10:])
            if turned is not None:
                yield _exif_of(turned)
        elif marker in _KEPT_MARKERS or not (0xE0 <= marker <= 0xEF or marker == 0xFE):
            yield segment
        at += 2 + length


def _orientation(tiff: bytes) -> int | None:
    """How the picture is turned (1 to 8), by the first directory of its Exif notes."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return None
    try:
        (start,) = struct.unpack_from(order + "I", tiff, 4)
        (count,) = struct.unpack_from(order + "H", tiff, start)
        for n in range(count):
            tag, _, _, value = struct.unpack_from(order + "HHIH", tiff, start + 2 + 12 * n)
            if tag == _ORIENTATION:
                return value if 1 <= value <= 8 else None
    except struct.error:
        return None
    return None


def _exif_of(orientation: int) -> bytes:
    """Exif notes with nothing but the orientation."""
    tiff = b"MM" + struct.pack(">HIHHHIHHI", 42, 8, 1, _ORIENTATION, 3, 1, orientation, 0, 0)
    notes = b"Exif\0\0" + tiff
    return b"\xff\xe1" + struct.pack(">H", len(notes) + 2) + notes


def _png(photo: bytes) -> Iterator[bytes]:
    at = len(PNG)
    while True:
        (length,) = struct.unpack_from(">I", photo, at)
        chunk = photo[at : at + 12 + length]
        if len(chunk) != 12 + length:
            raise ValueError(at)
        kind = chunk[4:8]
        if kind not in _DROPPED_CHUNKS:
            yield chunk
        if kind == b"IEND":
            return
        at += 12 + length


def _webp(photo: bytes) -> Iterator[bytes]:
    at, end = 12, 8 + struct.unpack_from("<I", photo, 4)[0]
    if end > len(photo):
        raise ValueError(end)
    while at < end:
        (length,) = struct.unpack_from("<I", photo, at + 4)
        chunk = photo[at : at + 8 + length + length % 2]
        if len(chunk) < 8 + length:
            raise ValueError(at)
        kind = chunk[:4]
        if kind == b"VP8X":
            chunk = chunk[:8] + bytes([chunk[8] & ~_EXIF_AND_XMP & 0xFF]) + chunk[9:]
        if kind not in (b"EXIF", b"XMP "):
            yield chunk
        at += 8 + length + length % 2
