"""Checking a file against what its dataset declares: every rule, all findings counted, the first ones told in full."""

from __future__ import annotations

from mudmai.workspace.checking.reports import checked_reading, keep_report, marked_file, read_report
from mudmai.workspace.checking.running import Mode, check_table

__all__ = ["Mode", "check_table", "checked_reading", "keep_report", "marked_file", "read_report"]
