"""One's own account: name and language, roles, personal data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from mudmai.apps.registry.areas import AreaRef, area_name
from mudmai.apps.registry.domain.people import change_profile
from mudmai.apps.registry.domain.personal_data import (
    Held,
    PersonalField,
    erase_personal_data,
    export_personal_data,
    personal_data_of,
)
from mudmai.apps.registry.interfaces.forms import EraseForm, ProfileForm
from mudmai.apps.registry.models import Role
from mudmai.apps.registry.policy import roles_of
from mudmai.core.language import MISSING_TEXT, Text, same
from mudmai.web.pages import address, language_of, reader, render_page
from mudmai.web.preferences import Preferences
from mudmai.web.views.people.access import ConfirmedView, person_of, signed_in, tell
from mudmai.web.views.people.moments import write_moment
from mudmai.web.wording import wording

LANGUAGES = (("th", Text("ไทย", "Thai (ไทย)")), ("en", Text("อังกฤษ (English)", "English")))


@dataclass(frozen=True, slots=True)
class RoleRow:
    """One of the person's roles, in words."""

    role: Text
    organisation: Text
    code: str
    area: Text
    since: datetime


@dataclass(frozen=True, slots=True)
class HeldRow:
    """One kind of personal data with the person's own value in words."""

    field: PersonalField
    value: Text


def _in_words(held: Held, here: Preferences) -> Text:
    """Single values as they are; longer lists counted, the export has them whole."""
    value = held.value
    if isinstance(value, list) and not all(isinstance(one, str) for one in value):
        return wording("mydata.items", count=len(value)) if value else same(MISSING_TEXT)
    if isinstance(value, list):
        value = ", ".join(value)
    if held.field.fields == ("language",):
        return dict(LANGUAGES)[value]
    if isinstance(value, dict):  # the one about the password
        has = wording("people.yes") if value["has_password"] else wording("people.no")
        last = datetime.fromisoformat(value["last_login"]) if value["last_login"] else None
        first, second = wording("mydata.has_password"), wording("mydata.last_login", value=write_moment(here, last))
        return Text(f"{first.th.format(value=has.th)}, {second.th}", f"{first.en.format(value=has.en)}, {second.en}")
    return same(str(value or MISSING_TEXT))


@signed_in
def account(request: HttpRequest, language: str) -> HttpResponse:
    """What the account is and holds; the form for name and language."""
    person = person_of(request)
    form = ProfileForm(request.POST or None, initial={"display_name": person.display_name, "language": person.language})
    if request.method == "POST" and form.is_valid():
        change_profile(acting_user=person, person=person, **form.cleaned_data)
        tell(request, "account.saved")
        return HttpResponseRedirect(address(language_of(request), "account"))
    return render_page(
        request,
        "people/account.html",
        part="account",
        person=person,
        form=form,
        roles=[
            RoleRow(
                Role(m.role).title,
                m.organisation.name,
                m.organisation.code,
                area_name(AreaRef(m.area_system, m.area_code)),
                m.granted_at,
            )
            for m in roles_of(person)
        ],
        languages=LANGUAGES,
        has_factor=is_mfa_enabled(person),
    )


@signed_in
def my_data(request: HttpRequest, language: str) -> HttpResponse:
    """Everything kept about the person, with purpose and ground; take it along, or erase it."""
    person = person_of(request)
    held = personal_data_of(acting_user=person, person=person)
    here = reader(request)
    rows = [HeldRow(one.field, _in_words(one, here)) for one in held]
    return render_page(request, "people/my_data.html", part="account", held=rows)


@require_POST
@signed_in
def export(request: HttpRequest, language: str) -> HttpResponse:
    """The same as a file."""
    person = person_of(request)
    content = export_personal_data(acting_user=person, person=person)
    response = HttpResponse(content, content_type="application/json; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="mudmai-{person.pseudonym}.json"'
    return response


class Erase(ConfirmedView):
    """A page that asks once more (and for the password, when that was long ago), then erases."""

    def get(self, request: HttpRequest, language: str) -> HttpResponse:
        return self._ask(request, EraseForm())

    def post(self, request: HttpRequest, language: str) -> HttpResponse:
        form = EraseForm(request.POST)
        if not form.is_valid():
            return self._ask(request, form)
        person = person_of(request)
        erase_personal_data(acting_user=person, person=person, reason=form.cleaned_data["reason"])
        logout(request)
        return render_page(request, "people/erased.html")

    def _ask(self, request: HttpRequest, form: EraseForm) -> HttpResponse:
        return render_page(request, "people/erase.html", part="account", person=person_of(request), form=form)
