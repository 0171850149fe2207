"""Composite indices that packs declare."""

from mudmai.exchange.indices.reading import FILE, DeclaredIndex, read_indices

__all__ = ["FILE", "DeclaredIndex", "read_indices"]
