"""Putting checked tables into the served release: the one way in for imports, submissions and connections.

Whoever looks at what is served, works something out from it and publishes the result holds :func:`publishing_alone`
meanwhile; every publication waits for it, in whichever process.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

from mudmai.core.errors import InputError
from mudmai.core.language import Text

if TYPE_CHECKING:
    import pyarrow as pa

    from mudmai.engine.release import Release
    from mudmai.engine.releases import ReleaseStore
    from mudmai.workspace.workspace import Workspace

LOCK_SECONDS = 120.0
"""How long a publication waits for another one."""
_MARK = re.compile(r" ?#[0-9a-f]{8}-[0-9a-f-]{27}$")


def mark_of(publication: str) -> str:
    """What the note of its release ends with."""
    return f"#{publication}"


def note_for_people(note: str) -> str:
    """A release's note without the mark.

    >>> note_for_people("gpp: GPP 2566.xlsx #6f1f9f0e-0000-4000-8000-000000000000")
    'gpp: GPP 2566.xlsx'
    """
    return _MARK.sub("", note)


@contextmanager
def publishing_alone(workspace: Workspace) -> Iterator[None]:
    """Nobody else publishes inside the block. One thread may enter it again. :class:`InputError` ``store_busy``."""
    from filelock import FileLock, Timeout  # only writers need it

    workspace.home.root.mkdir(parents=True, exist_ok=True)
    lock = FileLock(workspace.home.root / "publishing.lock", timeout=LOCK_SECONDS, is_singleton=True)
    try:
        lock.acquire()
    except Timeout as found:
        raise InputError(
            Text("มีการเผยแพร่ข้อมูลอื่นกำลังทำงานอยู่", "another publication is running"),
            remedy=Text("รอให้เสร็จแล้วลองอีกครั้ง", "wait until it has ended and try again"),
            code="store_busy",
        ) from found
    try:
        yield
    finally:
        lock.release()


def publish_tables(
    workspace: Workspace,
    tables: Mapping[str, pa.Table],
    *,
    mode: Literal["replace", "update"] = "replace",
    without: Collection[str] = (),
    note: str = "",
    store: ReleaseStore | None = None,
) -> Release:
    """Publish tables (canonical columns, see :func:`mudmai.exchange.tidy.read_tidy`) by the name of their dataset in
    one release, and keep the state of the packs that they were checked against.

    ``without`` names tables that the release does without. ``store`` is another store than the one that is served to
    everybody.
    """
    with publishing_alone(workspace):
        if store is not None and store is not workspace.store:
            return store.publish_all(tables, mode=mode, without=without, note=note)
        shelf = workspace.shelf
        workspace.keep_packs()
        held = workspace.store.publish_all(tables, mode=mode, without=without, note=note)
        workspace.snapshots.note_release(held.id, shelf.digest)
        return held


def remove_table(workspace: Workspace, dataset: str, *, note: str = "") -> Release:
    """A new release without ``dataset``; the releases of before keep it."""
    with publishing_alone(workspace):
        shelf = workspace.shelf
        workspace.keep_packs()
        held = workspace.store.remove_dataset(dataset, note=note)
        workspace.snapshots.note_release(held.id, shelf.digest)
        return held
