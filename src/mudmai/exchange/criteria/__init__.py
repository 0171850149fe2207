"""Criteria sets outside the program: files of packs, a lasting form by content, workbooks for work off the network."""
