"""Criteria sets of the workspace: those of its packs, and for good every version that a file was opened on.

::

    <home>/criteria/<sha256>.json    one version, by content; never changed (:mod:`mudmai.exchange.criteria.canonical`)

A file of a city holds the digest of the version it was opened on. What packs change later, or take away, changes
nothing for it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from mudmai.core.criteria import CriteriaSet
from mudmai.core.errors import FaultError, UnknownNameError
from mudmai.core.language import Text
from mudmai.exchange.criteria.canonical import criteria_digest, criteria_json, criteria_of_json
from mudmai.exchange.criteria.reading import criteria_files, read_criteria_sets
from mudmai.exchange.packs.pack import shipped_packs
from mudmai.workspace.durable_files import sync_folder, write_whole
from mudmai.workspace.home import Home
from mudmai.workspace.pack_content import pack_folders

_SHA = re.compile(r"[0-9a-f]{64}")
_KIND = Text("ชุดเกณฑ์", "criteria set")


def criteria_sets(home: Home) -> tuple[CriteriaSet, ...]:
    """All sets of all packs, every version; packs of the workspace before shipped ones, an id once.

    Raises :class:`mudmai.core.errors.PackError` for a faulty file.
    """
    folders = pack_folders(shipped_packs(), home.packs)
    ordered = sorted(folders.values(), key=lambda one: (one.parent != home.packs, one.name))
    found: dict[str, CriteriaSet] = {}
    for folder in ordered:
        if marks := _marks(folder):
            for one in _read(folder, marks):
                found.setdefault(one.id, one)
    return tuple(found.values())


def criteria_set(home: Home, name: str) -> CriteriaSet:
    """The set (one version) with the id ``name``, or the newest of the scheme ``name``.

    Raises :class:`mudmai.core.errors.UnknownNameError` with near names.
    """
    known = criteria_sets(home)
    for one in known:
        if one.id == name:
            return one
    if any(one.scheme == name for one in known):
        return newest(home, name)
    raise UnknownNameError(_KIND, name, sorted({known_as for one in known for known_as in (one.id, one.scheme)}))


def newest(home: Home, scheme: str) -> CriteriaSet:
    """The newest version of a scheme: one that no other replaces, of these the highest version.

    Raises :class:`mudmai.core.errors.UnknownNameError`.
    """
    known = criteria_sets(home)
    versions = [one for one in known if one.scheme == scheme]
    if not versions:
        raise UnknownNameError(_KIND, scheme, sorted({one.scheme for one in known}))
    replaced = {one.replaces for one in versions if one.replaces != one.id}
    return max([one for one in versions if one.id not in replaced] or versions, key=version_order)


def version_order(criteria: CriteriaSet) -> tuple[tuple[int, ...], str]:
    """What versions are ordered by: their numbers, ``2569.10`` after ``2569.9``."""
    return tuple(int(number) for number in re.findall(r"[0-9]+", criteria.version)), criteria.version


def kept_criteria(home: Home, criteria: CriteriaSet) -> str:
    """Keep this very version for good, and give its digest. Keeping it again changes nothing."""
    content = criteria_json(criteria)
    sha = criteria_digest(content)
    path = _path(home, sha)
    if not (path.is_file() and criteria_digest(path.read_bytes()) == sha):
        write_whole(path, content)
        sync_folder(path.parent)
    return sha


def criteria_by_sha(home: Home, sha: str) -> CriteriaSet:
    """The version kept under ``sha``.

    Raises :class:`mudmai.core.errors.UnknownNameError` where none was kept, and
    :class:`mudmai.core.errors.FaultError` where the file is not what was kept.
    """
    path = _path(home, sha)
    if not (_SHA.fullmatch(sha) and path.is_file()):
        raise UnknownNameError(Text("ชุดเกณฑ์ที่เก็บไว้", "kept criteria set"), sha, [])
    return _kept(path, path.stat().st_mtime_ns, sha)


def _path(home: Home, sha: str) -> Path:
    return home.root / "criteria" / f"{sha}.json"


@lru_cache(maxsize=64)
def _kept(path: Path, _stamp: int, sha: str) -> CriteriaSet:
    content = path.read_bytes()
    if criteria_digest(content) != sha:
        raise FaultError(
            Text(f"ชุดเกณฑ์ที่เก็บไว้ {sha[:12]} เสียหาย", f"the kept criteria set {sha[:12]} is damaged"),
            remedy=Text("กู้คืนโฟลเดอร์ criteria จากข้อมูลสำรอง", "restore the folder criteria from a backup"),
            code="criteria_kept",
        )
    return criteria_of_json(content)


@lru_cache(maxsize=64)
def _read(folder: Path, _marks: tuple[tuple[str, int, int], ...]) -> tuple[CriteriaSet, ...]:
    return read_criteria_sets(folder)


def _marks(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """What changes when a file of criteria does; empty where the pack has none."""
    return tuple((path.name, path.stat().st_mtime_ns, path.stat().st_size) for path in criteria_files(folder))
