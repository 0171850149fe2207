"""Pages for handing in a file and for deciding how it is read."""
