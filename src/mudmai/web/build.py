"""Addresses of the built front end: hashed names from Vite's manifest. Pages read without it, only plainer."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from django.templatetags.static import static

FOLDER = Path(__file__).parent / "static" / "build"


@cache
def _manifest() -> dict[str, dict[str, object]]:
    path = FOLDER / "manifest.json"
    if not path.exists():
        return {}
    found: dict[str, dict[str, object]] = json.loads(path.read_text(encoding="utf-8"))
    return found


def script_url(entry: str) -> str | None:
    """The address of the script built from ``src/<entry>.ts``; None when the front end is not built."""
    one = _manifest().get(f"src/{entry}.ts")
    return None if one is None else static(f"build/{one['file']}")


def style_urls(entry: str) -> list[str]:
    """The style sheets that belong to ``src/<entry>.ts``."""
    one = _manifest().get(f"src/{entry}.ts", {})
    return [static(f"build/{name}") for name in one.get("css", [])]  # type: ignore[attr-defined]
