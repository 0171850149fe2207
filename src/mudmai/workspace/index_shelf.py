"""The indices that the packs of a workspace declare, read where they are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mudmai.core.errors import PackError, UnknownNameError
from mudmai.core.language import Text
from mudmai.workspace.results import PackUsed

if TYPE_CHECKING:
    from mudmai.core.composites import CompositeIndex
    from mudmai.exchange.indices import DeclaredIndex
    from mudmai.exchange.packs import Pack
    from mudmai.workspace.shelf import Shelf
    from mudmai.workspace.workspace import Workspace


@dataclass(frozen=True)
class OfferedIndex:
    """An index with the pack that declares it, as the packs are (or were) in one state."""

    declared: DeclaredIndex
    pack: PackUsed
    definitions: Mapping[str, str]

    @property
    def id(self) -> str:
        """The id of the index."""
        return self.declared.id

    @property
    def index(self) -> CompositeIndex:
        """What is computed."""
        return self.declared.index


@dataclass(frozen=True)
class IndexShelf:
    """All indices in the order of packs, and what is wrong with files that are left out."""

    offered: tuple[OfferedIndex, ...]
    faults: tuple[PackError, ...]


def index_shelf(workspace: Workspace, packs: str | None = None) -> IndexShelf:
    """The indices of all packs as they are, or as they were in a kept state."""
    shelf = workspace.shelf_of(packs)
    return workspace.remembered(("indices", shelf.digest), lambda: _read(shelf))


def list_indices(workspace: Workspace, packs: str | None = None) -> tuple[OfferedIndex, ...]:
    """The indices of all packs. A file at fault is left out (``mudmai pack check`` tells its faults)."""
    return index_shelf(workspace, packs).offered


def find_index(workspace: Workspace, index_id: str, packs: str | None = None) -> OfferedIndex:
    """The index with this id; :class:`UnknownNameError` with the known ones otherwise, or the fault of its file."""
    shelf = index_shelf(workspace, packs)
    for one in shelf.offered:
        if one.id == index_id:
            return one
    if not shelf.offered and shelf.faults:
        raise shelf.faults[0]
    raise UnknownNameError(Text("ดัชนี", "index"), index_id, [one.id for one in shelf.offered])


def indices_of_area(workspace: Workspace, area: str) -> tuple[OfferedIndex, ...]:
    """The indices that score areas of this area's level."""
    systems = workspace.catalogue.area_systems
    return tuple(
        one
        for one in list_indices(workspace)
        if one.index.area_system in systems
        and (place := systems[one.index.area_system].get(area)) is not None
        and place.level == one.index.level
    )


def _read(shelf: Shelf) -> IndexShelf:
    from mudmai.exchange.indices import FILE  # YAML and the schema load where indices are asked for

    found: dict[str, OfferedIndex] = {}
    faults: list[PackError] = []
    for pack in shelf.packs.values():
        text = shelf.content.get(pack.id, {}).get(FILE)
        if text is None:
            continue
        try:
            for one in _of_pack(shelf, pack, text):
                found[one.id] = one  # a later pack wins, as everywhere on the shelf
        except PackError as fault:
            faults.append(fault)
    return IndexShelf(tuple(found.values()), tuple(faults))


def _of_pack(shelf: Shelf, pack: Pack, text: bytes) -> tuple[OfferedIndex, ...]:
    from mudmai.exchange.indices import read_indices  # as above

    used = PackUsed(pack.id, pack.version, shelf.state)
    return tuple(
        OfferedIndex(one, used, pack.definitions)
        for one in read_indices(text, pack.id, pack.catalogue, pack.definitions)
    )
