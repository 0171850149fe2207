"""The app as Django sees it."""

from __future__ import annotations

from django.apps import AppConfig


class DataConfig(AppConfig):
    name = "mudmai.apps.data"
    label = "data"

    def ready(self) -> None:
        from mudmai.apps.data.domain.words import ACTIONS  # models are ready only now
        from mudmai.apps.registry.domain.audit_words import add_words

        add_words(ACTIONS)
