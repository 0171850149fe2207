"""What the address of an index page asks for: a year, weights as points, a release and a state of the packs."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import wraps
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse

from mudmai.core.errors import InputError
from mudmai.core.language import Text, to_arabic_digits
from mudmai.web.asking import asked_state, asked_year
from mudmai.web.pages import address, language_of, render_page, workspace_of
from mudmai.workspace.index_results import IndexView
from mudmai.workspace.index_weights import LARGEST_WEIGHT
from mudmai.workspace.indices import compute_index

POINTS = "w."
"""Prefix of the query parameters that hold weights: ``?w.base=40``."""


def asked_points(query: Mapping[str, str]) -> dict[str, float]:
    """Item → points; empty fields are left out, and have the index's own. Refuses what is no number from 0 to 1000."""
    found, faults = read_points(query)
    for fault in faults.values():
        raise fault
    return found


def read_points(query: Mapping[str, str]) -> tuple[dict[str, float], dict[str, InputError]]:
    """Item → points, and parameter → what is wrong with it."""
    found, faults = {}, {}
    for name, text in query.items():
        if not name.startswith(POINTS) or not text.strip():
            continue
        try:
            value = float(to_arabic_digits(text).replace(",", ""))
        except ValueError:
            value = math.nan
        if not 0 <= value <= LARGEST_WEIGHT:
            faults[name] = InputError(
                Text(f"คะแนนความสำคัญ “{text[:40]}” ใช้ไม่ได้", f"the points “{text[:40]}” cannot be used"),
                remedy=Text(
                    f"ใส่ตัวเลขตั้งแต่ 0 ถึง {LARGEST_WEIGHT:g} เช่น 40",
                    f"give a number from 0 to {LARGEST_WEIGHT:g}, such as 40",
                ),
                code="index_weights",
            )
            continue
        found[name.removeprefix(POINTS)] = value
    return found, faults


def read_index(request: HttpRequest, index: str, *, own: bool = False) -> IndexView:
    """The index as the address asks for it, with ``own`` by its own weights; intervals are drawn as it declares."""
    asked = asked_year(request.GET)
    return compute_index(
        workspace_of(request),
        index,
        year=None if asked is None else asked.year_ce,
        weights={} if own else asked_points(request.GET),
        shares=True,
        **asked_state(request.GET),
    )


def weights_told(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Weights that cannot be used are told with the way to the page of the index, where each stands in its field."""

    @wraps(view)
    def told(request: HttpRequest, index: str, **parts: str) -> HttpResponse:
        try:
            return view(request, index=index, **parts)
        except InputError as fault:
            if fault.code != "index_weights":
                raise
            message, remedy = fault.message, fault.remedy
        asked = urlencode(kept(request, POINTS, "year", "release", "packs"))
        response = render_page(
            request,
            "fault.html",
            400,
            message=message,
            remedy=remedy,
            code=400,
            problems=(),
            back=f"{address(language_of(request), 'index', index=index)}?{asked}",
        )
        response.headers["Cache-Control"] = "no-store"
        return response

    return told


def kept(request: HttpRequest, *names: str) -> list[tuple[str, str]]:
    """What a form or link keeps of the address: parameters with these names, or that begin with one ending in a dot."""
    return [
        (name, value)
        for name, value in request.GET.items()
        if value and (name in names or any(one.endswith(".") and name.startswith(one) for one in names))
    ]
