"""The app as Django sees it."""

from __future__ import annotations

from django.apps import AppConfig


class ConnectionsConfig(AppConfig):
    name = "mudmai.apps.connections"
    label = "connections"

    def ready(self) -> None:
        from mudmai.apps.connections.domain import jobs_fetching  # noqa: F401  registers its work
        from mudmai.apps.connections.domain.submitting import submit_when_clean
        from mudmai.apps.connections.domain.words import ACTIONS  # models are ready only now
        from mudmai.apps.registry.domain.audit_words import add_words, known_actions
        from mudmai.apps.registry.domain.events import subscribe

        subscribe("submission.read", submit_when_clean)
        if "connection.create" not in known_actions():  # a process that sets Django up twice
            add_words(ACTIONS)
