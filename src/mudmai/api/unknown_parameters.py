"""Query parameters that a door does not know are refused: a mistyped filter would otherwise give everything."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

from mudmai.api.problems import problem_response
from mudmai.core.language import Text

View = Callable[..., HttpResponse]


def parameters_by_door(schema: Mapping[str, Any]) -> Mapping[str, frozenset[str]]:
    """Path of a door → the query parameters that its OpenAPI description names (``/plans/{plan}`` → ...)."""
    return {
        path: frozenset(
            one["name"] for door in doors.values() for one in door.get("parameters", ()) if one["in"] == "query"
        )
        for path, doors in schema["paths"].items()
    }


def refusing_unknown(view: View, known: Callable[[], Collection[str]]) -> View:
    """``view``, but a query parameter that it does not know is a problem document naming it and the near ones.

    ``known`` is asked only where a query has parameters.
    """

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.GET:
            names = known()
            unknown = sorted(set(request.GET) - set(names))
            if unknown:
                return _unknown(request, unknown, names)
        return view(request, *args, **kwargs)

    return checked


def _unknown(request: HttpRequest, unknown: Sequence[str], known: Collection[str]) -> HttpResponse:
    from difflib import get_close_matches  # only on the way to an error

    near = list(dict.fromkeys(one for name in unknown for one in get_close_matches(name, sorted(known), n=3)))
    told, listed = ", ".join(f"“{name[:80]}”" for name in unknown[:8]), ", ".join(near or sorted(known))
    if not known:
        remedy = Text("ประตูนี้ไม่รับพารามิเตอร์", "this door takes no parameters")
    elif near:
        remedy = Text(f"หมายถึง {listed} หรือไม่", f"did you mean {listed}?")
    else:
        remedy = Text(f"พารามิเตอร์ที่ใช้ได้: {listed}", f"the parameters that can be used: {listed}")
    message = Text(f"ไม่รู้จักพารามิเตอร์ {told}", f"unknown parameter {told}")
    return problem_response(request, 422, "unknown_parameter", message, remedy)
