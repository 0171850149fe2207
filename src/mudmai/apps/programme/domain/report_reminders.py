"""Reminders of missing reports: once for each programme, period and stage, to those who write its reports."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from mudmai.apps.programme.domain.monitoring import monitored, standings
from mudmai.apps.programme.models import Programme, Project, ReminderStage, Reporting, ReportReminder
from mudmai.apps.registry.domain.audit import SYSTEM, record_alone
from mudmai.apps.registry.models import Membership, Person, Role
from mudmai.core.periods import Period

SOON = 5
"""Days before the due day on which people are reminded."""

AGO = 120
"""Reports that are overdue for longer are in the list, but nobody gets a mail of them any more."""


@dataclass(frozen=True, slots=True)
class Missing:
    """Reports of one programme and period that are not there. ``projects``: how many."""

    programme: Programme
    period: Period
    due_on: date
    stage: ReminderStage
    projects: int


@dataclass(frozen=True, slots=True)
class Sent:
    """What a run did: reminders due, mails taken, reminders that nobody holds the role for, and mails not taken."""

    reminders: int
    mails: int
    nobody: int
    failed: int


Deliver = Callable[[Person, Sequence[Missing]], bool]
"""Takes one person's reminders; False where the mail was not taken."""


def pending_reminders(day: date | None = None) -> list[Missing]:
    """Reminders that have not gone out at the stage reached. The number of queries does not depend on the number."""
    today = day or timezone.localdate()
    rows = Project.objects.exclude(programme__reporting=Reporting.NONE)
    found: dict[tuple[object, str], Missing] = {}
    for one in standings(monitored(rows), today):
        for owed in one.owed:
            if not -SOON <= owed.days <= AGO:
                continue
            stage = ReminderStage.OVERDUE if owed.days > 0 else ReminderStage.DUE
            programme = one.project.programme
            key = (programme.pk, owed.period.iso)
            count = found[key].projects + 1 if key in found else 1
            found[key] = Missing(programme, owed.period, owed.due_on, stage, count)
    done = set(ReportReminder.objects.values_list("programme_id", "period", "stage"))
    return [one for one in found.values() if (one.programme.pk, one.period.iso, str(one.stage)) not in done]


def send_reminders(*, deliver: Deliver, day: date | None = None) -> Sent:
    """Send what is pending: one mail for each person with all that concerns them.

    A reminder is noted after at least one mail of it was taken; what failed is tried again by the next run. A kill
    between the two may send a mail twice, never lose one.
    """
    pending = pending_reminders(day)
    people = _writers({one.programme.organisation_id for one in pending})
    by_person: dict[int, tuple[Person, list[Missing]]] = {}
    nobody = 0
    for one in pending:
        held = people.get(one.programme.organisation_id, [])
        nobody += not held
        for person in held:
            by_person.setdefault(person.pk, (person, []))[1].append(one)
    taken: dict[tuple[object, str], int] = {}
    mails = failed = 0
    for person, reminders in by_person.values():
        if not deliver(person, reminders):
            failed += 1
            continue
        mails += 1
        for one in reminders:
            key = (one.programme.pk, one.period.iso)
            taken[key] = taken.get(key, 0) + 1
    for one in pending:
        _note(one, taken.get((one.programme.pk, one.period.iso), 0))
    if mails:
        record_alone(
            actor=SYSTEM, action="report.remind", object_kind="report", new={"reminders": len(taken), "mails": mails}
        )
    return Sent(len(pending), mails, nobody, failed)


def _note(one: Missing, mails: int) -> None:
    if not mails:
        return
    try:
        with transaction.atomic():
            ReportReminder.objects.create(
                programme=one.programme, period=one.period.iso, stage=one.stage, missing=one.projects, mails=mails
            )
    except IntegrityError:  # another worker noted it at the same moment
        return


def _writers(organisations: set[int]) -> dict[int, list[Person]]:
    """Contributors of each organisation; where it has none, those with a higher role."""
    rows = Membership.objects.filter(
        organisation__in=organisations, ended_at=None, person__is_active=True, role__in=[
            Role.CONTRIBUTOR, Role.REVIEWER, Role.PUBLISHER, Role.ADMINISTRATOR
        ],
    ).select_related("person__details").order_by("person_id")  # fmt: skip
    found: dict[int, dict[bool, dict[int, Person]]] = {}
    for row in rows:
        if row.person.email:
            writes = row.role == Role.CONTRIBUTOR
            found.setdefault(row.organisation_id, {}).setdefault(writes, {})[row.person_id] = row.person
    return {key: list((by.get(True) or by.get(False) or {}).values()) for key, by in found.items()}
