"""A tidy file read whole and published as a dataset, with what a reader should look at once more."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from mudmai.core.errors import Problem
from mudmai.core.language import Text
from mudmai.core.sources import USER_FILE
from mudmai.exchange.tidy import read_tidy
from mudmai.workspace.data_classes import require_open_to_imports
from mudmai.workspace.plausibility import import_warnings
from mudmai.workspace.publishing import publish_tables
from mudmai.workspace.starter import Progress

if TYPE_CHECKING:
    from mudmai.engine.release import Release
    from mudmai.workspace.workspace import Workspace


def import_table(
    workspace: Workspace,
    path: Path,
    *,
    dataset: str | None,
    mode: Literal["replace", "update"],
    note: str,
    sheet: str | None,
    progress: Progress | None,
) -> tuple[Release, tuple[Problem, ...]]:
    """As :meth:`mudmai.workspace.workspace.Workspace.import_with_warnings`, which calls it."""
    name = dataset or f"user/{plain_name(path.stem)}"
    tell = progress or (lambda _what, _done, _of: None)
    reading, writing = (
        Text(f"อ่านและตรวจ {path.name}", f"reading and checking {path.name}"),
        Text("บันทึก", "publishing"),
    )
    shelf = workspace.shelf
    table = read_tidy(
        path,
        shelf.catalogue,
        dataset=name,
        sheet=sheet,
        progress=lambda d, n: tell(reading, d, n),
        unsourced=USER_FILE.id,
    )
    require_open_to_imports(shelf.packs, name, table.column("series").unique().to_pylist())
    warnings = import_warnings(workspace, table, name, file=path.name)
    tell(writing, 0, 1)
    held = publish_tables(workspace, {name: table}, mode=mode, note=note or path.name)
    tell(writing, 1, 1)
    return held, warnings


def plain_name(stem: str) -> str:
    """A file's stem as the last part of a dataset's name: its own words in any script (two Thai files stay two
    datasets), without what a name must not hold."""
    return re.sub(r'[/\\:*?"<>|\x00-\x1f\s]+', "-", stem).strip("-. ") or "data"
