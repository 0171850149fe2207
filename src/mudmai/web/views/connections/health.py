"""How a connection is doing, in one line for people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from mudmai.apps.connections.models import Connection
from mudmai.core.language import Text
from mudmai.core.periods import Period
from mudmai.web.preferences import Preferences


@dataclass(frozen=True, slots=True)
class Health:
    """``state`` is one of ``ok, failing, paused, waiting``; ``text`` says it and what comes next."""

    state: str
    text: Text

    @property
    def look(self) -> str:
        """The look of a state of work that means the same."""
        return {"ok": "done", "failing": "failed", "paused": "cancelled", "waiting": "queued"}[self.state]


def health_of(connection: Connection, here: Preferences) -> Health:
    """What a person wants to know first: does it work, and when is it tried again?"""
    failures = here.say(str(connection.failures))
    again = _again(connection, here)
    if connection.ended_at is not None:
        return Health("paused", Text("เลิกใช้แล้ว", "ended"))
    if not connection.enabled:
        return Health("paused", Text("พักไว้", "paused"))
    if connection.failures:
        times = "time" if connection.failures == 1 else "times"
        return Health(
            "failing",
            Text(
                f"ล้มเหลว {failures} ครั้ง {again.th or 'ไม่ลองเองอีก'}",
                f"failed {failures} {times}, {again.en or 'not tried again by itself'}",
            ),
        )
    if connection.last_success_at is None:
        return Health("waiting", Text("ยังไม่เคยดึง", "not fetched yet"))
    return Health("ok", Text("ปกติ", "works"))


def _again(connection: Connection, here: Preferences) -> Text:
    """``ลองใหม่ 14:30``; with the day when it is not within the next hours."""
    due = connection.next_due
    if due is None:
        return Text("", "")
    now = timezone.now()
    if due <= now:
        return Text("กำลังจะลองใหม่", "about to be tried again")
    local = timezone.localtime(due)
    clock = here.say(f"{local:%H:%M}")
    if local.date() == timezone.localtime(now).date() or due - now < timedelta(hours=6):
        return Text(f"ลองใหม่ {clock}", f"next try {clock}")
    day = here.say(f"{local.day} {here.period(Period.from_iso(f'{local:%Y-%m}'), short=True)} {local:%H:%M}")
    return Text(f"ลองใหม่ {day}", f"next try {day}")
