"""Disbursement by fiscal year out of reports that tell it from the start of the project.

The rule, in full in ``docs/explanation/project-status.md``: only approved reports count. A fiscal year holds the sum
told last in it less the sum told last before it. Where the ledger has disbursed lines of earlier years, they stand for
what was paid by then. A later sum that is lower corrects the years before it, the latest first: no year goes below
zero, and all years together are the sum of the latest approved report, to the last satang.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Exists, OuterRef

from mudmai.apps.programme.models import (
    BudgetLine,
    LineOrigin,
    MonitoringRule,
    Project,
    Report,
    ReportState,
    Stage,
)
from mudmai.core.reporting_periods import fiscal_year_of

FISCAL_START = 10
"""The month in which a fiscal year begins where a programme has no rule of its own."""

_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class YearMoney:
    """Money paid out in a fiscal year (CE). ``since_year`` earlier: of those years together, which nothing divides.

    ``lowered_by``: what a later, lower sum took off. ``until``: the last day that is covered.
    """

    fiscal_year: int
    amount: Decimal
    since_year: int
    until: date
    lowered_by: Decimal = _NOTHING


def last_day_of_year(fiscal_year: int, fiscal_start: int) -> date:
    """The last day of a fiscal year (CE).

    >>> last_day_of_year(2024, 10), last_day_of_year(2024, 1)
    (datetime.date(2024, 9, 30), datetime.date(2024, 12, 31))
    """
    begins = date(fiscal_year, fiscal_start, 1) if fiscal_start > 1 else date(fiscal_year + 1, 1, 1)
    return begins - timedelta(days=1)


def years_of(
    sums: Iterable[tuple[date, Decimal]],
    ledger: Mapping[int, Decimal],
    *,
    start: date | None = None,
    fiscal_start: int = FISCAL_START,
) -> list[YearMoney]:
    """Sums since the start of a project, each with the last day it covers, as money of fiscal years.

    ``ledger``: disbursed lines by fiscal year; those after the last sum are not asked. Years that the ledger tells and
    the sums leave as they are have no row.

    >>> told = years_of([(date(2024, 9, 30), Decimal(300)), (date(2025, 3, 31), Decimal(250))], {})
    >>> [(one.fiscal_year, str(one.amount), str(one.lowered_by)) for one in told]
    [(2024, '250', '50'), (2025, '0', '0')]
    """
    told: dict[int, tuple[date, Decimal]] = {}
    for until, total in sorted(sums):
        told[fiscal_year_of(until, fiscal_start)] = (until, total)
    if not told:
        return []
    years = sorted({*told, *(year for year in ledger if year < max(told))})
    reached, sofar = [], _NOTHING
    for year in years:
        sofar = told[year][1] if year in told else sofar + ledger[year]
        reached.append(sofar)
    kept = list(reached)
    for at in range(len(kept) - 2, -1, -1):
        kept[at] = min(kept[at], kept[at + 1])
    found = []
    for at, year in enumerate(years):
        before = at - 1
        amount = kept[at] - (kept[before] if at else _NOTHING)
        first_told = max(_NOTHING, reached[at] - (reached[before] if at else _NOTHING))
        if year not in told and amount == ledger[year]:
            continue
        until = told[year][0] if year in told else last_day_of_year(year, fiscal_start)
        since = _since(year, years[before] if at else None, told, start, fiscal_start) if year in told else year
        found.append(YearMoney(year, amount, since, until, max(_NOTHING, first_told - amount)))
    return found


def _since(
    year: int, before: int | None, told: Mapping[int, tuple[date, Decimal]], start: date | None, fiscal_start: int
) -> int:
    """The first year that the amount may hold money of."""
    if before is None:
        return min(year, fiscal_year_of(start, fiscal_start)) if start is not None else year
    if before in told and told[before][0] < last_day_of_year(before, fiscal_start):
        return before
    return before + 1


def refresh_disbursed(projects: Collection[UUID]) -> bool:
    """Bring the rows of these projects up to their approved reports, in the caller's transaction; True when changed.

    Called by whatever approves or takes back a report, changes the ledger's money, or the fiscal year of a programme.
    The number of statements grows with batches of 500 projects only.
    """
    keys = list(projects)
    changed = False
    for at in range(0, len(keys), 500):
        changed = _refresh(keys[at : at + 500]) or changed
    if changed:
        from mudmai.apps.programme.domain.public_summary import money_changed  # listens to this app's rows

        money_changed()
    return changed


def _refresh(keys: Sequence[UUID]) -> bool:
    reports = Report.objects.filter(project__in=keys, state=ReportState.APPROVED, disbursed__isnull=False)
    sums: dict[UUID, list[tuple[date, Decimal]]] = {}
    for key, until, total in reports.order_by().values_list("project_id", "until", "disbursed"):
        assert total is not None
        sums.setdefault(key, []).append((until, total))
    kept: dict[UUID, dict[int, Decimal]] = {}
    told = BudgetLine.every.filter(project__in=keys, origin=LineOrigin.REPORT).order_by()
    for key, year, total in told.values_list("project_id", "fiscal_year", "amount"):
        kept.setdefault(key, {})[year] = total or _NOTHING
    if not sums and not kept:
        return False
    wanted = {key: {one.fiscal_year: one.amount for one in years} for key, years in _wanted(sums).items()}
    different = [key for key in {*kept, *wanted} if kept.get(key, {}) != wanted.get(key, {})]
    told.filter(project__in=different).delete()
    BudgetLine.every.bulk_create(
        BudgetLine(project_id=key, fiscal_year=year, amount=amount, stage=Stage.DISBURSED, origin=LineOrigin.REPORT)
        for key in different
        for year, amount in wanted.get(key, {}).items()
    )
    _count_once([*kept, *wanted])
    return bool(different)


def _count_once(keys: Sequence[UUID]) -> None:
    """Disbursed lines of the ledger do not count in a year that reports tell."""
    lines = BudgetLine.objects.filter(project__in=keys, stage=Stage.DISBURSED)
    twin = BudgetLine.every.filter(
        project=OuterRef("project"), fiscal_year=OuterRef("fiscal_year"), origin=LineOrigin.REPORT
    )
    lines.filter(Exists(twin), counts=True).update(counts=False)
    lines.filter(~Exists(twin), counts=False).update(counts=True)


def years_of_project(project: Project) -> list[YearMoney]:
    """The same for one project, with what stands behind each amount."""
    rows = project.reports.filter(state=ReportState.APPROVED, disbursed__isnull=False).order_by()
    sums = [(until, total) for until, total in rows.values_list("until", "disbursed") if total is not None]
    return _wanted({project.pk: sums}).get(project.pk, []) if sums else []


def _wanted(sums: Mapping[UUID, list[tuple[date, Decimal]]]) -> dict[UUID, list[YearMoney]]:
    ledger: dict[UUID, dict[int, Decimal]] = {}
    lines = BudgetLine.objects.filter(project__in=list(sums), stage=Stage.DISBURSED, amount__isnull=False).order_by()
    for key, year, amount in lines.values_list("project_id", "fiscal_year", "amount"):
        assert amount is not None
        own = ledger.setdefault(key, {})
        own[year] = own.get(year, _NOTHING) + amount
    projects = {key: (of, start) for key, of, start in Project.objects.filter(pk__in=list(sums)).values_list(
        "pk", "programme_id", "start")}  # fmt: skip
    rules = MonitoringRule.objects.filter(programme__in={of for of, _ in projects.values()})
    begins = dict(rules.values_list("programme_id", "fiscal_start"))
    return {
        key: years_of(
            own, ledger.get(key, {}), start=projects[key][1], fiscal_start=begins.get(projects[key][0], FISCAL_START)
        )
        for key, own in sums.items()
    }
