"""The app as Django sees it."""

from __future__ import annotations

from django.apps import AppConfig


class ProgrammeConfig(AppConfig):
    name = "mudmai.apps.programme"
    label = "programme"

    def ready(self) -> None:
        from mudmai.apps.programme.domain import (
            jobs_lists,  # noqa: F401  work registers itself
            jobs_loading,  # noqa: F401
            jobs_revising,  # noqa: F401
            likenesses,  # noqa: F401
            links_suggesting,  # noqa: F401
            public_summary,
        )
        from mudmai.apps.programme.domain.words import ACTIONS  # models are ready only now
        from mudmai.apps.programme.interfaces import jobs_printing, jobs_reminding  # noqa: F401
        from mudmai.apps.registry.domain.audit_words import add_words, known_actions

        public_summary.listen()
        if "programme.create" not in known_actions():  # a process that sets Django up twice
            add_words(ACTIONS)
