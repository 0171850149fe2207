"""Pages of the calendar of submissions."""
