"""What the pages ask of all projects together: which ones, how much money at each stage, and where it goes.

Sums are whole satang (integers), so that nothing is rounded on any database. A stage without any known amount is None:
missing is never zero. The number of queries does not depend on the number of projects.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

import numpy as np
from django.db.models import BigIntegerField, Count, Exists, ExpressionWrapper, F, Max, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Cast, Round

from mudmai.apps.programme.area_money import Held, all_stages, held_projects
from mudmai.apps.programme.link_shares import ClauseChoice, links_mark
from mudmai.apps.programme.models import BudgetLine, LineOrigin, Programme, Project, ProjectPlace, RevisionEvent
from mudmai.apps.programme.money_columns import keys_of
from mudmai.apps.programme.policy import Asking, visible, visible_projects
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
    for year, stage, satang in rows:
        years.setdefault(year, {})[stage] = baht_of(satang) or Decimal(0)
    return Money(projects.count(), all_stages(years), dict(sorted(years.items())))


def money_held(held: Held, chosen: Chosen) -> Money:
    """As :func:`money_of`, out of the kept columns."""
    years = held.by_year_and_stage(chosen.year)
    return Money(held.count, all_stages(years), dict(sorted(years.items())))


def held_by(person: Asking, chosen: Chosen) -> Held:
    """The projects of :func:`projects_of` in the kept columns."""
    return narrowed(held_projects(person), person, chosen)


def narrowed(held: Held, person: Asking, chosen: Chosen) -> Held:
    """Those of ``held`` that :func:`projects_of` gives; the database is asked for words, keys and clauses alone."""
    columns, found = held.columns, held
    if chosen.programme is not None:
        found = found.within_programme(chosen.programme)
    if chosen.status:
        found = found.narrowed(columns.having("status", chosen.status))
    if chosen.department:
        found = found.narrowed(columns.having("department", chosen.department))
    if chosen.codes:
        found = found.narrowed(columns.within(chosen.codes))
    if chosen.year is not None or chosen.stage:
        found = found.narrowed(columns.with_money(chosen.year, chosen.stage))
    if chosen.words or chosen.clause is not None or chosen.ids is not None:
        asked = replace(chosen, area="", codes=frozenset(), year=None, stage="")
        found = found.narrowed(columns.named(keys_of(projects_of(person, asked))))
    return found


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


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that may be chosen, and how many projects there are with it."""

    value: Any
    count: int


def choices(held: Held, name: Literal["programme", "status", "department"], most: int = 60) -> Sequence[Choice]:
    """The values that projects have, with their counts, the most frequent first."""
    codes, words = held.columns.coded(name)
    counts = np.bincount(codes[held.wanted], minlength=len(words)).tolist()
    found = sorted((-n, value) for n, value in zip(counts, words, strict=True) if n)[:most]
    return [Choice(value, -n) for n, value in found if value]
