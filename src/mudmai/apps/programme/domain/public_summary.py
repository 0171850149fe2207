"""The summary of released programmes that public pages read instead of the database: written after every change."""

from __future__ import annotations

import heapq
import logging
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models.signals import post_save

from mudmai.apps.data.site import workspace
from mudmai.apps.programme.clause_money import plans_told
from mudmai.apps.programme.models import Programme, Project, RevisionEvent, Stage
from mudmai.apps.programme.portfolio import Chosen, Spread, projects_of, spread_of
from mudmai.core.apportionment import Part
from mudmai.core.areas import AreaSystem
from mudmai.workspace.portfolio_summary import write_summary

log = logging.getLogger(__name__)
LARGEST = 5
"""Projects that are named for an area."""

Mode = tuple[str, str]


def listen() -> None:
    """From now on every recorded decision, and every change of a programme, is followed by a new summary."""
    for model in (RevisionEvent, Programme):
        post_save.connect(_changed, sender=model, dispatch_uid=f"portfolio summary {model.__name__}")


def money_changed() -> None:
    """Money changed by something that no decision of the ledger tells, such as an approved report."""
    _changed()


def _changed(**_: Any) -> None:
    waiting = transaction.get_connection().run_on_commit
    if not any(one[1] is refresh_quietly for one in waiting):
        transaction.on_commit(refresh_quietly)


def refresh_quietly() -> None:
    """As :func:`refresh_summary`; a fault is logged: the change itself is kept, and the next one writes it anew."""
    try:
        refresh_summary()
    except Exception:
        log.exception("the summary of projects was not written")


def refresh_summary() -> None:
    """Write the summary of what everybody may see."""
    released = Programme.objects.filter(is_released=True).count()
    if not released:
        write_summary(workspace(), {"programmes": 0})
        return
    projects = projects_of(None, Chosen())
    planned = spread_of(projects, Stage.PLANNED.value)
    disbursed = spread_of(projects, Stage.DISBURSED.value)
    homes = homes_of(workspace().catalogue.area_systems)
    titles = dict(Project.objects.filter(pk__in=projects.order_by().values("pk")).values_list("pk", "title"))
    write_summary(
        workspace(),
        {
            "programmes": released,
            "areas": _areas(planned, disbursed, homes, titles),
            "undivided": _undivided(planned),
            "plans": plans_told(projects, workspace().plans),
        },
    )


def homes_of(systems: Mapping[str, AreaSystem]) -> dict[str, frozenset[str]]:
    """For every area code: itself and all areas above it, in any system."""
    found: dict[str, set[str]] = {}
    for system in systems.values():
        for code in system.by_code:
            found.setdefault(code, {code}).update(one.code for one in system.ancestors(code))
    return {code: frozenset(above) for code, above in found.items()}


def _areas(
    planned: Spread, disbursed: Spread, homes: Mapping[str, frozenset[str]], titles: Mapping[UUID, str]
) -> dict[str, Any]:
    rows: dict[str, dict[str, Any]] = {}
    largest: dict[str, list[tuple[Decimal, str]]] = {}
    for project, parts in planned.parts.items():
        for code, (mode, amount) in held(parts, homes).items():
            row = rows.setdefault(code, {"projects": 0, "direct": Decimal(0), "shared": Decimal(0), "disbursed": None})
            row["projects"] += 1
            row[mode] += amount
            heapq.heappush(own := largest.setdefault(code, []), (amount, str(project)))
            if len(own) > LARGEST:
                heapq.heappop(own)
    for parts in disbursed.parts.values():
        if not any(part.amount for part in parts):
            continue
        for code, (_, amount) in held(parts, homes).items():
            if code in rows:
                rows[code]["disbursed"] = (rows[code]["disbursed"] or Decimal(0)) + amount
    return {
        code: {
            **{name: str(value) if isinstance(value, Decimal) else value for name, value in row.items()},
            "largest": [
                [key, titles.get(UUID(key), ""), str(amount)] for amount, key in sorted(largest[code], reverse=True)
            ],
        }
        for code, row in rows.items()
    }


def held(parts: tuple[Part, ...], homes: Mapping[str, frozenset[str]]) -> dict[str, tuple[str, Decimal]]:
    """The areas that hold whole parts of a project: all parts (``direct``) or some (``shared``), and how much."""
    found: dict[str, Decimal] = {}
    count: dict[str, int] = {}
    for part in parts:
        above = [homes.get(code, frozenset()) for code in part.places]
        for code in frozenset.intersection(*above) if above else ():
            found[code] = found.get(code, Decimal(0)) + part.amount
            count[code] = count.get(code, 0) + 1
    return {code: ("direct" if count[code] == len(parts) else "shared", amount) for code, amount in found.items()}


def _undivided(spread: Spread) -> list[tuple[list[str], str, int]]:
    """Money by the places that it is for together, as the pages of the areas inside them tell it."""
    found: dict[tuple[str, ...], tuple[Decimal, int]] = {}
    for parts in spread.parts.values():
        for part in parts:
            money, count = found.get(part.places, (Decimal(0), 0))
            found[part.places] = (money + part.amount, count + 1)
    return [(list(places), str(money), count) for places, (money, count) in sorted(found.items()) if places]
