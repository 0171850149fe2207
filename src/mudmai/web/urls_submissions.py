"""Addresses of sending data in, checking and approving it."""

from __future__ import annotations

from django.urls import URLPattern, path

from mudmai.web.views.checks import checks
from mudmai.web.views.intake import reading, upload
from mudmai.web.views.submissions import as_of, lists, overview, publishers

urlpatterns: list[URLPattern] = [
    path("submit/", upload.submit_any, name="submit_any"),
    path("datasets/<str:id>/submit/", upload.submit, name="submit"),
    path("submissions/<uuid:submission>/reading/", reading.reading, name="submission_reading"),
    path("submissions/<uuid:submission>/replace/", upload.replace, name="submission_replace"),
    path("submissions/", lists.submission_list, name="submissions"),
    path("submissions/<uuid:submission>/", overview.submission, name="submission"),
    path("submissions/<uuid:submission>/checks/", checks.checks, name="submission_checks"),
    path("submissions/<uuid:submission>/checks.csv", checks.checks_csv, name="submission_checks_csv"),
    path("submissions/<uuid:submission>/marked.xlsx", checks.marked, name="submission_marked"),
    path("submissions/<uuid:submission>/differences.csv", overview.differences_csv, name="submission_differences"),
    path("submissions/<uuid:submission>/file/", overview.raw_file, name="submission_file"),
    path("datasets/<str:dataset>/holders/", publishers.holders, name="dataset_holders"),
    path("datasets/<str:dataset>/publishers/", publishers.publishers, name="dataset_publishers"),
    path("datasets/<str:dataset>/as-of/", as_of.as_of, name="dataset_as_of"),
]
