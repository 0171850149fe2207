"""All projects together: how many, how much money at each stage, where, and the list, narrowed by what is chosen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict

from mudmai.apps.programme.area_money import Breakdown, Held, breakdown, view_of, widest_system
from mudmai.apps.programme.domain.finding import page_held, visible_programmes
from mudmai.apps.programme.models import Programme, Project, Stage, Status
from mudmai.apps.programme.models.project import STAGE_TITLES, STATUS_TITLES
from mudmai.apps.programme.portfolio import (
    Chosen,
    Money,
    choices,
    held_by,
    money_by_project,
    money_held,
    narrowed,
    projects_of,
)
from mudmai.apps.programme.queries import passages
from mudmai.core.areas import Area, AreaSystem
from mudmai.core.errors import InputError
from mudmai.core.language import Text, same
from mudmai.core.search_text import Piece, marked, year_meant
from mudmai.web.asking import asked_choice
from mudmai.web.pages import address, language_of, reader, render_page, workspace_of
from mudmai.web.preferences import Preferences
from mudmai.web.views.area import level_name
from mudmai.web.views.projects.clause_choice import clause_values, read_clause
from mudmai.web.views.projects.drawn_map import area_map
from mudmai.web.views.projects.readers import asker, for_readers, person_or_none
from mudmai.web.wording import wording

FACETS = ("programme", "year", "area", "stage", "status", "department", "clause")
KEPT = ("q", *FACETS, "map", "system")
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Pick:
    """A value that can be chosen: what it is called, how many projects, its address, whether it is chosen."""

    label: Text | str
    count: int | None
    address: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Facet:
    """Values of one kind."""

    name: str
    title: Text
    picks: list[Pick]


@dataclass(frozen=True, slots=True)
class Step:
    """A stage of the waterfall: its money (None: not known), what it is of the stage known before it, what is left
    behind there."""

    title: Text
    amount: Decimal | None
    before: Decimal | None
    before_title: Text | None
    address: str = ""

    @property
    def behind(self) -> Decimal | None:
        """What the stage before has and this one has not; None when either is not known."""
        return None if self.amount is None or self.before is None else self.before - self.amount

    @property
    def percent(self) -> Decimal | None:
        """Of the stage before, in per cent."""
        return self.amount / self.before * 100 if self.before and self.amount is not None else None


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """A project in the list."""

    project: Project
    title: tuple[Piece, ...]
    money: dict[str, Decimal]
    status: Text


@for_readers
def portfolio(request: HttpRequest, language: str) -> HttpResponse:
    """``?q=``, one value of each facet, ``?map=money|count``, ``?after=``/``?before=`` (cursors of the list)."""
    person, here, asked = asker(request), reader(request), request.GET
    chosen, focus, system = read_choice(request)
    everything = held_by(person, Chosen())
    anywhere = narrowed(everything, person, _without_area(chosen))
    mine = narrowed(anywhere, person, Chosen(codes=chosen.codes))
    money = money_held(mine, chosen)
    stage = chosen.stage or first_stage(money)
    held = divided(anywhere, system, focus, stage, chosen.year)
    map_by = asked_choice(asked, "map", ("money", "count"))
    rows = page_held(mine, after=asked.get("after", ""), before=asked.get("before", ""))
    sums = money_by_project([one.pk for one in rows.rows], chosen.year)
    facets = facets_of(request, everything, chosen, here)
    return render_page(
        request,
        "projects/portfolio.html",
        current="projects",
        asked=chosen.text,
        money=money,
        stage=STAGE_TITLES[Stage(stage)],
        waterfall=waterfall(money.stages, lambda one: changed(asked, stage=one)),
        held=held,
        trail=_trail(held, asked) if held else [],
        map=area_map(
            workspace_of(request), held, map_by, here, lambda one: changed(asked, area=one, system=held.view.id)
        )
        if held
        else None,
        map_by=map_by,
        facets=facets,
        chosen=[(facet, pick) for facet in facets for pick in facet.picks if pick.chosen],
        kept=[(name, value) for name, value in asked.items() if name in KEPT and name != "q" and value],
        rows=[_row(one, chosen, sums.get(one.pk, {})) for one in rows.rows],
        before=changed(asked, before=rows.before) if rows.before else "",
        after=changed(asked, after=rows.after) if rows.after else "",
        downloads=[
            (form, address(language_of(request), "projects_table", form=form) + changed(asked)) for form in FORMS
        ],
        any_at_all=bool(chosen != Chosen() or money.count),
        may_edit=person_or_none(request) is not None,
        level_words=level_name(held.level) if held else None,
    )


Focus = tuple[AreaSystem, Area]
"""An area, and the system that it was found in."""


def read_choice(request: HttpRequest) -> tuple[Chosen, Focus | None, AreaSystem | None]:
    """What the address asks for, the area that is looked at, and the system to look from; unknown names are refused."""
    asked, systems = request.GET, workspace_of(request).catalogue.area_systems
    code, name = asked.get("area", ""), asked.get("system", "")
    view = systems.get(name) if name else None
    focus: Focus | None = None
    if code:
        known = [one for one in systems.values() if code in one.by_code]
        if not known:
            raise InputError(
                wording("portfolio.no_area", code=code), remedy=wording("portfolio.no_area_remedy"), code="unknown_name"
            )
        system = view if view is not None and code in view.by_code else known[0]
        focus = (system, system.by_code[code])
        view = view or systems[view_of(passages(), system.id, code)]
    is_root = focus is not None and focus[1].parent is None
    chosen = Chosen(
        programme=_uuid(asked.get("programme", "")),
        year=_year(asked.get("year", "")),
        area=code,
        codes=passages().around(code) if code and not is_root else frozenset(),
        stage=_known(asked.get("stage", ""), Stage.values, "stage"),
        status=_known(asked.get("status", ""), Status.values, "status"),
        department=asked.get("department", "")[:300],
        text=asked.get("q", "").strip()[:_LONGEST],
        clause=read_clause(workspace_of(request), asked.get("clause", "")),
    )
    return chosen, focus, view


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise _unknown("programme", text) from None


def _year(text: str) -> int | None:
    """A fiscal year in either calendar and either digits."""
    if not text:
        return None
    year = year_meant(same(text).in_("th").translate(_DIGITS))
    if year is None:
        raise _unknown("year", text)
    return year


_DIGITS = {0x0E50 + n: str(n) for n in range(10)}


def _known(text: str, values: list[str], name: str) -> str:
    if text and text not in values:
        raise _unknown(name, text)
    return text


def _unknown(name: str, value: str) -> InputError:
    return InputError(
        wording("portfolio.unknown", name=wording(f"portfolio.facet_{name}"), value=value),
        remedy=wording("portfolio.unknown_remedy"),
        code=name,
    )


def _without_area(chosen: Chosen) -> Chosen:
    from dataclasses import replace

    return replace(chosen, area="", codes=frozenset())


def first_stage(money: Money) -> str:
    """The first stage with a known amount: what maps and totals show where none is chosen."""
    return next((stage for stage, amount in money.stages.items() if amount is not None), Stage.PLANNED.value)


def divided(
    held: Held, view: AreaSystem | None, focus: Focus | None, stage: str, year: int | None = None
) -> Breakdown | None:
    """The money by the areas inside ``focus``, or of the whole; None where no project has a place."""
    view = view or widest_system(held)
    if view is None:
        return None
    system, area = focus or (view, next(one for one in view.areas if one.parent is None))
    return breakdown(held, view, system, area, stage, year)


def _trail(held: Breakdown, asked: QueryDict) -> list[tuple[Area, str]]:
    """The areas above the focus, the widest first, with their addresses."""
    view = held.view.id
    return [(one, changed(asked, area=one.code if one.parent else None, system=view)) for one in held.trail[:-1]]


def waterfall(stages: Any, link: Callable[[str], str] | None = None) -> list[Step]:
    """The stages in their order, each beside the last one before it that is known."""
    steps: list[Step] = []
    before: tuple[Text, Decimal] | None = None
    for stage in Stage:
        amount = stages.get(stage.value)
        steps.append(
            Step(
                stage.title,
                amount,
                before[1] if before else None,
                before[0] if before else None,
                link(stage.value) if link and amount is not None else "",
            )
        )
        if amount is not None:
            before = (stage.title, amount)
    return steps


def facets_of(request: HttpRequest, everything: Held, chosen: Chosen, here: Preferences) -> list[Facet]:
    """The values that can be chosen, with the numbers of projects that the reader may see."""
    asked = request.GET
    titles = {one.pk: one for one in visible_programmes(asker(request))}
    found: list[Facet] = []

    def facet(name: str, values: list[tuple[Any, Text | str, int | None]]) -> None:
        now = asked.get(name, "")
        picks = [
            Pick(label, count, changed(asked, **{name: None if str(value) == now else str(value)}), str(value) == now)
            for value, label, count in values
        ]
        if len(picks) > 1 or any(pick.chosen for pick in picks):
            found.append(Facet(name, wording(f"portfolio.facet_{name}"), picks))

    facet(
        "programme",
        [
            (key, _programme_title(titles, key), c.count)
            for c in choices(everything, "programme")
            if (key := UUID(c.value))
        ],
    )
    facet("year", [(year, here.year(year), None) for year in sorted(everything.by_year_and_stage())])
    facet("stage", [(stage.value, STAGE_TITLES[stage], None) for stage in Stage] if chosen.stage else [])
    facet("status", [(c.value, STATUS_TITLES[Status(c.value)], c.count) for c in choices(everything, "status")])
    facet("department", [(c.value, c.value, c.count) for c in choices(everything, "department")])
    facet(
        "clause", clause_values(workspace_of(request), projects_of(asker(request), Chosen()), asked.get("clause", ""))
    )
    if chosen.area:
        systems = workspace_of(request).catalogue.area_systems.values()
        name = next(one.by_code[chosen.area].name for one in systems if chosen.area in one.by_code)
        found.append(
            Facet(
                "area",
                wording("portfolio.facet_area"),
                [Pick(name, None, changed(asked, area=None, system=None), True)],
            )
        )
    return found


def _programme_title(titles: dict[UUID, Programme], key: UUID) -> Text | str:
    return titles[key].title if key in titles else str(key)


def changed(asked: QueryDict, **changes: str | None) -> str:
    """The present question with some values changed (None: dropped), from the first page of the list."""
    kept = {name: value for name, value in asked.items() if name in KEPT and value}
    for name, value in changes.items():
        if value is None:
            kept.pop(name, None)
        else:
            kept[name] = value
    return "?" + urlencode(kept)


def _row(one: Project, chosen: Chosen, money: dict[str, Decimal]) -> ProjectRow:
    return ProjectRow(one, marked(one.title, chosen.words), money, STATUS_TITLES[Status(one.status)])


FORMS = ("csv", "xlsx")


def portfolio_table(request: HttpRequest, form: str, language: str) -> HttpResponse:
    """The projects of the list, all of them, as a file with the columns that the import takes."""
    from mudmai.web.views.projects.tables import table_response

    chosen, _, _ = read_choice(request)
    return table_response(request, projects_of(asker(request), chosen), asked_choice({"form": form}, "form", FORMS))
