"""Lists of submissions: what waits for the reader, what is theirs, what is out."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse

from mudmai.apps.data.domain.finding import MOST, SHOWS, find_submissions, seen_by
from mudmai.apps.data.models import Submission
from mudmai.apps.data.site import datasets
from mudmai.apps.registry.areas import AreaRef, area_name
from mudmai.core.language import Text, same
from mudmai.web.pages import render_page
from mudmai.web.views.people.access import person_of, signed_in
from mudmai.web.wording import wording

PAGE = 30


@dataclass(frozen=True, slots=True)
class SubmissionRow:
    """One submission in a list."""

    submission: Submission
    title: Text
    area: Text


@signed_in
def submission_list(request: HttpRequest, language: str) -> HttpResponse:
    """One of the lists (``?show=``), for one dataset where ``?dataset=`` names it."""
    person = person_of(request)
    dataset = request.GET.get("dataset", "").strip()
    counts = {name: find_submissions(person, name, dataset).count() for name in SHOWS}
    asked = request.GET.get("show", "")
    show = asked if asked in SHOWS else ("todo" if counts["todo"] else "all")
    known = datasets()
    rows = seen_by(person, find_submissions(person, show, dataset)[:MOST])
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render_page(
        request,
        "submissions/list.html",
        part="submissions",
        show=show,
        shows=[(name, wording(f"submissions.show_{name}"), counts[name]) for name in SHOWS],
        page=page,
        rows=[row_of(one, known[one.dataset].title if one.dataset in known else same(one.dataset)) for one in page],
        dataset=dataset,
        title=known[dataset].title if dataset in known else None,
    )


def row_of(one: Submission, title: Text) -> SubmissionRow:
    """The submission with its words."""
    return SubmissionRow(one, title, area_name(AreaRef(one.area_system, one.area_code)))
