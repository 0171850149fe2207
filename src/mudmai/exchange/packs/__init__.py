"""Packs: content as readable YAML and CSV, checked on loading with errors that name file, line and key.

The readers bring a YAML parser and a schema; they are only imported when one of them is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mudmai.exchange.packs.pack import Pack, shipped_packs

if TYPE_CHECKING:
    from mudmai.exchange.packs.check import check_pack
    from mudmai.exchange.packs.load import load_pack, load_packs, load_sound_packs, pack_beside
    from mudmai.exchange.packs.schema import schema_json

__all__ = [
    "Pack",
    "check_pack",
    "load_pack",
    "load_packs",
    "load_sound_packs",
    "pack_beside",
    "schema_json",
    "shipped_packs",
]

_READERS = {
    "check_pack": "check",
    "load_pack": "load",
    "load_packs": "load",
    "load_sound_packs": "load",
    "pack_beside": "load",
    "schema_json": "schema",
}


def __getattr__(name: str) -> Any:
    """Import a reader when it is first asked for."""
    if name not in _READERS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # beside its only use

    return getattr(import_module(f"{__name__}.{_READERS[name]}"), name)
