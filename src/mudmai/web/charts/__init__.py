"""Charts: Vega-Lite specifications as plain dictionaries, rendered on the server; the geometry of spark lines."""
