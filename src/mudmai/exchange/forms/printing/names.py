"""Names of sheets that Excel takes: 31 signs, none of ``[]:*?/\\``, each once."""

from __future__ import annotations

import re

MOST = 31
_REFUSED = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


class SheetNames:
    """The names given so far.

    >>> names = SheetNames()
    >>> names.free("ผ.02/1"), names.free("ผ.02/1"), names.free("")
    ('ผ.02-1', 'ผ.02-1 (2)', 'แผ่น')
    """

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def free(self, wished: str) -> str:
        """``wished``, made fit and told apart from the names before."""
        base = _REFUSED.sub("-", wished).strip().strip("'") or "แผ่น"
        name, number = base[:MOST].strip(), 2
        while name.casefold() in self._taken or name.casefold() == "history":
            mark = f" ({number})"
            name, number = base[: MOST - len(mark)].strip() + mark, number + 1
        self._taken.add(name.casefold())
        return name
