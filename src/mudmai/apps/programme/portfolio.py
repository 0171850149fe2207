"""What the pages ask of all projects together: which ones, how much money at each stage, and where it goes.

Sums are whole satang (integers), so that nothing is rounded on any database. A stage without any known amount is None:
missing is never zero. The number of queries does not depend on the number of projects.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import BigIntegerField, Count, Exists, ExpressionWrapper, F, Max, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Cast, Round

from mudmai.apps.programme.link_shares import ClauseChoice, links_mark
from mudmai.apps.programme.models import BudgetLine, LineOrigin, Programme, Project, ProjectPlace, RevisionEvent, Stage
from mudmai.apps.programme.policy import Asking, visible, visible_projects
from mudmai.core.apportionment import AreaMoney, LevelTotals, Part, SharingRule, level_totals, share
from mudmai.core.areas import Area, AreaSystem
from mudmai.core.errors import InputError
from mudmai.core.language import to_arabic_digits, to_thai_digits
from mudmai.core.ledger import ProjectState
from mudmai.core.search_text import composed, fold, words_of

_HUNDRED = Decimal(100)
_SEARCHED = ("title", "number", "department", "objective", "description")


@dataclass(frozen=True)
class Chosen:
    """What a reader chose. ``area`` names an area code, ``codes`` all codes that it stands for (see :func:`around`)."""

    programme: UUID | None = None
    year: int | None = None
    area: str = ""
    codes: frozenset[str] = frozenset()
    stage: str = ""
    status: str = ""
    department: str = ""
    text: str = ""
    ids: frozenset[UUID] | None = None
    clause: ClauseChoice | None = None

    @property
    def words(self) -> tuple[str, ...]:
        """The folded words that are looked for."""
        return words_of(self.text)


def ledger_mark(person: Asking = None) -> str:
    """A short text that changes whenever a figure of the portfolio may change. Four queries, whatever the size."""
    events = RevisionEvent.objects.aggregate(n=Count("pk"), last=Max("recorded_at"))
    rows = Programme.objects.aggregate(
        n=Count("pk"), revisions=Sum("revision"), open=Count("pk", filter=Q(is_released=True))
    )
    reported = BudgetLine.every.filter(origin=LineOrigin.REPORT).aggregate(n=Count("pk"), last=Max("pk"))
    return "-".join(str(one) for one in (*events.values(), *rows.values(), *reported.values(), links_mark()))


def any_programme(person: Asking) -> bool:
    """True when there is a programme that the person may read."""
    return visible(Programme.objects.all(), person).exists()


def projects_of(person: Asking, chosen: Chosen) -> QuerySet[Project]:
    """The projects that count, that the person may read, and that were chosen, in the order of their plans."""
    found = visible_projects(Project.objects.filter(state=ProjectState.ACTIVE.value), person)
    if chosen.programme is not None:
        found = found.filter(programme_id=chosen.programme)
    if chosen.status:
        found = found.filter(status=chosen.status)
    if chosen.department:
        found = found.filter(department=chosen.department)
    if chosen.ids is not None:
        found = found.filter(pk__in=chosen.ids)
    if chosen.clause is not None:
        found = found.filter(chosen.clause.query)
    if chosen.codes:
        found = found.filter(Exists(ProjectPlace.objects.filter(project=OuterRef("pk"), area__in=chosen.codes)))
    if chosen.year is not None or chosen.stage:
        found = found.filter(Exists(_lines_of(chosen).filter(project=OuterRef("pk"), amount__isnull=False)))
    for word in chosen.words:
        found = found.filter(_says(word))
    return found.order_by("programme_id", "position")


def _lines_of(chosen: Chosen) -> QuerySet[BudgetLine]:
    lines = BudgetLine.counted.all()
    if chosen.year is not None:
        lines = lines.filter(fiscal_year=chosen.year)
    return lines.filter(stage=chosen.stage) if chosen.stage else lines


def _says(word: str) -> Q:
    """The word in any of the fields, written with either digits and either way to type one Thai vowel."""
    plain = to_arabic_digits(word)
    written = {form for one in (plain, to_thai_digits(plain)) for form in (one, composed(one), fold(one))}
    found = Q()
    for name in _SEARCHED:
        for one in written:
            found |= Q(**{f"{name}__icontains": one})
    return found


def _satang() -> Any:
    hundred = ExpressionWrapper(F("amount") * 100, output_field=BudgetLine._meta.get_field("amount").clone())
    return Sum(Cast(Round(hundred), BigIntegerField()))


def baht_of(satang: int | None) -> Decimal | None:
    """Whole satang as baht; None stays None."""
    return None if satang is None else Decimal(satang) / _HUNDRED


@dataclass(frozen=True)
class Money:
    """How many projects, and their money: by stage, and by fiscal year (CE) and stage; None where nothing is known."""

    count: int
    stages: Mapping[str, Decimal | None]
    years: Mapping[int, Mapping[str, Decimal]]


def money_of(projects: QuerySet[Project], chosen: Chosen) -> Money:
    """Two queries. The stage that was chosen does not narrow the money: the stages are shown beside each other."""
    lines = BudgetLine.counted.filter(project__in=projects.order_by().values("pk"))
    if chosen.year is not None:
        lines = lines.filter(fiscal_year=chosen.year)
    rows = lines.filter(amount__isnull=False).order_by().values_list("fiscal_year", "stage").annotate(money=_satang())
    years: dict[int, dict[str, Decimal]] = {}
    stages: dict[str, Decimal | None] = dict.fromkeys(Stage.values)
    for year, stage, satang in rows:
        amount = baht_of(satang) or Decimal(0)
        years.setdefault(year, {})[stage] = amount
        stages[stage] = (stages[stage] or Decimal(0)) + amount
    return Money(projects.count(), stages, dict(sorted(years.items())))


def money_by_project(ids: Iterable[UUID], year: int | None = None) -> dict[UUID, dict[str, Decimal]]:
    """Known money by stage for some projects: one query."""
    lines = BudgetLine.counted.filter(project__in=list(ids), amount__isnull=False)
    if year is not None:
        lines = lines.filter(fiscal_year=year)
    found: dict[UUID, dict[str, Decimal]] = {}
    for project, stage, satang in lines.order_by().values_list("project_id", "stage").annotate(money=_satang()):
        found.setdefault(project, {})[stage] = baht_of(satang) or Decimal(0)
    return found


def money_by_programme(ids: Iterable[UUID]) -> dict[UUID, dict[str, Decimal]]:
    """Known money by stage of the projects of some programmes that count: one query."""
    lines = BudgetLine.counted.filter(
        project__programme__in=list(ids), project__state=ProjectState.ACTIVE.value, amount__isnull=False
    )
    found: dict[UUID, dict[str, Decimal]] = {}
    rows = lines.order_by().values_list("project__programme_id", "stage").annotate(money=_satang())
    for programme, stage, satang in rows:
        found.setdefault(programme, {})[stage] = baht_of(satang) or Decimal(0)
    return found


@dataclass(frozen=True)
class Spread:
    """Projects with their parts for one stage: what an apportionment by areas is made from."""

    parts: Mapping[UUID, tuple[Part, ...]]
    places: Mapping[UUID, tuple[str, ...]]
    refused: int = 0

    @property
    def codes(self) -> frozenset[str]:
        """All areas that are named."""
        return frozenset(code for places in self.places.values() for code in places)


def spread_of(projects: QuerySet[Project], stage: str, year: int | None = None) -> Spread:
    """The parts of every project by its sharing rule: three queries. A sharing that lacks its weights stays undivided,
    and is counted in ``refused``."""
    wanted = projects.order_by().values("pk")
    lines = BudgetLine.counted.filter(project__in=wanted, stage=stage, amount__isnull=False)
    if year is not None:
        lines = lines.filter(fiscal_year=year)
    money = dict(lines.order_by().values_list("project_id").annotate(money=_satang()))
    places: dict[UUID, list[tuple[str, Decimal | None]]] = {}
    for project, code, weight in (
        ProjectPlace.objects.filter(project__in=wanted)
        .order_by("project_id", "id")
        .values_list("project_id", "area", "weight")
    ):
        places.setdefault(project, []).append((code, weight))
    parts: dict[UUID, tuple[Part, ...]] = {}
    refused = 0
    for project, rule in projects.order_by().values_list("pk", "sharing_rule"):
        own = places.get(project, [])
        amount = baht_of(money.get(project)) or Decimal(0)
        codes = list(dict.fromkeys(code for code, _ in own))
        try:
            parts[project] = share(amount, codes, SharingRule(rule), dict(own))
        except InputError:
            parts[project] = (Part(tuple(codes), amount),)
            refused += 1
    return Spread(parts, {key: tuple(code for code, _ in own) for key, own in places.items()}, refused)


@dataclass(frozen=True, slots=True)
class AreaRow:
    """One area: its money, and the number of projects with a place in it."""

    area: Area
    money: AreaMoney
    count: int


@dataclass(frozen=True)
class Breakdown:
    """Money by the areas inside ``focus``. The rows, ``whole`` (for the whole of it, undivided), ``elsewhere`` (areas
    beside it) and ``outside`` (no place known in this system) together are ``grand``."""

    system: AreaSystem
    focus: Area
    level: str
    rows: tuple[AreaRow, ...]
    whole: Decimal
    whole_count: int
    elsewhere: Decimal
    elsewhere_count: int
    outside: Decimal
    outside_count: int
    grand: Decimal
    refused: int = 0

    @property
    def adds_up(self) -> bool:
        """True when nothing was lost or counted twice."""
        rows = sum((row.money.total for row in self.rows), Decimal(0))
        return rows + self.whole + self.elsewhere + self.outside == self.grand


def breakdown(spread: Spread, system: AreaSystem, focus: Area) -> Breakdown | None:
    """The areas below ``focus`` with their money; None where the system has none."""
    below = system.children_of.get(focus.code, ())
    if not below:
        return None
    level = system.by_code[below[0]].level
    totals = level_totals(spread.parts.values(), system, level)
    inside = {focus.code, *_descendants(system, focus.code)}
    above = {focus.code, *(one.code for one in system.ancestors(focus.code))}
    homes = {code: _at_level(system, code, level) for code in system.by_code}
    counts: Counter[str] = Counter()
    whole_count = elsewhere_count = outside_count = 0
    for project in spread.parts:
        places = spread.places.get(project, ())
        found = {homes.get(code) for code in places}
        if not places or any(code not in system.by_code for code in places):
            outside_count += 1
        counts.update(code for code in found if code is not None)
        if any(code in above for code in places):
            whole_count += 1
        elif places and not any(code in inside for code in places):
            elsewhere_count += 1
    whole, elsewhere = _undivided(totals, inside | above)
    own = set(below)
    elsewhere += sum((money.total for code, money in totals.areas.items() if code not in own), Decimal(0))
    rows = tuple(AreaRow(system.by_code[code], totals.areas.get(code, AreaMoney()), counts[code]) for code in below)
    return Breakdown(
        system, focus, level, rows, whole, whole_count, elsewhere, elsewhere_count, totals.outside, outside_count,
        totals.grand, spread.refused,
    )  # fmt: skip


def _undivided(totals: LevelTotals, near: set[str]) -> tuple[Decimal, Decimal]:
    """Amounts not divided at the level: those that touch the focus, and those beside it."""
    here = there = Decimal(0)
    for places, amount in totals.whole.items():
        if near.intersection(places):
            here += amount
        else:
            there += amount
    return here, there


def _at_level(system: AreaSystem, code: str, level: str) -> str | None:
    if system.by_code[code].level == level:
        return code
    return next((area.code for area in system.ancestors(code) if area.level == level), None)


def _descendants(system: AreaSystem, code: str) -> list[str]:
    found: list[str] = []
    waiting = list(system.children_of.get(code, ()))
    while waiting:
        one = waiting.pop()
        found.append(one)
        waiting.extend(system.children_of.get(one, ()))
    return found


def around(systems: Iterable[AreaSystem], code: str) -> frozenset[str]:
    """The area, all below it, and those above it (a project for a whole region is also for its provinces)."""
    found = {code}
    for system in systems:
        if code in system.by_code:
            found.update(_descendants(system, code))
            found.update(one.code for one in system.ancestors(code))
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that may be chosen, and how many projects there are with it."""

    value: Any
    count: int


