"""All links of one project: confirm or refuse what is suggested, link by hand, part the money, take a link away."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from mudmai.apps.programme.domain.links import add_link, confirm_link, refuse_link, set_weights
from mudmai.apps.programme.domain.links_suggesting import suggest_links
from mudmai.apps.programme.domain.projects import project_for
from mudmai.apps.programme.domain.refusals import changed
from mudmai.apps.programme.models import LinkState, PlanLink, Project
from mudmai.apps.programme.policy import decide_project
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import NotAllowed
from mudmai.core.errors import InputError
from mudmai.core.language import to_arabic_digits
from mudmai.core.plan_clauses import LEVEL_TITLES, clauses_of
from mudmai.web.pages import address, language_of, render_page, workspace_of
from mudmai.web.views.people.access import person_of, signed_in, tell
from mudmai.web.views.projects.clause_choice import clause_name
from mudmai.web.views.projects.links import lines_of
from mudmai.web.wording import wording


@signed_in
def project_links(request: HttpRequest, project: UUID, language: str) -> HttpResponse:
    """``do``: confirm, refuse, add, weights, suggest."""
    person = person_of(request)
    held = project_for(person, project)
    decision = decide_project(person, "project.link", held)
    if not decision:
        raise NotAllowed(decision)
    fault: InputError | None = None
    if request.method == "POST":
        try:
            _act(request, person, held)
            return HttpResponseRedirect(address(language_of(request), "project_links", project=held.pk))
        except NotAllowed:
            raise
        except InputError as found:
            fault = found
    plans = workspace_of(request).plans
    lines = lines_of(list(held.links.order_by("plan", "-confidence", "clause")), plans)
    groups = [
        (plan.title, LEVEL_TITLES[level], [(f"{plan.id}:{id}", clause_name(one)) for id, one in own.items()])
        for plan in plans
        for level in dict.fromkeys(one.level for one in clauses_of(plan).values())
        if (own := {id: one for id, one in clauses_of(plan).items() if one.level == level})
    ]
    by_state = {state: [one for one in lines if one.link.state == state] for state in LinkState.values}
    given = request.POST
    return render_page(
        request,
        "projects/project_links.html",
        (409 if fault.code == "project_changed" else 400) if fault else 200,
        part="programmes",
        current="projects",
        project=held,
        fault=fault,
        fault_at=given.get("do", "") if fault else "",
        confirmed=[(one, given.get(f"part_{one.link.pk}", one.part)) for one in by_state[LinkState.CONFIRMED]],
        suggested=by_state[LinkState.SUGGESTED],
        refused=by_state[LinkState.REFUSED],
        groups=groups,
        given=given,
    )


def _act(request: HttpRequest, person: Person, held: Project) -> None:
    given = request.POST
    match given.get("do", ""):
        case "confirm":
            link, revision = _link(held, given.get("link", ""))
            confirm_link(acting_user=person, link=link, revision=revision)
            tell(request, "links.confirmed_now")
        case "refuse":
            link, revision = _link(held, given.get("link", ""))
            refuse_link(acting_user=person, link=link, revision=revision, reason=given.get("reason", ""))
            tell(request, "links.refused_now")
        case "add":
            plan, _, clause = given.get("clause", "").partition(":")
            weight = _part(given.get("part", ""))
            reason = given.get("reason", "")
            add_link(acting_user=person, project=held, plan=plan, clause=clause, weight=weight, reason=reason)
            tell(request, "links.added")
        case "weights":
            rows = [_link(held, value) for value in given.getlist("seen")]
            set_weights(
                acting_user=person,
                project=held,
                weights={link.pk: _part(given.get(f"part_{link.pk}", "")) for link, _ in rows},
                revisions={link.pk: revision for link, revision in rows},
            )
            tell(request, "links.parts_kept")
        case _:
            own = Project.objects.filter(pk=held.pk)
            done = suggest_links(acting_user=person, programme=held.programme, projects=own)
            tell(request, "links.suggested_now" if done.suggestions else "links.suggested_none")


def _link(held: Project, value: str) -> tuple[PlanLink, int]:
    key, _, revision = value.partition(".")
    try:
        found = held.links.filter(pk=UUID(key)).first()
    except ValueError:
        found = None
    if found is None:
        raise changed(held.title)
    found.project = held
    return found, int(revision) if revision.isascii() and revision.isdigit() else 0


def _part(text: str) -> Decimal | None:
    """A part in per cent, with or without the sign; None where nothing is given."""
    plain = to_arabic_digits(text).strip().rstrip("%").strip()
    if not plain:
        return None
    try:
        part = Decimal(plain)
    except InvalidOperation:
        part = Decimal("NaN")
    if not part.is_finite():
        remedy = wording("links.bad_part_remedy")
        raise InputError(wording("links.bad_part", value=text), remedy=remedy, code="sharing")
    return part / 100
