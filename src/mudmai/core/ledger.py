"""The ledger of a plan's revisions, and the state that it gives on any day. Pure: events in, standings out.

An event is a decision on a day (:class:`LedgerEvent`); it carries the *full* state of each project that it touched.
The state on a day is what the last event up to that day says of each project: nothing is edited, nothing is lost. A
project that was moved, merged into another, found to be a duplicate or removed stays in the ledger and counts nowhere;
its successor counts in its stead, once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from mudmai.core.errors import InputError, Where
from mudmai.core.language import Text

Facts = Mapping[str, Any]
"""The state of a project by field name: plain JSON values (amounts as decimal text)."""


class RevisionKind(StrEnum):
    """What a decision did to the plan."""

    ORIGINAL = "original"
    ADDED = "added"
    CHANGED = "changed"
    CORRECTED = "corrected"

    @property
    def label(self) -> Text:
        """The kind in words."""
        return _KINDS[self]


_KINDS = {
    RevisionKind.ORIGINAL: Text("ฉบับแรก", "original"),
    RevisionKind.ADDED: Text("เพิ่มเติม", "added"),
    RevisionKind.CHANGED: Text("เปลี่ยนแปลง", "changed"),
    RevisionKind.CORRECTED: Text("แก้ไข", "corrected"),
}


class ProjectState(StrEnum):
    """Whether a project of the ledger counts, and if not, why."""

    ACTIVE = "active"
    MOVED = "moved"
    MERGED = "merged"
    DUPLICATE = "duplicate"
    REMOVED = "removed"

    @property
    def counts(self) -> bool:
        """True when its money counts."""
        return self is ProjectState.ACTIVE

    @property
    def label(self) -> Text:
        """The state in words."""
        return _STATES[self]


_STATES = {
    ProjectState.ACTIVE: Text("อยู่ในแผน", "in the plan"),
    ProjectState.MOVED: Text("ย้ายไปแผนงานอื่น", "moved to another section or plan"),
    ProjectState.MERGED: Text("รวมกับโครงการอื่น", "merged into another project"),
    ProjectState.DUPLICATE: Text("ซ้ำกับโครงการอื่น", "a duplicate of another project"),
    ProjectState.REMOVED: Text("ยกเลิกจากแผน", "removed from the plan"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """What an event says of one project."""

    project: str
    facts: Facts
    state: ProjectState = ProjectState.ACTIVE
    successor: str | None = None


@dataclass(frozen=True, slots=True)
class LedgerEvent:
    """A decision. ``sequence`` orders events of one day; no two events of a ledger have the same."""

    sequence: int
    kind: RevisionKind
    decided_on: date
    entries: tuple[Entry, ...]
    number: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a project stands: its facts, whether it counts, and the event that made it so."""

    facts: Facts
    state: ProjectState
    successor: str | None
    since: LedgerEvent


def in_order(events: Iterable[LedgerEvent]) -> list[LedgerEvent]:
    """Events by day, those of one day in the order they were recorded."""
    return sorted(events, key=lambda event: (event.decided_on, event.sequence))


def replay(events: Iterable[LedgerEvent], until: date | None = None) -> dict[str, Standing]:
    """How every project stood at the end of the day ``until`` (None: after all events), by first appearance."""
    found: dict[str, Standing] = {}
    for event in in_order(events):
        if until is not None and event.decided_on > until:
            break
        for entry in event.entries:
            found[entry.project] = Standing(entry.facts, entry.state, entry.successor, event)
    return found


def counted(standings: Mapping[str, Standing]) -> dict[str, Facts]:
    """The facts of the projects that count: each once, none that another stands for."""
    return {project: one.facts for project, one in standings.items() if one.state.counts}


def stands_for(standings: Mapping[str, Standing], project: str) -> str | None:
    """The project that counts in the stead of ``project`` (itself where it counts); None where none does.

    Raises :class:`InputError` ``successor_cycle`` where successors lead back.
    """
    here: str | None = project
    seen: set[str] = set()
    while here is not None:
        if here in seen:
            raise successor_cycle(project)
        seen.add(here)
        one = standings.get(here)
        if one is None:
            return None
        if one.state.counts:
            return here
        here = one.successor
    return None


def successor_cycle(project: str) -> InputError:
    """The refusal of successors that lead back to where they began."""
    return InputError(
        Text(f"โครงการที่แทนกันวนกลับมาที่เดิม ({project})", f"the successors of {project} lead back to itself"),
        remedy=Text("เลือกโครงการปลายทางที่ยังอยู่ในแผน", "choose a project that is still in the plan"),
        code="successor_cycle",
        where=Where(field="successor"),
    )


@dataclass(frozen=True, slots=True)
class Change:
    """One row of a before-after table. ``before`` None: a new project; the field "state" tells moves and merges."""

    project: str
    field: str
    before: Any
    after: Any


def before_after(before: Mapping[str, Standing], event: LedgerEvent) -> tuple[Change, ...]:
    """What ``event`` changed in the standings ``before`` it, field by field, in the order of its entries."""
    rows: list[Change] = []
    for entry in event.entries:
        old = before.get(entry.project)
        if old is None:
            rows.append(Change(entry.project, "", None, entry.facts))
            continue
        fields = dict.fromkeys([*old.facts, *entry.facts])
        rows += [
            Change(entry.project, name, old.facts.get(name), entry.facts.get(name))
            for name in fields
            if old.facts.get(name) != entry.facts.get(name)
        ]
        if (old.state, old.successor) != (entry.state, entry.successor):
            rows.append(Change(entry.project, "state", old.state.value, entry.state.value))
    return tuple(rows)


def money(facts: Facts, wanted: Callable[[Mapping[str, Any]], bool] = lambda line: True) -> Decimal:
    """The known amounts of a project's ``wanted`` budget lines, added; those not known are left out."""
    lines: Iterable[Mapping[str, Any]] = facts.get("budget", ())
    return sum((Decimal(line["amount"]) for line in lines if line["amount"] is not None and wanted(line)), Decimal(0))
