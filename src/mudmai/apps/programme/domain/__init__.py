"""What may be done to programmes and projects."""
