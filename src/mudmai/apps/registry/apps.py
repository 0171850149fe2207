"""The app as Django sees it."""

from __future__ import annotations

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "mudmai.apps.registry"
    label = "registry"

    def ready(self) -> None:
        from mudmai.apps.registry.interfaces import sign_in_log  # models are ready only now

        sign_in_log.listen()
