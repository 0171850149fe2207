"""Names in the order in which people look for them: as a Thai dictionary does, Latin letters without case."""

from __future__ import annotations

import re

_LEADING = re.compile("([เแโใไ])([ก-ฮ])")
_MARKS = re.compile("[\u0e47-\u0e4e]")


def dictionary_order(name: str) -> tuple[str, str]:
    """What names are sorted by. A vowel that is written before its consonant counts after it; tone marks and other
    signs above letters decide only between names that are alike without them (order of the Royal Institute Dictionary).

    >>> sorted(["เกาะ", "กระบี่", "ขอนแก่น", "แสน", "ก่า", "กา"], key=dictionary_order)
    ['กระบี่', 'กา', 'ก่า', 'เกาะ', 'ขอนแก่น', 'แสน']
    """
    plain = _LEADING.sub(r"\2\1", name.casefold())
    return _MARKS.sub("", plain), plain
