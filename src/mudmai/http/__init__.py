"""What pages and API share of HTTP, and nothing of what they say: entity tags and finished answers kept in memory."""
