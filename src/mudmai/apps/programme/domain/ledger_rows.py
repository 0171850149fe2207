"""Writing the ledger: an event, its versions, and the rows of today brought up to it; in bulk, all or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max, OuterRef, Subquery
from django.utils import timezone

from mudmai.apps.programme.domain.bulk_rows import insert, insert_whole
from mudmai.apps.programme.domain.disbursed_years import refresh_disbursed
from mudmai.apps.programme.domain.facts import MONEY, PLACE, PLAIN, budget_rows, facts_of, place_rows, row_values
from mudmai.apps.programme.domain.refusals import changed, refused
from mudmai.apps.programme.models import (
    BudgetLine,
    Programme,
    Project,
    ProjectPlace,
    ProjectState,
    ProjectVersion,
    RevisionEvent,
    RevisionKind,
)
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import Actor


@dataclass
class Decision:
    """What the office decided, as it will stand in the ledger."""

    kind: str
    decided_on: date
    reason: str = ""
    number: str = ""
    document: str = ""
    document_sha: str = ""
    is_official: bool = True
    day_is_assumed: bool = False
    lacks_before: bool = False


@dataclass
class Written:
    """One project as an event leaves it. ``facts`` are checked; ``old`` are those of before (None: a new project)."""

    project: Project
    facts: dict[str, Any]
    old: dict[str, Any] | None = None
    state: str = ProjectState.ACTIVE.value
    successor: Project | None = None
    note: str = ""


def lock_programme(programme: Programme) -> Programme:
    """The programme's row, held until the transaction ends: one writer of a ledger at a time."""
    rows = Programme.objects.select_for_update(of=("self",), no_key=True).select_related("organisation")
    return rows.get(pk=programme.pk)


def lock_projects(projects: Sequence[Project]) -> list[Project]:
    """The rows of the projects with places and money, held. One changed since it was read is refused."""
    given = {one.pk: one for one in projects}
    if len(given) < len(projects):
        raise refused("ระบุโครงการเดียวกันซ้ำ", "a project is named twice", "changes")
    rows = Project.objects.select_for_update(of=("self",), no_key=True).select_related("programme__organisation")
    found = {one.pk: one for one in rows.filter(pk__in=list(given)).prefetch_related("places", "budget").order_by("pk")}
    for pk, one in given.items():
        if pk not in found or found[pk].version != one.version:
            raise changed(one.title)
    return [found[pk] for pk in given]


def add_event(*, acting_user: Actor, programme: Programme, decision: Decision) -> RevisionEvent:
    """The next event of the (locked) programme. A day to come and an unknown kind are refused."""
    return add_events(acting_user=acting_user, programme=programme, decisions=[decision])[0]


def add_events(*, acting_user: Actor, programme: Programme, decisions: Sequence[Decision]) -> list[RevisionEvent]:
    """The next events of the (locked) programme, in their order."""
    for one in decisions:
        _check_decision(one)
    last: int = programme.events.aggregate(Max("sequence"))["sequence__max"] or 0
    events = [
        RevisionEvent(
            programme=programme,
            sequence=last + place,
            kind=one.kind,
            number=one.number.strip()[:40],
            decided_on=one.decided_on,
            document=one.document.strip()[:500],
            document_sha=one.document_sha,
            reason=one.reason.strip(),
            is_official=one.is_official,
            day_is_assumed=one.day_is_assumed,
            lacks_before=one.lacks_before,
            by=acting_user if isinstance(acting_user, Person) else None,
            recorded_at=timezone.now(),
        )
        for place, one in enumerate(decisions, start=1)
    ]
    insert_whole(events)
    return events


def _check_decision(decision: Decision) -> None:
    if decision.kind not in [one.value for one in RevisionKind]:
        raise refused(f"ไม่รู้จักชนิดการทบทวน {decision.kind}", f"unknown kind of revision {decision.kind}", "kind")
    if decision.decided_on > timezone.localdate():
        raise refused("วันที่มีมติอยู่ในอนาคต", "the day of the decision is still to come", "decided_on")


