"""Pairs of projects that look alike, side by side, with the buttons that decide them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from mudmai.apps.jobs.models import Job
from mudmai.apps.programme.domain import likenesses as do
from mudmai.apps.programme.domain.likely_pairs import LikelyPair, Reason
from mudmai.apps.programme.domain.projects import programme_for, project_for
from mudmai.apps.programme.models import LikenessDecision, Programme, Project, Stage
from mudmai.apps.programme.models.project import STAGE_TITLES
from mudmai.apps.programme.policy import change_action, require_on
from mudmai.apps.registry.areas import AreaRef, area_name
from mudmai.apps.registry.policy import NotAllowed
from mudmai.core.errors import InputError
from mudmai.core.language import Text
from mudmai.core.search_text import fold
from mudmai.web.pages import address, language_of, reader, render_page
from mudmai.web.preferences import Preferences
from mudmai.web.templatetags.mudmai_projects import written_baht
from mudmai.web.views.people.access import person_of, signed_in, tell
from mudmai.web.views.projects.changes import NOTHING, field_name
from mudmai.web.wording import wording

PAGE = 10
_VERDICTS = {"first": ("duplicate", "first"), "second": ("duplicate", "second"),
             "continued": ("continued", ""), "different": ("different", "")}  # fmt: skip


@dataclass(frozen=True)
class FieldRow:
    """One thing of both projects, and whether it is the same."""

    name: Text
    first: str
    second: str
    same: bool


@dataclass(frozen=True)
class PairView:
    """A pair as the page shows it. ``decision``: what was decided on it; None while it waits."""

    first: Project
    second: Project
    percent: int | None
    reasons: tuple[Text, ...]
    against: tuple[Text, ...]
    rows: list[FieldRow]
    suggested: Text | None = None
    decision: LikenessDecision | None = None
    fault: InputError | None = None
    reason: str = ""

    @property
    def key(self) -> str:
        """A name for the pair on the page."""
        return f"{self.first.pk.hex}-{self.second.pk.hex}"


@signed_in
def alike(request: HttpRequest, language: str, programme: UUID | None = None) -> HttpResponse:
    """The pairs that wait; with ``?decided=1`` those that were decided."""
    person = person_of(request)
    held = programme_for(person, programme) if programme else None
    if held is not None:
        require_on(person, change_action(held), programme=held)
    fault: InputError | None = None
    if request.method == "POST":
        try:
            return _act(request, held)
        except NotAllowed:
            raise
        except InputError as found:
            fault = found
    return _shown(request, held, fault)


def _act(request: HttpRequest, held: Programme | None) -> HttpResponse:
    person, given = person_of(request), request.POST
    if given.get("do") == "search":
        asked = do.begin_finding(acting_user=person)
        return HttpResponseRedirect(address(language_of(request), "job", job=asked.pk))
    if given.get("do") not in _VERDICTS:
        raise Http404
    verdict, stays = _VERDICTS[given["do"]]
    pair = {name: project_for(person, given.get(name, "")) for name in ("first", "second")}
    for name, project in pair.items():
        version = given.get(f"{name}_version", "")
        project.version = int(version) if version.isascii() and version.isdigit() and len(version) < 9 else 0
    known = do.known_pair(pair["first"].pk.hex, pair["second"].pk.hex)
    do.decide(
        acting_user=person,
        first=pair["first"],
        second=pair["second"],
        verdict=verdict,
        stays=pair.get(stays),
        reason=given.get("reason", ""),
        score=known.score if known else None,
    )
    tell(request, f"alike.done_{verdict}")
    return HttpResponseRedirect(_here(request, held))


def _here(request: HttpRequest, held: Programme | None) -> str:
    language = language_of(request)
    to = address(language, "programme_alike", programme=held.pk) if held else address(language, "projects_alike")
    kept = request.GET.urlencode()
    return f"{to}?{kept}" if kept else to


def _shown(request: HttpRequest, held: Programme | None, fault: InputError | None) -> HttpResponse:
    person = person_of(request)
    found = do.found_pairs()
    decided = bool(request.GET.get("decided"))
    waiting = do.undecided_pairs(person, held)
    rows: Any = do.decisions_on(person, held) if decided else waiting
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    pairs = _decided(request, page) if decided else _waiting(request, page)
    placed = [_with_fault(one, request, fault) for one in pairs]
    return render_page(
        request,
        "projects/alike.html",
        400 if fault else 200,
        part="programmes",
        current="projects",
        programme=held,
        fault=fault,
        decided=decided,
        waiting=len(waiting),
        page=page,
        pairs=placed,
        sought=found,
        current_pairs=found.is_current,
        running=Job.objects.filter(kind=do.FIND, state__in=("queued", "running")).first(),
        may_search=do.changeable(person).exists(),
    )


def _with_fault(one: PairView, request: HttpRequest, fault: InputError | None) -> PairView:
    """The pair that was sent keeps what was written, and its fault."""
    sent = {request.POST.get("first", ""), request.POST.get("second", "")}
    if fault is None or sent != {str(one.first.pk), str(one.second.pk)}:
        return one
    return PairView(**{**one.__dict__, "fault": fault, "reason": request.POST.get("reason", "")[:4000]})


def _waiting(request: HttpRequest, page: Page[LikelyPair]) -> list[PairView]:
    here = reader(request)
    projects = do.projects_by_id({key for one in page for key in (one.first, one.second)})
    found = []
    for one in page:
        first, second = projects[one.first], projects[one.second]
        continued = Reason.OTHER_YEARS in one.reasons
        found.append(
            PairView(
                first,
                second,
                round(one.score * 100),
                tuple(reason.title for reason in one.reasons if not reason.against),
                tuple(reason.title for reason in one.reasons if reason.against),
                compared(first, second, here),
                suggested=wording("alike.maybe_continued") if continued else None,
            )
        )
    return found


def _decided(request: HttpRequest, page: Page[LikenessDecision]) -> list[PairView]:
    here = reader(request)
    projects = do.projects_by_id({key.hex for one in page for key in (one.first_id, one.second_id)})
    found = []
    for one in page:
        first, second = projects[one.first_id.hex], projects[one.second_id.hex]
        percent = None if one.score is None else round(one.score * 100)
        found.append(PairView(first, second, percent, (), (), compared(first, second, here), decision=one))
    return found


def compared(first: Project, second: Project, here: Preferences) -> list[FieldRow]:
    """Both projects field by field, as far as one of them says something; money year by year."""
    rows: list[FieldRow] = []

    def add(name: Text, one: str, other: str) -> None:
        if one or other:
            same = fold(one).replace(" ", "") == fold(other).replace(" ", "")
            rows.append(FieldRow(name, one or NOTHING, other or NOTHING, same))

    add(field_name("title"), first.title, second.title)
    add(field_name("number"), first.number, second.number)
    add(wording("alike.programme"), _programme(first, here), _programme(second, here))
    add(wording("programme.section"), _section(first), _section(second))
    add(field_name("places"), _places(first, here), _places(second, here))
    for name in ("output", "objective", "department"):
        add(field_name(name), getattr(first, name), getattr(second, name))
    own, other = _money(first, here), _money(second, here)
    for key in sorted(own.keys() | other.keys()):
        year, place = key
        title = STAGE_TITLES[list(Stage)[place]]
        words = Text(f"{title.th} ปี {here.year(year)}", f"{title.en}, {here.year(year)}")
        add(words, own.get(key, NOTHING), other.get(key, NOTHING))
    return rows


def _programme(project: Project, here: Preferences) -> str:
    return f"{here.say(project.programme.title)} · {here.say(project.programme.organisation.name)}"


def _section(project: Project) -> str:
    return str(project.hierarchy[-1][1]) if project.hierarchy else ""


def _places(project: Project, here: Preferences) -> str:
    return ", ".join(here.say(area_name(AreaRef(one.area_system, one.area))) for one in project.places.all())


def _money(project: Project, here: Preferences) -> dict[tuple[int, int], str]:
    stages = [stage.value for stage in Stage]
    found: dict[tuple[int, int], list[Any]] = {}
    for line in project.budget.all():
        if line.amount is not None:
            found.setdefault((line.fiscal_year, stages.index(line.stage)), []).append(line.amount)
    return {key: written_baht(here, sum(amounts)) for key, amounts in found.items()}