def choices(projects: QuerySet[Project], name: str, most: int = 60) -> Sequence[Choice]:
    """The values of a field of projects with their counts, the most frequent first."""
    rows = projects.order_by().values_list(name).annotate(n=Count("pk")).order_by("-n", name)[:most]
    return [Choice(value, n) for value, n in rows if value not in (None, "")]


def years_with_money(projects: QuerySet[Project]) -> list[int]:
    """Fiscal years (CE) with a known amount."""
    lines = BudgetLine.counted.filter(project__in=projects.order_by().values("pk"), amount__isnull=False)
    return list(lines.order_by("fiscal_year").values_list("fiscal_year", flat=True).distinct())


@dataclass(frozen=True)
class Section:
    """A part of a plan: its headings from the top, its projects and its money by year (planned)."""

    hierarchy: tuple[tuple[str, str], ...]
    count: int = 0
    years: Mapping[int, Decimal] = field(default_factory=dict)
    total: Decimal = Decimal(0)


def sections_of(programme: Programme, stage: str = Stage.PLANNED) -> list[Section]:
    """Projects and money of a programme by section and year, in the order of the plan: two queries."""
    order: dict[tuple[tuple[str, str], ...], int] = {}
    home: dict[UUID, tuple[tuple[str, str], ...]] = {}
    active = Project.objects.filter(programme=programme, state=ProjectState.ACTIVE.value)
    for key, hierarchy in active.order_by("position").values_list("pk", "hierarchy"):
        place = tuple((str(level), str(words)) for level, words in hierarchy)
        home[key] = place
        order[place] = order.get(place, 0) + 1
    years: dict[tuple[tuple[str, str], ...], dict[int, Decimal]] = {place: {} for place in order}
    lines = BudgetLine.counted.filter(
        project__programme=programme, project__state=ProjectState.ACTIVE.value, stage=stage, amount__isnull=False
    )
    rows = lines.order_by().values_list("project_id", "fiscal_year").annotate(money=_satang())
    for key, year, satang in rows:
        own = years[home[key]]
        own[year] = own.get(year, Decimal(0)) + (baht_of(satang) or Decimal(0))
    return [Section(place, n, years[place], sum(years[place].values(), Decimal(0))) for place, n in order.items()]
