"""Addresses of changing a project: its facts, its place in the plan, what hangs on it, and its files."""

from __future__ import annotations

from django.urls import URLPattern, path

from mudmai.web.views.projects import detail_files, details, editing_leaving, editing_pages

_PROJECT = "projects/<uuid:project>/"
_DETAIL = _PROJECT + "details/<str:kind>/<str:key>/"
WAYS = ("move", "merge", "duplicate", "remove", "restore")
"""How a project leaves its place."""

urlpatterns: list[URLPattern] = [
    path("programmes/<uuid:programme>/projects/new/", editing_pages.new_project, name="project_new"),
    path(_PROJECT + "change/", editing_pages.change_project, name="project_change"),
    *(path(f"{_PROJECT}{how}/", editing_leaving.leave, {"how": how}, name=f"project_{how}") for how in WAYS),
    path(_PROJECT + "details/", details.details, name="project_details"),
    path(_DETAIL, details.detail, name="project_detail"),
    path(_DETAIL + "remove/", details.remove, name="project_detail_remove"),
    path(_PROJECT + "documents/<uuid:document>/", detail_files.document, name="project_document"),
]
