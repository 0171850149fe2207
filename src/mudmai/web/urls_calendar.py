"""Addresses of the calendar of submissions."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
