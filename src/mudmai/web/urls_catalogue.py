"""Addresses of the catalogue of datasets."""

from __future__ import annotations

from django.urls import URLPattern, path

from mudmai.web.views.catalogue import dataset, search

urlpatterns: list[URLPattern] = [
    path("datasets/", search.datasets, name="datasets"),
    path("datasets/<str:dataset>/", dataset.dataset, name="dataset"),
]
