"""A worker that is asked to end at the worst instant: while it goes into its wait."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.site.test_postgres import CLEAN

HELD = """
import os, signal
import django
django.setup()
from mudmai.apps.jobs.domain.leases import stopping
from mudmai.apps.jobs.interfaces.worker import _listen
_listen()
with stopping._cond:  # as Event.wait holds it
    os.kill(os.getpid(), signal.SIGTERM)
    signal.getsignal(signal.SIGTERM)  # the handler has run by the next step
assert stopping.wait(120)
print("asked")
"""


def test_a_signal_that_comes_while_the_lock_of_the_wait_is_held_does_not_hang(tmp_path: Path) -> None:
    """A handler that set the event itself would wait for a lock that its own thread holds, for ever."""
    ran = subprocess.run(
        [sys.executable, "-c", HELD],
        env={**CLEAN, "MUDMAI_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "mudmai.site.settings"},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert ran.stdout.strip() == "asked", ran.stderr
