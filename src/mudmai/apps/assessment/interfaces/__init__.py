"""What faces and the clock see of the assessment."""
