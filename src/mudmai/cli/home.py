"""The workspace of a command: where it is, and opening it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mudmai.workspace import Workspace


def home() -> Path:
    """The workspace folder: ``MUDMAI_HOME``, or ``var`` below the current folder."""
    return Path(os.environ.get("MUDMAI_HOME", "").strip() or "var").expanduser()


def open_workspace() -> Workspace:
    """The workspace at :func:`home`; the analytic half of the house is loaded here, not before."""
    from mudmai.workspace import Workspace  # loads NumPy and PyArrow: never for --help

    return Workspace.open(home())
