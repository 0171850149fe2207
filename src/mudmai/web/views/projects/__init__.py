"""Pages of programmes and projects."""
