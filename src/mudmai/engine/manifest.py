"""Manifests: what a release consists of, as a small JSON file that never changes.

Releases form one line: release n has the parent n-1 and the file ``<n>.json``. A manifest whose number is beyond the
pointer was left by a writer that was killed; it was never acknowledged and the next writer replaces it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from mudmai.engine.objects import damaged

_FORMAT = 1


@dataclass(frozen=True, slots=True)
class DatasetVersion:
    """One dataset as a release holds it: ``object`` is the content hash and the name of its Parquet file."""

    name: str
    object: str
    rows: int
    bytes: int
    series: int
    """How many keys (area system, series, dimensions) it speaks about."""
    since: str
    """The release that brought this version."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """A release on paper. ``id`` is ``r<sequence>-<first 8 of the content hash>``."""

    id: str
    sequence: int
    parent: str | None
    created_at: datetime
    note: str
    datasets: Mapping[str, DatasetVersion]

    def to_json(self) -> str:
        """The file's text."""
        told = {
            "format": _FORMAT,
            "id": self.id,
            "sequence": self.sequence,
            "parent": self.parent,
            "created_at": self.created_at.isoformat(),
            "note": self.note,
            "datasets": {
                d.name: {"object": d.object, "rows": d.rows, "bytes": d.bytes, "series": d.series, "since": d.since}
                for d in self.datasets.values()
            },
        }
        return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def read_manifest(path: Path) -> Manifest:
    """Read a manifest; :class:`mudmai.core.errors.FaultError` when it is damaged or absent."""
    try:
        told: dict[str, Any] = json.loads(path.read_text("utf-8"))
        return Manifest(
            told["id"],
            told["sequence"],
            told["parent"],
            datetime.fromisoformat(told["created_at"]),
            told["note"],
            {name: DatasetVersion(name=name, **fields) for name, fields in told["datasets"].items()},
        )
    except (OSError, ValueError, KeyError, TypeError) as found:
        raise damaged(path, found) from found


def content_hash(objects: Mapping[str, str]) -> str:
    """The hash of a release's content: dataset names and the hashes of their objects, nothing else.

    >>> content_hash({"a": "1", "b": "2"}) == content_hash({"b": "2", "a": "1"})
    True
    """
    told = json.dumps(sorted(objects.items()), ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(told.encode()).hexdigest()
