"""What the forms of a submission's page do."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest

from mudmai.apps.data.domain import submissions as domain
from mudmai.apps.data.domain.releasing import order_release, order_withdrawal
from mudmai.apps.data.models import Publication, Submission
from mudmai.apps.jobs.domain.jobs import enqueue
from mudmai.apps.registry.models import Person
from mudmai.web.views.people.access import tell


def act(request: HttpRequest, person: Person, held: Submission) -> None:
    """Do what the form says, by the revision that its page was made from."""
    given = request.POST
    held.revision = _number(given.get("revision", ""))
    who: dict[str, Any] = {"acting_user": person, "submission": held}
    match given.get("do", ""):
        case "submit":
            domain.submit(**who, note=given.get("note", ""))
            tell(request, "submissions.submitted")
        case "approve":
            domain.approve(**who, level=_number(given.get("level", "")), note=given.get("note", ""))
            tell(request, "submissions.approved")
        case "return":
            domain.return_submission(**who, reasons=given.get("reason", ""))
            tell(request, "submissions.returned")
        case "release":
            _carry_out(person, order_release(**who), held)
            tell(request, "submissions.released")
        case "withdraw":
            _carry_out(person, order_withdrawal(**who, reason=given.get("reason", "")), held)
            tell(request, "submissions.withdrawn")
        case "discard":
            domain.discard(**who, reason=given.get("reason", ""))
            tell(request, "submissions.discarded")
        case _:
            raise Http404


def _carry_out(person: Person, ordered: Publication, held: Submission) -> None:
    """Publishing is work in the background: a large table takes its time."""
    enqueue(
        "data.publish",
        {"publication": str(ordered.pk)},
        actor=person,
        organisation=held.organisation,
        about_kind="submission",
        about_id=str(held.pk),
    )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
