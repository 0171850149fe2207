"""The observation store (immutable releases) and the fast evaluator over labelled cubes."""
