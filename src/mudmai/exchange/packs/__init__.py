"""Packs: content as readable YAML and CSV, checked on loading with errors that name file, line and key."""

from mudmai.exchange.packs.check import check_pack
from mudmai.exchange.packs.load import Pack, load_pack, pack_beside, shipped_packs
from mudmai.exchange.packs.schema import schema_json

__all__ = ["Pack", "check_pack", "load_pack", "pack_beside", "schema_json", "shipped_packs"]
