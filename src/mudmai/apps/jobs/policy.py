"""Who sees a job and who may stop or repeat it."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from mudmai.apps.jobs.models import Job
from mudmai.apps.registry.models import Organisation, Person
from mudmai.apps.registry.policy import OPERATOR, Decision, Operator, decide, organisations_allowing
from mudmai.core.language import Text

Asking = Person | Operator | AnonymousUser | None


def may_see(person: Asking, job: Job) -> Decision:
    """Its starter, and those who may read the log of its organisation (without one: of an organisation at the top)."""
    return _by_role(person, job, "audit.view")


def may_control(person: Asking, job: Job) -> Decision:
    """Its starter, and publishers of its organisation (without one: of an organisation at the top)."""
    return _by_role(person, job, "job.control")


def _by_role(person: Asking, job: Job, action: str) -> Decision:
    if isinstance(person, Person) and person.is_active and job.started_by_id == person.pk:
        return Decision(True, Text("เป็นงานที่ตนสั่ง", "it is work that one has asked for oneself"), "starter")
    if job.organisation is not None or not isinstance(person, Person):
        return decide(person, action, organisation=job.organisation)
    answers = [decide(person, action, organisation=top) for top in Organisation.objects.filter(parent=None)]
    found = next((one for one in answers if one), None) or next(iter(answers), None)
    return found or decide(person, action)


def visible_jobs(person: Asking) -> QuerySet[Job]:
    """The jobs for which :func:`may_see` says yes."""
    if person is OPERATOR:
        return Job.objects.all()
    if not isinstance(person, Person) or not person.is_active:
        return Job.objects.none()
    allowed = organisations_allowing(person, "audit.view")
    seen = Q(started_by=person) | Q(organisation__in=allowed.values("pk"))
    if allowed.filter(parent=None).exists():
        seen |= Q(organisation=None)
    return Job.objects.filter(seen)
