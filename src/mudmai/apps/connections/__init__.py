"""Doors in: connections to sources of others, their fetches and snapshots."""
