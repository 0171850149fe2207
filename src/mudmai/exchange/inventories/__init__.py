"""City inventories of greenhouse gases in files: the tables of a pack, workbooks in and out."""

from mudmai.exchange.inventories.reading import FILE, read_inventory_rules, shipped_inventory_rules

__all__ = ["FILE", "read_inventory_rules", "shipped_inventory_rules"]
