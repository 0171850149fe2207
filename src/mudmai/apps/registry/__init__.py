"""People, organisations, roles in an area, invitations, and the log of every change."""
