"""Numbers on arrays and frames, each checked against a published table."""
