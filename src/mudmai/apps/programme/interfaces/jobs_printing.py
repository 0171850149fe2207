"""A long print, made in the background: a run may be repeated, the file is made once for each state of the plan."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from mudmai.apps.jobs.domain.jobs import JobRun, enqueue, job
from mudmai.apps.jobs.models import Job, JobState
from mudmai.apps.programme.domain.finding import programme_for
from mudmai.apps.programme.interfaces.form_printing import keep_print
from mudmai.apps.programme.models import Programme
from mudmai.apps.registry.models import Person
from mudmai.core.language import Digits, Text

PRINT = "programme.print"
_SETTING = Text("จัดหน้าแบบฟอร์ม", "setting the forms")


def begin_printing(*, acting_user: Person, programme: Programme, forms: Sequence[str], digits: Digits) -> Job:
    """Have the PDF made; one that is being made for the same choice is joined. Raises :class:`NotAllowed`."""
    held = programme_for(acting_user, programme.pk)
    told = {"programme": str(held.pk), "forms": sorted(forms), "digits": digits}
    waiting = Job.objects.filter(
        kind=PRINT, about_id=str(held.pk), started_by=acting_user, state__in=(JobState.QUEUED, JobState.RUNNING)
    )
    known = next((one for one in waiting if one.arguments == told), None)
    return known or enqueue(
        PRINT,
        told,
        actor=acting_user,
        organisation=held.organisation,
        about_kind="programme",
        about_id=str(held.pk),
    )


@job(PRINT, title=Text("พิมพ์แบบฟอร์มเป็น PDF", "print the forms as PDF"), attempts=2)
def print_forms(run: JobRun, *, programme: str, forms: list[str], digits: Digits) -> dict[str, Any]:
    """Make the file of the plan as it stands now."""
    held = Programme.objects.select_related("organisation").get(pk=uuid.UUID(programme))
    run.progress(0, 1, _SETTING)
    path = keep_print(held, forms, digits)
    run.progress(1, 1, _SETTING)
    return {"bytes": path.stat().st_size}
