"""Pages of the catalogue of datasets."""
