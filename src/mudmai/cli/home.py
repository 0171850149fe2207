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


def site_address() -> str:
    """Where the pages of this workspace are read, without a closing slash (``MUDMAI_SITE_ADDRESS``); empty: unsaid."""
    return os.environ.get("MUDMAI_SITE_ADDRESS", "").strip().rstrip("/")


def open_workspace() -> Workspace:
    """The workspace at :func:`home`; the analytic half of the house is loaded here, not before."""
    from mudmai.workspace import Workspace  # loads NumPy and PyArrow: never for --help

    return Workspace.open(home())


def open_loaded() -> Workspace:
    """The workspace at :func:`home`, with the starter data when nothing was ever published there.

    A fresh installation answers its first question; what it did is said on standard error.
    """
    workspace = open_workspace()
    if workspace.store.current_id() is None:
        import click

        from mudmai.cli.progress import progress
        from mudmai.cli.wording import say
        from mudmai.core.language import Text

        place = home()
        click.echo(say(Text(f"{place} ยังว่าง: โหลดข้อมูลเริ่มต้น", f"{place} is empty: loading the starter data")), err=True)
        with progress() as tell:
            workspace.init(tell)
    return workspace
