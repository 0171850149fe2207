"""Use cases: one change is one function, with a keyword-only ``acting_user``, one transaction, one decision, one row in
the log, and events that are told once the change is kept."""
