"""The command line: one entry point, sub-commands loaded only when called."""
