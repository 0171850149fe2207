"""The app as Django sees it."""

from __future__ import annotations

from django.apps import AppConfig


class ObligationsConfig(AppConfig):
    name = "mudmai.apps.obligations"
    label = "obligations"

    def ready(self) -> None:
        from mudmai.apps.obligations.domain.words import ACTIONS  # models are ready only now
        from mudmai.apps.obligations.interfaces import jobs_reminding  # noqa: F401  registers its work
        from mudmai.apps.registry.domain.audit_words import add_words, known_actions

        if "obligation.set" not in known_actions():  # a process that sets Django up twice
            add_words(ACTIONS)
