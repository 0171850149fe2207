"""Rows of this app."""

from mudmai.apps.connections.models.connection import Connection, Every
from mudmai.apps.connections.models.fetch import Fetch, Outcome

__all__ = ["Connection", "Every", "Fetch", "Outcome"]
