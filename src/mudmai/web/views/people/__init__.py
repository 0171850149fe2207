"""Pages for people who sign in: their account, organisations, the log."""
