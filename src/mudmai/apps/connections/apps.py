"""The app as Django sees it."""

from __future__ import annotations

from django.apps import AppConfig


class ConnectionsConfig(AppConfig):
    name = "mudmai.apps.connections"
    label = "connections"
