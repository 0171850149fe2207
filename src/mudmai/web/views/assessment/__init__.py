"""Pages of the assessment of cities for the city's side: criteria, calls, cities, files, evidence, road maps."""
