"""Addresses of the pages for people who sign in; the sign-in library's own are in ``site/urls_sign_in``."""

from __future__ import annotations

from django.urls import path

from mudmai.web.views.people import account, audit, email, invitations, organisations, tokens

urlpatterns = [
    path("account/", account.account, name="account"),
    path("account/data/", account.my_data, name="my_data"),
    path("account/data/export.json", account.export, name="export_data"),
    path("account/data/erase/", account.Erase.as_view(), name="erase_data"),
    path("account/email/", email.ChangeEmail.as_view(), name="change_email"),
    path("account/email/<str:link>/", email.confirm_email, name="confirm_email"),
    path("account/tokens/", tokens.Tokens.as_view(), name="tokens"),
    path("account/invitations/<str:token>/", invitations.invitation, name="invitation"),
    path("organisations/", organisations.organisation_list, name="organisations"),
    path("organisations/<str:code>/", organisations.organisation, name="organisation"),
    path("organisations/<str:code>/people/<str:pseudonym>/", organisations.member, name="member"),
    path("audit/", audit.audit, name="audit"),
    path("audit/log.csv", audit.audit_csv, name="audit_csv"),
]
