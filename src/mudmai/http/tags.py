"""Entity tags: strong, made before any work is done, compared as RFC 9110 section 13.1.2 asks.

An answer depends on the release, the packs, the code, the address and, for pages, the preferences of the reader.
A hash over these is its tag.
"""

from __future__ import annotations

import hashlib
import os
from functools import cache
from pathlib import Path

from mudmai import __version__

_PACKAGE = Path(__file__).parents[1]
_NO_CODE = frozenset({"assets", "static", "__pycache__", "packs"})
_MANIFEST = _PACKAGE / "web" / "static" / "build" / "manifest.json"


@cache
def code_key() -> str:
    """Differs between two versions of the code: templates, wordings and the built front end included."""
    digest = hashlib.blake2b(__version__.encode(), digest_size=12)
    if _MANIFEST.exists():
        digest.update(_MANIFEST.read_bytes())
    for folder, inside, files in os.walk(_PACKAGE):
        inside[:] = sorted(set(inside) - _NO_CODE)
        for name in sorted(files):
            if name.endswith((".py", ".html", ".toml")):
                digest.update(Path(folder, name).read_bytes())
    return digest.hexdigest()


def tag_of(*parts: str) -> str:
    """The strong tag of an answer that depends on exactly these ``parts``.

    >>> tag_of("r1", "/") == tag_of("r1", "/"), tag_of("r1", "/") == tag_of("r2", "/")
    (True, False)
    """
    return '"' + hashlib.blake2b("\x1f".join(parts).encode(), digest_size=16).hexdigest() + '"'


def knows(if_none_match: str, tag: str) -> bool:
    """True when a client that sent ``If-None-Match`` holds ``tag`` (weak comparison; ``*`` holds any).

    >>> knows('W/"a", "b"', '"b"'), knows("", '"b"'), knows("*", '"b"')
    (True, False, True)
    """
    if not if_none_match:
        return False
    tags = {part.strip().removeprefix("W/") for part in if_none_match.split(",")}
    return tag in tags or "*" in tags
