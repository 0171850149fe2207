"""Opening an invitation's link."""

from __future__ import annotations

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from mudmai.apps.registry.areas import AreaRef, area_name
from mudmai.apps.registry.domain.invitations import accept_invitation, open_invitation
from mudmai.apps.registry.domain.people import person_of_email
from mudmai.apps.registry.interfaces.forms import AcceptForm
from mudmai.apps.registry.models import Role
from mudmai.web.pages import address, language_of, render_page
from mudmai.web.views.people.access import person_of, tell


@sensitive_post_parameters("password", "password2")
@never_cache
def invitation(request: HttpRequest, language: str, token: str) -> HttpResponse:
    """What is offered; a new account is opened here, an account that exists accepts after signing in."""
    found = open_invitation(token)
    mine = person_of(request) if request.user.is_authenticated else None
    known = person_of_email(found.email) is not None
    form = AcceptForm(request.POST or None)
    if request.method == "POST":
        answer = _accept(request, token, form, known)
        if answer is not None:
            return answer
    return render_page(
        request,
        "people/invitation.html",
        invitation=found,
        role=Role(found.role).title,
        area=area_name(AreaRef(found.area_system, found.area_code)),
        mine=mine,
        known=known,
        form=form,
        token=token,
    )


def _accept(request: HttpRequest, token: str, form: AcceptForm, known: bool) -> HttpResponse | None:
    """Accept, or None when the form has faults."""
    here = language_of(request)
    if request.user.is_authenticated:
        accept_invitation(acting_user=person_of(request), token=token)
        tell(request, "invitation.accepted")
        return HttpResponseRedirect(address(here, "account"))
    if known:
        return redirect_to_login(request.get_full_path(), reverse("account_login"))
    if not form.is_valid():
        return None
    try:
        accept_invitation(
            acting_user=None,
            token=token,
            display_name=form.cleaned_data["display_name"],
            password=form.cleaned_data["password"],
            language=here,
        )
    except ValidationError as weak:
        form.add_error("password", weak)
        return None
    tell(request, "invitation.done")
    return HttpResponseRedirect(reverse("account_login"))
