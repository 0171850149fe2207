"""Addresses of work in the background."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
