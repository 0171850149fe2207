"""The hierarchy in the rows above and between tables: national strategy … strategy, tactic, plan."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mudmai.core.language import to_arabic_digits
from mudmai.exchange.forms.layouts import FormLayouts
from mudmai.exchange.forms.words import clean, folded, section_name, without_enumerator

Hierarchy = tuple[tuple[str, str], ...]

_DOTS = re.compile(r"[.…]{5,}")
"""Dots of a form, to write on."""
_PLACEHOLDER = re.compile(r"\{(strategy|number|plan)\}")


class HierarchyReader:
    """Knows rows of the hierarchy by the words that they begin with; the longest beginning counts."""

    def __init__(self, layouts: FormLayouts) -> None:
        self._layouts = layouts
        starts = [(folded(word), n, level.id) for n, level in enumerate(layouts.levels) for word in level.starts]
        self._starts = sorted(starts, key=lambda one: -len(one[0]))
        self._bare = {folded(word) for one in layouts.levels for word in (*one.starts, one.title.th)}
        self._order = {level.id: n for n, level in enumerate(layouts.levels)}
        self._levels: dict[str, str] = {}
        self._sections: dict[Hierarchy, str] = {}
        self._last: tuple[Hierarchy | None, str] = (None, "")
        self._sheet_name = _name_pattern(layouts.section_sheet_name)

    def level_of(self, text: str) -> str:
        """The level that a row of these words tells; empty for none.

        A word must end where the beginning ends, or a number, a mark or other words follow at once.
        """
        found = self._levels.get(text)
        if found is None:
            plain = folded(without_enumerator(text))
            found = next((level for word, _, level in self._starts if plain.startswith(word)), "")
            self._levels[text] = found
        return found

    def read(self, above: Hierarchy, line: Sequence[object], *, within: bool) -> Hierarchy | None:
        """``above`` with the levels of a row; None when it tells none. ``within`` a table, a new level ends those
        below it. A line of dots with nothing written on it tells its level nothing."""
        written = [value for value in line if isinstance(value, str) and value]
        texts = [clean(_DOTS.sub(" ", value)) for value in written]
        found = dict(above)
        told = False
        for n, text in enumerate(texts):
            level = self.level_of(text) if text else ""
            if not level:
                continue
            alone = any(folded(text) == word for word, _, one in self._starts if one == level)
            if folded(text) in self._bare and _DOTS.search(written[n]):
                told = True
                continue
            words = f"{text} {texts[n + 1]}" if alone and n + 1 < len(texts) else text
            if within:
                found = {name: said for name, said in found.items() if self._order[name] < self._order[level]}
            found[level] = words
            told = True
        return tuple(sorted(found.items(), key=lambda one: self._order[one[0]])) if told else None

    def from_sheet_name(self, name: str, above: Hierarchy) -> Hierarchy:
        """``above`` with strategy and plan of the sheet's name, where the rows do not tell them."""
        found = dict(above)
        match = self._sheet_name.fullmatch(to_arabic_digits(clean(name))) if self._sheet_name else None
        if match is not None:
            said = match.groupdict()
            if self._layouts.strategy_level not in found and said.get("strategy"):
                level = next(one for one in self._layouts.levels if one.id == self._layouts.strategy_level)
                found[self._layouts.strategy_level] = f"{level.title.th} {said['strategy']}"
            if self._layouts.section_level not in found and said.get("plan"):
                found[self._layouts.section_level] = clean(said["plan"])
        return tuple(sorted(found.items(), key=lambda one: self._order[one[0]]))

    def section(self, hierarchy: Hierarchy) -> str:
        """The section that a project of this hierarchy belongs to; empty when no plan is told."""
        if hierarchy is self._last[0]:  # thousands of rows one after the other
            return self._last[1]
        found = self._sections.get(hierarchy)
        if found is None:
            said = dict(hierarchy)
            plan = said.get(self._layouts.section_level, "")
            found = section_name(said.get(self._layouts.strategy_level, ""), plan) if plan else ""
            self._sections[hierarchy] = found
        self._last = (hierarchy, found)
        return found


def _name_pattern(pattern: str) -> re.Pattern[str] | None:
    """Words of the pattern may be misspelt, marks may be left out."""
    if not pattern:
        return None
    parts = _PLACEHOLDER.split(pattern)
    regex = ""
    for n, part in enumerate(parts):
        if n % 2:
            regex += rf"(?P<{part}>\S.*)" if part == "plan" else rf"(?P<{part}>[0-9]{{1,2}})"
        else:
            regex += r"[^0-9]{0,16}?" if any(sign.isalpha() for sign in part) else r"[\s.,_-]*" if part else ""
    return re.compile(regex)
