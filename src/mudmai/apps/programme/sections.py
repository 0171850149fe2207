"""A plan by its own headings: forms, their strategies, and the sections below, each with projects and money by year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from mudmai.apps.programme.models import BudgetLine, Programme, Project, ProjectState, Stage
from mudmai.apps.programme.queries import SATANG
from mudmai.exchange.forms.layouts import FormLayouts

Heading = tuple[str, str]
"""Level of the hierarchy, and the words that stand there."""


@dataclass(frozen=True, slots=True)
class Section:
    """Projects under the same headings (top first) of one form; ``years`` in baht, one without an amount is absent."""

    form: str
    hierarchy: tuple[Heading, ...]
    count: int
    years: Mapping[int, Decimal]

    @property
    def total(self) -> Decimal | None:
        """All years; None where no amount is known."""
        return sum(self.years.values(), Decimal(0)) if self.years else None


@dataclass(frozen=True, slots=True)
class Group:
    """Sections under one heading: ``headings`` from the top down to it."""

    headings: tuple[Heading, ...]
    sections: tuple[Section, ...]
    together: Section

    @property
    def is_alone(self) -> bool:
        """True when there is nothing to open below it."""
        return len(self.sections) == 1 and self.sections[0].hierarchy == self.headings


@dataclass(frozen=True, slots=True)
class FormPart:
    """What one form of the plan holds; ``form`` "" where projects came from no form."""

    form: str
    groups: tuple[Group, ...]
    together: Section


def sections_of(programme: Programme, stage: str = Stage.PLANNED) -> list[Section]:
    """The sections of a programme in the order of the plan: two queries whatever their number."""
    counts: dict[tuple[str, tuple[Heading, ...]], int] = {}
    home: dict[UUID, tuple[str, tuple[Heading, ...]]] = {}
    active = Project.objects.filter(programme=programme, state=ProjectState.ACTIVE.value)
    for key, form, hierarchy in active.order_by("position").values_list("pk", "form", "hierarchy"):
        place = form, tuple((str(level), str(words)) for level, words in hierarchy)
        home[key] = place
        counts[place] = counts.get(place, 0) + 1
    satangs: dict[tuple[str, tuple[Heading, ...]], dict[int, int]] = {place: {} for place in counts}
    lines = BudgetLine.counted.filter(
        project__programme=programme, project__state=ProjectState.ACTIVE.value, stage=stage, amount__isnull=False
    )
    for key, year, satang in (
        lines.annotate(satang=SATANG).order_by().values_list("project_id", "fiscal_year", "satang")
    ):
        own = satangs[home[key]]
        own[year] = own.get(year, 0) + satang
    return [Section(*place, n, _baht(satangs[place])) for place, n in counts.items()]


def parts_of(sections: Iterable[Section], layouts: FormLayouts | None) -> list[FormPart]:
    """Sections by form, and within one by the strategy that the layout names, else by its section, else by the top."""
    forms: dict[str, dict[tuple[Heading, ...], list[Section]]] = {}
    for one in sections:
        forms.setdefault(one.form, {}).setdefault(_heading(one.hierarchy, layouts), []).append(one)
    return [
        FormPart(
            form,
            tuple(Group(head, tuple(below), _together(form, head, below)) for head, below in groups.items()),
            _together(form, (), [one for below in groups.values() for one in below]),
        )
        for form, groups in forms.items()
    ]


def _heading(hierarchy: tuple[Heading, ...], layouts: FormLayouts | None) -> tuple[Heading, ...]:
    for level in (layouts.strategy_level, layouts.section_level) if layouts else ():
        for n, (own, _) in enumerate(hierarchy):
            if own == level:
                return hierarchy[: n + 1]
    return hierarchy[:1]


def _together(form: str, headings: tuple[Heading, ...], sections: list[Section]) -> Section:
    years: dict[int, Decimal] = {}
    for one in sections:
        for year, amount in one.years.items():
            years[year] = years.get(year, Decimal(0)) + amount
    return Section(form, headings, sum(one.count for one in sections), years)


def _baht(satangs: Mapping[int, int]) -> dict[int, Decimal]:
    return {year: Decimal(satang).scaleb(-2) for year, satang in satangs.items()}
