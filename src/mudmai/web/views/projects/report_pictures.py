"""Photos of evidence inside pages: shown only where the bytes are those of a picture that browsers draw."""

from __future__ import annotations

from pathlib import Path

_SIGNS = ((b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"))
_ENDINGS = (".jpg", ".jpeg", ".png", ".webp")


def is_picture_name(name: str) -> bool:
    """True for a name that promises a picture."""
    return name.lower().endswith(_ENDINGS)


def picture_type(path: Path) -> str | None:
    """The media type by the first bytes, whatever the name says; None for what is no such picture."""
    with path.open("rb") as stream:
        head = stream.read(12)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for sign, kind in _SIGNS if head.startswith(sign)), None)
