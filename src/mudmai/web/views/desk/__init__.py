"""The steward's desk: definitions made and changed in the browser."""
