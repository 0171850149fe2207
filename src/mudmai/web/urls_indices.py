"""Addresses of composite indices."""

from __future__ import annotations

from django.urls import URLPattern, path

from mudmai.web.views.indices import area, downloads, index, listing

urlpatterns: list[URLPattern] = [
    path("indices/", listing.indices, name="indices"),
    path("indices/<str:index>/", index.index, name="index"),
    path("indices/<str:index>/scores.<str:form>", downloads.index_table, name="index_table"),
    path("indices/<str:index>/<str:area>/", area.index_area, name="index_area"),
]
