"""Areas: an index that can be searched, and one page for each area."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from django.http import HttpRequest, HttpResponse

from mudmai.core.areas import Area, AreaSystem
from mudmai.core.language import Text, to_arabic_digits
from mudmai.web.asking import asked_year
from mudmai.web.charts.spark import Spark, spark
from mudmai.web.freshness import fresh
from mudmai.web.pages import render_page, workspace_of
from mudmai.web.wording import wording, wordings
from mudmai.workspace import AreaIndicator, Membership, ScoreRow, Workspace
from mudmai.workspace.index_shelf import indices_of_area
from mudmai.workspace.portfolio_summary import money_of_area

LISTED_LEVEL = 200
"""A level with more areas is not listed whole; a search shows as many."""


@dataclass(frozen=True, slots=True)
class AreaGroup:
    """Areas that are listed together: one level of one system, or the children of one area."""

    title: Text
    system: Text
    areas: tuple[Area, ...]
    above: Mapping[str, Text] = field(default_factory=dict)
    """Code → the areas above in words, where names alone do not tell areas apart."""
    left_out: bool = False
    """There are too many to list without a search."""

    @property
    def shown(self) -> list[tuple[Area, Text | None]]:
        """The areas that are listed, and those above them in words."""
        return [(one, self.above.get(one.code)) for one in self.areas[:LISTED_LEVEL]] if not self.left_out else []


@dataclass(frozen=True, slots=True)
class AreaBoard:
    """One indicator on the page of an area."""

    seen: AreaIndicator
    spark: Spark | None
    spark_name: Text
    decimals: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How the area stands in one indicator: its own value beside the area above it that is judged, and the whole."""

    seen: AreaIndicator
    above: ScoreRow | None
    rank: int | None
    out_of: int


@fresh
def areas(request: HttpRequest, language: str) -> HttpResponse:
    """All areas, grouped by level; ``?q=`` searches names, codes and other codes, Thai and Arabic digits alike."""
    asked = request.GET.get("q", "").strip()[:100]
    groups = _groups(workspace_of(request))
    if asked:
        groups = [g for g in (_matching(group, _folded(asked)) for group in groups) if g.areas]
    else:
        groups = [replace(g, left_out=len(g.areas) > LISTED_LEVEL) for g in groups]
    return render_page(
        request,
        "areas.html",
        current="areas",
        groups=groups,
        asked=asked,
        found=sum(len(g.areas) for g in groups),
    )


@fresh
def area(request: HttpRequest, area: str, language: str) -> HttpResponse:
    """Everything about one area."""
    view = workspace_of(request).area_view(area, year=asked_year(request.GET))
    return render_page(
        request,
        "area.html",
        current="areas",
        view=view,
        boards=[_board(one) for one in view.indicators if one.own is not None or one.judged is not None],
        standings=[_standing(one, view.code) for one in view.indicators if one.own is not None],
        figures=view.situation,
        places=_distinct_places(view.memberships),
        families=_families(view.memberships),
        project_money=money_of_area(workspace_of(request), view.code),
        indices=indices_of_area(workspace_of(request), view.code),
    )


def _board(seen: AreaIndicator) -> AreaBoard:
    shown = seen.own or seen.judged
    return AreaBoard(
        seen,
        spark(seen.history, step=seen.indicator.step),
        shown.area_name if shown else Text("", ""),
        shown.decimals if shown else 2,
    )


def _standing(seen: AreaIndicator, code: str) -> Standing:
    above = seen.judged if seen.judged is not None and seen.judged.area != code else None
    if above is not None or seen.own is None or seen.own.value is None or seen.own.is_reference:
        return Standing(seen, above, seen.rank, seen.out_of)
    beside = [row.value for row in seen.peers if row.value is not None]
    own = seen.own.value
    return Standing(seen, None, 1 + sum(v > own for v in beside) if beside else None, len(beside) + 1)


def _families(memberships: tuple[Membership, ...]) -> list[Membership]:
    """One membership for each parent, with the areas beside."""
    found: dict[str, Membership] = {}
    for one in memberships:
        if one.ancestors and one.siblings:
            found.setdefault(one.ancestors[0].code, one)
    return list(found.values())


def _groups(workspace: Workspace) -> list[AreaGroup]:
    """Levels of every system; an area that several systems share is listed once, under the first."""
    found: list[AreaGroup] = []
    seen: set[str] = set()
    for system in workspace.catalogue.area_systems.values():
        for level in system.levels:
            fresh_ones = tuple(a for a in system.level(level) if a.code not in seen)
            seen.update(a.code for a in fresh_ones)
            if fresh_ones:
                above = _above(system, fresh_ones) if len(fresh_ones) > LISTED_LEVEL else {}
                found.append(AreaGroup(level_name(level), system.title, fresh_ones, above))
    rank = {"kingdom": 0, "region": 1, "zone": 2}
    return sorted(found, key=lambda g: rank.get(_level_of(g), 3))


def _above(system: AreaSystem, areas: tuple[Area, ...]) -> dict[str, Text]:
    """For each area the areas above it up to the root, the nearest first."""
    found: dict[str, Text] = {}
    for one in areas:
        above = system.ancestors(one.code)[:-1]
        found[one.code] = Text(" ".join(up.name.th for up in above), ", ".join(up.name.en for up in above))
    return found


def _level_of(group: AreaGroup) -> str:
    return group.areas[0].level


def level_name(level: str) -> Text:
    """A level in words; a level that a pack names in its own way is shown as it is."""
    key = f"level.{level}"
    return wording(key) if key in wordings() else Text(level, level)


def _matching(group: AreaGroup, asked: str) -> AreaGroup:
    return replace(group, areas=tuple(a for a in group.areas if asked in _haystack(a)))


@lru_cache(maxsize=1 << 14)
def _haystack(one: Area) -> str:
    return "\n".join(_folded(text) for text in (one.name.th, one.name.en, one.code, *one.aliases))


def _folded(text: str) -> str:
    """Case, digits and spaces set aside."""
    return "".join(to_arabic_digits(text).casefold().split()).removeprefix("จังหวัด")


def _distinct_places(memberships: tuple[Membership, ...]) -> list[Membership]:
    """Memberships that say something: those in which the area has a parent or children, once for each constellation."""
    found, seen = [], set()
    for one in memberships:
        key = (tuple(a.code for a in one.ancestors), tuple(a.code for a in one.children))
        if key in seen or key == ((), ()):
            continue
        seen.add(key)
        found.append(one)
    return found
