"""The folder in which one installation keeps its releases, packs and settings."""
