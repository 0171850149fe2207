"""Pages of markers and certifiers, and of what the city and everybody read of the result."""
