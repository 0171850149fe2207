"""Addresses of the API, each wrapped as an open, conditional read."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, re_path

from mudmai.api.problem_pages import describe_problem
from mudmai.api.problems import no_such_address
from mudmai.api.reading import readable
from mudmai.api.v1 import api

_FOR_PEOPLE = {"openapi-view", "openapi-json"}


def _wrapped(patterns: list[URLPattern | URLResolver]) -> list[URLPattern | URLResolver]:
    for one in patterns:
        if isinstance(one, URLPattern):
            one.callback = readable(one.callback, cached=one.name not in _FOR_PEOPLE)
    return patterns


_patterns, _app, _namespace = api.urls

urlpatterns = [
    path("v1/problems/<slug:code>", readable(describe_problem, cached=False)),
    path("v1/", include((_wrapped(_patterns), _app), namespace=_namespace)),
    re_path(r"^.*$", readable(lambda request: no_such_address(request), cached=False)),
]
