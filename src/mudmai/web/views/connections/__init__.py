"""Pages of connections to sources of others."""
