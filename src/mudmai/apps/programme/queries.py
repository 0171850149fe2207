"""The register's money as columns, and totals of it by any level of any area system that always add up.

:func:`lines` gives one row for each part of each known amount, shared by the rule of its project, in the terms of
:mod:`mudmai.engine.money` (its ``SCHEMA``) with ``project``, ``programme`` and ``source_of_fund`` beside. The number of
queries does not grow with the rows.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

import numpy as np
import pyarrow as pa
from django.db.models import QuerySet

from mudmai.apps.programme.link_shares import share_among
from mudmai.apps.programme.models import Project, ProjectState
from mudmai.apps.programme.money_columns import SATANG, STAGES, Columns, read_columns
from mudmai.apps.registry.areas import catalogue
from mudmai.core.area_passages import Passages
from mudmai.core.series import Catalogue
from mudmai.engine.money import SCHEMA, Level, MoneyTotals, money_totals, read_money_lines

__all__ = ["LINES", "SATANG", "Links", "counted_projects", "lines", "lines_of", "passages", "totals"]

LINES = pa.schema(
    [
        *SCHEMA,
        ("project", pa.string()),
        ("programme", pa.string()),
        ("source_of_fund", pa.string()),
    ]
)
"""Columns of :func:`lines`; ``satang`` are whole hundredths of a baht."""

Links = Mapping[UUID, Sequence[str]]
"""The strategies of each project: codes of one level, or of several where a link is to a wider goal."""


def counted_projects(projects: QuerySet[Project] | None = None) -> QuerySet[Project]:
    """Of ``projects`` (all where none are given) those whose money counts."""
    rows = Project.objects.all() if projects is None else projects
    return rows.filter(state=ProjectState.ACTIVE.value)


def lines(
    projects: QuerySet[Project] | None = None,
    *,
    system: str = "",
    years: Collection[int] | None = None,
    stages: Collection[str] | None = None,
    strategies: Links | None = None,
) -> pa.Table:
    """The money of ``projects`` that count, as columns (:data:`LINES`); amounts that are not known have no row.

    ``system``: the area system whose places are meant. Places of another system count where they lie in this one, as
    :class:`Passages` tell: a subdistrict in its province, a province in a zone that holds all of it; otherwise, as with
    a project without places, they are in no area. A rule whose weights are missing leaves the project undivided among
    its places. ``strategies`` names those of each project; one with several is undivided among them, but for the
    weights of :class:`ConfirmedLinks`.
    """
    columns = read_columns(projects, years=years, stages=stages)
    return share_among(lines_of(columns, system, strategies), strategies)


def lines_of(columns: Columns, system: str = "", strategies: Links | None = None) -> pa.Table:
    """The rows of :func:`lines` out of columns that were read before."""
    seen = columns.seen_in(passages(), system)
    owner = columns.owner[seen.row]
    places = pa.array([list(codes) for codes in seen.areas], LINES.field("areas").type)
    known = {project.hex: list(ids) for project, ids in (strategies or {}).items()}
    aims = pa.array([known.get(key, []) for key in columns.keys], LINES.field("strategies").type)
    named = (
        columns.line[seen.row],
        columns.year[seen.row].astype(np.int16),
        pa.array(STAGES, pa.string()).take(columns.stage[seen.row]),
        places.take(seen.area),
        aims.take(owner),
        seen.satang,
        pa.array(columns.keys, pa.string()).take(owner),
        pa.array(columns.programmes, pa.string()).take(columns.programme[owner]),
        pa.array(columns.sources, pa.string()).take(columns.source[seen.row]),
    )
    return pa.table([pa.array(c, f.type) for c, f in zip(named, LINES, strict=True)], schema=LINES)


_passages: tuple[Catalogue, Passages] | None = None


def passages() -> Passages:
    """How the area systems of this site lie in each other; worked out once for each catalogue."""
    global _passages
    known, kept = catalogue(), _passages
    if kept is None or kept[0] is not known:
        kept = _passages = (known, Passages(known.area_systems, known.crosswalks))
    return kept[1]


def totals(
    projects: QuerySet[Project] | None = None,
    *,
    areas: Level | None = None,
    strategies: Level | None = None,
    links: Links | None = None,
    years: Sequence[int] | None = None,
    stages: Sequence[str] | None = None,
) -> MoneyTotals:
    """Money of ``projects`` by the areas of a level, the strategies of a level, fiscal year and stage.

    What is direct, shared, whole-area and outside together is the grand total, at every level (``adds_up``).
    """
    table = lines(projects, system=areas[0].id if areas else "", years=years, stages=stages, strategies=links)
    return money_totals(read_money_lines(table), areas=areas, strategies=strategies)
