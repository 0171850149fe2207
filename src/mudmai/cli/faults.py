"""Keeping the trace of a fault of ours where it can be found again."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from mudmai.cli.home import home


def keep_trace(error: Exception, arguments: Sequence[str]) -> str:
    """Write the trace under ``<home>/log`` and give its path; to stderr where it cannot be written or is asked for."""
    trace = "".join(traceback.format_exception(error))
    if os.environ.get("MUDMAI_DEBUG", "").strip().lower() in ("1", "true", "yes", "on"):
        sys.stderr.write(trace)
    now = datetime.now(UTC)
    path = Path(home()) / "log" / f"fault-{now:%Y%m%dT%H%M%S}-{os.getpid()}.txt"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{now.isoformat()}\nmudmai {' '.join(arguments)}\n\n{trace}", encoding="utf-8")
    except OSError:
        sys.stderr.write(trace)
        return "stderr"
    return str(path)
