"""The clock of the registers: what expired ends, and counts are renewed where a day or a year has passed."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import timezone

from mudmai.apps.assessment.domain.certificates import expire_due
from mudmai.apps.assessment.domain.register_publishing import Publication, publish_register, schemes_in_register
from mudmai.apps.jobs.domain.jobs import JobRun, job, periodic
from mudmai.apps.registry.domain.audit import record_alone
from mudmai.apps.registry.policy import Operator
from mudmai.core.errors import InputError, MudmaiError
from mudmai.core.language import Text

log = logging.getLogger(__name__)
CLOCK = "register.clock"


@dataclass
class Ticked:
    """Numbers of certificates that expired, what was published, and registers that could not be published."""

    expired: list[str] = field(default_factory=list)
    published: list[Publication] = field(default_factory=list)
    faults: dict[str, MudmaiError] = field(default_factory=dict)


def tick(today: date | None = None) -> Ticked:
    """Do what is due on ``today``; doing it again does nothing.

    Without ``today`` each count is of the day on which its turn comes: a clock that waits past midnight does not put
    the count of the day before over a newer one.
    """
    done = Ticked([one.number for one in expire_due(today or timezone.localdate())])
    for scheme in schemes_in_register():
        try:
            told = publish_register(scheme, today)
        except MudmaiError as fault:
            log.warning("the register %s was not published: %s", scheme, fault)
            done.faults[scheme] = fault
            continue
        if told.release:
            done.published.append(told)
    return done


def run_clock(*, acting_user: Operator, today: date | None = None, rehearsal: bool = False) -> Ticked:
    """:func:`tick` as the operator orders it, for a day of choice; logged.

    A day to come ends certificates that hold today, for good: refused (``certificate_day``) unless it is said to be a
    ``rehearsal``, in a workspace that nobody relies on.
    """
    day, now = today or timezone.localdate(), timezone.localdate()
    if day > now and not rehearsal:
        raise InputError(
            Text(
                f"{day.isoformat()} ยังมาไม่ถึง ใบรับรองที่ยังมีผลวันนี้จะสิ้นผลก่อนกำหนดและไม่กลับคืน",
                f"{day.isoformat()} is still to come: certificates that hold today would end early, for good",
            ),
            remedy=Text(
                f"ใช้วันที่ไม่เกิน {now.isoformat()} หรือซ้อมในพื้นที่ทำงานทดลองด้วย --rehearsal",
                f"use a day up to {now.isoformat()}, or rehearse in a workspace for trials with --rehearsal",
            ),
            code="certificate_day",
        )
    record_alone(actor=acting_user, action="register.clock", object_kind="register", new={"today": day.isoformat()})
    return tick(day)


@job(CLOCK, title=Text("ตรวจใบรับรองที่หมดอายุและปรับจำนวนในทะเบียน", "end expired certificates and renew the counts"))
def clock_job(run: JobRun) -> dict[str, Any]:
    """The same, by the clock."""
    done = tick()
    return {"expired": done.expired, "published": [one.scheme for one in done.published], "faults": list(done.faults)}


periodic(CLOCK, every=3600)
