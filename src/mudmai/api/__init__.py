"""HTTP interfaces: the versioned API and the standard doors."""
