"""The right of reply: the city answers the provisional result until a day; the clock ends it."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from mudmai.apps.assessment.domain.filling import criterion_asked
from mudmai.apps.assessment.domain.markers import keep_told
from mudmai.apps.assessment.domain.refusals import checked_text, refused
from mudmai.apps.assessment.domain.steps import held_by_city, keep_file, locked
from mudmai.apps.assessment.models import CityFile, FileState, Reply
from mudmai.apps.registry.domain.audit import SYSTEM
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import Actor
from mudmai.core.days import write_day
from mudmai.core.language import Text

MOST_REPLY = 20_000
_WHAT = Text("คำชี้แจง", "the reply")


def reply(*, acting_user: Actor, file: CityFile, text: str, criterion: str = "", today: date | None = None) -> Reply:
    """Reply to one criterion, or to the whole (""); replies are only added.

    Raises :class:`NotAllowed` or :class:`InputError`: ``file_state``, ``reply_over``, ``not_asked``.
    """
    said = checked_text(text, "text", most=MOST_REPLY, what=_WHAT)
    now = today or timezone.localdate()
    with transaction.atomic():
        held = held_by_city(file, acting_user=acting_user, action="assess.submit", states=(FileState.REPLY,))
        refuse_late(held, now)
        key = criterion_asked(held, criterion)[1].id if criterion else ""
        person = acting_user if isinstance(acting_user, Person) else None
        made = Reply.objects.create(file=held, criterion=key, text=said, by=person)
        keep_file(held, "file.reply", acting_user, facts={"criterion": key})
    return made


def end_reply(*, acting_user: Actor, file: CityFile) -> CityFile:
    """The city has said all: the file waits for its decision before the time is over."""
    with transaction.atomic():
        held = held_by_city(file, acting_user=acting_user, action="assess.submit", states=(FileState.REPLY,))
        held.state = FileState.DECIDING
        return keep_file(held, "file.reply_over", acting_user, facts={"by_city": True})


def over_due(today: date) -> list[CityFile]:
    """Files whose last day of reply lies before ``today`` go to be decided; the clock's part. Twice is once."""
    due = CityFile.objects.filter(state=FileState.REPLY, reply_due__lt=today)
    moved = []
    for one in due.order_by("reply_due", "id"):
        with transaction.atomic():
            held = locked(one)
            if held.state != FileState.REPLY or held.reply_due is None or held.reply_due >= today:
                continue
            held.state = FileState.DECIDING
            moved.append(keep_told(held, "file.reply_over", SYSTEM, facts={"reply_due": held.reply_due.isoformat()}))
    return moved


def refuse_late(file: CityFile, today: date) -> None:
    """Raise ``reply_over`` after the last day, whether or not the clock has come by."""
    if file.reply_due is None or today <= file.reply_due:
        return
    day = write_day(file.reply_due)
    raise refused(
        f"หมดเวลาชี้แจงแล้วเมื่อวันที่ {day.th}", f"the time to reply ended on {day.en}", "text", code="reply_over",
        remedy=Text("หลังมีผลการตัดสิน ยื่นอุทธรณ์ได้", "after the decision an appeal can be filed"),
    )  # fmt: skip
