"""Evidence of one criterion: what is there, and adding a file, a link, a live figure or a project."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, cast
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from mudmai.apps.assessment.domain import evidence as do
from mudmai.apps.assessment.domain.answers import answers_of
from mudmai.apps.assessment.domain.evidence_rows import counts
from mudmai.apps.assessment.domain.facts import criteria_of
from mudmai.apps.assessment.domain.files import file_for, may_fill_now
from mudmai.apps.assessment.domain.filling import criterion_asked
from mudmai.apps.assessment.domain.live_figures import figure_now, read_figure
from mudmai.apps.assessment.domain.register_measures import MEASURES
from mudmai.apps.assessment.models import CityFile, Evidence, EvidenceKind, FileState
from mudmai.apps.assessment.policy import area_of, decide_city_side
from mudmai.apps.programme.domain.finding import project_for
from mudmai.apps.programme.models import Project
from mudmai.apps.programme.portfolio import Chosen, projects_of
from mudmai.apps.registry.areas import AreaRef, area_name, catalogue
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import NotAllowed
from mudmai.core.criteria import Criterion
from mudmai.core.errors import InputError, MudmaiError, UnknownNameError, Where
from mudmai.core.language import Text
from mudmai.exchange.evidence_kinds import TAKEN
from mudmai.http.receiving import LimitedFile, received, sent_bytes, too_large
from mudmai.web.pages import address, language_of, render_page, workspace_of
from mudmai.web.views.assessment.shared import as_uuid
from mudmai.web.views.people.access import person_of, signed_in, tell
from mudmai.web.views.projects.report_pictures import photo_type
from mudmai.web.wording import wording
from mudmai.workspace.raw_files import raw_files

View = Callable[..., HttpResponse]
PROJECTS = 30
"""Projects that a search shows."""


@dataclass(frozen=True)
class PieceView:
    """One piece; ``now`` tells a live figure that has changed since, ``more`` how a figure was read."""

    one: Evidence
    counted: bool
    now: Text | None
    fault: Text | None


def takes_evidence(view: View) -> View:
    """As ``takes_files``, within the limit of evidence: a larger file is refused while it comes."""
    inner = csrf_protect(view)

    @wraps(view)
    def receiving(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not hasattr(request, "_files"):
            request.upload_handlers = [LimitedFile(request, most=do.evidence_limit())]
        return inner(request, *args, **kwargs)

    return cast(View, csrf_exempt(receiving))


@takes_evidence
@signed_in
def evidence_page(request: HttpRequest, file: UUID, criterion: str, language: str) -> HttpResponse:
    """The evidence of one criterion and the ways to add to it."""
    person = person_of(request)
    held = file_for(person, file)
    _, asked = criterion_asked(held, criterion)
    fault: InputError | None = None
    if request.method == "POST":
        try:
            _act(request, person, held, asked)
        except NotAllowed:
            raise
        except InputError as found:
            fault = found
        else:
            here = address(language_of(request), "file_evidence", file=held.pk, criterion=asked.id)
            return HttpResponseRedirect(here)
    return _show(request, person, held, asked, fault)


def _act(request: HttpRequest, person: Person, file: CityFile, criterion: Criterion) -> None:
    """Do what the form asks, and tell that it was done."""
    _ = request.FILES
    if getattr(request, "upload_too_large", False):
        raise too_large(do.evidence_limit(), do.LINK_INSTEAD, sent=sent_bytes(request), where=Where(field="file"))
    given = request.POST
    told: dict[str, Any] = {"acting_user": person, "file": file, "criterion": criterion.id}
    title = given.get("title", "").strip()
    match given.get("do", ""):
        case "file":
            _require(person, file)
            raw = received(request, most=do.evidence_limit())
            do.attach_file(**told, raw=raw, title=title, replaces=_replaced(file, given.get("replaces", "")))
        case "link":
            replaces = _replaced(file, given.get("replaces", ""))
            do.attach_link(**told, url=given.get("url", ""), title=title, replaces=replaces)
        case "figure":
            do.attach_figure(**told, **_figure_asked(given, file), title=title)
        case "project":
            chosen = as_uuid(given.get("project", ""))
            if chosen is None:
                raise InputError(
                    wording("evid.no_project"),
                    remedy=wording("evid.no_project_remedy"),
                    code="evidence",
                    where=Where(field="project"),
                )
            made = do.attach_project(**told, project=project_for(person, chosen), title=title)
            if not counts(made):
                tell(request, "evid.added_closed")
                return
        case "remove":
            row = do.evidence_named(file, as_uuid(given.get("evidence", "")))
            do.remove_evidence(acting_user=person, evidence=row, reason=given.get("reason", ""))
            tell(request, "evid.removed")
            return
        case _:
            raise Http404
    tell(request, "evid.added")


def _require(person: Person, file: CityFile) -> None:
    """Rights are asked before a file is kept."""
    decision = decide_city_side(person, "assess.fill", file)
    if not decision:
        raise NotAllowed(decision)


def _replaced(file: CityFile, text: str) -> Evidence | None:
    key = as_uuid(text)
    return do.evidence_named(file, key) if key else None


def _figure_asked(given: Mapping[str, str], file: CityFile) -> dict[str, Any]:
    """What figure the form means: that of the criterion, a measure of the register, or a formula or series."""
    kind, _, name = given.get("figure", "live").partition(":")
    found: dict[str, Any] = {"period": given.get("period", "").strip()}
    system, _, code = given.get("place", "").partition(":")
    if code:
        found["area"] = AreaRef(system, code)
    if kind == "measure":
        found["measure"] = name
    elif kind == "formula":
        found["formula"] = given.get("formula", "").strip()
        if not found["formula"]:
            raise InputError(
                wording("evid.no_formula"),
                remedy=wording("evid.no_formula_remedy"),
                code="figure",
                where=Where(field="formula"),
            )
    return found


def _show(
    request: HttpRequest, person: Person, file: CityFile, criterion: Criterion, fault: InputError | None
) -> HttpResponse:
    may = decide_city_side(person, "assess.fill", file)
    editable = bool(may) and (may_fill_now(file) or file.state == FileState.REPLY)
    criteria = criteria_of(file)
    rows = file.evidence.filter(criterion=criterion.id).select_related(
        "added_by__details", "removed_by__details", "project__programme"
    )
    rows = rows.prefetch_related("replaced_by")
    standing, gone = [], []
    for one in rows:
        replaced = getattr(one, "replaced_by", None)
        if one.removed_at is not None or replaced is not None:
            gone.append(one)
        else:
            standing.append(_piece(one))
    asked = request.GET if fault is None else request.POST
    figure, wrong = _preview(request, file, criterion) if editable and request.GET.get("figure") else (None, None)
    search = request.GET.get("q", "").strip()
    return render_page(
        request,
        "assessment/evidence.html",
        200 if fault is None else 422,
        current="assessments",
        part="assessments",
        file=file,
        set=criteria,
        criterion=criterion,
        one=criteria.part(criterion.part),
        answer=answers_of(file).get(criterion.id),
        pieces=standing,
        gone=gone,
        counted=sum(1 for one in standing if one.counted),
        editable=editable,
        may=may,
        limit=do.evidence_limit() >> 20,
        taken=TAKEN,
        most=do.MOST_PIECES,
        reason_needed=file.submitted_at is not None,
        measures=[(f"measure:{one.id}", one.title) for one in MEASURES.values()],
        places=_places(file),
        figure=figure,
        step=next((s.title for s in criterion.scale if figure and s.value == figure.get("reaches")), None),
        wrong=wrong,
        search=search,
        projects=_projects(person, search),
        asked=asked,
        fault=fault,
    )


def _piece(one: Evidence) -> PieceView:
    """A figure is read again: what was attached stays, and where it is another today that is told."""
    if one.kind != EvidenceKind.FIGURE:
        return PieceView(one, counts(one), None, None)
    try:
        now = figure_now(one)
    except MudmaiError as fault:
        return PieceView(one, counts(one), None, fault.message)
    return PieceView(one, counts(one), now.told if now.differs else None, None)


def _projects(person: Person, search: str) -> list[Project]:
    """Projects that a search finds; none without a search."""
    if not search:
        return []
    return list(projects_of(person, Chosen(text=search)).select_related("programme")[:PROJECTS])


def _preview(
    request: HttpRequest, file: CityFile, criterion: Criterion
) -> tuple[dict[str, Any] | None, InputError | None]:
    """The figure that was asked for, before it is attached; or why it cannot be read."""
    try:
        asked = _figure_asked(request.GET, file)
        return read_figure(workspace_of(request), city=file.city, live=criterion.live, **asked), None
    except InputError as fault:
        return None, fault


def _places(file: CityFile) -> list[tuple[str, Text]]:
    """The city's own area and those that hold it, the smallest first."""
    mine = area_of(file.city)
    system = catalogue().area_systems.get(mine.system)
    if system is None or mine.code not in system.by_code:
        return []
    codes = [mine.code, *(one.code for one in system.ancestors(mine.code))]
    return [(f"{mine.system}:{code}", area_name(AreaRef(mine.system, code))) for code in codes]


@signed_in
def evidence_download(request: HttpRequest, file: UUID, evidence: UUID, language: str) -> HttpResponseBase:
    """An attached file for whoever may read the city's file: a download, or with ``show=picture`` a photo in a page."""
    held = file_for(person_of(request), file)
    found = held.evidence.filter(pk=evidence, kind=EvidenceKind.FILE).first()
    if found is None:
        raise UnknownNameError(Text("หลักฐาน", "evidence"), str(evidence))
    path = raw_files(workspace_of(request)).path(found.raw_sha)
    if request.GET.get("show") == "picture":
        with path.open("rb") as stream:
            kind = photo_type(stream.read(12))
        if not kind:
            raise Http404
        shown = FileResponse(path.open("rb"), content_type=kind)
        shown.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        return shown
    response = FileResponse(path.open("rb"), as_attachment=True, filename=found.raw_name)
    response.headers["Content-Type"] = "application/octet-stream"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
