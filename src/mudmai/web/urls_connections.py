"""Addresses of connections to sources of others."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
