"""How a workbook is refused as a whole."""

from __future__ import annotations

from pathlib import Path

from mudmai.core.errors import ImportRefused, Where
from mudmai.core.language import Text


def refused(path: Path, code: str, message: Text, remedy: Text, *, sheet: str | None = None) -> ImportRefused:
    """The refusal of the file ``path``, naming only its last part."""
    return ImportRefused(message, remedy=remedy, code=code, where=Where(file=path.name, sheet=sheet))
