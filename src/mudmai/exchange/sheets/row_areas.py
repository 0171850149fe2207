"""Which area each row is about: the narrowest area column that is filled, the wider ones telling which is meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mudmai.core.area_names import AreaNames, FoundArea, NameForms, Reason, area_words
from mudmai.core.language import Text
from mudmai.core.series import Catalogue
from mudmai.exchange.sheets.findings import Findings
from mudmai.exchange.sheets.labels import Codes, Labels, combine
from mudmai.exchange.sheets.layout import TOTAL_WORDS
from mudmai.exchange.sheets.recipe import LEAVE_OUT, Recipe
from mudmai.exchange.sheets.said import NO_AREA, unknown_area

OneArea = tuple[str, str]
"""(area system, code)."""


@dataclass(frozen=True)
class RowAreas:
    """``codes`` (rows,) into ``areas``; -1 for rows that are left out or at fault."""

    codes: Codes
    areas: tuple[OneArea, ...]


class AreaReader:
    """Looks names up in the area systems of a recipe, in their order."""

    def __init__(self, catalogue: Catalogue, recipe: Recipe, forms: NameForms) -> None:
        systems = recipe.area_systems or tuple(catalogue.area_systems)
        self.names = [AreaNames(catalogue.area_system(one), forms, recipe.area_levels) for one in systems]
        self.aliases = recipe.folded_aliases()

    def find(self, words: Sequence[str]) -> tuple[OneArea | None, FoundArea]:
        """The area of names from the widest to the narrowest (empty ones left out by the caller)."""
        best: FoundArea | None = None
        groups: list[tuple[OneArea, FoundArea]] = []
        for names in self.names:
            context: list[str] = []
            for word in words[:-1]:
                above = names.find(word, context=context, aliases=self.aliases)
                if above.code is not None:
                    context.append(above.code)
            found = names.find(words[-1], context=context, aliases=self.aliases)
            if found.reason is Reason.MEMBERS and found.code is not None:
                groups.append(((names.system.id, found.code), found))
            elif found.code is not None:
                return (names.system.id, found.code), found
            if best is None or (found.candidates and not best.candidates) or found.confidence > best.confidence:
                best = found
        if groups:
            return max(groups, key=lambda group: self._likeness(group[0], words[-1]))
        assert best is not None
        return None, best

    def _likeness(self, area: OneArea, text: str) -> float:
        """How alike a group's own name and a written one are: two systems may have groups of the same members."""
        from difflib import SequenceMatcher  # only for groups told by their members

        own = next(names.system.by_code[area[1]] for names in self.names if names.system.id == area[0])
        written = text.partition("(")[0].casefold()
        return max(SequenceMatcher(None, name.casefold(), written).ratio() for name in (own.name.en, own.name.th))

    def shown(self, found: FoundArea) -> list[str]:
        """Candidates as people choose from them."""
        areas = {code: names.system.by_code[code] for names in self.names for code in names.system.by_code}
        return [area_words(areas[code]) for code in found.candidates if code in areas]

    def leaves_out(self, found: FoundArea) -> bool:
        """Whether the recipe says that rows of this name are not read."""
        from mudmai.core.area_names import fold_name  # one small function

        return self.aliases.get(fold_name(found.text)) == LEAVE_OUT


def read_row_areas(
    columns: Sequence[Labels],
    rows: npt.NDArray[np.intp],
    reader: AreaReader,
    recipe: Recipe,
    findings: Findings,
    place: tuple[int, ...],
) -> RowAreas:
    """The area of every row; rows of totals without an area of their own are left out and told.

    ``place`` are the sheet columns of ``columns``, for naming cells.
    """
    which, combos = combine([column.codes for column in columns], len(rows))
    areas: dict[OneArea, int] = {}
    of_combo = np.full(len(combos), -1, np.int64)
    first_of = _first_rows(which, len(combos))
    counts = np.bincount(which, minlength=len(combos))
    for n, combo in enumerate(combos):
        words = [column.words[code] for column, code in zip(columns, combo, strict=True)]
        filled = [at for at, word in enumerate(words) if word]
        row = int(rows[first_of[n]])
        if not filled:
            if recipe.area:
                of_combo[n] = areas.setdefault(_constant(reader, recipe), len(areas))
            else:
                findings.problem("area_name", *NO_AREA, row=row, col=place[0] if place else None)
            continue
        found, how = reader.find([words[at] for at in filled])
        if found is not None:
            of_combo[n] = areas.setdefault(found, len(areas))
            continue
        many = int(counts[n])
        if reader.leaves_out(how):
            reason = Text(f"สูตรอ่านไฟล์ไม่อ่าน “{how.text}”", f"the recipe leaves “{how.text}” out")
            findings.ignore(f"row {row + 1}", "left_out", reason, many)
        elif TOTAL_WORDS.match(how.text) and how.reason in (Reason.UNKNOWN, Reason.GUESS, Reason.AMBIGUOUS):
            for one in rows[which == n][:50]:
                reason = Text(f"แถวรวม “{how.text}” ไม่ใช่พื้นที่", f"“{how.text}” is a total, not an area")
                findings.ignore(f"row {int(one) + 1}", "total", reason)
        else:
            said = unknown_area(how.text, reader.shown(how), ambiguous=how.reason is Reason.AMBIGUOUS)
            findings.problem("area_name", *said, row=row, col=place[filled[-1]], once=f"area {words}")
            findings.counted += many - 1
    return RowAreas(of_combo[which], tuple(areas))


def _constant(reader: AreaReader, recipe: Recipe) -> OneArea:
    found, how = reader.find([recipe.area])
    if found is None:
        said = unknown_area(how.text, reader.shown(how), ambiguous=how.reason is Reason.AMBIGUOUS)
        from mudmai.core.errors import InputError  # the recipe itself is at fault

        raise InputError(said[0], remedy=said[1], code="recipe")
    return found


def _first_rows(which: Codes, count: int) -> npt.NDArray[np.intp]:
    first = np.zeros(count, np.intp)
    places, at = np.unique(which, return_index=True)
    first[places] = at
    return first
