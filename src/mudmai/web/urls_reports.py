"""Addresses of reports of progress."""

from __future__ import annotations

from django.urls import URLPattern, path

from mudmai.web.views.projects import report_lists, report_review, report_settings, report_sheet, reports

urlpatterns: list[URLPattern] = [
    path("projects/reports/", report_lists.report_list, name="project_reports"),
    path("projects/reports/review/", report_review.report_review, name="report_review"),
    path("programmes/<uuid:programme>/monitoring/", report_settings.monitoring_settings, name="monitoring_settings"),
    path("programmes/<uuid:programme>/reports/", report_sheet.report_sheet, name="report_sheet"),
    path(
        "programmes/<uuid:programme>/reports/<str:period>.<str:form>",
        report_sheet.report_sheet_file,
        name="report_sheet_file",
    ),
    path("projects/<uuid:project>/report/", reports.report, name="project_report"),
    path("projects/<uuid:project>/evidence/<uuid:evidence>/", reports.evidence, name="report_evidence"),
]
