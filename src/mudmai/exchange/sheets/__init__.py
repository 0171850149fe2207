"""Any office's file in: a tidy table with a source cell for each value, or an exact refusal."""
