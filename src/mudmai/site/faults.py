"""What Django cannot answer itself: below ``/api/`` a problem document, elsewhere a page."""

from __future__ import annotations

from importlib.util import find_spec

from django.http import HttpRequest, HttpResponse

from mudmai.web import faults
from mudmai.web.wording import wording


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400 for a request that cannot be read at all."""
    if request.path.startswith(faults.API) and find_spec("mudmai.api.urls"):
        from mudmai.api.problems import problem_response  # the API may be left out of an installation

        message, remedy = wording("fault.bad_request"), wording("fault.bad_request_remedy")
        return problem_response(request, 400, "bad_request", message, remedy)
    return faults.bad_request(request, exception)
