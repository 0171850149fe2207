"""How a programme reports and is judged: the settings, what others would change, and setting them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from mudmai.apps.programme.domain.finding import programme_for
from mudmai.apps.programme.domain.report_cycle import FREQUENCIES, check_cycle, cycle_of, set_monitoring
from mudmai.apps.programme.domain.report_preview import Effect, effect_of
from mudmai.apps.programme.models import Programme, Reporting
from mudmai.apps.programme.policy import decide_on
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import NotAllowed
from mudmai.core.errors import InputError
from mudmai.core.language import Text
from mudmai.core.period_text import MONTHS_EN, MONTHS_TH
from mudmai.core.periods import BE_OFFSET, Frequency, Period
from mudmai.core.project_status import Thresholds
from mudmai.core.reporting_periods import period_of_day
from mudmai.core.typed_figures import exact_number, whole_number
from mudmai.web.pages import address, language_of, render_page
from mudmai.web.views.people.access import person_of, signed_in, tell
from mudmai.web.wording import wording

LINES = tuple(one.name for one in fields(Thresholds))
SHOWN = 100


@dataclass(frozen=True, slots=True)
class LineField:
    """One line of the status, as a field."""

    name: str
    label: Text
    hint: Text
    value: str


@signed_in
def monitoring_settings(request: HttpRequest, language: str, programme: UUID) -> HttpResponse:
    """The page. ``do=preview`` shows what would change, ``do=save`` sets it; without a preview nothing is set."""
    person = person_of(request)
    held = programme_for(person, programme)
    _require(person, held)
    given: Mapping[str, str] = request.POST if request.method == "POST" else _kept(held)
    fault: InputError | None = None
    effect: Effect | None = None
    if request.method == "POST":
        try:
            settings = _settings(given)
            wanted = check_cycle(**settings)
            if given.get("do") == "save":
                revision = int(given["revision"]) if given.get("revision", "").isdecimal() else 0
                set_monitoring(acting_user=person, programme=held, **settings, revision=revision)
                tell(request, "monitoring.saved")
                to = address(language_of(request), "project_reports")
                return HttpResponseRedirect(f"{to}?programme={held.pk}")
            effect = effect_of(held, wanted, timezone.localdate())
        except NotAllowed:
            raise
        except InputError as refused:
            fault = refused
    return _show(request, held, given, fault, effect)


def _require(person: Person, programme: Programme) -> None:
    decision = decide_on(person, "project.lock", programme=programme)
    if not decision:
        raise NotAllowed(decision)


def _kept(programme: Programme) -> dict[str, str]:
    cycle = cycle_of(programme)
    rule = getattr(programme, "monitoring", None)
    first = Period.from_iso(rule.first_period) if rule is not None and rule.first_period else None
    lines = {name: f"{value:g}" for name, value in cycle.thresholds.as_dict().items()}
    return {
        "reporting": programme.reporting,
        "first": f"{first.start():%Y-%m}" if first else "",
        "due_after": str(cycle.due_after),
        "fiscal_start": str(cycle.fiscal_start),
        **lines,
    }


def _settings(given: Mapping[str, str]) -> dict[str, Any]:
    """What :func:`check_cycle` and :func:`set_monitoring` take; a field that is no number is refused by its name."""
    reporting, month = given.get("reporting", ""), given.get("first", "")
    frequency = FREQUENCIES.get(reporting)
    first = period_of_day(Period.from_iso(month).start(), frequency) if month and frequency else None
    lines: dict[str, float] = {}
    for name in LINES:
        read = whole_number if name.endswith(("days", "periods")) else exact_number
        typed = read(given.get(name, ""), name)
        if typed is not None:
            lines[name] = float(typed) if read is exact_number else int(typed)
    return {
        "reporting": reporting,
        "first_period": first,
        "due_after": _needed(given, "due_after"),
        "fiscal_start": _needed(given, "fiscal_start"),
        "thresholds": lines,
    }


def _needed(given: Mapping[str, str], name: str) -> int:
    found = whole_number(given.get(name, ""), name)
    return -1 if found is None else found


def _months(programme: Programme, given: str) -> list[tuple[str, Text]]:
    """Months from the begin of the programme's first fiscal year to the end of its last, and the one given."""
    here = Period.from_iso(f"{programme.first_year - 1}-10")
    last = Period.from_iso(f"{programme.last_year}-12")
    found = []
    while here <= last:
        found.append(here)
        here = here.shift(1)
    if given and given not in {one.iso for one in found}:
        try:
            known = Period.from_iso(given)
        except InputError:
            known = None
        if known is not None and known.frequency is Frequency.MONTHLY:
            found.insert(0, known)
    return [(one.iso, _month_text(one)) for one in found]


def _month_text(period: Period) -> Text:
    day = period.start()
    return Text(
        f"{MONTHS_TH[day.month - 1]} {day.year + BE_OFFSET}",
        f"{MONTHS_EN[day.month - 1]} {day.year}",
    )


def _show(
    request: HttpRequest,
    programme: Programme,
    given: Mapping[str, str],
    fault: InputError | None,
    effect: Effect | None,
) -> HttpResponse:
    defaults = Thresholds().as_dict()
    return render_page(
        request,
        "reports/settings.html",
        status=200 if fault is None else 409 if fault.code == "project_changed" else 422,
        part="reports",
        programme=programme,
        given=given,
        fault=fault,
        field=fault.where.field if fault is not None and fault.where else "",
        cycles=[(one.value, one.title) for one in Reporting],
        months=_months(programme, given.get("first", "")),
        starts=[(str(n), Text(MONTHS_TH[n - 1], MONTHS_EN[n - 1])) for n in range(1, 13)],
        lines=[
            LineField(
                name,
                wording(f"monitoring.{name}"),
                wording(f"monitoring.{name}_help", default=f"{defaults[name]:g}"),
                given.get(name, ""),
            )
            for name in LINES
        ],
        effect=effect,
        changed=effect.changed[:SHOWN] if effect else [],
        changed_more=max(0, len(effect.changed) - SHOWN) if effect else 0,
        hidden=[(name, given.get(name, "")) for name in ("reporting", "first", "due_after", "fiscal_start", *LINES)],
        counts=list(effect.counts.items()) if effect else [],
    )
