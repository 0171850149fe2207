"""The report on a submission's checks: summary, findings, exceptions, the marked file."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from pathlib import PurePath
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from mudmai.apps.data.domain.exceptions import (
    OPEN_STATES,
    accept_exceptions,
    decide_exception,
    exceptions_of,
    report_of,
    revoke_exception,
)
from mudmai.apps.data.domain.submissions import submission_for
from mudmai.apps.data.models import AcceptedException, Submission
from mudmai.apps.data.site import datasets
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import Decision
from mudmai.core.checks import CheckReport, Finding
from mudmai.core.errors import InputError, UnknownNameError
from mudmai.core.language import Text, same
from mudmai.exchange.tables import csv_bytes
from mudmai.web.pages import address, language_of, render_page, workspace_of
from mudmai.web.views.people.access import person_of, signed_in, tell
from mudmai.workspace.checking import marked_file
from mudmai.workspace.checking.reports import CSV_COLUMNS, chosen, finding_rows, shown_value
from mudmai.workspace.raw_files import raw_files
from mudmai.workspace.row_diff import series_words

PAGE = 50
UNFOLDED = 10
"""So few findings are shown without folding them."""
SHOWN = ("open", "error", "warning", "accepted", "all")
"""What the list may be narrowed to."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Line:
    """One finding on the page, with its exception where there is one."""

    finding: Finding
    place: Text
    found: str
    exception: AcceptedException | None


@dataclass(frozen=True, slots=True)
class Group:
    """Findings of one check and one series; ``count`` all of them, ``lines`` those of this page."""

    title: Text
    series: Text
    count: int
    lines: tuple[Line, ...]


@signed_in
def checks(request: HttpRequest, language: str, submission: UUID) -> HttpResponse:
    """The page, and what its forms ask for."""
    person = person_of(request)
    held = submission_for(person, submission)
    fault: InputError | None = None
    if request.method == "POST":
        try:
            _act(request, person, held)
        except InputError as refused:
            if refused.code == "not_allowed":
                raise
            fault, held = refused, submission_for(person, submission)
        else:
            asked = request.META.get("QUERY_STRING", "")
            back = address(language_of(request), "submission_checks", submission=held.pk)
            return HttpResponseRedirect(f"{back}?{asked}" if asked else back)
    return _page(request, person, held, fault)


def _act(request: HttpRequest, person: Person, held: Submission) -> None:
    reason = request.POST.get("reason", "")
    if request.POST.get("do") == "revoke":
        revoke_exception(acting_user=person, exception=_exception(request, held), reason=reason)
        tell(request, "checks.revoked")
        return
    accept_exceptions(acting_user=person, submission=held, fingerprints=request.POST.getlist("finding"), reason=reason)
    tell(request, "checks.was_accepted")


def _exception(request: HttpRequest, held: Submission) -> AcceptedException:
    wanted = request.POST.get("exception", "")
    rows = exceptions_of(held.dataset, held.organisation).values()
    found = next((one for one in rows if str(one.pk) == wanted), None)
    if found is None:
        raise UnknownNameError(Text("ข้อยกเว้น", "exception"), wanted)
    return found


def _page(request: HttpRequest, person: Person, held: Submission, fault: InputError | None) -> HttpResponse:
    report = report_of(held)
    rule, show = _asked(request, report)
    findings = [] if report is None else _by_group(report, chosen(report.findings, rule=rule, show=show))
    page = Paginator(findings, PAGE).get_page(request.GET.get("page"))
    known = exceptions_of(held.dataset, held.organisation)
    right = _right(person, held)
    return render_page(
        request,
        "checks/report.html",
        409 if fault else 200,
        part="submissions",
        submission=held,
        title=_title(held),
        report=report,
        rule=rule,
        show=show,
        shown=SHOWN,
        page=page,
        groups=[] if report is None else _groups(request, report, findings, page, known),
        unfolded=len(findings) <= UNFOLDED or bool(fault),
        right=right,
        may_accept=bool(right) and held.state in OPEN_STATES,
        may_replace=held.is_editable,
        fault=fault,
        typed=request.POST.get("reason", "") if fault else "",
        ticked=request.POST.getlist("finding") if fault else [],
    )


def _by_group(report: CheckReport, findings: list[Finding]) -> list[Finding]:
    """Findings of one check and one series stand together, in the order of the checks."""
    place = {one.rule: at for at, one in enumerate(report.counts)}
    return sorted(findings, key=lambda one: (place.get(one.rule, len(place)), one.fact.series))


def _groups(request: HttpRequest, report: CheckReport, findings: list[Finding], page: Any, known: Any) -> list[Group]:
    titles = {one.rule: one.title for one in report.counts}
    counts = Counter((one.rule, one.fact.series) for one in findings)
    catalogue = workspace_of(request).catalogue
    found = []
    for (rule, series), some in groupby(page.object_list, key=lambda one: (one.rule, one.fact.series)):
        lines = tuple(Line(one, _place(one), shown_value(one.value), known.get(one.fingerprint)) for one in some)
        words = series_words(catalogue, series) if series else Text("", "")
        found.append(Group(titles.get(rule, same(rule)), words, counts[rule, series], lines))
    return found


def _place(one: Finding) -> Text:
    """Where it stands, without the file, which the page is about."""
    return Text(one.where.words("th", file=False), one.where.words("en", file=False))


def _right(person: Person, held: Submission) -> Decision:
    """May the person accept anything here? Each finding is decided again, by its own area, when it is accepted."""
    decision = decide_exception(person, held)
    if decision.code == "outside_area":
        return Decision(True, decision.reason, "some_areas")
    return decision


def _asked(request: HttpRequest, report: CheckReport | None) -> tuple[str, str]:
    rules = set() if report is None else {one.rule for one in report.counts}
    rule, show = request.GET.get("rule", ""), request.GET.get("show", "open")
    return (rule if rule in rules else ""), (show if show in SHOWN else "open")


def _title(held: Submission) -> Text:
    known = datasets().get(held.dataset)
    return same(held.dataset) if known is None else known.title


def _report(held: Submission) -> CheckReport:
    report = report_of(held)
    if report is None:
        raise UnknownNameError(Text("ผลตรวจของรายการส่ง", "report of checks of the submission"), str(held.pk))
    return report


@signed_in
def checks_csv(request: HttpRequest, language: str, submission: UUID) -> HttpResponse:
    """The findings that the page is narrowed to, as CSV."""
    held = submission_for(person_of(request), submission)
    report = _report(held)
    rule, show = _asked(request, report)
    body = csv_bytes(CSV_COLUMNS, finding_rows(chosen(report.findings, rule=rule, show=show)))
    return _download(body, "text/csv; charset=utf-8", f"{PurePath(held.raw_name).stem}-checks.csv")


@signed_in
def marked(request: HttpRequest, language: str, submission: UUID) -> HttpResponse:
    """The file as it was sent, with the open findings marked, as a workbook."""
    held = submission_for(person_of(request), submission)
    report = _report(held)
    workspace = workspace_of(request)
    path = raw_files(workspace).path(held.raw_sha)
    body = marked_file(workspace, path, name=held.raw_name, report=report, title=_title(held))
    return _download(body, XLSX, f"{PurePath(held.raw_name).stem}-marked.xlsx")


def _download(body: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(body, content_type=kind)
    plain = "".join(c if c.isascii() and c not in '"\\' and c.isprintable() else "_" for c in name)
    response.headers["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    return response
