"""Assessment of cities: calls, files with evidence, marks, decisions, certificates; inventories and road maps."""
