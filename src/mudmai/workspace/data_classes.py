"""Where figures of each class are published: open ones in the public store, all others in a store of their own.

::

    <home>/store/            open data, and what is left of other data after suppression: all that public pages read
    <home>/store-internal/   shared and internal data in full: for people with the right to read them, by name

Nothing that answers visitors opens the internal store; ``tests/contracts/test_data_classes.py`` sees to it.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from mudmai.core.errors import InputError
from mudmai.core.language import Text

if TYPE_CHECKING:
    import pyarrow as pa

    from mudmai.core.datasets import Dataset
    from mudmai.engine.releases import ReleaseStore
    from mudmai.exchange.packs import Pack
    from mudmai.workspace.workspace import Workspace

_stores: weakref.WeakKeyDictionary[Workspace, ReleaseStore] = weakref.WeakKeyDictionary()
_guard = threading.Lock()


def internal_folder(workspace: Workspace) -> Path:
    """Where releases of data that are not open lie."""
    return workspace.home.root / "store-internal"


def internal_store(workspace: Workspace) -> ReleaseStore:
    """The releases of data that are not open. Whoever asks must have decided ``data.read_internal`` first."""
    from mudmai.engine.releases import ReleaseStore  # the engine loads where figures are read

    with _guard:
        found = _stores.get(workspace)
        if found is None:
            found = _stores[workspace] = ReleaseStore(internal_folder(workspace))
        return found


def is_public(dataset: Dataset) -> bool:
    """True when the dataset as it is handed in may be read by everybody: open, and nothing of it to be hidden."""
    return dataset.is_open and not hides_small_cells(dataset)


def hides_small_cells(dataset: Dataset) -> bool:
    """True when the dataset declares suppression: what is hidden is never in the public store."""
    return dataset.disclosure is not None


def publishable(workspace: Workspace, table: pa.Table, dataset: Dataset) -> pa.Table:
    """What everybody may read of ``table``: all of it, or with small cells hidden, or nothing.

    Nothing where the dataset is not open and declares no suppression.
    """
    if dataset.disclosure is not None:
        from mudmai.workspace.disclosure import publishable as without_small_counts  # only where something is hidden

        return without_small_counts(workspace, dataset, table)[0]
    return table if is_public(dataset) else table.slice(0, 0)


def truth_store(workspace: Workspace, dataset: Dataset) -> ReleaseStore:
    """The store that holds the dataset in full."""
    return workspace.store if is_public(dataset) else internal_store(workspace)


def closed_to_imports(packs: Mapping[str, Pack], table: str, series: Collection[str] = ()) -> Dataset | None:
    """The dataset that forbids to put ``table`` straight into the public store: it is not open, or hides small counts.

    It forbids by the name of the table, and by ``series`` that no public dataset holds; None where nothing forbids.
    """
    datasets = [dataset for pack in packs.values() for dataset in pack.datasets]
    free = {name for dataset in datasets if is_public(dataset) for name in dataset.series}
    for dataset in datasets:
        if not is_public(dataset) and (dataset.holds(table) or set(dataset.series) & set(series) - free):
            return dataset
    return None


def require_open_to_imports(packs: Mapping[str, Pack], table: str, series: Collection[str]) -> None:
    """Raise :class:`InputError` ``not_open`` where :func:`closed_to_imports` names a dataset."""
    found = closed_to_imports(packs, table, series)
    if found is None:
        return
    raise InputError(
        Text(
            f"ชุดข้อมูล {found.id} ไม่ใช่ข้อมูลเปิดทั้งหมด จึงนำเข้าสู่ที่เก็บสาธารณะโดยตรงไม่ได้",
            f"the dataset {found.id} is not open as it is, so it cannot go straight into the public store",
        ),
        remedy=Text(
            "ส่งไฟล์ผ่านหน้าส่งข้อมูล ระบบจะเก็บฉบับเต็มไว้ภายในและเผยแพร่เฉพาะส่วนที่เปิดได้",
            "hand the file in on its page: the whole is kept inside, and only what may be shown is published",
        ),
        code="not_open",
    )
