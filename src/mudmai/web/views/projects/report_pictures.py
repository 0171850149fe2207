"""Photos inside pages: shown only where the bytes are those of a picture that browsers draw."""

from __future__ import annotations

from pathlib import Path

_ENDINGS = (".jpg", ".jpeg", ".png", ".webp")


def is_picture_name(name: str) -> bool:
    """True for a name that promises a picture."""
    return name.lower().endswith(_ENDINGS)


def photo_type(head: bytes) -> str:
    """The media type that the first bytes of a picture say; "" for anything else (drawings with scripts too).

    >>> photo_type(bytes([0xFF, 0xD8, 0xFF, 0xE0])), photo_type(b"<svg onload=")
    ('image/jpeg', '')
    """
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    return "image/webp" if head[:4] == b"RIFF" and head[8:12] == b"WEBP" else ""


def picture_type(path: Path) -> str | None:
    """The media type by the first bytes, whatever the name says; None for what is no such picture."""
    with path.open("rb") as stream:
        return photo_type(stream.read(12)) or None
