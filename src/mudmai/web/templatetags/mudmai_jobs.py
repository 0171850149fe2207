"""Tags for work in the background: its progress on any page, its title, its faults in the reader's language."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.utils import timezone

from mudmai.apps.jobs.domain.kinds import kind_title
from mudmai.apps.jobs.models import Job, JobState
from mudmai.apps.jobs.policy import may_control
from mudmai.apps.registry.models import Person
from mudmai.core.errors import Where
from mudmai.core.language import Text
from mudmai.web.preferences import Preferences
from mudmai.web.templatetags.mudmai_web import here_of
from mudmai.web.views.people.moments import write_moment
from mudmai.web.wording import wording

register = template.Library()


@register.inclusion_tag("web/jobs/parts/progress.html", takes_context=True)
def job_progress(context: Context, job: Job, alone: bool = False) -> dict[str, Any]:
    """How far a job is, with its buttons; scripts keep it up to date. The page needs ``{% job_reload job %}`` too.

    ``alone``: on the job's own page, whose heading says what it is.
    """
    here = here_of(context)
    user = getattr(context["request"], "user", None)
    return {
        "here": here,
        "job": job,
        "alone": alone,
        "title": kind_title(job.kind),
        "steps": _steps(here, job),
        "waits": _waits(here, job),
        "stopping": job.state == JobState.RUNNING and job.cancel_asked_at is not None,
        "may_control": may_control(user if isinstance(user, Person) else None, job).allowed,
        "may_retry": job.state in (JobState.FAILED, JobState.CANCELLED),
        "csrf_token": context.get("csrf_token"),
    }


def _steps(here: Preferences, job: Job) -> Text | None:
    if job.total:
        shown = {"done": here.number(job.done, 0), "total": here.number(job.total, 0)}
        return wording("jobs.steps", **shown, percent=here.number(100 * (job.share or 0.0), 0))
    return wording("jobs.steps_unknown", done=here.number(job.done, 0)) if job.done else None


def _waits(here: Preferences, job: Job) -> Text | None:
    if job.state != JobState.QUEUED:
        return None
    if job.not_before is not None and job.not_before > timezone.now():
        return wording("jobs.waiting_until", moment=write_moment(here, job.not_before, seconds=True))
    return wording("jobs.waiting")


@register.inclusion_tag("web/jobs/parts/reload.html", takes_context=True)
def job_reload(context: Context, job: Job | None) -> dict[str, Any]:
    """In the head of a page that shows progress: without scripts it loads again while the job is not over."""
    still = bool(context["request"].GET.get("still"))
    return {"reload": job is not None and not job.is_over and not still}


@register.simple_tag
def job_title(job: Job) -> Text:
    """The work in words."""
    return kind_title(job.kind)


@register.simple_tag
def job_starter(job: Job) -> Text:
    """Who asked for it."""
    return job.started_by.shown if job.started_by is not None else wording("jobs.machine")


@register.simple_tag
def has_jobs(user: object) -> bool:
    """True when the person has asked for work lately: only then the menu leads to it."""
    return isinstance(user, Person) and Job.objects.filter(started_by=user).exists()


@register.simple_tag(takes_context=True)
def told(context: Context, kept: dict[str, Any] | None, what: str = "") -> str:
    """A message that was kept as JSON (``th``/``en``, or ``remedy_th``/``remedy_en`` for ``what="remedy"``)."""
    start = f"{what}_" if what else ""
    found = kept or {}
    return here_of(context).say(Text(str(found.get(f"{start}th", "")), str(found.get(f"{start}en", ""))))


@register.simple_tag(takes_context=True)
def told_place(context: Context, problem: dict[str, Any]) -> str:
    """The place of a kept problem in words."""
    known = {name: value for name, value in problem.get("where", {}).items() if name in Where.__slots__}
    return Where(**known).words(here_of(context).language)
