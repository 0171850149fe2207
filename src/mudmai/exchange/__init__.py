"""File formats in and out: tables, official forms, open standards, reports."""
