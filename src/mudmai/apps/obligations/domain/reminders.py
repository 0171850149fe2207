"""Reminders: once for each period and stage, to those who hold the role where the figures are owed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction

from mudmai.apps.obligations.domain.calendar import DueItem, DueState, due_items, open_obligations
from mudmai.apps.obligations.models import Reminder, Stage
from mudmai.apps.registry.areas import AreaRef, covers
from mudmai.apps.registry.domain.audit import SYSTEM, record_alone
from mudmai.apps.registry.models import Membership, Organisation, Person, Role
from mudmai.apps.registry.policy import Actor, require

Deliver = Callable[[Person, list[tuple[DueItem, Stage]]], bool]
"""Takes one person's reminders; False where the mail was not taken."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What a run did: reminders due, mails that were taken, and periods for which nobody holds the role."""

    reminders: int
    mails: int
    nobody: int
    failed: int


def stage_of(item: DueItem) -> Stage | None:
    """The stage at which the item stands; None where nobody has to be reminded."""
    match item.state:
        case DueState.OVERDUE:
            return Stage.OVERDUE
        case DueState.DUE_SOON:
            return Stage.DUE if item.days <= 0 else Stage.SOON
    return None


def pending_reminders(day: date | None = None) -> list[tuple[DueItem, Stage]]:
    """Reminders that have not gone out yet at the stage reached; earlier stages that were missed are left out."""
    rows = list(open_obligations())
    done = set(
        Reminder.objects.filter(obligation__in=[o.pk for o in rows]).values_list("obligation_id", "period", "stage")
    )
    found = []
    for item in due_items(rows, day):
        stage = stage_of(item)
        if stage is not None and (item.obligation.pk, item.period.iso, str(stage)) not in done:
            found.append((item, stage))
    return found


def send_reminders(
    *, acting_user: Actor | None, deliver: Deliver, day: date | None = None, dry_run: bool = False
) -> Sent:
    """Send what is pending: one mail for each person with all that concerns them. None: the clock asked.

    A reminder is noted after at least one mail of it was taken; what failed is tried again by the next run. A kill
    between the two may send a mail twice, never lose one.
    """
    if acting_user is not None:
        require(acting_user, "calendar.edit", organisation=Organisation.objects.filter(parent=None).first())
    pending = pending_reminders(day)
    people = _PeopleToRemind()
    by_person: dict[int, tuple[Person, list[tuple[DueItem, Stage]]]] = {}
    nobody = 0
    for item, stage in pending:
        held = people.of(item)
        nobody += not held
        for person in held:
            by_person.setdefault(person.pk, (person, []))[1].append((item, stage))
    if dry_run:
        return Sent(len(pending), len(by_person), nobody, 0)
    taken: dict[tuple[object, str, str], int] = {}
    mails = failed = 0
    for person, reminders in by_person.values():
        if not deliver(person, reminders):
            failed += 1
            continue
        mails += 1
        for item, stage in reminders:
            key = (item.obligation.pk, item.period.iso, str(stage))
            taken[key] = taken.get(key, 0) + 1
    for item, stage in pending:
        count = taken.get((item.obligation.pk, item.period.iso, str(stage)), 0)
        if count:
            _note(item, stage, count)
    if mails:
        facts = {"reminders": len(taken), "mails": mails}
        record_alone(actor=acting_user or SYSTEM, action="obligation.remind", object_kind="obligation", new=facts)
    return Sent(len(pending), mails, nobody, failed)


def _note(item: DueItem, stage: Stage, mails: int) -> None:
    try:
        with transaction.atomic():
            Reminder.objects.create(
                obligation=item.obligation,
                period=item.period.iso,
                stage=stage,
                role=item.obligation.contact_role,
                mails=mails,
            )
    except IntegrityError:  # another worker noted it at the same moment
        return


class _PeopleToRemind:
    """Who holds which role, asked for once."""

    def __init__(self) -> None:
        rows = Membership.objects.filter(ended_at=None, person__is_active=True).select_related("person__details")
        self._of: dict[int, list[Membership]] = {}
        for row in rows:
            self._of.setdefault(row.organisation_id, []).append(row)
        self._parent = dict(Organisation.objects.values_list("pk", "parent_id"))

    def of(self, item: DueItem) -> list[Person]:
        """People with the role or a higher one over the area: in the organisation, else in the nearest above it."""
        least = Role(item.obligation.contact_role).rank
        here: int | None = item.obligation.organisation_id
        while here is not None:
            found = {
                m.person_id: m.person
                for m in self._of.get(here, ())
                if Role(m.role).rank >= least
                and m.person.email
                and covers(AreaRef(m.area_system, m.area_code), item.area)
            }
            if found:
                return [found[pk] for pk in sorted(found)]
            here = self._parent.get(here)
        return []
