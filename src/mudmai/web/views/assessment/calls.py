"""Calls: what is asked, until when, of whom; setting one up and publishing it; opening a city's file in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from mudmai.apps.assessment.domain import calls as do
from mudmai.apps.assessment.domain import files
from mudmai.apps.assessment.domain.facts import criteria_or_fault
from mudmai.apps.assessment.models import Call, City, CityFile
from mudmai.apps.assessment.policy import decide_call
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import NotAllowed, organisations_allowing, require_anywhere
from mudmai.core.days import read_day
from mudmai.core.errors import FaultError, InputError, UnknownNameError, Where
from mudmai.core.language import Text, same
from mudmai.core.typed_figures import whole_number
from mudmai.web.pages import address, language_of, reader, render_page
from mudmai.web.views.assessment.shared import (
    call_row,
    known_sets,
    name_order,
    newest_sets,
    revision_of,
    set_titles,
)
from mudmai.web.views.people.access import person_of, signed_in, tell
from mudmai.web.views.people.moments import write_day
from mudmai.web.views.projects.readers import asker, person_or_none
from mudmai.web.wording import wording


def call_page(request: HttpRequest, call: UUID, language: str) -> HttpResponse:
    """One call; a draft is for those who may set it up."""
    if request.method == "POST":
        answer: HttpResponse = _act(request, call=call, language=language)
        return answer
    return _show(request, do.call_for(asker(request), call))


@signed_in
def _act(request: HttpRequest, call: UUID, language: str) -> HttpResponse:
    person, held = person_of(request), do.call_for(asker(request), call)
    try:
        match request.POST.get("do", ""):
            case "publish":
                do.publish_call(acting_user=person, call=held)
                tell(request, "assess.call_published")
                to = address(language_of(request), "call", call=held.pk)
            case "open":
                city = City.objects.select_related("organisation").filter(code=request.POST.get("city", "")).first()
                if city is None:
                    raise UnknownNameError(Text("เมือง", "city"), request.POST.get("city", "") or "–")
                made = files.open_file(acting_user=person, call=held, city=city)
                tell(request, "assess.file_opened")
                to = address(language_of(request), "city_file", file=made.pk)
            case _:
                raise Http404
    except NotAllowed:
        raise
    except InputError as fault:
        return _show(request, held, fault)
    return HttpResponseRedirect(to)


def _show(request: HttpRequest, held: Call, fault: InputError | None = None) -> HttpResponse:
    person, today = person_or_none(request), timezone.localdate()
    found = criteria_or_fault(held)
    criteria, lost = (None, found) if isinstance(found, FaultError) else (found, None)
    title = criteria.title if criteria is not None else same(held.criteria)
    open_in: list[City] = []
    mine: list[CityFile] = []
    if person is not None:
        inside = organisations_allowing(person, "assess.fill").values("pk")
        cities = City.objects.filter(organisation__in=inside)
        mine = list(
            CityFile.objects.filter(call=held, city__in=cities).exclude(state="withdrawn").select_related("city")
        )
        taken = {one.city_id for one in mine}
        open_in = [one for one in cities if one.pk not in taken]
        open_in.sort(key=lambda one: name_order(request, one.name))
        mine.sort(key=lambda one: name_order(request, one.city.name))
    return render_page(
        request,
        "assessment/call.html",
        200 if fault is None else 422,
        current="assessments",
        part="assessments",
        call=held,
        row=call_row(held, {held.criteria: title}, today),
        lost=[lost] if lost is not None else [],
        set=criteria,
        mine=mine,
        cities=open_in,
        may_call=bool(decide_call(asker(request), "assess.call", held)),
        may_add=person is not None and organisations_allowing(person, "city.edit").exists(),
        signed_in=person is not None,
        fault=fault,
        hindered=None if held.is_published or fault is not None or lost is not None else do.why_unpublishable(held),
        given=request.POST,
    )


@signed_in
def new_call(request: HttpRequest, language: str) -> HttpResponse:
    """Set up a call; it is a draft until it is published."""
    person = person_of(request)
    require_anywhere(person, "assess.call")
    fault: InputError | None = None
    if request.method == "POST":
        try:
            known = {one.code: one for one in organisations_allowing(person, "assess.call")}
            code = request.POST.get("organisation", "")
            if code not in known:
                raise UnknownNameError(Text("หน่วยงาน", "organisation"), code, list(known))
            given = _fields(request)
            made = do.create_call(
                acting_user=person, organisation=known[code], criteria_id=request.POST.get("criteria", ""), **given
            )
            tell(request, "assess.call_added")
            return HttpResponseRedirect(address(language_of(request), "call", call=made.pk))
        except NotAllowed:
            raise
        except InputError as found:
            fault = found
    return _form(request, person, None, fault)


@signed_in
def change_call(request: HttpRequest, call: UUID, language: str) -> HttpResponse:
    """Change a call; what published calls may still change is the domain's to say."""
    person, held = person_of(request), do.call_for(asker(request), call)
    decision = decide_call(person, "assess.call", held)
    if not decision:
        raise NotAllowed(decision)
    fault: InputError | None = None
    if request.method == "POST":
        try:
            do.change_call(acting_user=person, call=held, revision=revision_of(request), **_fields(request))
            tell(request, "assess.call_kept")
            return HttpResponseRedirect(address(language_of(request), "call", call=held.pk))
        except NotAllowed:
            raise
        except InputError as found:
            fault = found
            held = do.call_for(asker(request), call)
    return _form(request, person, held, fault)


