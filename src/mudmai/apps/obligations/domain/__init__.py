"""What may be done, one function for each change."""
