"""Words and rules of planning: periods, areas, units, series, formulas, plans, judgement. Stdlib and NumPy only."""
