"""Forms, mail and commands."""