def next_position(programme: Programme) -> int:
    """The place after the last project of the programme."""
    last: int | None = programme.projects.aggregate(Max("position"))["position__max"]
    return 0 if last is None else last + 1


def write(event: RevisionEvent, written: Sequence[Written], *, by: Actor | None = None) -> list[Project]:
    """Versions and rows of today for all of ``written``; statements go by batches and not by projects."""
    _refuse_backdated(event, [one.project for one in written if one.old is not None])
    new = [one for one in written if one.old is None]
    old = [one for one in written if one.old is not None]
    for one in written:
        _bring_up(one, by)
    insert_whole([one.project for one in new])
    if old:
        fields = [*PLAIN, "state", "successor", "version"]
        Project.objects.bulk_update([one.project for one in old], fields, batch_size=200)
    places = [one for one in written if one.old is None or one.old["places"] != one.facts["places"]]
    money = [one for one in written if one.old is None or one.old["budget"] != one.facts["budget"]]
    _clear(ProjectPlace, places)
    insert(ProjectPlace, PLACE, [row for one in places for row in place_rows(one.project, one.facts)])
    _clear(BudgetLine, money)
    insert(BudgetLine, MONEY, [row for one in money for row in budget_rows(one.project, one.facts)])
    refresh_disbursed([one.project.pk for one in money if one.old is not None])
    _add_versions(event, written)
    return [one.project for one in written]


_VERSION = ("project_id", "event_id", "sequence", "facts", "state", "successor_id", "note")


def _add_versions(event: RevisionEvent, written: Sequence[Written]) -> None:
    rows = [
        (
            one.project.pk,
            event.pk,
            one.project.version,
            one.facts,
            one.state,
            one.successor.pk if one.successor else None,
            one.note[:500],
        )
        for one in written
    ]
    insert(ProjectVersion, _VERSION, rows)


def _bring_up(one: Written, by: Actor | None) -> None:
    for name, value in row_values(one.facts).items():
        setattr(one.project, name, value)
    one.project.state, one.project.successor = one.state, one.successor
    if one.old is None:
        one.project.created_by = by if isinstance(by, Person) else None
        one.project.created_at = timezone.now()
        one.project.version = 1
    else:
        one.project.version += 1


def _clear(model: Any, written: Sequence[Written]) -> None:
    had = [one.project.pk for one in written if one.old is not None]
    for start in range(0, len(had), 500):
        model.objects.filter(project__in=had[start : start + 500]).delete()


def _refuse_backdated(event: RevisionEvent, projects: Sequence[Project]) -> None:
    """A project's versions stand in the order of their days: the state of today is the last one's."""
    if not projects:
        return
    newest = ProjectVersion.objects.filter(project=OuterRef("pk")).order_by("-sequence").values("event__decided_on")[:1]
    for start in range(0, len(projects), 500):
        keys = [one.pk for one in projects[start : start + 500]]
        rows = Project.objects.filter(pk__in=keys).annotate(newest=Subquery(newest))
        late = rows.filter(newest__gt=event.decided_on).values_list("title", "newest").first()
        if late is not None:
            raise refused(
                f"“{late[0]}” มีการทบทวนเมื่อ {late[1]:%Y-%m-%d} แล้ว จะบันทึกมติก่อนวันนั้นไม่ได้",
                f"“{late[0]}” was already revised on {late[1]:%Y-%m-%d}; an earlier decision cannot follow it",
                "decided_on",
                code="revision_order",
            )


def latest_day(project: Project) -> date:
    """The day of the project's latest version. The register's own bookkeeping stands on it, so that a decision of the
    office which is recorded later can still be dated after it; ``recorded_at`` tells when it was really made."""
    found = project.versions.order_by("-sequence").values_list("event__decided_on", flat=True).first()
    return found or timezone.localdate()


def as_written(project: Project, facts: dict[str, Any] | None = None, **rest: Any) -> Written:
    """An existing (locked) project, with other facts where given."""
    old = facts_of(project)
    return Written(project, facts if facts is not None else old, old=old, **rest)
