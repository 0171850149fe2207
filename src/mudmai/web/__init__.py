"""The pages: server-rendered in Thai and English, readable without scripts, strict about content security."""
