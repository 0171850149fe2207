"""Tables of city inventories of the workspace: the first pack that has them, its own before shipped ones."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from mudmai.core.errors import InputError
from mudmai.core.inventories import InventoryRules
from mudmai.core.language import Text
from mudmai.exchange.inventories import FILE, read_inventory_rules
from mudmai.exchange.packs.pack import shipped_packs
from mudmai.workspace.home import Home
from mudmai.workspace.pack_content import pack_folders


def inventory_rules(home: Home, id: str = "") -> InventoryRules:
    """The tables named ``id``; "" the first ones. Raises :class:`InputError` where no pack has them."""
    found = pack_folders(shipped_packs(), home.packs)
    folders = sorted(found.values(), key=lambda one: (one.parent != home.packs, one.name))
    for folder in folders:
        path = folder / FILE
        if path.is_file():
            rules = _rules(folder, path.stat().st_mtime_ns)
            if id in ("", rules.id):
                return rules
    raise InputError(
        Text(f"ไม่มีชุดเนื้อหาที่มีตารางของบัญชี {id}".rstrip(), f"no pack has the tables of inventories {id}".rstrip()),
        remedy=Text(f"เพิ่มชุดเนื้อหาที่มี {FILE}", f"add a pack with an {FILE}"),
        code="inventory_rules",
    )


@lru_cache(maxsize=16)
def _rules(folder: Path, _stamp: int) -> InventoryRules:
    return read_inventory_rules(folder)
