"""A city on one page beside its peers, a few cities side by side, and the A4 page of a city."""
