"""Mails about submissions: to those who have to act next, and to the sender when something came of it.

Short, Thai first and English below, with a link; no figure of the data is in them.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable

from django.conf import settings
from django.core.mail import EmailMessage

from mudmai.apps.data.domain.release_history import holder_for
from mudmai.apps.data.domain.releasing import decide_release
from mudmai.apps.data.domain.reviewing import decide_approval, next_level
from mudmai.apps.data.models import State, Submission
from mudmai.apps.data.site import datasets
from mudmai.apps.registry.domain.events import Event, subscribe
from mudmai.apps.registry.models import Membership, Organisation, Person, Role
from mudmai.apps.registry.policy import line_of
from mudmai.core.language import Text

log = logging.getLogger(__name__)

MOST = 30
"""One event writes to no more people than this."""

MAILS: dict[str, tuple[Text, Text]] = {
    "review": (
        Text("มีข้อมูลรอตรวจทาน", "data are waiting for review"),
        Text(
            "“{title_th}” จาก {organisation_th} รอการตรวจของคุณ\n{url}",
            "“{title_en}” from {organisation_en} is waiting for your review.\n{url_en}",
        ),
    ),
    "publish": (
        Text("มีข้อมูลรอเผยแพร่", "data are waiting for release"),
        Text(
            "“{title_th}” จาก {organisation_th} ผ่านการตรวจทานแล้ว รอการเผยแพร่\n{url}",
            "“{title_en}” from {organisation_en} is approved and waits for release.\n{url_en}",
        ),
    ),
    "returned": (
        Text("ข้อมูลที่ส่งถูกส่งกลับให้แก้ไข", "your submission was returned"),
        Text(
            "ผู้ตรวจทานส่ง “{title_th}” กลับให้แก้ไข เหตุผล:\n\n{note}\n\n{url}",
            "The reviewer returned “{title_en}” for correction. Reasons:\n\n{note}\n\n{url_en}",
        ),
    ),
    "released": (
        Text("ข้อมูลที่ส่งเผยแพร่แล้ว", "your submission is released"),
        Text("“{title_th}” เผยแพร่แล้ว\n{url}", "“{title_en}” is released.\n{url_en}"),
    ),
    "withdrawn": (
        Text("ข้อมูลที่ส่งถูกถอน", "your submission was withdrawn"),
        Text(
            "“{title_th}” ถูกถอนจากการเผยแพร่ เหตุผล:\n\n{note}\n\n{url}",
            "“{title_en}” was withdrawn. Reason:\n\n{note}\n\n{url_en}",
        ),
    ),
}


def listen() -> None:
    """Write mails from now on."""
    for name in ("submit", "approve", "return", "released", "withdrawn"):
        subscribe(f"submission.{name}", on_event)


def on_event(event: Event) -> None:
    """After the change is kept: whoever is concerned gets a mail."""
    held = Submission.objects.select_related("organisation").filter(pk=event.facts["submission"]).first()
    if held is None:
        return
    match event.name:
        case "submission.submit" | "submission.approve" if held.state == State.SUBMITTED:
            _send("review", held, reviewers(held))
        case "submission.approve":
            _send("publish", held, publishers(held))
        case "submission.return":
            _send("returned", held, _senders(held), _last_note(held, "submission.return"))
        case "submission.released":
            _send("released", held, _senders(held))
        case "submission.withdrawn":
            _send("withdrawn", held, _senders(held), _last_note(held, "submission.withdraw"))


def reviewers(held: Submission) -> list[Person]:
    """Those who may give the approval that is due, nearest organisation first."""
    level = next_level(held)
    where = held.organisation if level <= 1 else holder_for(held).organisation
    return [p for p in _holding(where, Role.REVIEWER) if decide_approval(p, held, level)][:MOST]


def publishers(held: Submission) -> list[Person]:
    """Those who may release it."""
    return [p for p in _holding(holder_for(held).organisation, Role.PUBLISHER) if decide_release(p, held)][:MOST]


def _holding(organisation: Organisation, role: Role) -> list[Person]:
    """People with this role or a higher one in the nearest organisation that has any: not everybody above."""
    high = [r.value for r in Role if r.rank >= role.rank and r is not Role.ADMINISTRATOR]
    for pk in line_of(organisation):
        rows = Membership.objects.filter(
            organisation=pk, role__in=high, ended_at=None, person__is_active=True
        ).select_related("person__details")
        found = list({m.person_id: m.person for m in rows}.values())
        if found:
            return found
    return []


def _senders(held: Submission) -> list[Person]:
    ids = {held.created_by_id, held.submitted_by_id} - {None}
    return list(Person.objects.with_details().filter(pk__in=ids, is_active=True))


def _last_note(held: Submission, action: str) -> str:
    step = held.steps.filter(action=action).last()
    return step.note if step else ""


def _send(name: str, held: Submission, people: Iterable[Person], note: str = "") -> None:
    subject, body = MAILS[name]
    known = datasets().get(held.dataset)
    title = known.title if known else Text(held.dataset, held.dataset)
    site = settings.MUDMAI_MAIL_LINKS
    filled = body.format(
        title_th=title.th,
        title_en=title.en,
        organisation_th=held.organisation.name_th,
        organisation_en=held.organisation.name_en,
        note=note,
        url=f"{site}/submissions/{held.pk}/",
        url_en=f"{site}/en/submissions/{held.pk}/",
    )
    text = f"{filled.th}\n\n– – –\n\n{filled.en}\n"
    for person in people:
        if not person.email:
            continue
        message = EmailMessage(
            f"หมุดหมาย: {subject.th} / {subject.en}", text, settings.DEFAULT_FROM_EMAIL, [person.email]
        )
        try:
            message.send()
        except OSError:
            log.exception("the mail server did not take a mail (%s)", name)
