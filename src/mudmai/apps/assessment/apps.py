"""The app as Django sees it."""

from __future__ import annotations

from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    name = "mudmai.apps.assessment"
    label = "assessment"

    def ready(self) -> None:
        from mudmai.apps.assessment.domain import (
            jobs_inventories,  # noqa: F401  work registers itself
            register_clock,  # noqa: F401
            register_publishing,  # noqa: F401
        )
        from mudmai.apps.assessment.domain.words import ACTIONS  # models are ready only now
        from mudmai.apps.assessment.interfaces import jobs_assessment  # noqa: F401
        from mudmai.apps.registry.domain.audit_words import add_words, known_actions

        if "city.create" not in known_actions():  # a process that sets Django up twice
            add_words(ACTIONS)
