"""Addresses of reports of progress."""

from __future__ import annotations

from django.urls import URLPattern, path

from mudmai.web.views.projects import report_lists, reports

urlpatterns: list[URLPattern] = [
    path("projects/reports/", report_lists.report_list, name="project_reports"),
    path("projects/<uuid:project>/report/", reports.report, name="project_report"),
    path("projects/<uuid:project>/evidence/<uuid:evidence>/", reports.evidence, name="report_evidence"),
]
