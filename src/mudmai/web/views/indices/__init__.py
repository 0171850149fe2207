"""Pages of composite indices."""
