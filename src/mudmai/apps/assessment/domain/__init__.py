"""Use cases of the assessment: one mutation, one function."""
