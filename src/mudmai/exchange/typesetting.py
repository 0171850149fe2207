"""Pages set by typst in this process: a template, data and the fonts that are shipped; nothing is fetched.

User text never becomes markup: it reaches the template as strings of ``data.json``, so that ``#``, ``$``, ``@``,
backslashes and quotes are letters like others. Templates must not evaluate strings.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from mudmai.core.errors import FaultError
from mudmai.core.language import Text

FONTS = Path(__file__).resolve().parents[1] / "web" / "static" / "build" / "fonts-ttf"
"""The TrueType fonts of the product (built by ``scripts/build_fonts.py``, shipped in the wheel)."""

PRINT_FONT = "Sarabun"
"""A looped Thai face: what officials read on paper."""


def typeset(
    template: Path,
    data: Mapping[str, Any],
    *,
    files: Mapping[str, bytes] | None = None,
    font: str = PRINT_FONT,
    fonts: Path = FONTS,
) -> bytes:
    """The document of ``template`` with ``data`` (JSON-ready) as PDF; ``files`` are pictures that it names.

    Raises :class:`FaultError` ``font_missing`` when ``font`` is not in the folder ``fonts``, ``typesetting`` when the
    template does not compile.
    """
    import typst  # 30 MB: only for processes that print

    parts = {"main": template.read_bytes(), "data.json": json.dumps(data, ensure_ascii=False).encode(), **(files or {})}
    try:
        made = typst.compile(parts, font_paths=_fonts_with(font, fonts))
    except typst.TypstError as error:
        raise FaultError(
            Text("จัดหน้าเอกสารไม่สำเร็จ", f"the document could not be set: {error.message[:300]}"),
            remedy=Text("แจ้งผู้ดูแลระบบพร้อมข้อความนี้", "tell the administrator, with this message"),
            code="typesetting",
        ) from error
    assert isinstance(made, bytes)
    return made


def pictures(template: Path, data: Mapping[str, Any], *, files: Mapping[str, bytes] | None = None) -> list[bytes]:
    """The same document as PNG pictures, one for each page: for a preview, and for looking at it."""
    import typst  # as above

    parts = {"main": template.read_bytes(), "data.json": json.dumps(data, ensure_ascii=False).encode(), **(files or {})}
    made: Any = typst.compile(parts, font_paths=_fonts_with(PRINT_FONT, FONTS), format="png", ppi=110)
    return made if isinstance(made, list) else [made]


@lru_cache(maxsize=4)
def _fonts_with(family: str, folder: Path) -> Any:
    import typst  # as above

    found = typst.Fonts(include_system_fonts=False, font_paths=[str(folder)] if folder.is_dir() else [])
    if family not in found.families():
        raise FaultError(
            Text(f"ไม่พบแบบอักษร {family} สำหรับพิมพ์", f"the print font {family} is missing"),
            remedy=Text(
                "ติดตั้งโปรแกรมใหม่ หรือสร้างแบบอักษรด้วย make front",
                "install the product again, or build the fonts with: make front",
            ),
            code="font_missing",
        )
    return found
