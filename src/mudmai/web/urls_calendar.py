"""Addresses of the calendar of submissions."""

from __future__ import annotations

from django.urls import path

from mudmai.web.views.calendar import editing, pages

urlpatterns = [
    path("calendar/", pages.calendar, name="calendar"),
    path("calendar.ics", pages.ics, name="calendar_ics"),
    path("calendar/obligations/new/", editing.new_obligation, name="new_obligation"),
    path("calendar/obligations/<uuid:obligation>/", editing.obligation, name="obligation"),
]
