"""Setting what is owed, waiving a period, ending an obligation: for those who may."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from mudmai.apps.data.site import dataset_named, datasets, workspace
from mudmai.apps.obligations.domain.calendar import OPEN_STATES, due_items
from mudmai.apps.obligations.domain.obligations import end_obligation, obligation_named, set_obligation, waive
from mudmai.apps.obligations.interfaces.forms import ObligationForm, WaiveForm
from mudmai.apps.obligations.models import DueUnit, Obligation
from mudmai.apps.registry.areas import AreaRef, area_name, catalogue, checked_area, listed_areas
from mudmai.apps.registry.domain.organisations import organisation_named
from mudmai.apps.registry.interfaces.forms import ReasonForm
from mudmai.apps.registry.models import Person, Role
from mudmai.apps.registry.policy import NotAllowed, organisations_allowing, require, require_anywhere
from mudmai.core.errors import InputError
from mudmai.core.language import Text
from mudmai.core.period_text import read_period
from mudmai.core.periods import Frequency, Period
from mudmai.web.pages import address, language_of, reader, render_page
from mudmai.web.views.people.access import person_of, signed_in, tell

FREQUENCIES = [
    (Frequency.ANNUAL.value, Text("ทุกปี (ปฏิทิน)", "every calendar year")),
    (Frequency.FISCAL.value, Text("ทุกปีงบประมาณ", "every fiscal year")),
    (Frequency.QUARTERLY.value, Text("ทุกไตรมาส", "every quarter")),
    (Frequency.MONTHLY.value, Text("ทุกเดือน", "every month")),
]
ROLES = [(r.value, r.title) for r in Role if r is not Role.READER]
UNITS = [(u.value, u.title) for u in DueUnit]


@signed_in
def new_obligation(request: HttpRequest, language: str) -> HttpResponse:
    """The form for another obligation."""
    person = person_of(request)
    offices = list(organisations_allowing(person, "calendar.edit"))
    require_anywhere(person, "calendar.edit")
    asked = {"dataset": request.GET.get("dataset", ""), "organisation": request.GET.get("organisation", "")}
    form = ObligationForm(request.POST or None, initial={**asked, "due_after": 30})
    fault: InputError | None = None
    if request.method == "POST" and form.is_valid():
        try:
            made = _set(person, form, fiscal_start=_fiscal_start(form.cleaned_data["dataset"]))
        except NotAllowed:
            raise
        except InputError as refused:
            fault = refused
        else:
            tell(request, "cal.saved")
            return HttpResponseRedirect(address(language_of(request), "obligation", obligation=made.pk))
    return render_page(
        request,
        "calendar/new.html",
        status=200 if fault is None and not form.errors else 422,
        part="calendar",
        form=form,
        fault=fault,
        offices=[(o.code, o.name) for o in offices],
        dataset_choices=[(d.id, d.title) for d in datasets().values()],
        area_groups=_area_groups(),
        **_choices(),
    )


@signed_in
def obligation(request: HttpRequest, language: str, obligation: UUID) -> HttpResponse:
    """One obligation: its periods, the waiver of one, the rule to change, its end."""
    person = person_of(request)
    held = obligation_named(obligation)
    require(person, "calendar.edit", organisation=held.organisation)
    form = ObligationForm(initial=_initial(held, request))
    fault: InputError | None = None
    if request.method == "POST":
        try:
            _act(request, person, held)
        except NotAllowed:
            raise
        except InputError as refused:
            fault = refused
            if request.POST.get("do") == "change":
                form = _change_form(request, held)
        else:
            here = language_of(request)
            return HttpResponseRedirect(address(here, "obligation", obligation=held.pk))
    items = [] if held.ended_at else due_items([held])
    return render_page(
        request,
        "calendar/obligation.html",
        status=200 if fault is None else 422,
        part="calendar",
        held=held,
        title=_title(held.dataset),
        area=area_name(AreaRef(held.area_system, held.area_code)),
        items=list(reversed(items))[:120],
        open_items=[i for i in items if i.state in OPEN_STATES],
        reminders=[(r, Period.from_iso(r.period)) for r in held.reminders.all()[:50]],
        form=form,
        fault=fault,
        **_choices(),
    )


def _act(request: HttpRequest, person: Person, held: Obligation) -> None:
    """Do what the form asks, and tell that it was done."""
    match request.POST.get("do", ""):
        case "waive":
            form = WaiveForm(request.POST)
            reason = form.cleaned_data["reason"] if form.is_valid() else ""
            period = Period.from_iso(request.POST.get("period", ""))
            waive(acting_user=person, obligation=held, period=period, reason=reason)
            tell(request, "cal.waived")
        case "end":
            why = ReasonForm(request.POST)
            reason = why.cleaned_data["reason"] if why.is_valid() else ""
            end_obligation(acting_user=person, obligation=held, reason=reason)
            tell(request, "cal.ended")
        case "change":
            form = _change_form(request, held)
            if not form.is_valid():
                raise InputError(
                    Text("ยังบันทึกไม่ได้", "not saved yet"),
                    remedy=Text("แก้ช่องที่ระบุ", "correct what is marked"),
                    code="obligation",
                )
            _set(person, form, fiscal_start=held.fiscal_start)
            tell(request, "cal.saved")
        case _:
            raise Http404


def _change_form(request: HttpRequest, held: Obligation) -> ObligationForm:
    """What was typed, for the dataset, organisation, area and frequency that the obligation has."""
    given = request.POST.copy()
    given["dataset"], given["organisation"], given["frequency"] = held.dataset, held.organisation.code, held.frequency
    given["area"] = f"{held.area_system}:{held.area_code}" if held.area_code else ""
    return ObligationForm(given)


def _set(person: Person, form: ObligationForm, *, fiscal_start: int) -> Obligation:
    given = dict(form.cleaned_data)
    frequency = Frequency(given["frequency"])

    def period(text: str) -> Period:
        return read_period(text, frequency=frequency, fiscal_start_month=fiscal_start).period

    return set_obligation(
        acting_user=person,
        dataset=given["dataset"],
        organisation=organisation_named(given["organisation"]),
        frequency=frequency,
        first=period(given["first"]),
        last=period(given["last"]) if given["last"].strip() else None,
        area=checked_area(*form.area_parts()),
        due_after=given["due_after"],
        due_unit=given["due_unit"],
        grace=given["grace"],
        remind_before=given["remind_before"],
        skip_weekends=given["skip_weekends"],
        fiscal_start=fiscal_start,
        contact_role=given["contact_role"],
    )


def _fiscal_start(dataset: str) -> int:
    """The month in which the fiscal year of the dataset's pack starts; an unknown dataset is refused."""
    dataset_named(dataset)
    return next(
        (p.fiscal_year_starts for p in workspace().packs.values() if any(d.id == dataset for d in p.datasets)), 10
    )


def _initial(held: Obligation, request: HttpRequest) -> dict[str, Any]:
    here = reader(request)
    last = held.last_period
    names = ("due_after", "due_unit", "grace", "remind_before", "skip_weekends", "contact_role")
    return {
        **{name: getattr(held, name) for name in names},
        "first": here.period(held.first_period, short=True),
        "last": here.period(last, short=True) if last else "",
    }


def _title(dataset: str) -> Text:
    known = datasets()
    return known[dataset].title if dataset in known else Text(dataset, dataset)


def _choices() -> dict[str, Any]:
    return {"frequencies": FREQUENCIES, "units": UNITS, "roles": ROLES}


def _area_groups() -> list[dict[str, Any]]:
    return [
        {"title": s.title, "areas": [(f"{s.id}:{a.code}", a.name) for a in listed_areas(s)]}
        for s in catalogue().area_systems.values()
    ]
