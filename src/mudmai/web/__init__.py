"""Pages: views, templates and the front end's sources."""
