"""Starter data: the data files of packs as datasets ``<pack>/<file stem>``, loaded once, renewed when the file changes.

What was loaded is noted in ``starter.json``. A dataset that somebody replaced since is left alone; one that is as it
was loaded is renewed when its file has changed (a newer version of the pack).
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from mudmai.core.errors import InputError
from mudmai.core.language import Text
from mudmai.workspace.data_classes import closed_to_imports

if TYPE_CHECKING:
    import pyarrow as pa

    from mudmai.engine.release import Release
    from mudmai.engine.releases import ReleaseStore
    from mudmai.exchange.packs import Pack
    from mudmai.workspace.shelf import Shelf

Progress = Callable[[Text, int, int], None]
"""Told of long work: what is being done, how many steps are done, how many there are."""


def starter_datasets(shelf: Shelf) -> Iterator[tuple[str, Pack, Path]]:
    """Dataset name, pack and file of all starter data, in order; none of a dataset that is not public as it is."""
    for pack in shelf.packs.values():
        for path in pack.data_files:
            name = f"{pack.id}/{path.stem}"
            if closed_to_imports(shelf.packs, name) is None:
                yield name, pack, path


def load_starter_data(shelf: Shelf, store: ReleaseStore, notes: Path, progress: Progress | None = None) -> Release:
    """Publish what is new in one release; gives the current one when nothing is.

    Raises :class:`ImportRefused` for a faulty file, and :class:`InputError` when no pack has any data.
    """
    from mudmai.exchange.tidy import read_tidy  # readers load where files are read

    tell = progress or _silent
    known = _read_notes(notes)
    current = store.current()
    wanted = [(name, pack, path, _digest(path)) for name, pack, path in starter_datasets(shelf)]
    due = [one for one in wanted if _is_due(one[0], one[3], current, known)]
    tables: dict[str, pa.Table] = {}
    for done, (name, pack, path, _) in enumerate(due):
        tell(Text(f"อ่าน {name}", f"reading {name}"), done, len(due) + 1)
        tables[name] = read_tidy(path, pack.catalogue, dataset=name)
    if tables:
        tell(Text("บันทึกรุ่นข้อมูลใหม่", "publishing a new release"), len(due), len(due) + 1)
        current = store.publish_all(tables, note="starter data")
        files = {name: digest for name, _, _, digest in due}
        fresh = {name: {"file": files[name], "object": current.datasets[name].object} for name in tables}
        _write_notes(notes, {**known, **fresh})
    if current is None:
        raise InputError(
            Text("ไม่มีข้อมูลตั้งต้นในชุดเนื้อหาใดเลย", "no pack has any starter data"),
            remedy=Text("นำเข้าด้วย mudmai data import FILE", "import some with mudmai data import FILE"),
            code="no_data",
        )
    tell(Text("พร้อมใช้งาน", "ready"), len(due) + 1, len(due) + 1)
    return current


def _silent(_what: Text, _done: int, _of: int) -> None:
    """Progress that nobody watches."""


def _is_due(name: str, digest: str, current: Release | None, known: Mapping[str, Mapping[str, str]]) -> bool:
    if current is None or name not in current.datasets:
        return True
    note = known.get(name)
    if note is None:
        return False
    return note["object"] == current.datasets[name].object and note["file"] != digest


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _read_notes(path: Path) -> dict[str, dict[str, str]]:
    try:
        found: dict[str, dict[str, str]] = json.loads(path.read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return found


def _write_notes(path: Path, notes: Mapping[str, Mapping[str, str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    aside.write_text(json.dumps(notes, indent=1, sort_keys=True), "utf-8")
    aside.replace(path)
