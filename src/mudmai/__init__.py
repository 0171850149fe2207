"""Mudmai: an open platform with which areas and cities plan, monitor and evaluate their development."""

__version__ = "0.1.0"
