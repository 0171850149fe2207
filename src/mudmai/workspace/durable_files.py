"""Small files of the workspace, replaced whole: a reader sees the old one or the new one, also after a crash."""

from __future__ import annotations

import contextlib
import json
import os
import uuid
from pathlib import Path
from typing import Any


def write_whole(path: Path, content: bytes) -> None:
    """Write aside, make sure that it is on disk, and swap it in; folders are made, nothing half written stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{uuid.uuid4().hex}")
    try:
        with aside.open("xb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)


def write_json(path: Path, content: Any) -> None:
    """As :func:`write_whole`, of what JSON can hold."""
    write_whole(path, json.dumps(content, ensure_ascii=False, indent=1).encode())


def read_json(path: Path, otherwise: Any) -> Any:
    """The content of a JSON file; ``otherwise`` where there is none."""
    try:
        return json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return otherwise


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut, on file systems that sync folders."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
