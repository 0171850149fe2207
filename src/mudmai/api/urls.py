"""Addresses of the API, each wrapped as an open, conditional read."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, partial

from django.urls import URLPattern, URLResolver, include, path, re_path

from mudmai.api.problem_pages import describe_problem
from mudmai.api.problems import no_such_address
from mudmai.api.reading import readable
from mudmai.api.unknown_parameters import parameters_by_door, refusing_unknown
from mudmai.api.v1 import api

_FOR_PEOPLE = {"openapi-view", "openapi-json"}


@cache
def _parameters() -> Mapping[str, frozenset[str]]:
    return parameters_by_door(api.get_openapi_schema(path_prefix=""))


def _known(pattern: str) -> frozenset[str]:
    """The query parameters of the door at a pattern of Django's (``plans/<plan>``)."""
    return _parameters().get("/" + pattern.replace("<", "{").replace(">", "}"), frozenset())


def _wrapped(patterns: list[URLPattern | URLResolver]) -> list[URLPattern | URLResolver]:
    for one in patterns:
        if isinstance(one, URLPattern):
            if one.name in _FOR_PEOPLE:
                one.callback = readable(one.callback, cached=False)
            else:
                one.callback = readable(refusing_unknown(one.callback, partial(_known, str(one.pattern))))
    return patterns


_patterns, _app, _namespace = api.urls

urlpatterns = [
    path("v1/problems/<slug:code>", readable(describe_problem, cached=False)),
    path("v1/", include((_wrapped(_patterns), _app), namespace=_namespace)),
    re_path(r"^.*$", readable(lambda request: no_such_address(request), cached=False)),
]
