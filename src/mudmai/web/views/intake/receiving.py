"""Views that receive files: the limit is set before the form and its token are read."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from mudmai.http.receiving import limit_upload, upload_limit, workbook_limit

View = Callable[..., HttpResponse]


def takes_files(view: View) -> View:
    """Let a view receive files within the limit. The form's token is checked after the way of receiving is set."""
    return _receiving(view, upload_limit)


def takes_workbooks(view: View) -> View:
    """As :func:`takes_files`, within the limit of workbooks that are filled in."""
    return _receiving(view, workbook_limit)


def _receiving(view: View, most: Callable[[], int]) -> View:
    inner = csrf_protect(view)

    @wraps(view)
    def receiving(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        limit_upload(request, most())
        return inner(request, *args, **kwargs)

    return cast(View, csrf_exempt(receiving))
