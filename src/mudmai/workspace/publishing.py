"""Putting checked tables into the served release: the one way in for imports, submissions and connections."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pyarrow as pa

    from mudmai.engine.release import Release
    from mudmai.workspace.workspace import Workspace


def publish_tables(
    workspace: Workspace,
    tables: Mapping[str, pa.Table],
    *,
    mode: Literal["replace", "update"] = "replace",
    note: str = "",
) -> Release:
    """Publish tables (canonical columns, see :func:`mudmai.exchange.tidy.read_tidy`) by the name of their dataset in
    one release, and keep the state of the packs that they were checked against."""
    shelf = workspace.shelf
    workspace.keep_packs()
    held = workspace.store.publish_all(tables, mode=mode, note=note)
    workspace.snapshots.note_release(held.id, shelf.digest)
    return held


def remove_table(workspace: Workspace, dataset: str, *, note: str = "") -> Release:
    """A new release without ``dataset``; the releases of before keep it."""
    shelf = workspace.shelf
    workspace.keep_packs()
    held = workspace.store.remove_dataset(dataset, note=note)
    workspace.snapshots.note_release(held.id, shelf.digest)
    return held
