"""Values that formulas gave, put back into a workbook: openpyxl writes formulas without them.

Without its value a formula cannot be read until a spreadsheet program has computed it again; a marked file must read as
the file that was sent.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

Values = Mapping[str, Mapping[str, Any]]
"""Sheet name → cell → the value its formula gave."""

_CELL = re.compile(
    rb'<c r="(?P<ref>[A-Z]{1,3}\d{1,7})"(?P<style> s="\d+")?(?: t="\w+")?>'
    rb"(?P<formula><f[^>]*>[^<]*</f>|<f[^>]*/>)<v\s*/?>(?:</v>)?</c>"
)


def kept_values(path: Path, book: Any) -> Values:
    """The values of all formulas of ``book`` (openpyxl, with formulas), as the file at ``path`` keeps them."""
    wanted = {
        sheet.title: [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
        for sheet in book.worksheets
    }
    if not any(wanted.values()):
        return {}
    from openpyxl import load_workbook  # loaded already

    with path.open("rb") as file:
        values = load_workbook(file, data_only=True, keep_links=False)
    return {name: {cell: values[name][cell].value for cell in cells} for name, cells in wanted.items() if cells}


def values_put_back(content: bytes, values: Values) -> bytes:
    """The workbook with the values beside its formulas."""
    if not values:
        return content
    from openpyxl import load_workbook  # loaded already

    order = load_workbook(io.BytesIO(content), read_only=True).sheetnames
    parts = {f"xl/worksheets/sheet{n}.xml": values.get(name, {}) for n, name in enumerate(order, start=1)}
    out = io.BytesIO()
    with ZipFile(io.BytesIO(content)) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for item in old.infolist():
            data = old.read(item.filename)
            kept = parts.get(item.filename)
            new.writestr(item, _CELL.sub(lambda found, kept=kept: _cell(found, kept), data) if kept else data)  # type: ignore[misc]
    return out.getvalue()


def _cell(found: re.Match[bytes], kept: Mapping[str, Any]) -> bytes:
    ref = found["ref"].decode()
    value = kept.get(ref)
    style, formula = found["style"] or b"", found["formula"]
    kind, text = _written(value)
    if text is None:
        return found[0]
    return b'<c r="%s"%s%s>%s<v>%s</v></c>' % (found["ref"], style, kind, formula, text)


def _written(value: Any) -> tuple[bytes, bytes | None]:
    """The type attribute and the text of a value; None for values that are left to be computed again."""
    if isinstance(value, bool):
        return b' t="b"', b"1" if value else b"0"
    if isinstance(value, (int, float)):
        return b"", repr(value).encode()
    if isinstance(value, str):
        kind = b' t="e"' if value.startswith("#") and value.endswith(("!", "?", "A", "0")) else b' t="str"'
        return kind, escape(value).encode()
    return b"", None
