"""Answers for one caller alone: never kept by anybody, never readable from other origins."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from mudmai.api.problems import problem_response
from mudmai.core.language import Text

View = Callable[..., HttpResponse]


def personal(view: View) -> View:
    """``view`` with every answer marked as its caller's own."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if response.status_code == 405:
            allowed = response.headers.get("Allow", "")
            message = Text("ที่อยู่นี้ไม่รับวิธีนี้", "this address does not take that method")
            response = problem_response(
                request, 405, "method_not_allowed", message, Text(f"ใช้ {allowed}", f"use {allowed}")
            )
            response.headers["Allow"] = allowed
        response.headers["Cache-Control"] = "no-store, private"
        patch_vary_headers(response, ["Authorization", "Cookie"])
        return response

    return answered


def personal_doors(schema: Any) -> frozenset[str]:
    """Paths of the OpenAPI document of which any operation asks for a known caller, or changes something."""
    return frozenset(
        path
        for path, doors in schema["paths"].items()
        if any(told.get("security") or method not in ("get", "head") for method, told in doors.items())
    )
