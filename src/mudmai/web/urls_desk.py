"""Addresses of the steward's desk: definitions of series and formulas."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
