"""Run by :mod:`mudmai.site.database` in a process of its own: migrations, the table of limits, old sessions cleared,
first entries of registers."""

from __future__ import annotations

import os
import sys

from mudmai.site.loading import loading


def main(mark: str) -> int:
    """Do it and say what was done; ``mark`` is kept in a SQLite file so that the next start need not look."""
    with loading():
        import django
        from django.conf import settings
        from django.core.management import call_command
        from django.db import OperationalError, connection
        from django.db.migrations.executor import MigrationExecutor

        from mudmai.core.errors import MudmaiError

        django.setup()
    try:
        executor = MigrationExecutor(connection)
        due = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if due:
            call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        call_command("clearsessions", verbosity=0)
        try:
            _first_entries()
        except MudmaiError as fault:  # a faulty pack of the workspace must not keep the site from starting
            print(fault.words("en"), file=sys.stderr)
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute(f"PRAGMA user_version={int(mark)}")
            os.chmod(settings.DATABASES["default"]["NAME"], 0o600)
    except OperationalError as error:
        from mudmai.site.database import BUSY_CODE

        print(str(error).strip().replace("\n", " "), file=sys.stderr)
        return BUSY_CODE
    finally:
        connection.close()
    print(f"{len(due)}")
    return 0


def _first_entries() -> None:
    """Certificates from before the registers began; nothing where they are in already."""
    from django.conf import settings

    from mudmai.apps.assessment.domain.first_entries import load_first_entries  # models are ready only now

    load_first_entries(settings.MUDMAI_HOME, publish=False)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
