"""How the OpenAPI document speaks of errors: every door can answer a problem document."""

from __future__ import annotations

from typing import Any

from mudmai.api.problems import MEDIA_TYPE

_MEANINGS = {
    "400": "The request cannot be used: a formula, a period or a combination of names",
    "401": "Nobody calls, or with a token that does not work",
    "403": "The policy refuses; the detail says why",
    "404": "A plan, series, area, indicator, reading or release that does not exist",
    "409": "Somebody changed it meanwhile; read it again",
    "422": "A parameter of the wrong type or outside its limits",
    "429": "So many failing tokens that they are no longer looked at",
    "500": "Our fault",
}


_OPEN = ("400", "404", "422", "500")


def problems(*statuses: str) -> dict[str, Any]:
    """``openapi_extra`` that documents the named statuses (by default those of an open read)."""
    chosen = statuses or _OPEN
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemOut"}}}
    return {"responses": {status: {"description": _MEANINGS[status], "content": content} for status in chosen}}


PROBLEMS = problems()
