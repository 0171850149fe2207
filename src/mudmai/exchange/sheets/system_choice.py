"""Which area system a file speaks of: the one that knows its names and in which they lie inside each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from mudmai.core.area_names import AreaNames
from mudmai.core.series import Catalogue
from mudmai.exchange.sheets.column_evidence import ColumnEvidence
from mudmai.exchange.sheets.finding_tables import FoundTable
from mudmai.exchange.sheets.labels import combine, read_labels


def choose_systems(
    areas: Sequence[ColumnEvidence],
    found: FoundTable,
    names: Mapping[str, AreaNames],
    catalogue: Catalogue,
    series: str,
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(systems, the best first, each next one knowing names the ones before do not; levels preferred).

    Names count once; a narrower area that lies in the wider one beside it counts twice more. Equal systems are settled
    by the series' own system, then by how many series use them.
    """
    use = Counter(one.area_system for one in catalogue.series.values())
    own = catalogue.series[series].area_system if series in catalogue.series else ""
    scores = {
        system: (
            len(set[str]().union(*(one.resolved(system) for one in areas))) + 2 * _inside(areas, found, system, names)
        )
        for system in names
    }
    order = sorted(names, key=lambda system: (-scores[system], system != own, -use[system]))
    if own and areas and scores[own] > 0.8 * scores[order[0]]:
        order.remove(own)
        order.insert(0, own)
    if not areas:
        return ((own,) if own else tuple(order[:1])), ()
    chosen: list[str] = []
    known: set[str] = set()
    for system in order:
        new = set[str]().union(*(one.resolved(system) for one in areas)) - known
        if new:
            chosen.append(system)
            known |= new
    return tuple(chosen or order[:1]), _levels(areas, names[chosen[0]] if chosen else None)


def _inside(areas: Sequence[ColumnEvidence], found: FoundTable, system: str, names: Mapping[str, AreaNames]) -> int:
    """How many pairs of neighbouring area columns lie inside each other in this system."""
    rows = np.array(found.table.data_rows, np.intp)
    tree, count = names[system].system, 0
    for wide, narrow in pairwise(areas):
        labels = [read_labels(found.sheet, one.column.col, rows, fill_down=False) for one in (wide, narrow)]
        for pair in combine([label.codes for label in labels], len(rows))[1]:
            words = [label.words[code] for label, code in zip(labels, pair, strict=True)]
            upper, lower = (one.areas[system].get(word) for one, word in zip((wide, narrow), words, strict=True))
            if upper and lower and upper.code and lower.code:
                count += upper.code in {area.code for area in tree.ancestors(lower.code)}
    return count


def _levels(areas: Sequence[ColumnEvidence], names: AreaNames | None) -> tuple[str, ...]:
    """Where some names mean areas of two levels, the level that most other names have."""
    if names is None:
        return ()
    levels: Counter[str] = Counter()
    open_names = False
    for one in areas:
        for found in one.areas[names.system.id].values():
            if found.code is not None:
                levels[names.system.by_code[found.code].level] += 1
            elif len(found.candidates) > 1:
                open_names = True
    return (levels.most_common(1)[0][0],) if open_names and levels else ()
