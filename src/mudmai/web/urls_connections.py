"""Addresses of connections to sources of others."""

from __future__ import annotations

from django.urls import URLPattern, path

from mudmai.web.views.connections import pages

urlpatterns: list[URLPattern] = [
    path("connections/", pages.connection_list, name="connections"),
    path("connections/new/", pages.new_connection, name="new_connection"),
    path("connections/<uuid:connection>/", pages.connection, name="connection"),
    path("connections/<uuid:connection>/settings/", pages.change_connection, name="change_connection"),
    path("connections/<uuid:connection>/files/<str:sha256>", pages.snapshot, name="snapshot"),
]
