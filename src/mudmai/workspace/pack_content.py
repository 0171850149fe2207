"""What packs say, as bytes: their YAML files and tables without data and shapes, and one digest of it all.

The digest names a *state* of all packs together. Anything that changes a number, a verdict or a word changes it; where
the packs lie does not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

Content = Mapping[str, Mapping[str, bytes]]
"""Pack id → path inside the pack → what stands there."""

STATE_LENGTH = 12
"""Characters of the digest that links and citations carry."""

_NOT_CONTENT = ("data", "shapes")
"""Folders of a pack that do not change what its formulas mean."""


def pack_folders(shipped: Path, own: Path, without: frozenset[str] = frozenset()) -> dict[str, Path]:
    """Pack id → folder; the workspace's own folder goes before the shipped one, but for its packs in ``without``."""
    found: dict[str, Path] = {}
    for root in (own, shipped):
        if root.is_dir():
            for folder in sorted(root.iterdir()):
                if (folder / "pack.yaml").is_file() and not (root == own and folder.name in without):
                    found.setdefault(folder.name, folder)
    return found


def signature(folders: Mapping[str, Path]) -> tuple[tuple[str, int, int], ...]:
    """A cheap mark that changes when a file of a pack does: path, time and size of each."""
    marks = ((path, path.stat()) for folder in folders.values() for path in _files(folder))
    return tuple((str(path), stat.st_mtime_ns, stat.st_size) for path, stat in marks)


def read_content(folders: Mapping[str, Path]) -> Content:
    """The content of all packs as it is on disk now."""
    return {
        name: {path.relative_to(folder).as_posix(): path.read_bytes() for path in _files(folder)}
        for name, folder in sorted(folders.items())
    }


def write_content(content: Content, root: Path) -> dict[str, Path]:
    """Lay the packs out below ``root``, which is empty; gives their folders."""
    for pack, files in content.items():
        for inside, said in files.items():
            path = root / pack / inside
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(said)
    return {pack: root / pack for pack in content}


def digest_of(content: Content) -> str:
    """The digest (64 hexadecimal digits) of a state.

    >>> digest_of({"a": {"pack.yaml": b"x"}}) == digest_of({"b": {"pack.yaml": b"x"}})
    False
    """
    whole = hashlib.sha256()
    for pack, files in sorted(content.items()):
        for inside, said in sorted(files.items()):
            whole.update(f"{pack}/{inside}\0".encode())
            whole.update(hashlib.sha256(said).digest())
    return whole.hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).parts
        if inside[0] not in _NOT_CONTENT and path.suffix in (".yaml", ".yml", ".csv") and path.is_file():
            yield path
