"""Changing one's own address: the form, and the page that the mailed link opens."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.cache import never_cache

from mudmai.apps.registry.domain.email_change import ask_email_change, change_email, read_email_wish
from mudmai.apps.registry.interfaces.forms import EmailForm
from mudmai.apps.registry.interfaces.mail import send_mail
from mudmai.core.errors import InputError
from mudmai.web.pages import address, language_of, render_page
from mudmai.web.views.people.access import ConfirmedView, person_of, tell


class ChangeEmail(ConfirmedView):
    """Asks for the new address and mails the link to it."""

    def get(self, request: HttpRequest, language: str) -> HttpResponse:
        return self._show(request, EmailForm())

    def post(self, request: HttpRequest, language: str) -> HttpResponse:
        person = person_of(request)
        form = EmailForm(request.POST)
        if not form.is_valid():
            return self._show(request, form)
        try:
            wish = ask_email_change(acting_user=person, person=person, email=form.cleaned_data["email"])
        except InputError as refused:
            if refused.code != "email":
                raise
            form.add_error("email", refused.message.in_(language_of(request)))
            return self._show(request, form)
        link = request.build_absolute_uri(address(language_of(request), "confirm_email", link=wish.link))
        sent = send_mail("email_confirmation", wish.email, url=link)
        if sent:
            tell(request, "email.sent")
        else:
            tell(request, "email.not_sent")
        return HttpResponseRedirect(address(language_of(request), "account"))

    def _show(self, request: HttpRequest, form: EmailForm) -> HttpResponse:
        return render_page(request, "people/email.html", part="account", form=form, person=person_of(request))


@never_cache
def confirm_email(request: HttpRequest, language: str, link: str) -> HttpResponse:
    """The mailed link: shows what will change; the button does it (mail programs open links by themselves)."""
    if request.method == "POST":
        changed = change_email(link=link)
        send_mail("email_changed", changed.old)
        tell(request, "email.changed")
        return HttpResponseRedirect(address(language_of(request), "account"))
    person, new = read_email_wish(link)
    return render_page(request, "people/email_confirm.html", part="account", old=person.email, new=new)
