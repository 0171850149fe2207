"""The app as Django sees it."""

from __future__ import annotations

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "mudmai.apps.jobs"
    label = "jobs"
