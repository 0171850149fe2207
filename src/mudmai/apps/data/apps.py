"""The app as Django sees it."""

from __future__ import annotations

from django.apps import AppConfig


class DataConfig(AppConfig):
    name = "mudmai.apps.data"
    label = "data"

    def ready(self) -> None:
        from mudmai.apps.data.domain import jobs_publishing, jobs_reading  # noqa: F401  they register their work
        from mudmai.apps.data.domain.definitions import WORDS
        from mudmai.apps.data.domain.words import ACTIONS  # models are ready only now
        from mudmai.apps.data.interfaces import mail
        from mudmai.apps.registry.domain.audit_words import add_words, known_actions

        mail.listen()
        if "submission.start" not in known_actions():  # a process that sets Django up twice
            add_words({**ACTIONS, **WORDS})
