"""All packs of a workspace together: one catalogue, the plans, the named formulas, and a digest of their content."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from mudmai.core.errors import PackError, UnknownNameError
from mudmai.core.language import Text
from mudmai.core.plans import Plan
from mudmai.core.series import Catalogue

if TYPE_CHECKING:
    from mudmai.exchange.packs import Pack

_NOT_CONTENT = ("data", "shapes")
"""Folders of a pack that do not change what its formulas mean."""


@dataclass(frozen=True)
class Shelf:
    """Packs in order (areas packs first, then by id); ``own`` are the ids that live in the workspace's own folder."""

    packs: Mapping[str, Pack]
    own: frozenset[str]
    digest: str

    @cached_property
    def catalogue(self) -> Catalogue:
        """The catalogues of all packs merged; a later pack wins where ids are equal."""
        merged = Catalogue()
        for pack in self.packs.values():
            merged = merged.merged(pack.catalogue)
        return merged

    @cached_property
    def plans(self) -> tuple[Plan, ...]:
        """The plans, in order of their packs."""
        return tuple(pack.plan for pack in self.packs.values() if pack.plan is not None)

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

    def definitions_of(self, plan: Plan) -> Mapping[str, str]:
        """The named formulas that the plan's own pack knows."""
        for pack in self.packs.values():
            if pack.plan is not None and pack.plan.id == plan.id:
                return pack.definitions
        return self.definitions


def pack_folders(shipped: Path, own: Path) -> dict[str, Path]:
    """Pack id → folder; the workspace's own folder goes before the shipped one."""
    found: dict[str, Path] = {}
    for root in (own, shipped):
        if root.is_dir():
            for folder in sorted(root.iterdir()):
                if (folder / "pack.yaml").is_file():
                    found.setdefault(folder.name, folder)
    return found


def _content_files(folders: Mapping[str, Path]) -> Iterator[Path]:
    for folder in folders.values():
        for path in sorted(folder.rglob("*")):
            inside = path.relative_to(folder).parts
            if inside[0] not in _NOT_CONTENT and path.suffix in (".yaml", ".yml", ".csv") and path.is_file():
                yield path


def signature(folders: Mapping[str, Path]) -> tuple[tuple[str, int, int], ...]:
    """A cheap mark that changes when a file of a pack does: path, time and size of each."""
    marks = ((path, path.stat()) for path in _content_files(folders))
    return tuple((str(path), stat.st_mtime_ns, stat.st_size) for path, stat in marks)


def digest_of(folders: Mapping[str, Path]) -> str:
    """A hash of what the packs say, the same wherever they lie."""
    whole = hashlib.sha256()
    for name, folder in sorted(folders.items()):
        for path in _content_files({name: folder}):
            whole.update(f"{name}/{path.relative_to(folder).as_posix()}\0".encode())
            whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()[:16]


def load_shelf(shipped: Path, own: Path) -> Shelf:
    """Read every pack; raises :class:`PackError` of the first faulty one."""
    from mudmai.exchange.packs import load_pack  # YAML and the schema are only loaded where packs are read

    folders = pack_folders(shipped, own)

    def required(name: str) -> Path:
        if name in folders:
            return folders[name]
        raise PackError(
            Text(f"ไม่พบชุดเนื้อหา “{name}” ที่ต้องใช้", f"the required pack “{name}” is not there"),
            remedy=Text(f"วางโฟลเดอร์ {name} ไว้ใน {own.name}/", f"put the folder {name} into {own.name}/"),
            code="pack_required",
        )

    loaded = [load_pack(folder, required=required) for folder in folders.values()]
    loaded.sort(key=lambda pack: (pack.kind != "areas", pack.id))
    owned = frozenset(name for name, folder in folders.items() if folder.parent == own)
    return Shelf({pack.id: pack for pack in loaded}, owned, digest_of(folders))
