"""Pages of sending data in, reviewing and publishing them."""
