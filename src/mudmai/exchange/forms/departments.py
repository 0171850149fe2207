"""Departments under one name each, by the spellings of a pack; what is written is kept beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from mudmai.exchange.forms.words import clean, folded

_SEVERAL = re.compile(r"\s*[/,\n]\s*")


class Departments:
    """Spelling → name. Several departments in a cell, parted by ``/`` or a comma, are each taken."""

    def __init__(self, spellings: Mapping[str, tuple[str, ...]]) -> None:
        self._names = {folded(one): name for name, said in spellings.items() for one in (name, *said)}
        self._known: dict[str, tuple[str, bool]] = {}

    def name(self, written: str) -> tuple[str, bool]:
        """The name, and whether every part of it is known; words of no department stay as they are."""
        if written not in self._known:
            self._known[written] = self._name(written)
        return self._known[written]

    def _name(self, written: str) -> tuple[str, bool]:
        whole = self._names.get(folded(written))
        if whole is not None:
            return whole, True
        parts = [clean(part) for part in _SEVERAL.split(written) if part.strip()]
        names = [self._names.get(folded(part)) for part in parts]
        said = dict.fromkeys(name or part for name, part in zip(names, parts, strict=True))
        return " / ".join(said), all(name is not None for name in names)
