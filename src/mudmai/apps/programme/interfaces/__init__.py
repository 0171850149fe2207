"""Forms and mails of programmes."""
