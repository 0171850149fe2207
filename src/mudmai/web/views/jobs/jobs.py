"""Work in the background: the list, one job, and the part of it that changes while it runs."""

from __future__ import annotations

from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import NoReverseMatch

from mudmai.apps.jobs.domain.jobs import cancel_job, retry_job
from mudmai.apps.jobs.models import Job, JobState
from mudmai.apps.jobs.policy import may_see, visible_jobs
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import NotAllowed
from mudmai.core.errors import UnknownNameError
from mudmai.core.language import Text
from mudmai.web.pages import address, language_of, page_context, render_page
from mudmai.web.views.people.access import person_of, signed_in, tell

PAGE = 30
PAGES_ABOUT = {
    "submission": ("submission", "submission"),
    "connection": ("connection", "connection"),
    "programme": ("programme", "programme"),
}
"""What a job may be about, and the page of that: the name of its address and of the part that holds the id."""


@signed_in
def job_list(request: HttpRequest, language: str) -> HttpResponse:
    """One's own jobs, the latest first; with ``?all=1`` all that one may see but timed ones that went well."""
    person = person_of(request)
    seen = visible_jobs(person)
    quiet = Q(started_by=None, state=JobState.DONE)  # timed work that went well
    everything = bool(request.GET.get("all"))
    rows = seen.exclude(quiet) if everything else Job.objects.filter(started_by=person)
    wider = everything or seen.exclude(quiet).exclude(started_by=person).exists()
    page = Paginator(rows.select_related("organisation", "started_by__details"), PAGE).get_page(request.GET.get("page"))
    return render_page(request, "jobs/list.html", part="jobs", page=page, everything=everything, wider=wider)


@signed_in
def job_page(request: HttpRequest, language: str, job: UUID) -> HttpResponse:
    """One job: how far it is, why it failed, and the buttons that one may press."""
    person = person_of(request)
    row = _seen(person, job)
    if request.method == "POST":
        return _act(request, person, row)
    fault = row.fault or {}
    problems = fault.get("problems", [])[:50]
    return render_page(
        request,
        "jobs/job.html",
        part="jobs",
        job=row,
        about=_page_about(request, row),
        problems=problems,
        problem_count=fault.get("problem_count", 0),
        still=bool(request.GET.get("still")),
    )


@signed_in
def job_progress(request: HttpRequest, language: str, job: UUID) -> HttpResponse:
    """The changing part alone, for a script that asks every other second; a job that is over reloads the page."""
    row = _seen(person_of(request), job)
    context = {**page_context(request), "job": row, "alone": bool(request.GET.get("alone"))}
    response = HttpResponse(render_to_string("web/jobs/parts/alone.html", context, request=request))
    if row.is_over:
        response.headers["HX-Refresh"] = "true"
    return response


def _seen(person: Person, job: UUID) -> Job:
    row = Job.objects.select_related("organisation", "started_by__details").filter(pk=job).first()
    if row is None:
        raise UnknownNameError(Text("งานเบื้องหลัง", "background work"), str(job))
    decision = may_see(person, row)
    if not decision:
        raise NotAllowed(decision)
    return row


def _act(request: HttpRequest, person: Person, row: Job) -> HttpResponse:
    match request.POST.get("do", ""):
        case "cancel":
            cancel_job(acting_user=person, job=row)
            tell(request, "jobs.cancelled")
        case "retry":
            retry_job(acting_user=person, job=row)
            tell(request, "jobs.retried")
        case _:
            raise Http404
    return HttpResponseRedirect(address(language_of(request), "job", job=row.pk))


def _page_about(request: HttpRequest, row: Job) -> str:
    """The page of what the job is about; empty where there is none."""
    name, part = PAGES_ABOUT.get(row.about_kind, ("", ""))
    try:
        return address(language_of(request), name, **{part: row.about_id}) if name else ""
    except NoReverseMatch:
        return ""
