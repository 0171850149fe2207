"""Which register of certificates a dataset is counted from, and what the registers count in an area."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mudmai.core.language import Text
from mudmai.workspace.criteria import criteria_sets, newest
from mudmai.workspace.register_tables import published_rows

if TYPE_CHECKING:
    from mudmai.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class CertifiedHere:
    """Certificates of a scheme in an area at the latest count. ``area`` is ``system:code``, as the register asks."""

    scheme: str
    title: Text
    area: str
    period: str
    count: int


def registers_of_datasets(workspace: Workspace) -> Mapping[str, str]:
    """Dataset → the scheme whose register is published in it, as the criteria sets name it."""
    found: dict[str, str] = {}
    for one in criteria_sets(workspace.home):
        if one.register is not None and one.register.dataset:
            found.setdefault(one.register.dataset, one.scheme)
    return found


def scheme_of_dataset(workspace: Workspace, dataset: str) -> str | None:
    """The scheme whose register is published in this dataset; None where it is no register's."""
    return registers_of_datasets(workspace).get(dataset)


def certified_in(workspace: Workspace, area: str) -> tuple[CertifiedHere, ...]:
    """Registers with a certificate in the area ``area`` at their latest count, of series that count by area."""
    return workspace.remembered(
        ("certified-in", workspace.release().id, workspace.shelf.digest), lambda: _by_area(workspace)
    ).get(area, ())


def _by_area(workspace: Workspace) -> dict[str, tuple[CertifiedHere, ...]]:
    catalogue = workspace.catalogue
    tables = {one.id: one.tables for pack in workspace.packs.values() for one in pack.datasets}
    found: dict[str, list[CertifiedHere]] = {}
    for scheme in sorted({one.scheme for one in criteria_sets(workspace.home)}):
        criteria = newest(workspace.home, scheme)
        rule = criteria.register
        names = [
            name
            for name in (rule.series if rule is not None else ())
            if name in catalogue.series and len(catalogue.area_system(catalogue.series[name].area_system).areas) > 1
        ]
        if rule is None or not names or not tables.get(rule.dataset):
            continue
        rows = [row for row in published_rows(workspace, tables[rule.dataset][0]) if row[3] == names[0] and row[4]]
        last = max((row[2] for row in rows), default="")
        for system, code, period, _, value, *_ in rows:
            if period == last and float(value) > 0:
                held = CertifiedHere(scheme, criteria.title, f"{system}:{code}", period, int(float(value)))
                found.setdefault(code, []).append(held)
    return {code: tuple(held) for code, held in found.items()}
