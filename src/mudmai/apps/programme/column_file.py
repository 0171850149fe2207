"""The columns of released programmes in a file, ``<home>/cache/projects.npz``: what a process that starts reads first.

The file holds what everybody may see and nothing else: programmes that are drafts are never written. It is no truth of
its own. A programme is taken from it only where its mark is that of the database at this moment; the rest is read anew.
It names the last row of the log at the time when it was written: a database that does not hold this very row (another
one, or one brought back from a backup) has another history, and takes nothing from it. A file that is missing, damaged
or of another format is passed over.
"""

from __future__ import annotations

import contextlib
import io
import json
import logging
import zipfile
import zlib
from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.db import transaction

from mudmai.apps.programme.models import Programme
from mudmai.apps.programme.money_columns import STAGES, Columns, Group
from mudmai.apps.registry.models import AuditEntry
from mudmai.core.apportionment import SharingRule
from mudmai.workspace.durable_files import write_whole

Marks = Mapping[str, tuple[Any, ...]]

FILE = Path("cache", "projects.npz")
FORMAT = 1
"""Another one for every change of what the arrays mean."""
ENOUGH = 2_000
"""Projects from which on a file saves a reader any time."""

_ARRAYS = {
    "programme": np.int32, "place": np.int32, "number": np.int64, "status": np.int16, "department": np.int32,
    "line": np.int64, "owner": np.int32, "year": np.int16, "stage": np.int8, "satang": np.int64, "source": np.int32,
}  # fmt: skip
_KEY_BYTES = 16
_DAMAGED = (OSError, EOFError, ValueError, KeyError, IndexError, TypeError, zipfile.BadZipFile, zlib.error)

log = logging.getLogger(__name__)


def column_path() -> Path:
    """Where the file of this installation is."""
    return Path(settings.MUDMAI_HOME) / FILE


def write_file(marks: Marks, columns: Columns) -> None:
    """Keep the columns of the programmes that are released, read before under these ``marks``: once it is committed.

    A small register, one without a log and one that is all drafts have no file. A disk that does not take it is told in
    the log: the file is only there to save time.
    """
    transaction.on_commit(partial(_write, marks, columns))


def _write(marks: Marks, columns: Columns) -> None:
    released = {key.hex for key in Programme.objects.filter(is_released=True).values_list("pk", flat=True)}
    told = {key: _told(mark) for key, mark in marks.items() if key in released}
    head = AuditEntry.objects.order_by("-sequence").values_list("sequence", "hash").first()  # after all rows were read
    if head is None or not told or len(columns.keys) < ENOUGH:
        _forget()
        return
    if _marks_there() == told:
        return
    open_ones = np.array([key in released for key in columns.programmes], bool)
    about = {"format": FORMAT, "stages": list(STAGES), "head": list(head), "marks": told}
    try:
        write_whole(column_path(), _packed(columns.only(open_ones[columns.programme]).trimmed(), about))
    except OSError as fault:
        log.warning("the columns of projects were not kept: %s", fault)


def read_file(marks: Marks) -> tuple[Marks, Columns] | None:
    """Programmes of the file that are as ``marks`` tell them, with their columns; None where nothing can be taken."""
    try:
        with zipfile.ZipFile(column_path()) as packed:
            there = _marks_of(packed)
            same = {key: mark for key, mark in marks.items() if there.get(key) == _told(mark)}
            if not same:
                return None
            columns = _unpacked(packed)
    except FileNotFoundError:
        return None
    except _DAMAGED as fault:
        log.warning("the kept columns of projects cannot be read, and are made anew: %s", fault)
        _forget()
        return None
    still = np.array([key in same for key in columns.programmes], bool)
    return same, columns if still.all() else columns.only(still[columns.programme])


def _forget() -> None:
    with contextlib.suppress(OSError):
        column_path().unlink()


def _marks_there() -> Mapping[str, str]:
    try:
        with zipfile.ZipFile(column_path()) as packed:
            return _marks_of(packed)
    except _DAMAGED:
        return {}


def _marks_of(packed: zipfile.ZipFile) -> Mapping[str, str]:
    """The marks in the file; none where it is of another format or of another history."""
    about = json.loads(packed.read("about"))
    if about["format"] != FORMAT or about["stages"] != list(STAGES) or not _is_ours(about["head"]):
        return {}
    return dict(about["marks"])


def _is_ours(head: list[Any]) -> bool:
    """Does the log of this database hold the row? Its hash covers all rows before it."""
    sequence, told = head
    return AuditEntry.objects.filter(sequence=sequence, hash=told).exists()


def _told(mark: tuple[Any, ...]) -> str:
    return "|".join(str(one) for one in mark)


def _packed(columns: Columns, about: Mapping[str, Any]) -> bytes:
    words = {
        "programmes": columns.programmes,
        "statuses": columns.statuses,
        "departments": columns.departments,
        "sources": columns.sources,
        "groups": [
            [rule.value, [[system, area, None if weight is None else str(weight)] for system, area, weight in places]]
            for rule, places in columns.groups
        ],
    }
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as packed:  # its checksums tell a damaged part
        packed.writestr("about", json.dumps(about))
        packed.writestr("words", json.dumps(words, ensure_ascii=False))
        packed.writestr("keys", bytes.fromhex("".join(columns.keys)))
        for name, kind in _ARRAYS.items():
            packed.writestr(name, getattr(columns, name).astype(kind, casting="same_kind").tobytes())
    return whole.getvalue()


def _unpacked(packed: zipfile.ZipFile) -> Columns:
    words = json.loads(packed.read("words"))
    run = packed.read("keys").hex()
    step = 2 * _KEY_BYTES
    groups: list[Group] = [
        (
            SharingRule(rule),
            tuple((system, area, None if weight is None else Decimal(weight)) for system, area, weight in places),
        )
        for rule, places in words["groups"]
    ]
    arrays = {name: np.frombuffer(packed.read(name), kind).astype(np.int64) for name, kind in _ARRAYS.items()}
    return Columns(
        keys=tuple(run[at : at + step] for at in range(0, len(run), step)),
        programmes=tuple(words["programmes"]),
        groups=tuple(groups),
        statuses=tuple(words["statuses"]),
        departments=tuple(words["departments"]),
        sources=tuple(words["sources"]),
        **arrays,
    )
