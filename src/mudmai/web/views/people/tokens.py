"""One's own API tokens: issued (the secret shown once), listed, revoked."""

from __future__ import annotations

from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from mudmai.apps.registry.domain.organisations import organisation_named
from mudmai.apps.registry.domain.tokens import issue_token, revoke_token, token_numbered
from mudmai.apps.registry.interfaces.forms import TokenForm
from mudmai.apps.registry.models import ApiToken, Person
from mudmai.apps.registry.policy import organisations_allowing
from mudmai.core.language import Text
from mudmai.web.pages import address, language_of, render_page
from mudmai.web.views.people.access import ConfirmedView, person_of, row_number, tell
from mudmai.web.wording import wording

LIVES = (7, 30, 90, 366)


class Tokens(ConfirmedView):
    """The list with the form; a new secret is shown on the very next page and never again."""

    def get(self, request: HttpRequest, language: str) -> HttpResponse:
        return self._show(request, TokenForm())

    def post(self, request: HttpRequest, language: str) -> HttpResponse:
        person = person_of(request)
        match request.POST.get("do", ""):
            case "issue":
                form = TokenForm(request.POST)
                if not form.is_valid():
                    return self._show(request, form)
                self._issue(request, person, form)
            case "revoke":
                revoke_token(acting_user=person, token=token_numbered(person, row_number(request.POST.get("token"))))
                tell(request, "token.revoked_done")
            case _:
                raise Http404
        return HttpResponseRedirect(address(language_of(request), "tokens"))

    def _issue(self, request: HttpRequest, person: Person, form: TokenForm) -> None:
        given = form.cleaned_data
        issued = issue_token(
            acting_user=person,
            person=person,
            name=given["name"],
            life=timedelta(days=int(given["days"])),
            organisation=organisation_named(given["organisation"]) if given["organisation"] else None,
            read_only=given["read_only"],
        )
        request.session["fresh_token"] = issued.secret

    def _show(self, request: HttpRequest, form: TokenForm) -> HttpResponse:
        person = person_of(request)
        now = timezone.now()
        rows = ApiToken.objects.filter(person=person).select_related("organisation")
        return render_page(
            request,
            "people/tokens.html",
            part="account",
            form=form,
            open_tokens=[one for one in rows if one.is_open(now)],
            ended_tokens=[one for one in rows if not one.is_open(now)][:50],
            lives=[(str(days), wording("token.days", days=days)) for days in LIVES],
            organisations=[("", wording("token.all_organisations")), *_organisations(person)],
            fresh_secret=request.session.pop("fresh_token", None),
        )


def _organisations(person: Person) -> list[tuple[str, Text]]:
    """Where the person holds any role."""
    return [(one.code, one.name) for one in organisations_allowing(person, "organisation.view")]
