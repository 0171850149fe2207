"""Charts: Vega-Lite specifications as plain dictionaries, rendered on the server; small SVG geometry for spark lines."""
