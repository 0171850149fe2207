"""What an error code means: the target of ``type`` in a problem document."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse

from mudmai.api.problems import no_such_address
from mudmai.core import errors

EXTRA_CODES = {
    "period": "a year or period that cannot be read",
    "input": "input that cannot be used",
    "invalid_parameter": "a query parameter of the wrong type or outside its limits",
    "not_found": "an address that does not exist",
    "method_not_allowed": "these doors only answer reads",
    "http": "a fault of the HTTP request",
}


def known_codes() -> dict[str, str]:
    """Every error code that the API can answer with, and what it means."""
    found = dict(EXTRA_CODES)
    waiting: list[type[errors.MudmaiError]] = [errors.MudmaiError]
    while waiting:
        kind = waiting.pop()
        waiting.extend(kind.__subclasses__())
        if kind is not errors.MudmaiError:
            found.setdefault(kind.default_code, (kind.__doc__ or "").strip().splitlines()[0])
    return found


def describe_problem(request: HttpRequest, code: str) -> HttpResponse:
    """One error code in words."""
    meaning = known_codes().get(code)
    if meaning is None:
        return no_such_address(request)
    return HttpResponse(json.dumps({"code": code, "meaning": meaning}), content_type="application/json")
