"""What an error code means: the target of ``type`` in a problem document."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse

from mudmai.api.problems import no_such_address
from mudmai.core.error_codes import CODES


def describe_problem(request: HttpRequest, code: str) -> HttpResponse:
    """One error code in words, Thai and English."""
    meaning = CODES.get(code)
    if meaning is None:
        return no_such_address(request)
    body = {"code": code, "meaning": meaning.en, "meaning_th": meaning.th}
    return HttpResponse(json.dumps(body, ensure_ascii=False), content_type="application/json; charset=utf-8")
