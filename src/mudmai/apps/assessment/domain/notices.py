"""Who is to hear what of files and certificates: each notice goes out once, and nobody's address is kept.

What is pending is read from the rows themselves (steps of files, markers, days that come near), so that a mail that
could not go out is tried again by the next run of the clock, and none is lost with a process.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from mudmai.apps.assessment.domain.registers import keeper_of
from mudmai.apps.assessment.models import Certificate, City, CityFile, FileState, FileStep, Marker, MarkerState, Notice
from mudmai.apps.assessment.policy import decide_city
from mudmai.apps.registry.domain.audit import SYSTEM, record_alone
from mudmai.apps.registry.models import Membership, Organisation, Person, Role
from mudmai.apps.registry.policy import action_named

AGO = 30
"""Days after which something that happened to a file is told by mail no more."""
REPLY_SOON = 3
"""Days before the end of the right of reply on which the city is reminded."""
EXPIRING = (30, 90)
"""Days before the end of a certificate at which its city and the keeper of the register hear of it."""

CITY, RUN, DECIDE = "assess.submit", "assess.run", "assess.decide"
_TOLD_TO: dict[str, tuple[str, str]] = {
    "file.submit": ("submitted", RUN),
    "file.return": ("returned", CITY),
    "file.provisional": ("provisional", CITY),
    "file.reply_over": ("to_decide", DECIDE),
    "file.decide": ("decided", CITY),
    "file.appeal": ("appealed", DECIDE),
    "file.appeal_decide": ("appeal_decided", CITY),
}
"""Steps that are told by mail: the kind of notice, and whom it concerns (by the action that they may do)."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A notice that has not gone out. ``once`` tells it from others of its kind about the same thing.

    ``facts``: what the mail says beside the city's name (days), no figures. ``is_certifier``: which side reads it.
    """

    kind: str
    about_kind: str
    about_id: str
    once: str
    city: City
    people: tuple[Person, ...]
    file: CityFile | None = None
    certificate: Certificate | None = None
    is_certifier: bool = False
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sent:
    """What a run did: notices due, mails taken, notices that nobody is there for, mails not taken."""

    notices: int
    mails: int
    nobody: int
    failed: int


Deliver = Callable[[Person, Sequence[Pending]], bool]
"""Takes all that one person is to hear; False where the mail was not taken."""


def pending_notices(day: date | None = None) -> list[Pending]:
    """What is to be told and was not yet, on ``day``."""
    today = day or timezone.localdate()
    readers = _Readers()
    found = [
        *_of_steps(readers, today),
        *_of_markers(),
        *_of_replies(readers, today),
        *_of_certificates(readers, today),
    ]
    told = set(
        Notice.objects.filter(about_id__in={one.about_id for one in found}).values_list(
            "about_kind", "about_id", "kind"
        )
    )
    return [one for one in found if _key(one) not in told]


def send_notices(*, deliver: Deliver, day: date | None = None, pause: Callable[[], None] | None = None) -> Sent:
    """Send what is pending: one mail for each person with all that concerns them.

    A notice is noted as soon as everybody whom it concerns was tried and at least one mail of it was taken. A kill
    before that may send a mail twice, never lose one; what was noted before stays told. ``pause`` is called between
    two people and may end the run.
    """
    pending = pending_notices(day)
    by_person: dict[int, tuple[Person, list[Pending]]] = {}
    for one in pending:
        for person in one.people:
            by_person.setdefault(person.pk, (person, []))[1].append(one)
    waiting = Counter(key for _, mine in by_person.values() for key in {_key(one) for one in mine})
    taken: dict[tuple[str, str, str], int] = {}
    told = mails = failed = 0
    try:
        for person, mine in by_person.values():
            if pause is not None:
                pause()
            went = deliver(person, mine)
            mails, failed = mails + went, failed + (not went)
            for key in {_key(one) for one in mine}:
                taken[key] = taken.get(key, 0) + went
                waiting[key] -= 1
                if not waiting[key] and taken[key]:
                    _note(key, taken[key])
                    told += 1
    finally:
        if mails:
            new = {"notices": told, "mails": mails}
            record_alone(actor=SYSTEM, action="file.remind", object_kind="city_file", new=new)
    return Sent(len(pending), mails, sum(not one.people for one in pending), failed)


def _of_steps(readers: _Readers, today: date) -> list[Pending]:
    since = timezone.make_aware(datetime.combine(today - timedelta(days=AGO), time.min))
    rows = FileStep.objects.filter(action__in=[*_TOLD_TO, "file.declare", "file.recuse"], at__gte=since)
    found = []
    for step in rows.select_related("file__call__organisation", "file__city__organisation"):
        if step.action in _TOLD_TO:
            kind, whom = _TOLD_TO[step.action]
        elif step.facts.get("markers_lacking") and (step.action == "file.recuse" or step.facts.get("conflict")):
            kind, whom = "marker_lacking", RUN
        else:
            continue
        if kind == "provisional" and step.file.state != FileState.REPLY:
            continue  # it is too late to reply; what came after is told instead
        found.append(_about_file(readers, step.file, kind, f"{kind}:{step.sequence}", whom))
    return found


def _of_markers() -> list[Pending]:
    rows = Marker.objects.filter(
        state=MarkerState.APPOINTED, file__state__in=[FileState.SUBMITTED, FileState.MARKING], person__is_active=True
    )
    return [
        Pending(
            "appointed", "marker", str(one.pk), "appointed", one.file.city, _reachable([one.person]), one.file,
            is_certifier=True,
        )
        for one in rows.select_related("person__details", "file__city", "file__call")
    ]  # fmt: skip


def _of_replies(readers: _Readers, today: date) -> list[Pending]:
    rows = CityFile.objects.filter(
        state=FileState.REPLY, reply_due__gte=today, reply_due__lte=today + timedelta(days=REPLY_SOON)
    )
    return [
        _about_file(readers, one, "reply_soon", f"reply_soon:{one.reply_due}", CITY)
        for one in rows.select_related("call__organisation", "city__organisation")
    ]


def _of_certificates(readers: _Readers, today: date) -> list[Pending]:
    rows = Certificate.objects.filter(
        ended_on=None, expires_on__gte=today, expires_on__lte=today + timedelta(days=max(EXPIRING))
    )
    found = []
    for one in rows.select_related("city__organisation", "decision__file__call__organisation"):
        assert one.expires_on is not None
        near = next(days for days in EXPIRING if one.expires_on <= today + timedelta(days=days))
        keeper = keeper_of(one)
        people = {p.pk: p for p in readers.of_city(one.city, CITY)}
        people |= {p.pk: p for p in (readers.of_organisation(keeper, "certificate.keep") if keeper else ())}
        found.append(
            Pending(
                "expires", "certificate", str(one.pk), f"expires_{near}:{one.expires_on}", one.city,
                tuple(people.values()), certificate=one, facts={"until": one.expires_on},
            )
        )  # fmt: skip
    return found


def _about_file(readers: _Readers, file: CityFile, kind: str, once: str, whom: str) -> Pending:
    certifier = whom != CITY
    people = readers.of_organisation(file.call.organisation, whom) if certifier else readers.of_city(file.city, whom)
    facts = {"until": file.reply_due} if file.reply_due is not None and file.state == FileState.REPLY else {}
    return Pending(kind, "file", str(file.pk), once, file.city, people, file, is_certifier=certifier, facts=facts)


class _Readers:
    """Who hears of what in an organisation, asked once for each organisation and action of a run."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, str], tuple[Person, ...]] = {}

    def of_city(self, city: City, action: str) -> tuple[Person, ...]:
        """Those of the city's organisation whose role reaches the city."""
        if city.organisation is None:
            return ()
        return tuple(one for one in self.of_organisation(city.organisation, action) if decide_city(one, action, city))

    def of_organisation(self, organisation: Organisation, action: str) -> tuple[Person, ...]:
        """Those of the organisation with the lowest role that suffices; where nobody holds it, with a higher one."""
        key = (organisation.pk, action)
        if key not in self._known:
            self._known[key] = _asked(organisation, action)
        return self._known[key]


def _asked(organisation: Organisation, action: str) -> tuple[Person, ...]:
    least = action_named(action).role
    assert least is not None
    rows = Membership.objects.filter(organisation=organisation, ended_at=None, person__is_active=True)
    held: dict[int, dict[int, Person]] = {}
    for row in rows.select_related("person__details").order_by("person_id"):
        held.setdefault(Role(row.role).rank, {})[row.person_id] = row.person
    for rank in sorted(held):
        if rank >= least.rank and (people := _reachable(held[rank].values())):
            return people
    return ()


def _reachable(people: Iterable[Person]) -> tuple[Person, ...]:
    return tuple(one for one in people if one.email)


def _key(one: Pending) -> tuple[str, str, str]:
    return (one.about_kind, one.about_id, one.once)


def _note(key: tuple[str, str, str], mails: int) -> None:
    about_kind, about_id, once = key
    try:
        with transaction.atomic():
            Notice.objects.create(about_kind=about_kind, about_id=about_id, kind=once, mails=mails)
    except IntegrityError:  # another worker noted it at the same moment
        return
