"""The app as Django sees it."""

from __future__ import annotations

from django.apps import AppConfig


class DataConfig(AppConfig):
    name = "mudmai.apps.data"
    label = "data"
