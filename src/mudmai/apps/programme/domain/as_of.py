"""Reading the ledger: the plan as of a day, and what a revision changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from mudmai.apps.programme.domain.facts import FIELDS, facts_of
from mudmai.apps.programme.models import Programme, Project, ProjectState, ProjectVersion, RevisionEvent, RevisionKind
from mudmai.core.ledger import Change, Entry, LedgerEvent, Standing, before_after, replay


def ledger_of(programme: Programme, *, projects: Iterable[UUID] | None = None) -> list[LedgerEvent]:
    """The events of a programme (with the versions of ``projects`` only, where given): two queries."""
    versions = ProjectVersion.objects.filter(event__programme=programme)
    if projects is not None:
        versions = versions.filter(project__in=list(projects))
    entries: dict[UUID, list[Entry]] = {}
    rows = versions.order_by("event_id", "id").values_list("event_id", "project_id", "facts", "state", "successor_id")
    for event, project, facts, state, successor in rows.iterator(chunk_size=2000):
        entry = Entry(str(project), facts, ProjectState(state), str(successor) if successor else None)
        entries.setdefault(event, []).append(entry)
    return [
        LedgerEvent(e.sequence, RevisionKind(e.kind), e.decided_on, tuple(entries.get(e.pk, ())), e.number)
        for e in programme.events.order_by("sequence")
    ]


def plan_as_of(programme: Programme, day: date) -> dict[str, Standing]:
    """How every project of the programme stood at the end of ``day``, by project id."""
    return replay(ledger_of(programme), day)


@dataclass(frozen=True)
class RevisionTable:
    """The before-after table of an event, and the names of its projects."""

    event: RevisionEvent
    changes: tuple[Change, ...]
    titles: dict[str, str]


def revision_table(event: RevisionEvent) -> RevisionTable:
    """What the event changed, field by field; a fixed number of queries."""
    touched = dict(event.versions.values_list("project_id", "project__title"))
    events = ledger_of(event.programme, projects=touched)
    this = next(one for one in events if one.sequence == event.sequence)
    order = (this.decided_on, this.sequence)
    earlier = [one for one in events if (one.decided_on, one.sequence) < order]
    titles = {str(pk): title for pk, title in touched.items()}
    place = {entry.project: n for n, entry in enumerate(this.entries)}
    order_of = {name: n for n, name in enumerate((*FIELDS, "state"))}
    changes = before_after(replay(earlier), this)
    shown = sorted(changes, key=lambda row: (place[row.project], order_of.get(row.field, -1)))
    return RevisionTable(event, tuple(shown), titles)


def projection_faults(programme: Programme) -> list[str]:
    """Ids of projects whose row of today is not what the ledger says; empty when all is well."""
    standings = replay(ledger_of(programme))
    rows = Project.objects.filter(programme=programme).prefetch_related("places", "budget")
    found = {str(one.pk): (facts_of(one), one.state, str(one.successor_id or "")) for one in rows}
    said = {pk: (dict(one.facts), one.state.value, one.successor or "") for pk, one in standings.items()}
    return sorted(pk for pk in found.keys() | said.keys() if found.get(pk) != said.get(pk))
