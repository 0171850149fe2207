"""All packs of a workspace together: one catalogue, the plans, the named formulas, and a digest of their content.

Reading and checking packs takes a while, so what came of it is kept in the cache folder under the digest of their
content and a mark of the code that checked them; packs that changed, or other code, are read anew.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from mudmai.core.errors import PackError, UnknownNameError
from mudmai.core.language import Text
from mudmai.core.plans import Plan, with_added
from mudmai.core.series import Catalogue
from mudmai.core.sources import USER_FILE
from mudmai.workspace.pack_content import (
    STATE_LENGTH,
    Content,
    digest_of,
    pack_folders,
    read_content,
    signature,
    write_content,
)

if TYPE_CHECKING:
    from mudmai.exchange.packs import Pack

_KEPT = 12
"""Checked states kept in the cache folder; the oldest go first."""
_TRIES = 3
"""How often packs are read again when somebody writes into them meanwhile."""


@dataclass(frozen=True)
class Shelf:
    """Packs in order (areas packs first, then by id, none before one that it requires).

    ``own`` are the ids that live in the workspace's own folder; ``faults`` say why packs of that folder are left out.
    """

    packs: Mapping[str, Pack]
    own: frozenset[str]
    digest: str
    content: Content = field(default_factory=dict, repr=False, compare=False)
    """What the packs say, as it was read."""
    faults: Mapping[str, PackError] = field(default_factory=dict, repr=False, compare=False)
    """Pack id → what is wrong with it; such packs (and those that require them) are not in use."""

    @property
    def state(self) -> str:
        """The beginning of the digest, as links carry it."""
        return self.digest[:STATE_LENGTH]

    @cached_property
    def catalogue(self) -> Catalogue:
        """The catalogues of all packs merged (a later pack wins where ids are equal), with the built-in source."""
        merged = Catalogue(sources={USER_FILE.id: USER_FILE})
        for pack in self.packs.values():
            merged = merged.merged(pack.catalogue)
        return merged

    @cached_property
    def plans(self) -> tuple[Plan, ...]:
        """The plans, in order of their packs, with the readings that overlays add."""
        added = [one for pack in self.packs.values() for one in pack.added_readings]
        return tuple(with_added(pack.plan, added) for pack in self.packs.values() if pack.plan is not None)

    @cached_property
    def definitions(self) -> Mapping[str, str]:
        """The named formulas of all packs, for free formulas."""
        return {name: text for pack in self.packs.values() for name, text in pack.definitions.items()}

    def plan(self, plan_id: str | None) -> Plan:
        """The plan with this id; None: the first."""
        if plan_id is None and self.plans:
            return self.plans[0]
        for plan in self.plans:
            if plan.id == plan_id:
                return plan
        raise UnknownNameError(Text("แผน", "plan"), plan_id or "–", [p.id for p in self.plans])

    def pack_of(self, plan: Plan) -> Pack:
        """The pack that brings the plan."""
        return next(p for p in self.packs.values() if p.plan is not None and p.plan.id == plan.id)

    def definitions_of(self, plan: Plan) -> Mapping[str, str]:
        """The named formulas that the plan's own pack knows, and those of overlays."""
        overlays = [p.definitions for p in self.packs.values() if p.kind == "overlay"]
        own = self.pack_of(plan).definitions
        return own if not overlays else {**own, **{k: v for told in overlays for k, v in told.items()}}


def load_shelf(shipped: Path, own: Path, cache: Path | None = None) -> Shelf:
    """Read every pack; raises :class:`PackError` when a shipped pack is faulty, a faulty pack of ``own`` is left out.

    Where a faulty pack took the place of a shipped one, the shipped one stands. ``cache`` is where checked
    packs are kept, below the home folder; nothing is kept before that folder is there.
    """
    cache = cache if cache is not None and cache.parent.is_dir() else None
    for _ in range(_TRIES):
        whole = pack_folders(shipped, own)
        before = signature(whole)
        folders, packs, faults = _sound(shipped, own, cache)
        content = read_content(folders)
        if signature(whole) == before:
            break
    owned = frozenset(name for name, folder in folders.items() if folder.parent == own)
    return Shelf({pack.id: pack for pack in packs}, owned, digest_of(content), content, faults)


def _sound(
    shipped: Path, own: Path, cache: Path | None
) -> tuple[dict[str, Path], tuple[Pack, ...], dict[str, PackError]]:
    """The folders in use, their packs, and what is wrong with the packs of ``own`` that are left out."""
    faults: dict[str, PackError] = {}
    while True:
        folders = pack_folders(shipped, own, frozenset(faults))
        packs, found = _checked(digest_of(read_content(folders)), folders, cache)
        if not found:
            return folders, packs, faults
        own_faults = {name: fault for name, fault in found.items() if folders[name].parent == own}
        if not own_faults:
            raise next(iter(found.values()))
        faults.update(own_faults)


def shelf_of_content(content: Content, cache: Path) -> Shelf:
    """The packs as ``content`` has them: a state of the past. They have no data and no outlines."""
    digest = digest_of(content)
    folders = {name: cache / "packs" / digest / name for name in content}  # names, nothing lies there
    packs = _kept(digest, folders, cache)
    if packs is None:
        import tempfile  # only where a state of the past is read

        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as room:
            packs, faults = _checked(digest, write_content(content, Path(room)), cache)
            for fault in faults.values():
                raise fault
    return Shelf({pack.id: pack for pack in packs}, frozenset(), digest, content)


def _checked(
    digest: str, folders: Mapping[str, Path], cache: Path | None
) -> tuple[tuple[Pack, ...], dict[str, PackError]]:
    """The packs, from the cache where it knows this digest, else read and checked (and kept, when all are sound)."""
    packs = None if cache is None else _kept(digest, folders, cache)
    if packs is not None:
        return packs, {}
    from mudmai.exchange.packs import load_sound_packs  # YAML and the schema are only loaded where packs are read

    packs, faults = load_sound_packs(folders)
    if cache is not None and not faults and digest_of(read_content(folders)) == digest:
        _keep(packs, digest, cache)
    return packs, faults


def _kept(digest: str, folders: Mapping[str, Path], cache: Path) -> tuple[Pack, ...] | None:
    from mudmai.exchange.packs.kept import read_packs  # beside its only use

    try:
        return read_packs(_place(digest, cache).read_text("utf-8"), folders)
    except (
        OSError,
        ValueError,
        TypeError,
        LookupError,
        AttributeError,
    ):  # not there, or not ours: the packs themselves are the truth
        return None


def _keep(packs: tuple[Pack, ...], digest: str, cache: Path) -> None:
    """Write the checked packs aside and swap them in; whatever cannot be kept only costs time at the next start."""
    from mudmai.exchange.packs.kept import write_packs  # beside its only use

    path = _place(digest, cache)
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        aside.write_text(write_packs(packs), "utf-8")
        aside.replace(path)
        for old in sorted(path.parent.glob("*.json"), key=lambda p: p.stat().st_mtime_ns)[:-_KEPT]:
            old.unlink(missing_ok=True)
    except (OSError, ValueError, TypeError, LookupError, AttributeError):
        with contextlib.suppress(OSError):
            aside.unlink(missing_ok=True)


def _place(digest: str, cache: Path) -> Path:
    from mudmai.exchange.packs.kept import code_mark  # beside its only use

    return cache / "packs" / f"{digest[:24]}-{code_mark()}.json"
