"""Addresses of the API: open, conditional reads, and doors that ask for a known caller and answer to that one alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, partial, wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path, re_path

from mudmai.api.personal import View, personal, personal_doors
from mudmai.api.problem_pages import describe_problem
from mudmai.api.problems import no_such_address
from mudmai.api.reading import readable
from mudmai.api.unknown_parameters import parameters_by_door, refusing_unknown
from mudmai.api.v1 import api
from mudmai.http.sharing import asked_by_nobody, open_to_others

_FOR_PEOPLE = {"openapi-view", "openapi-json"}
_BY_CALLER = ("/projects", "/programmes", "/inventories")
"""Doors open to everybody that tell more to those who may read more: never kept by anybody between, open to programs
of other origins only where nobody in particular asks."""
_OF_A_REGISTER = ("/certificates", "/cities")
"""Doors that everybody reads alike, and that tell what no release holds: the tag of a release says nothing of them."""


@cache
def _parameters() -> Mapping[str, frozenset[str]]:
    return parameters_by_door(api.get_openapi_schema(path_prefix=""))


@cache
def _personal() -> frozenset[str]:
    return personal_doors(api.get_openapi_schema(path_prefix=""))


def _path(pattern: str) -> str:
    """A pattern of Django's (``plans/<plan>``, ``jobs/<uuid:job>``) as the OpenAPI document writes it."""
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", pattern)


def _answering(view: View, pattern: str) -> View:
    """The door at ``pattern``: an open read, or its caller's own."""
    checked = refusing_unknown(view, partial(_known, pattern))
    to_all, to_one, anew = readable(checked), personal(checked), readable(checked, cached=False)

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        path = _path(pattern)
        if path.startswith(_OF_A_REGISTER):
            return anew(request, *args, **kwargs)
        if path.startswith(_BY_CALLER):
            response = to_one(request, *args, **kwargs)
            return open_to_others(response) if asked_by_nobody(request) else response
        return (to_one if path in _personal() else to_all)(request, *args, **kwargs)

    return answered


def _known(pattern: str) -> frozenset[str]:
    """The query parameters of the door at a pattern of Django's (``plans/<plan>``)."""
    return _parameters().get(_path(pattern), frozenset())


def _wrapped(patterns: list[URLPattern | URLResolver]) -> list[URLPattern | URLResolver]:
    for one in patterns:
        if isinstance(one, URLPattern):
            if one.name in _FOR_PEOPLE:
                one.callback = readable(one.callback, cached=False)
            else:
                one.callback = _answering(one.callback, str(one.pattern))
    return patterns


_patterns, _app, _namespace = api.urls

urlpatterns = [
    path("v1/problems/<slug:code>", readable(describe_problem, cached=False)),
    path("v1/", include((_wrapped(_patterns), _app), namespace=_namespace)),
    re_path(r"^.*$", readable(lambda request: no_such_address(request), cached=False)),
]
