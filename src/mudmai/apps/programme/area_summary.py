"""What the public summary says of each area: projects that are wholly or partly its own, their money, the largest ones.

An area holds a part of a project when it holds all places of that part, in any system. All of it is worked out over
columns; amounts stay whole satang until they are written.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import numpy as np

from mudmai.apps.programme.area_money import Held
from mudmai.apps.programme.models import Project, Stage
from mudmai.apps.programme.money_columns import STAGES, Ints
from mudmai.apps.programme.queries import passages
from mudmai.core.apportionment import SATANG

_AT_ONCE = 10_000
LARGEST = 5
"""Projects that are named for an area."""


def areas_told(held: Held) -> dict[str, Any]:
    """Area code → its row of the summary; areas without any project are left out."""
    planned = _Parts(held, Stage.PLANNED.value, every_project=True)
    spent = _Parts(held, Stage.DISBURSED.value, every_project=False)
    if not len(planned.area):
        return {}
    rows: dict[str, dict[str, Any]] = {}
    largest: dict[str, list[tuple[int, int]]] = {}
    for code, mine in planned.by_area():
        amounts, project, direct = planned.satang[mine], planned.project[mine], planned.direct[mine]
        rows[planned.codes[code]] = {
            "projects": len(mine),
            "direct": _baht(amounts[direct].sum()),
            "shared": _baht(amounts[~direct].sum()),
            "disbursed": None,
        }
        top = np.lexsort((project, amounts))[::-1][:LARGEST]
        largest[planned.codes[code]] = [(int(project[n]), int(amounts[n])) for n in top.tolist()]
    for code, mine in spent.by_area():
        if (row := rows.get(spent.codes[code])) is not None:
            row["disbursed"] = _baht(spent.satang[mine].sum())
    titles = _titles(held, {project for own in largest.values() for project, _ in own})
    for name, row in rows.items():
        row["largest"] = [
            [str(UUID(held.columns.keys[project])), titles.get(project, ""), _baht(satang)]
            for project, satang in largest[name]
        ]
    return rows


def undivided_told(held: Held) -> list[tuple[list[str], str, int]]:
    """Planned money by the places that it is for together, as the pages of the areas inside them tell it."""
    seen = held.seen("")
    wanted = held.wanted[held.columns.owner[seen.row]] & (held.columns.stage[seen.row] == _PLANNED)
    area, satang, owner = seen.area[wanted], seen.satang[wanted], held.columns.owner[seen.row[wanted]]
    totals = np.zeros(len(seen.areas), np.int64)
    np.add.at(totals, area, satang)
    pairs = np.unique(area * max(1, len(held.columns.keys)) + owner)
    counts = np.bincount(pairs // max(1, len(held.columns.keys)), minlength=len(seen.areas))
    told = [(list(seen.areas[n]), _baht(totals[n]), int(counts[n])) for n in np.unique(area).tolist()]
    return sorted(one for one in told if one[0])


_PLANNED = STAGES.index(Stage.PLANNED.value)


def _baht(satang: Any) -> str:
    return str(int(satang) * SATANG)


def _titles(held: Held, projects: set[int]) -> Mapping[int, str]:
    position = {held.columns.keys[n]: n for n in projects}
    keys, found = [UUID(key) for key in position], dict[int, str]()
    for start in range(0, len(keys), _AT_ONCE):
        rows = Project.objects.filter(pk__in=keys[start : start + _AT_ONCE]).values_list("pk", "title")
        found |= {position[key.hex]: title for key, title in rows}
    return found


class _Parts:
    """One row for each project and each area that holds a part of it: how much, and whether all parts are held."""

    def __init__(self, held: Held, stage: str, *, every_project: bool) -> None:
        columns, seen = held.columns, held.seen("")
        rows = held.wanted[columns.owner[seen.row]] & (columns.stage[seen.row] == STAGES.index(stage))
        if not every_project:
            rows &= seen.satang != 0
        project, group, satang = columns.owner[seen.row[rows]], seen.area[rows], seen.satang[rows]
        if every_project:
            silent = np.setdiff1d(np.flatnonzero(held.wanted), project)
            project, group = np.concatenate((project, silent)), np.concatenate((group, seen.home[silent]))
            satang = np.concatenate((satang, np.zeros(len(silent), np.int64)))
        project, group, satang = _together(project, group, satang, len(seen.areas))
        parts = np.bincount(project, minlength=len(columns.keys)) if len(project) else np.zeros(0, np.int64)
        holders, self.codes = _holders(seen.areas)
        counts = np.array([len(one) for one in holders], np.int64)[group] if len(group) else np.zeros(0, np.int64)
        area = np.concatenate([holders[n] for n in group.tolist()]) if len(group) else np.zeros(0, np.int64)
        wide = np.repeat(np.arange(len(group)), counts)
        self.project, self.area, self.satang, held_parts = _counted(
            project[wide], area.astype(np.int64), satang[wide], len(self.codes)
        )
        self.direct = held_parts == parts[self.project] if len(self.project) else np.zeros(0, bool)

    def by_area(self) -> list[tuple[int, Ints]]:
        """Each area and its rows."""
        order = np.argsort(self.area, kind="stable")
        codes, starts = np.unique(self.area[order], return_index=True)
        return list(zip(codes.tolist(), np.split(order, starts[1:]), strict=True)) if len(codes) else []


def _together(project: Ints, group: Ints, satang: Ints, groups: int) -> tuple[Ints, Ints, Ints]:
    project, group, satang, _ = _counted(project, group, satang, groups)
    return project, group, satang


def _counted(project: Ints, code: Ints, satang: Ints, codes: int) -> tuple[Ints, Ints, Ints, Ints]:
    """Rows of one project and one code added up, and how many they were."""
    wide = max(1, codes)
    keys, at, counts = np.unique(project * wide + code, return_inverse=True, return_counts=True)
    totals = np.zeros(len(keys), np.int64)
    np.add.at(totals, at, satang)
    return keys // wide, keys % wide, totals, counts


def _holders(groups: tuple[tuple[str, ...], ...]) -> tuple[list[Ints], list[str]]:
    """For each group of places the areas (positions in the second answer) that hold all of them."""
    known: dict[str, int] = {}
    above: dict[str, frozenset[str]] = {}
    found = []
    for places in groups:
        for code in places:
            if code not in above:
                above[code] = passages().holders(code)
        common = frozenset.intersection(*(above[code] for code in places)) if places else frozenset[str]()
        found.append(np.array([known.setdefault(code, len(known)) for code in sorted(common)], np.int64))
    return found, list(known)
