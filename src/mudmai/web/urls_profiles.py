"""Addresses of profiles of cities; they stand before the pages of single cities, whose addresses they would match."""

from __future__ import annotations

from django.urls import URLPattern, path

from mudmai.web.views.profiles import compare, profile

urlpatterns: list[URLPattern] = [
    path("cities/compare/", compare.compare, name="cities_compare"),
    path("cities/<slug:code>/profile/", profile.profile, name="city_profile"),
    path("cities/<slug:code>/profile.pdf", profile.profile_pdf, name="city_profile_pdf"),
]
