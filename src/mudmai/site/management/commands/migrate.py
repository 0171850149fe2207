"""Django's ``migrate``; a new SQLite database without any table is made in one go."""

from __future__ import annotations

from typing import Any

from django.core.management.commands.migrate import Command as StepByStep
from django.db import connections

from mudmai.site.new_database import make_at_once

SPECIAL = ("app_label", "migration_name", "fake", "fake_initial", "plan", "check_unapplied", "prune")
"""Options that ask for something else than all migrations."""


class Command(StepByStep):
    """The same options and the same outcome."""

    def handle(self, *args: Any, **options: Any) -> str | None:
        asked_for_all = not any(options.get(name) for name in SPECIAL)
        if asked_for_all and make_at_once(connections[options["database"]]):
            if options["verbosity"] >= 1:
                self.stdout.write("  A new database: all migrations at once.")
            return None
        outcome: str | None = super().handle(*args, **options)
        return outcome
