"""Long work in the background: a queue in the database, a worker, progress, cancelling and repeating."""
