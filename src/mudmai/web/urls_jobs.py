"""Addresses of work in the background."""

from __future__ import annotations

from django.urls import path

from mudmai.web.views.jobs import jobs

urlpatterns = [
    path("jobs/", jobs.job_list, name="jobs"),
    path("jobs/<uuid:job>/", jobs.job_page, name="job"),
    path("jobs/<uuid:job>/progress/", jobs.job_progress, name="job_progress"),
]
