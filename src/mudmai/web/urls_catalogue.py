"""Addresses of the catalogue of datasets."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
