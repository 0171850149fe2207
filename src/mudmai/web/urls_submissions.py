"""Addresses of sending data in, checking and approving it."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
