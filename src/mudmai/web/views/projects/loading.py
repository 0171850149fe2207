"""A plan workbook: drop it, see what it holds and where it disagrees with its summary, load all of it or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse

from mudmai.apps.jobs.models import Job
from mudmai.apps.programme.domain.jobs_loading import READ, begin_loading, begin_reading
from mudmai.apps.programme.domain.jobs_revising import begin_comparing
from mudmai.apps.programme.domain.projects import programme_for
from mudmai.apps.programme.models import Programme, RevisionKind
from mudmai.apps.programme.policy import change_action, require_on
from mudmai.core.days import read_day
from mudmai.core.errors import InputError, UnknownNameError
from mudmai.core.language import Text
from mudmai.core.ledger import ProjectState
from mudmai.http.receiving import received, upload_limit
from mudmai.web.pages import address, language_of, render_page
from mudmai.web.views.intake.receiving import takes_files
from mudmai.web.views.people.access import person_of, signed_in
from mudmai.web.wording import wording
from mudmai.workspace.raw_files import RawFile


@takes_files
@signed_in
def load(request: HttpRequest, programme: UUID, language: str) -> HttpResponse:
    """Drop the workbook; nothing is loaded yet."""
    person = person_of(request)
    held = programme_for(person, programme)
    require_on(person, change_action(held), programme=held)  # before the file is taken in
    fault: InputError | None = None
    if request.method == "POST":
        try:
            asked = begin_reading(acting_user=person, programme=held, raw=received(request))
            return _go(request, address(language_of(request), "programme_preview", programme=held.pk, job=asked.pk))
        except InputError as found:
            fault = found
    if fault and request.headers.get("X-Upload") == "script":
        words = language_of(request)
        return JsonResponse({"message": fault.message.in_(words), "remedy": fault.remedy.in_(words)}, status=400)
    return render_page(
        request,
        "projects/load.html",
        400 if fault else 200,
        part="programmes",
        current="projects",
        programme=held,
        fault=fault,
        limit=f"{upload_limit() / (1 << 20):,.0f}",
        limit_bytes=upload_limit(),
        has_projects=held.projects.exists(),
    )


@dataclass(frozen=True)
class SheetRow:
    """A sheet of the workbook: its form, the projects that count and its planned money by year."""

    name: str
    code: str
    rows: int
    counted: int
    years: list[Decimal | None]
    total: Decimal


@dataclass(frozen=True)
class Disagreement:
    """A comparison that does not agree, with the cells of both sides."""

    what: Text
    section: str
    year: int | None
    form_count: int | None
    summary_count: int | None
    form_sum: Decimal | None
    summary_sum: Decimal | None
    difference: Decimal
    form_cells: str
    summary_cells: str
    more: int
    """Projects more in the forms than in the summary; 0 where one of them gives no count."""


@dataclass(frozen=True)
class Told:
    """A problem as the reading noted it."""

    text: Text
    remedy: Text
    place: str


@signed_in
def preview(request: HttpRequest, programme: UUID, job: UUID, language: str) -> HttpResponse:
    """What the workbook holds; the button that loads it."""
    person = person_of(request)
    held = programme_for(person, programme)
    require_on(person, change_action(held), programme=held)
    row = Job.objects.filter(pk=job, kind=READ, about_id=str(held.pk)).first()
    if row is None:
        raise UnknownNameError(Text("การอ่านสมุดงาน", "reading of a workbook"), str(job))
    fault: InputError | None = None
    if request.method == "POST":
        try:
            return _load(request, held, row)
        except InputError as found:
            fault = found
    if row.result is None:
        return render_page(
            request, "projects/reading.html", part="programmes", current="projects", programme=held, job=row,
            name=row.arguments["name"], still=bool(request.GET.get("still")),
        )  # fmt: skip
    return _shown(request, held, row, row.result, fault)


def _load(request: HttpRequest, held: Programme, row: Job) -> HttpResponse:
    given = request.POST
    told = row.arguments
    raw = RawFile(told["sha"], told["size"], told["name"])
    if given.get("do") == "compare":
        compared = begin_comparing(acting_user=person_of(request), programme=held, raw=raw)
        to = address(language_of(request), "programme_revised", programme=held.pk, job=compared.pk)
        return HttpResponseRedirect(to)
    if row.result and row.result["disagreement_count"] and not given.get("reason", "").strip():
        raise InputError(
            wording("planload.reason_needed"), remedy=wording("planload.reason_remedy"), code="form_disagrees"
        )
    asked = begin_loading(
        acting_user=person_of(request),
        programme=held,
        raw=raw,
        kind=given.get("kind", RevisionKind.ORIGINAL.value),
        decided_on=read_day(given["decided_on"]) if given.get("decided_on", "").strip() else None,
        number=given.get("number", "").strip()[:40],
        document=given.get("document", "").strip()[:500],
        reason=given.get("reason", "").strip()[:4000],
    )
    return HttpResponseRedirect(address(language_of(request), "job", job=asked.pk))


def _shown(
    request: HttpRequest, held: Programme, row: Job, result: Mapping[str, Any], fault: InputError | None
) -> HttpResponse:
    years: list[int] = result["years"]
    sheets = [_sheet(one, years) for one in result["sheets"]]
    has_projects = held.projects.exists()
    kinds = [one for one in RevisionKind if has_projects is (one is not RevisionKind.ORIGINAL)]
    return render_page(
        request,
        "projects/preview.html",
        400 if fault else 200,
        part="programmes",
        current="projects",
        programme=held,
        fault=fault,
        given=request.POST,
        name=row.arguments["name"],
        result=result,
        years=years,
        sheets=sheets,
        year_totals=[sum((one.years[n] or Decimal(0) for one in sheets), Decimal(0)) for n in range(len(years))],
        total=Decimal(result["planned"]),
        states=[(ProjectState(state).label, n) for state, n in result["states"].items()],
        disagreements=[_disagreement(one) for one in result["disagreements"]],
        faults=[_told(one) for one in result["faults"]],
        warnings=[_told(one) for one in result["warnings"]],
        left_out=[(one, Text(one["th"], one["en"])) for one in result["left_out"]],
        kinds=[(one.value, one.label) for one in kinds],
        has_projects=has_projects,
        already=held.loads.filter(raw_sha=row.arguments["sha"]).exists(),
    )


def _sheet(one: Mapping[str, Any], years: list[int]) -> SheetRow:
    told = [one["years"].get(str(year)) for year in years]
    amounts = [None if amount is None else Decimal(amount) for amount in told]
    return SheetRow(one["name"], one["code"], one["rows"], one["counted"], amounts, Decimal(one["total"]))


def _disagreement(one: Mapping[str, Any]) -> Disagreement:
    what: str = one["what"]
    return Disagreement(
        what=wording(f"planload.what_{what}"),
        section=one["section"],
        year=one["year"],
        form_count=one["form_count"],
        summary_count=one["summary_count"],
        form_sum=_amount(one["form_sum"]),
        summary_sum=_amount(one["summary_sum"]),
        difference=Decimal(one["difference"]),
        form_cells=", ".join(one["form_cells"]),
        summary_cells=", ".join(one["summary_cells"]),
        more=one.get("count_difference", 0),
    )


def _amount(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _told(one: Mapping[str, Any]) -> Told:
    place = "!".join(part for part in (one["sheet"], one["cell"]) if part)
    return Told(Text(one["th"], one["en"]), Text(one["remedy_th"], one["remedy_en"]), place)


def _go(request: HttpRequest, to: str) -> HttpResponse:
    """On to the next page; a script that shows the progress of the upload is told where."""
    return JsonResponse({"to": to}) if request.headers.get("X-Upload") == "script" else HttpResponseRedirect(to)
