"""The app as Django sees it."""

from __future__ import annotations

from django.apps import AppConfig


class ObligationsConfig(AppConfig):
    name = "mudmai.apps.obligations"
    label = "obligations"
