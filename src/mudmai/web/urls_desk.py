"""Addresses of the steward's desk: definitions of series and formulas."""

from __future__ import annotations

from django.urls import URLPattern, path

from mudmai.web.views.desk import pages

urlpatterns: list[URLPattern] = [
    path("desk/", pages.desk, name="desk"),
    path("desk/uses/", pages.uses, name="desk_uses"),
    path("desk/<str:kind>/new/", pages.edit, name="desk_new"),
    path("desk/<str:kind>/check/", pages.check, name="desk_check"),
    path("desk/<str:kind>/<str:item>/", pages.edit, name="desk_edit"),
    path("desk/<str:kind>/<str:item>/history/", pages.history, name="desk_history"),
]
