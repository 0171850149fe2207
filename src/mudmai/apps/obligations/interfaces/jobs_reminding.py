"""The clock's part: reminders go out by themselves, looked for every hour; each goes out once."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from mudmai.apps.jobs.domain.jobs import JobRun, job, periodic
from mudmai.apps.obligations.domain.reminders import send_reminders
from mudmai.apps.obligations.interfaces.mail import deliver
from mudmai.core.language import Text

REMIND = "obligations.remind"


@job(REMIND, title=Text("เตือนข้อมูลที่ต้องส่ง", "remind of data to be sent"), attempts=1)
def remind(run: JobRun) -> dict[str, Any]:
    """Send what is pending."""
    return asdict(send_reminders(acting_user=None, deliver=deliver))


periodic(REMIND, every=3600)
