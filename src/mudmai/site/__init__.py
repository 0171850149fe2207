"""Settings, addresses and wiring: the one place where parts are put together."""
