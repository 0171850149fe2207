"""The pages' own wordings in Thai and English: ``texts/*.toml``, one table per page, every key with ``th`` and ``en``.

A small catalogue instead of compiled message files: an officer can read and correct it, and nothing has to be built.
Keys are ``table.name``; ``{named}`` places are filled by the caller, ``{n:row|rows}`` agrees with the number *n*.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from mudmai.core.errors import FaultError
from mudmai.core.language import Text

FOLDER = Path(__file__).parent / "texts"


@cache
def wordings() -> Mapping[str, Text]:
    """All wordings by key; a key without both languages is a :class:`FaultError`."""
    found: dict[str, Text] = {}
    for path in sorted(FOLDER.glob("*.toml")):
        for table, entries in tomllib.loads(path.read_text(encoding="utf-8")).items():
            for name, entry in entries.items():
                key = f"{table}.{name}"
                if key in found or set(entry) != {"th", "en"} or not all(entry.values()):
                    raise _broken(f"{path.name}: {key}")
                found[key] = Text(entry["th"].strip(), entry["en"].strip())
    return found


def wording(key: str, **values: object) -> Text:
    """The wording ``key`` with its places filled; an unknown key is a :class:`FaultError`."""
    text = wordings().get(key)
    if text is None:
        raise _broken(key)
    return text.format(**values) if values else text


def day_count(days: int) -> Text:
    """So many days, in words that agree with the number."""
    return wording("site.day_count", days=days)


def _broken(place: str) -> FaultError:
    return FaultError(
        Text(f"ถ้อยคำ {place} ไม่ครบหรือซ้ำ", f"wording {place} is missing, incomplete or given twice"),
        remedy=Text("แก้ไฟล์ใน web/texts", "mend the file in web/texts"),
    )