def _fields(request: HttpRequest) -> dict[str, Any]:
    given = request.POST
    found: dict[str, Any] = {
        "title_th": given.get("title_th", "").strip(),
        "title_en": given.get("title_en", "").strip(),
        "note": given.get("note", "").strip(),
        "opens_on": _day(given, "opens_on"),
        "closes_on": _day(given, "closes_on"),
    }
    for name in _NUMBERS:
        number = whole_number(given.get(name, ""), name)
        if number is None:
            raise InputError(
                wording("assess.number_needed", name=wording(_NAMED[name])),
                remedy=wording("assess.number_needed_remedy"),
                where=Where(field=name),
                code="call_numbers",
            )
        found[name] = number
    shown = given.get("shows_reasons", "")
    if shown in ("yes", "no"):
        found["shows_reasons"] = shown == "yes"
    return found


def _day(given: Mapping[str, str], name: str) -> date:
    """The day in the field ``name``; a refusal says which field it is about."""
    try:
        return read_day(given.get(name, ""))
    except InputError as fault:
        raise InputError(fault.message, where=Where(field=name), remedy=fault.remedy, code=fault.code) from fault


_NAMED = {"reply_days": "assess.reply_days", "appeal_days": "assess.appeal_days", "markers": "assess.markers"}
_NUMBERS = {"reply_days": 15, "appeal_days": 30, "markers": 2}
"""Numbers of a call and what they usually are."""


def _form(request: HttpRequest, person: Person, held: Call | None, fault: InputError | None) -> HttpResponse:
    here = reader(request)
    given: Any = request.POST
    if request.method != "POST":
        given = {**_NUMBERS, "shows_reasons": "yes"}
        if held is not None:
            given = {name: getattr(held, name) for name in ("title_th", "title_en", "note", *_NUMBERS)}
            given["shows_reasons"] = "yes" if held.shows_reasons else "no"
            given |= {name: write_day(here, getattr(held, name)) for name in ("opens_on", "closes_on")}
    changed = fault is not None and fault.code == "call_changed"
    return render_page(
        request,
        "assessment/call_form.html",
        200 if fault is None else 409 if changed else 422,
        current="assessments",
        part="assessments",
        call=held,
        given=given,
        sets=newest_sets(known_sets(request)),
        others=[one for one in known_sets(request) if one not in newest_sets(known_sets(request))],
        title=set_titles(request).get(held.criteria) if held else None,
        organisations=list(organisations_allowing(person, "assess.call")) if held is None else [],
        revision=held.revision if held else 0,
        fault=fault,
        changed=changed,
    )
