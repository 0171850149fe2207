"""Links of projects to clauses of plans: many suggestions confirmed at once, and all links of one project."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict

from mudmai.apps.programme.domain.finding import ProjectPage, programme_for, project_page
from mudmai.apps.programme.domain.links import LinkDecision, decide_links
from mudmai.apps.programme.domain.links_suggesting import begin_suggesting
from mudmai.apps.programme.models import LinkState, PlanLink, Programme, Project, Stage
from mudmai.apps.programme.policy import require_on
from mudmai.apps.programme.portfolio import money_by_project
from mudmai.apps.programme.queries import counted_projects
from mudmai.apps.registry.policy import NotAllowed
from mudmai.core.errors import InputError
from mudmai.core.language import Text
from mudmai.core.plan_clauses import LEVEL_TITLES, Clause, PlanLevel, clauses_of
from mudmai.core.plans import Plan
from mudmai.web.asking import asked_choice
from mudmai.web.pages import address, language_of, render_page, workspace_of
from mudmai.web.views.people.access import person_of, signed_in, tell
from mudmai.web.views.projects.clause_choice import clause_name
from mudmai.web.wording import wording

SHOWS = ("waiting", "low", "unlinked", "bare", "linked", "all")
SIZES = ("25", "100", "200")
LOW = Decimal("0.4")
"""A first suggestion below this is one that the words hardly speak for."""

SURE = Decimal("0.6")
"""From here a first suggestion may be ticked beforehand, where the officer asks for it."""

_KEPT = ("plan", "level", "show", "clause", "size", "after", "before")


@dataclass(frozen=True, slots=True)
class Choice:
    """How the list is narrowed."""

    plan: Plan
    level: PlanLevel
    show: str
    clause: str
    size: int
    tick: bool


@dataclass(frozen=True, slots=True)
class LinkLine:
    """A link with the clause that it names; ``value`` is what its form sends; ``is_ticked`` beforehand."""

    link: PlanLink
    clause: Clause | None
    is_ticked: bool = False

    @property
    def value(self) -> str:
        """The link as it was seen."""
        return f"{self.link.pk}.{self.link.revision}"

    @property
    def percent(self) -> Decimal | None:
        """Its confidence in per cent; None where a person made it."""
        return None if self.link.confidence is None else self.link.confidence * 100

    @property
    def part(self) -> str:
        """Its part of the money in per cent, as a field holds it."""
        return "" if self.link.weight is None else f"{(self.link.weight * 100).normalize():f}"


@dataclass(frozen=True, slots=True)
class ProjectAsk:
    """A project of the list: its money at the first known stage, what is linked and what is suggested."""

    project: Project
    stage: Text | None
    amount: Decimal | None
    linked: list[LinkLine]
    waiting: list[LinkLine]
    refuse_rest: bool = False


@signed_in
def programme_links(request: HttpRequest, programme: UUID, language: str) -> HttpResponse:
    """``?plan=``, ``?level=``, ``?show=``, ``?clause=``, ``?size=``, ``?tick=1``; many decisions in one form."""
    person = person_of(request)
    held = programme_for(person, programme)
    require_on(person, "project.link", programme=held)
    choice = read_choice(request)
    fault: InputError | None = None
    if request.method == "POST":
        try:
            return _act(request, held, choice)
        except NotAllowed:
            raise
        except InputError as found:
            fault = found
    chosen = narrowed(counted_projects(held.projects.all()), choice)
    rows = project_page(
        chosen, after=request.GET.get("after", ""), before=request.GET.get("before", ""), size=choice.size
    )
    return render_page(
        request,
        "projects/programme_links.html",
        (409 if fault.code == "project_changed" else 400) if fault else 200,
        part="programmes",
        current="projects",
        programme=held,
        choice=choice,
        fault=fault,
        asks=_asks(rows, choice, request.POST),
        counts=_counts(held, choice),
        plans=workspace_of(request).plans,
        levels=[(level, LEVEL_TITLES[level]) for level in _levels(choice.plan)],
        clauses=[
            (id, clause_name(one)) for id, one in clauses_of(choice.plan).items() if one.level == choice.level
        ],
        shows=[(one, wording(f"links.show_{one}")) for one in SHOWS],
        sizes=SIZES,
        before=_changed(request, before=rows.before, after="") if rows.before else "",
        after=_changed(request, after=rows.after, before="") if rows.after else "",
        tick_address=_changed(request, tick="1"),
        sure=int(SURE * 100),
        here_address=_changed(request),
    )  # fmt: skip


def read_choice(request: HttpRequest) -> Choice:
    """What the address asks for; names that are not known are refused."""
    asked = request.GET
    plan = workspace_of(request).plan(asked.get("plan") or None)
    levels = _levels(plan)
    first: PlanLevel = "sub_strategy" if "sub_strategy" in levels else levels[0]
    level = cast(PlanLevel, asked_choice(asked, "level", (first, *(one for one in levels if one != first))))
    clause = asked.get("clause", "")
    if clause and (clause not in clauses_of(plan) or clauses_of(plan)[clause].level != level):
        clause = ""
    return Choice(
        plan,
        level,
        asked_choice(asked, "show", SHOWS),
        clause,
        int(asked_choice(asked, "size", SIZES)),
        asked.get("tick") == "1",
    )


def _levels(plan: Plan) -> list[PlanLevel]:
    return list(dict.fromkeys(one.level for one in clauses_of(plan).values()))


def narrowed(projects: QuerySet[Project], choice: Choice) -> QuerySet[Project]:
    """The projects that the choice leaves."""
    links = PlanLink.objects.filter(project=OuterRef("pk"), plan=choice.plan.id, level=choice.level)
    linked = Exists(links.filter(state=LinkState.CONFIRMED))
    waiting = links.filter(state=LinkState.SUGGESTED)
    match choice.show:
        case "waiting":
            projects = projects.filter(Exists(waiting)).exclude(linked)
        case "low":
            projects = projects.filter(Exists(waiting)).exclude(linked)
            projects = projects.exclude(Exists(waiting.filter(confidence__gte=LOW)))
        case "unlinked":
            projects = projects.exclude(linked)
        case "bare":
            projects = projects.exclude(linked).exclude(Exists(waiting))
        case "linked":
            projects = projects.filter(linked)
    if choice.clause:
        named = links.filter(clause=choice.clause).exclude(state=LinkState.REFUSED)
        projects = projects.filter(Exists(named))
    return projects


def _counts(held: Programme, choice: Choice) -> dict[str, int]:
    every = counted_projects(held.projects.all())
    return {
        show: narrowed(every, replace(choice, show=show, clause="")).count()
        for show in ("all", "linked", "waiting", "bare")
    }


def _asks(page: ProjectPage, choice: Choice, given: QueryDict) -> list[ProjectAsk]:
    keys = [one.pk for one in page.rows]
    rows = PlanLink.objects.filter(project__in=keys, plan=choice.plan.id, level=choice.level)
    own: dict[UUID, list[PlanLink]] = {}
    for link in rows.exclude(state=LinkState.REFUSED).order_by("-confidence", "clause"):
        own.setdefault(link.project_id, []).append(link)
    known, money = clauses_of(choice.plan), money_by_project(keys)
    ticked, rest = set(given.getlist("yes")), set(given.getlist("rest"))
    asks = []
    for one in page.rows:
        stage = next((stage for stage in Stage if stage.value in money.get(one.pk, {})), None)
        links = own.get(one.pk, [])
        waiting = [link for link in links if link.state == LinkState.SUGGESTED]
        lines = []
        for n, link in enumerate(waiting):
            ready = choice.tick and n == 0 and link.confidence is not None and link.confidence >= SURE
            line = LinkLine(link, known.get(link.clause))
            is_ticked = line.value in ticked if given else ready
            lines.append(LinkLine(link, known.get(link.clause), is_ticked))
        linked = [LinkLine(link, known.get(link.clause)) for link in links if link.state == LinkState.CONFIRMED]
        asks.append(
            ProjectAsk(
                one,
                stage.title if stage else None,
                money[one.pk][stage.value] if stage else None,
                linked,
                lines,
                str(one.pk) in rest,
            )
        )
    return asks


def _act(request: HttpRequest, held: Programme, choice: Choice) -> HttpResponse:
    person, given = person_of(request), request.POST
    if given.get("do") == "suggest":
        asked = begin_suggesting(acting_user=person, programme=held, plan=choice.plan.id, level=choice.level)
        return HttpResponseRedirect(address(language_of(request), "job", job=asked.pk))
    done = decide_links(acting_user=person, programme=held, decisions=_decisions(given))
    tell(request, "links.decided_one" if done.confirmed + done.refused == 1 else "links.decided")
    return HttpResponseRedirect(_changed(request))


def _decisions(given: QueryDict) -> list[LinkDecision]:
    """Ticked links are confirmed; of projects whose rest is refused, the others that were shown are refused."""
    yes = given.getlist("yes")
    rest = set(given.getlist("rest"))
    no = [
        value
        for project, _, value in (one.partition("/") for one in given.getlist("shown"))
        if project in rest and value not in yes
    ]
    found = [*(_seen(value, True) for value in yes), *(_seen(value, False) for value in no)]
    if not found:
        raise InputError(wording("links.nothing_ticked"), remedy=wording("links.nothing_ticked_remedy"), code="project")
    return found


def _seen(value: str, confirm: bool) -> LinkDecision:
    key, _, revision = value.partition(".")
    try:
        return LinkDecision(UUID(key), int(revision) if revision.isascii() and revision.isdigit() else 0, confirm)
    except ValueError:
        raise InputError(
            wording("links.nothing_ticked"), remedy=wording("links.nothing_ticked_remedy"), code="project"
        ) from None


def _changed(request: HttpRequest, **changes: str) -> str:
    kept = {name: value for name, value in request.GET.items() if name in _KEPT and value}
    kept.update(changes)
    return f"{request.path}?" + urlencode({name: value for name, value in kept.items() if value})


def lines_of(links: Sequence[PlanLink], plans: Sequence[Plan]) -> list[LinkLine]:
    """Links with the clauses that they name."""
    known: dict[tuple[str, str], Any] = {(plan.id, id): one for plan in plans for id, one in clauses_of(plan).items()}
    return [LinkLine(link, known.get((link.plan, link.clause))) for link in links]
