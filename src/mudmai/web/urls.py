"""Addresses of the pages, the same in both languages; the site puts English under ``/en/``."""

from __future__ import annotations

from django.urls import path

from mudmai.web import (
    urls_assessment,
    urls_calendar,
    urls_catalogue,
    urls_connections,
    urls_desk,
    urls_indices,
    urls_inventories,
    urls_jobs,
    urls_marking,
    urls_people,
    urls_profiles,
    urls_project_editing,
    urls_projects,
    urls_register,
    urls_reports,
    urls_submissions,
)
from mudmai.web.views import about, area, downloads, indicator, preferences, scorecard, shapes, strategies, within, work

app_name = "web"
_INDICATOR = "plans/<str:plan>/indicators/<str:indicator>/"

urlpatterns = [
    path("", scorecard.first, name="home"),
    path("plans/<str:plan>/", scorecard.scorecard, name="scorecard"),
    path("plans/<str:plan>/scorecard.<str:form>", downloads.scorecard_table, name="scorecard_table"),
    path("plans/<str:plan>/strategies/", strategies.strategies, name="strategies"),
    path(_INDICATOR, indicator.indicator, name="indicator"),
    path(_INDICATOR + "within/", within.within, name="indicator_within"),
    path(_INDICATOR + "chart.<str:form>", downloads.chart, name="chart"),
    path(_INDICATOR + "data.<str:form>", downloads.indicator_table, name="indicator_table"),
    path("areas/", area.areas, name="areas"),
    path("areas/<str:area>/", area.area, name="area"),
    path("r/<str:release>/<str:plan>/<str:indicator>/<str:area>/<str:period>", work.work, name="work"),
    path("shapes/<str:system>/<str:level>.geojson", shapes.shapes, name="shapes"),
    path("preferences", preferences.preferences, name="preferences"),
    path("about/", about.about, name="about"),
    *urls_people.urlpatterns,
    *urls_profiles.urlpatterns,
    *urls_assessment.urlpatterns,
    *urls_catalogue.urlpatterns,
    *urls_submissions.urlpatterns,
    *urls_jobs.urlpatterns,
    *urls_calendar.urlpatterns,
    *urls_connections.urlpatterns,
    *urls_desk.urlpatterns,
    *urls_indices.urlpatterns,
    *urls_inventories.urlpatterns,
    *urls_projects.urlpatterns,
    *urls_project_editing.urlpatterns,
    *urls_reports.urlpatterns,
    *urls_register.urlpatterns,
    *urls_marking.urlpatterns,
]
