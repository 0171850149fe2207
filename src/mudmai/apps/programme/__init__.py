"""Programmes, projects and their money: a ledger of dated revisions, and its projection, the rows of today."""
