"""Pages of the public register of certificates, and those of its holder."""
