"""Pages of city inventories of greenhouse gases."""
