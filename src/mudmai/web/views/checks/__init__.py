"""Pages of the checks of what is sent in."""
