"""The register's money as columns, and totals of it by any level of any area system that always add up.

:func:`lines` gives one row for each part of each known amount, shared by the rule of its project, in the terms of
:mod:`mudmai.engine.money` (its ``SCHEMA``) with ``project``, ``programme`` and ``source_of_fund`` beside. The number of
queries does not grow with the rows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from uuid import UUID

import pyarrow as pa
from django.db.models import BigIntegerField, F, QuerySet
from django.db.models.functions import Cast, Round

from mudmai.apps.programme.link_shares import share_among
from mudmai.apps.programme.models import BudgetLine, Project, ProjectPlace, ProjectState
from mudmai.apps.registry.areas import catalogue
from mudmai.core.apportionment import SharingRule, share
from mudmai.engine.money import SCHEMA, Level, MoneyTotals, in_satang, money_totals, read_money_lines

LINES = pa.schema(
    [
        *SCHEMA,
        ("project", pa.string()),
        ("programme", pa.string()),
        ("source_of_fund", pa.string()),
    ]
)
"""Columns of :func:`lines`; ``satang`` are whole hundredths of a baht."""

CHUNK = 5000
Links = Mapping[UUID, Sequence[str]]
"""The strategies of each project: codes of one level, or of several where a link is to a wider goal."""

SATANG = Cast(Round(F("amount") * 100), BigIntegerField())
"""An amount in whole satang: adding these up is exact on every database."""


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

    ``system``: the area system whose places are meant. A project with places in another system only counts by the
    declared crosswalk, where that carries whole areas to whole areas; otherwise, as one without places, it has none.
    A rule whose weights are missing leaves the project undivided among its places. ``strategies`` names those of each
    project; one with several is undivided among them, but for the weights of :class:`ConfirmedLinks`.
    """
    chosen = counted_projects(projects)
    rows = BudgetLine.counted.filter(project__in=chosen.order_by().values("pk"), amount__isnull=False)
    if years is not None:
        rows = rows.filter(fiscal_year__in=list(years))
    if stages is not None:
        rows = rows.filter(stage__in=list(stages))
    money = rows.annotate(satang=SATANG).order_by()
    values = list(money.values_list("pk", "fiscal_year", "stage", "satang", "project_id", "source_of_fund"))
    places = _Places(chosen, system)
    whole = [row for row in values if row[4] not in places.shared]
    parts = [
        (row, part, satang)
        for row in values
        if row[4] in places.shared
        for part, satang in _parts(row[3], *places.shared[row[4]])
    ]
    of = dict(chosen.order_by().values_list("pk", "programme_id"))
    pks, fiscal_years, staged, satangs, keys, sources = (
        zip(*[*whole, *(row for row, _, _ in parts)], strict=True) if (values) else [()] * 6
    )
    areas = [*(places.whole.get(row[4], ()) for row in whole), *(part for _, part, _ in parts)]
    satangs = [*satangs[: len(whole)], *(satang for _, _, satang in parts)]
    links = strategies or {}
    columns = (
        pks,
        fiscal_years,
        staged,
        areas,
        [links.get(key, ()) for key in keys],
        satangs,
        _hex(keys),
        _hex([of[key] for key in keys]),
        sources,
    )
    table = pa.table([pa.array(c, f.type) for c, f in zip(columns, LINES, strict=True)], schema=LINES)
    return share_among(table, strategies)


def _hex(keys: Sequence[UUID]) -> list[str]:
    known: dict[UUID, str] = {key: key.hex for key in set(keys)}
    return [known[key] for key in keys]


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


Weights = tuple[tuple[str, Decimal | None], ...]


class _Places:
    """Where money goes. ``whole``: the areas of a project that is not shared; ``shared``: weights and rule."""

    def __init__(self, projects: QuerySet[Project], system: str) -> None:
        rules = projects.exclude(sharing_rule=SharingRule.UNDIVIDED.value).order_by()
        ruled = dict(rules.values_list("pk", "sharing_rule"))
        own: dict[UUID, dict[str, dict[str, Decimal | None]]] = {}
        for project, of, area, weight in _place_rows(projects):
            own.setdefault(project, {}).setdefault(of, {})[area] = weight
        self.whole: dict[UUID, tuple[str, ...]] = {}
        self.shared: dict[UUID, tuple[Weights, SharingRule]] = {}
        for project, by in own.items():
            weights = _in_system(by, system)
            rule = SharingRule(ruled.get(project, SharingRule.UNDIVIDED.value))
            unknown = rule.needs_weights and None in weights.values()
            if len(weights) > 1 and rule is not SharingRule.UNDIVIDED and not unknown:
                self.shared[project] = tuple(weights.items()), rule
            elif weights:
                self.whole[project] = tuple(weights)


@lru_cache(maxsize=4096)
def _parts(satang: int, weights: Weights, rule: SharingRule) -> tuple[tuple[tuple[str, ...], int], ...]:
    """The areas and the satang of each part of an amount."""
    parts = share(Decimal(satang).scaleb(-2), [code for code, _ in weights], rule, dict(weights))
    return tuple((part.places, in_satang(part.amount)) for part in parts)


def _place_rows(projects: QuerySet[Project]) -> Iterator[tuple[UUID, str, str, Decimal | None]]:
    rows = ProjectPlace.objects.filter(project__in=projects.order_by().values("pk")).order_by("project_id", "pk")
    found = rows.values_list("project_id", "area_system", "area", "weight")
    yield from found.iterator(chunk_size=CHUNK)


def _in_system(by: Mapping[str, dict[str, Decimal | None]], system: str) -> dict[str, Decimal | None]:
    """Places in the system asked for ("": the first there is), by their own codes or carried over whole."""
    if not system:
        return next(iter(by.values()))
    if system in by:
        return by[system]
    for other, weights in by.items():
        walk = catalogue().crosswalks.get((other, system))
        there = {origin: code for code, origin in walk.one_to_one.items()} if walk else {}
        if weights.keys() <= there.keys():
            return {there[code]: weight for code, weight in weights.items()}
    return {}
