"""The app as Django sees it."""

from __future__ import annotations

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "mudmai.apps.jobs"
    label = "jobs"

    def ready(self) -> None:
        from mudmai.apps.jobs.domain import jobs_tidying  # noqa: F401  registers its work
        from mudmai.apps.registry.domain.audit_words import add_words, known_actions  # models are ready only now
        from mudmai.core.language import Text

        if "job.cancel" not in known_actions():  # a process that sets Django up twice
            add_words(
                {
                    "job.cancel": Text("ยกเลิกงานเบื้องหลัง", "cancelled background work"),
                    "job.retry": Text("สั่งทำงานเบื้องหลังซ้ำ", "repeated background work"),
                }
            )
