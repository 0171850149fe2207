"""Approving or returning many reports at once: each for itself, so that one refusal does not hold up the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from mudmai.apps.programme.domain.refusals import needed
from mudmai.apps.programme.domain.reporting import approve_report, return_report
from mudmai.apps.programme.models import Report
from mudmai.apps.registry.policy import Actor, NotAllowed, require
from mudmai.core.errors import InputError
from mudmai.core.language import Text


@dataclass(frozen=True, slots=True)
class Refused:
    """A report that stayed as it was, and why."""

    report: UUID
    title: str
    fault: InputError | NotAllowed


@dataclass(frozen=True, slots=True)
class Reviewed:
    """How many were done, and which were not."""

    done: int
    refused: tuple[Refused, ...]


def review_many(
    *, acting_user: Actor, reports: Sequence[tuple[UUID, int]], approve: bool, reason: str = ""
) -> Reviewed:
    """Approve, or return with a ``reason``, the reports (id and the revision that was seen), each in its own step.

    Without any report, or returning without a reason, raises :class:`InputError`; with a report that the person may not
    even read nothing is done and :class:`NotAllowed` raised.
    """
    if not reports:
        raise InputError(
            Text("ยังไม่ได้เลือกรายงาน", "no report was ticked"),
            remedy=Text("เลือกรายงานอย่างน้อยหนึ่งรายการ", "tick at least one report"),
            code="report_state",
        )
    said = reason if approve else needed(reason)
    rows = Report.objects.select_related("project__programme__organisation").in_bulk([key for key, _ in reports])
    for held in rows.values():
        require(acting_user, "project.view", organisation=held.project.programme.organisation)
    done, refused = 0, []
    for key, revision in reports:
        held = rows.get(key)
        if held is None:
            continue
        held.revision = revision
        try:
            if approve:
                approve_report(acting_user=acting_user, report=held)
            else:
                return_report(acting_user=acting_user, report=held, reason=said)
        except (InputError, NotAllowed) as fault:
            refused.append(Refused(key, held.project.title, fault))
        else:
            done += 1
    return Reviewed(done, tuple(refused))
