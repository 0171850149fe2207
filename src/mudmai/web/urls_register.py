"""Addresses of the register of certificates."""

from __future__ import annotations

from django.urls import URLPattern, path

from mudmai.web.views.register import keeping, public

_ONE = "register/<slug:number>/"

urlpatterns: list[URLPattern] = [
    path("register/", public.register, name="register"),
    path("register/certificates.<str:form>", public.register_table, name="register_table"),
    path(_ONE, public.certificate, name="certificate"),
    path(_ONE + "qr.svg", public.certificate_sign, name="certificate_sign"),
    path(_ONE + "certificate.pdf", public.certificate_pdf, name="certificate_pdf"),
    path(_ONE + "check/", keeping.check, name="certificate_check"),
    path(_ONE + "correct/", keeping.correct, name="certificate_correct"),
    path(_ONE + "withdraw/", keeping.withdraw, name="certificate_withdraw"),
]
