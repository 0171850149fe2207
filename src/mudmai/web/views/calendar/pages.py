"""The public calendar: what is due from whom, and the same as a feed for calendar programs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from mudmai.apps.obligations.domain.calendar import (
    OPEN_STATES,
    DueItem,
    DueState,
    due_items,
    today,
    visible_obligations,
)
from mudmai.apps.obligations.interfaces.feed import feed
from mudmai.apps.obligations.models import Obligation
from mudmai.apps.registry.areas import area_name
from mudmai.apps.registry.policy import organisations_allowing
from mudmai.core.errors import InputError
from mudmai.core.language import Text
from mudmai.core.periods import Frequency, Period
from mudmai.web.pages import address, language_of, render_page

_BACK, _AHEAD = timedelta(days=92), timedelta(days=183)
"""What the page shows of the past (beside everything overdue) and of the time to come, unless a month is asked."""
_MOST = 500


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address asks for; empty: everything."""

    organisation: str = ""
    dataset: str = ""
    state: str = ""
    month: str = ""

    def month_period(self) -> Period | None:
        """The month; one that cannot be read is refused."""
        if not self.month:
            return None
        found = Period.from_iso(self.month)
        if found.frequency is not Frequency.MONTHLY:
            raise InputError(
                Text(f"“{self.month}” ไม่ใช่เดือน", f"“{self.month}” is no month"),
                remedy=Text("เขียนเป็น ค.ศ.-เดือน เช่น 2026-11", "write year and month, such as 2026-11"),
                code="period",
            )
        return found

    def wants(self, one: Obligation) -> bool:
        """By organisation and dataset."""
        return self.organisation in ("", one.organisation.code) and self.dataset in ("", one.dataset)


@dataclass(frozen=True, slots=True)
class Row:
    """One line: the item, its area in words, and whether this reader may change its obligation."""

    item: DueItem
    area: Text | None
    may_edit: bool


@dataclass(slots=True)
class Section:
    """What is overdue, or one month (``period``)."""

    key: str
    period: Period | None
    rows: list[Row] = field(default_factory=list)


def filters_of(request: HttpRequest) -> Filters:
    """The filters in the address; an unknown state is refused."""
    asked = {name: request.GET.get(name, "").strip() for name in ("organisation", "dataset", "state", "month")}
    if asked["state"] and asked["state"] not in {s.value for s in DueState}:
        raise InputError(
            Text(f"ไม่รู้จักสถานะ “{asked['state']}”", f"unknown state “{asked['state']}”"),
            remedy=Text("เลือกจากรายการ", f"one of {', '.join(s.value for s in DueState)}"),
            code="invalid_parameter",
        )
    return Filters(**asked)


@never_cache
@require_safe
def calendar(request: HttpRequest, language: str) -> HttpResponse:
    """What is due, the overdue first, then month by month."""
    filters = filters_of(request)
    month = filters.month_period()
    obligations = visible_obligations(request.user)
    items = _chosen(due_items([o for o in obligations if filters.wants(o)]), filters, month)
    editable = set(organisations_allowing(request.user, "calendar.edit").values_list("pk", flat=True))
    shown = month or Period.from_iso(f"{today():%Y-%m}")
    return render_page(
        request,
        "calendar/calendar.html",
        part="calendar",
        current="calendar",
        sections=_sections(items[:_MOST], editable),
        cut=max(len(items) - _MOST, 0),
        counts=[(state, sum(i.state is state for i in items)) for state in DueState],
        filters=filters,
        month=month,
        months=(shown.shift(-1), shown, shown.shift(1)),
        states=[(s.value, s.title) for s in DueState],
        organisations=_names((o.organisation.code, o.organisation.name) for o in obligations),
        datasets=_datasets(obligations),
        any_obligation=bool(obligations),
        may_set=bool(editable),
    )


def _chosen(items: list[DueItem], filters: Filters, month: Period | None) -> list[DueItem]:
    day = today()
    found = []
    for item in items:
        if filters.state and item.state.value != filters.state:
            continue
        if month is not None:
            inside = f"{item.due:%Y-%m}" == month.iso
        elif item.state is DueState.OVERDUE:
            inside = True
        elif item.state in OPEN_STATES:
            inside = item.due <= day + _AHEAD
        else:
            inside = day - _BACK <= item.due <= day + _AHEAD
        if inside:
            found.append(item)
    return found


def _sections(items: list[DueItem], editable: set[int]) -> list[Section]:
    late = Section("overdue", None)
    months: dict[str, Section] = {}
    for item in items:
        row = Row(
            item,
            None if item.area.is_everywhere else area_name(item.area),
            item.obligation.organisation_id in editable,
        )
        if item.state is DueState.OVERDUE:
            late.rows.append(row)
        else:
            key = f"{item.due:%Y-%m}"
            months.setdefault(key, Section(key, Period.from_iso(key))).rows.append(row)
    return [*([late] if late.rows else []), *months.values()]


def _names(pairs: Iterable[tuple[str, Text]]) -> list[tuple[str, Text]]:
    return sorted(dict(pairs).items())


def _datasets(obligations: list[Obligation]) -> list[tuple[str, Text]]:
    from mudmai.apps.data.site import datasets  # the packs load with the first page that names datasets

    known = datasets()
    return _names(
        (o.dataset, known[o.dataset].title if o.dataset in known else Text(o.dataset, o.dataset)) for o in obligations
    )


@never_cache
@require_safe
def ics(request: HttpRequest, language: str) -> HttpResponse:
    """The feed, with the filters of the address; calendar programs sign nobody in, so it tells what is public."""
    filters = filters_of(request)
    items = due_items([o for o in visible_obligations(None) if filters.wants(o)])
    items = [i for i in items if filters.state in ("", i.state.value) and i.due >= today() - timedelta(days=400)]
    here = language_of(request)
    content = feed(items, here, address=request.build_absolute_uri(address(here, "calendar")))
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'inline; filename="mudmai-calendar.ics"'
    return response
