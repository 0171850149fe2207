"""Where the app meets the sign-in library, forms and mails."""
