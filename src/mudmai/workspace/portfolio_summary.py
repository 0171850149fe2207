"""What public pages say of projects without asking a database: a small file that the register writes anew.

``<home>/portfolio.json`` holds the released programmes only. Pages of areas and strategies, and the menu, read it; its
mark is part of their ETag. Amounts are decimal text in baht. It is written in the background, a moment after a change:
pages say as of when it is (:func:`summary_as_of`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from mudmai.core.area_passages import Passages
from mudmai.workspace.durable_files import write_whole
from mudmai.workspace.workspace import Workspace

FILE = "portfolio.json"
AS_OF = "as_of"


@dataclass(frozen=True, slots=True)
class Highlight:
    """One of the largest projects of an area or a goal."""

    id: str
    title: str
    amount: Decimal


@dataclass(frozen=True)
class ProjectMoney:
    """Planned money of an area or a goal: its own alone, its parts of shared projects, and the largest projects.

    ``stages``: of a clause of a plan, its own money by stage; ``undivided``: what is for it and other clauses together.
    ``wider`` is what projects have for wider areas or groups that hold this one: it is no area's own.
    """

    projects: int
    direct: Decimal
    shared: Decimal
    disbursed: Decimal | None
    largest: tuple[Highlight, ...]
    wider: Decimal = Decimal(0)
    wider_projects: int = 0
    as_of: datetime | None = None
    """When the summary that says so was written."""
    stages: Mapping[str, Decimal] = field(default_factory=dict)
    undivided: Mapping[str, Decimal] = field(default_factory=dict)

    @property
    def total(self) -> Decimal:
        """Direct and shared."""
        return self.direct + self.shared


def portfolio_mark(workspace: Workspace) -> str:
    """A mark that changes with the summary; empty where no programme was ever released."""
    try:
        stat = (workspace.home.root / FILE).stat()
    except OSError:
        return ""
    return f"{stat.st_mtime_ns:x}.{stat.st_size:x}"


def has_portfolio(workspace: Workspace) -> bool:
    """True when there is a released programme."""
    mark = portfolio_mark(workspace)
    return bool(mark) and bool(_read(workspace.home.root / FILE, mark).get("programmes"))


def money_of_area(workspace: Workspace, code: str) -> ProjectMoney | None:
    """What the projects bring to an area; None where none is for it or for a wider area that holds it."""
    mark = portfolio_mark(workspace)
    told = _read(workspace.home.root / FILE, mark) if mark else {}
    own = told.get("areas", {}).get(code)
    known = workspace.catalogue
    wider, count = _wider(told.get("undivided", ()), code, Passages(known.area_systems, known.crosswalks))
    if own is None and not count:
        return None
    return replace(_money(own or {}, wider, count), as_of=summary_as_of(workspace))


def money_of_nodes(workspace: Workspace, plan: str) -> Mapping[str, ProjectMoney]:
    """What the projects bring to the goals and strategies of a plan, by the id of the node; confirmed links only."""
    mark = portfolio_mark(workspace)
    told = _read(workspace.home.root / FILE, mark) if mark else {}
    return {node: _money(one, Decimal(0), 0) for node, one in told.get("plans", {}).get(plan, {}).items()}


def _money(own: Mapping[str, Any], wider: Decimal, count: int) -> ProjectMoney:
    return ProjectMoney(
        projects=own.get("projects", 0),
        direct=Decimal(own.get("direct", "0")),
        shared=Decimal(own.get("shared", "0")),
        disbursed=Decimal(own["disbursed"]) if own.get("disbursed") is not None else None,
        largest=tuple(Highlight(key, title, Decimal(amount)) for key, title, amount in own.get("largest", ())),
        wider=wider,
        wider_projects=count,
        stages={stage: Decimal(amount) for stage, amount in own.get("stages", {}).items()},
        undivided={stage: Decimal(amount) for stage, amount in own.get("undivided", {}).items()},
    )


def _wider(undivided: Any, code: str, passages: Passages) -> tuple[Decimal, int]:
    """Undivided money of wider areas that hold ``code``, and of groups that it is one of."""
    above = passages.holders(code) - {code}
    money, count = Decimal(0), 0
    for places, amount, projects in undivided:
        group = set(places)
        if group & above or (len(group) > 1 and code in group):
            money += Decimal(amount)
            count += projects
    return money, count


def write_summary(workspace: Workspace, told: Mapping[str, Any]) -> None:
    """Replace the summary in one step; a reader sees the old one or the new one."""
    path = workspace.home.root / FILE
    fresh = json.loads(json.dumps(told))
    before = _read(path, portfolio_mark(workspace)) if path.is_file() else {}
    if {name: one for name, one in before.items() if name != AS_OF} != fresh:
        moment = datetime.now(UTC).isoformat(timespec="seconds")
        write_whole(path, json.dumps({**fresh, AS_OF: moment}, ensure_ascii=False, sort_keys=True).encode())


def summary_as_of(workspace: Workspace) -> datetime | None:
    """When the summary last said something new; None where there is none."""
    mark = portfolio_mark(workspace)
    told = _read(workspace.home.root / FILE, mark).get(AS_OF) if mark else None
    return datetime.fromisoformat(told) if told else None


@lru_cache(maxsize=4)
def _read(path: Path, mark: str) -> dict[str, Any]:
    """The summary as it is at ``mark``; empty where it cannot be read: it is derived, and written anew."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
