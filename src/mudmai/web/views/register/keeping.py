"""Pages of the holder of a register: a check after the grant, a correction, a withdrawal with its confirmation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from mudmai.apps.assessment.domain import certificates as do
from mudmai.apps.assessment.domain.register_reading import claimed_of, level_title
from mudmai.apps.assessment.domain.registers import criteria_of, require_keep
from mudmai.apps.assessment.models import Certificate, Surveillance
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import NotAllowed
from mudmai.core.days import read_day, write_day
from mudmai.core.errors import InputError, Where
from mudmai.core.language import Text
from mudmai.web.pages import address, language_of, reader, render_page
from mudmai.web.views.people.access import person_of, signed_in, tell
from mudmai.web.views.people.moments import write_day as typed_day
from mudmai.web.views.projects.editing_fields import TypedField, read_number
from mudmai.web.views.register.public import named
from mudmai.web.wording import wording

MOST = 4000


def _kept(request: HttpRequest, number: str) -> tuple[Person, Certificate]:
    person, held = person_of(request), named(number)
    require_keep(person, held)
    return person, held


def _answer(
    request: HttpRequest, held: Certificate, act: Callable[[], Any] | None, fields: Sequence[TypedField], page: str
) -> HttpResponse:
    """Act where the form was sent; the form again, with its faults, where that is refused."""
    fault: InputError | None = None
    if act is not None:
        try:
            act()
        except NotAllowed:
            raise
        except InputError as found:
            fault = found
        else:
            tell(request, f"register.{page}_done")
            return HttpResponseRedirect(address(language_of(request), "certificate", number=held.number))
    name = fault.where.field if fault and fault.where else None
    shown = [_with(one, fault) if fault and one.name == name else one for one in fields]
    conflict = fault is not None and fault.code == "certificate_changed"
    return render_page(
        request,
        "register/keep.html",
        409 if conflict else 400 if fault else 200,
        part="register",
        current="register",
        certificate=held,
        page=page,
        level=level_title(held),
        fields=shown,
        faulty=[one for one in shown if one.fault is not None],
        fault=fault,
        seen=held.revision if act is None else request.POST.get("seen", ""),
        is_final=page == "withdraw",
    )


def _with(field: TypedField, fault: InputError) -> TypedField:
    from dataclasses import replace

    return replace(field, fault=fault.message)


@signed_in
def withdraw(request: HttpRequest, number: str, language: str) -> HttpResponse:
    """End the certificate; what that does is told before."""
    person, held = _kept(request, number)
    given = request.POST
    fields = (
        _field("reason", given.get("reason", ""), "long", required=True),
        _day_field("on", given.get("on", typed_day(reader(request), timezone.localdate())), required=True),
    )

    def act() -> None:
        do.withdraw_certificate(
            acting_user=person, certificate=held, reason=given.get("reason", ""), on=_day(given.get("on", ""), "on")
        )

    return _answer(request, held, act if request.method == "POST" else None, fields, "withdraw")


@signed_in
def correct(request: HttpRequest, number: str, language: str) -> HttpResponse:
    """Correct what the certificate says; old and new are public."""
    person, held = _kept(request, number)
    sent = request.method == "POST"
    given = request.POST
    here, whole = reader(request), held.granted_precision == "day"
    granted = [str(one.get("id", "")) for one in held.facts.get("claimed", [])]
    now = {
        "granted_on": typed_day(here, held.granted_on) if whole else here.year(held.granted_on.year),
        "expires_on": typed_day(here, held.expires_on) if held.expires_on else "",
        "level": held.level,
        "claimed": " ".join(granted),
        "source": held.source,
    }
    value = {name: " ".join(given.getlist(name)) if sent else text for name, text in now.items()}
    criteria = criteria_of(held.scheme)
    levels = [(one.id, one.title) for one in criteria.levels] if criteria else [(held.level, level_title(held))]
    parts = dict(zip(granted, claimed_of(held), strict=True))
    parts |= {one.id: one.title for one in criteria.parts if one.optional} if criteria else {}
    claimed = TypedField(
        "claimed", wording("register.field_claimed"), value["claimed"], "many", options=tuple(parts.items())
    )
    fields = (
        _day_field("granted_on", value["granted_on"], required=True),
        _day_field("expires_on", value["expires_on"]),
        TypedField("level", wording("register.field_level"), value["level"], "select", options=levels),
        *([claimed] if parts else []),
        _field("source", value["source"]),
        _field("reason", given.get("reason", ""), "long", required=True),
    )

    def act() -> None:
        asked: dict[str, Any] = {}
        if value["granted_on"] != now["granted_on"]:
            asked["granted_on"], asked["granted_precision"] = _granted(value["granted_on"])
        asked["expires_on"] = _day(value["expires_on"], "expires_on") if value["expires_on"].strip() else None
        asked["level"], asked["source"] = value["level"], value["source"].strip()[:500]
        asked["claimed"] = value["claimed"].replace(",", " ").split()
        seen = given.get("seen", "")
        do.correct_certificate(
            acting_user=person,
            certificate=held,
            reason=given.get("reason", ""),
            revision=int(seen) if seen.isdigit() else -1,
            **asked,
        )

    return _answer(request, held, act if sent else None, fields, "correct")


@signed_in
def check(request: HttpRequest, number: str, language: str) -> HttpResponse:
    """Record a check after the grant: of those planned, or one that was not."""
    person, held = _kept(request, number)
    given = request.POST
    waiting = list(held.surveillance.filter(done_on=None))
    options = [
        *((str(one.pk), wording("register.check_due", day=write_day(one.due_on))) for one in waiting),
        ("", wording("register.check_other")),
    ]
    fields = (
        TypedField(
            "which", wording("register.field_which"), given.get("which", options[0][0]), "select", options=options
        ),
        _day_field("on", given.get("on", typed_day(reader(request), timezone.localdate())), required=True),
        _field("progress", given.get("progress", ""), hint=wording("register.hint_progress")),
        TypedField(
            "concern", wording("register.field_concern"), given.get("concern", "no"), "select",
            options=[("no", wording("register.concern_no")), ("yes", wording("register.concern_yes"))],
        ),
        _field("finding", given.get("finding", ""), "long", required=True),
    )  # fmt: skip

    def act() -> None:
        day = _day(given.get("on", ""), "on")
        progress = read_number(given.get("progress", ""), "progress")
        do.record_check(
            acting_user=person,
            certificate=held,
            surveillance=_chosen(waiting, given.get("which", "")),
            progress=None if progress is None else float(progress),
            finding=given.get("finding", ""),
            has_concern=given.get("concern") == "yes",
            on=day,
        )

    return _answer(request, held, act if request.method == "POST" else None, fields, "check")


def _chosen(waiting: list[Surveillance], which: str) -> Surveillance | None:
    return next((one for one in waiting if str(one.pk) == which), None)


def _field(
    name: str, value: str, kind: str = "text", *, required: bool = False, hint: Text | None = None
) -> TypedField:
    return TypedField(name, wording(f"register.field_{name}"), value, kind, hint=hint, required=required, longest=MOST)


def _day_field(name: str, value: str, *, required: bool = False) -> TypedField:
    return _field(name, value, required=required, hint=wording("register.hint_day"))


def _day(text: str, field: str) -> date:
    try:
        return read_day(text)
    except InputError as fault:
        raise InputError(
            fault.message, remedy=fault.remedy, code="certificate_day", where=Where(field=field)
        ) from fault


def _granted(text: str) -> tuple[date, str]:
    """A day, or a year of either calendar where no more is known."""
    plain = text.strip()
    if plain.isdecimal() and len(plain) == 4 and (year := int(plain)) > 0:
        return date(year - 543 if year >= 2400 else year, 12, 31), "year"
    return _day(text, "granted_on"), "day"
