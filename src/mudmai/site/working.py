"""The worker that ``mudmai serve`` runs in a process of its own (``python -m mudmai.site.working <pid>``)."""

from __future__ import annotations

import contextlib
import os
import sys

from mudmai.site.loading import loading

LOWER_PRIORITY = 5
"""Pages come first where both want the processor."""


def main(parent: int | None) -> int:
    """Work until asked to end, or until the process ``parent`` is gone."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mudmai.site.settings")
    with contextlib.suppress(AttributeError, OSError):
        os.nice(LOWER_PRIORITY)
    with loading():
        import django

        django.setup()
        from mudmai.apps.jobs.interfaces.worker import work

    work(parent=parent)
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else None))
