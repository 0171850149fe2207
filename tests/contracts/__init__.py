"""What holds for every file: who imports whom, how long a file grows, how it is named, what it may never carry."""
