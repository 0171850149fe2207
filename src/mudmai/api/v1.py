"""Version 1 of the HTTP API: plans, scorecards, series, observations, areas and the work behind a figure.

The OpenAPI 3.1 document is served at ``/api/v1/openapi.json`` and its manual at ``/api/v1/docs``, both from
this server.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.renderers import JSONRenderer

from mudmai.api import (
    areas,
    assessment,
    certificates,
    cities,
    evidence,
    formulas,
    indices,
    inventories,
    marking,
    me,
    observations,
    plans,
    projects,
    reports,
    submissions,
    uploads,
)
from mudmai.api.problem_docs import problems
from mudmai.api.problems import register_problem_handlers
from mudmai.api.schemas import LinkOut, ProblemOut


class ThaiJSON(JSONRenderer):
    """JSON with Thai written as Thai, not as escapes."""

    json_dumps_params: Mapping[str, Any] = {"ensure_ascii": False, "separators": (",", ":"), "allow_nan": False}


class MudmaiAPI(NinjaAPI):
    """The API with the problem document among its components."""

    def get_openapi_schema(self, **kwargs: Any) -> Any:
        """The OpenAPI document; all doors refer to ``ProblemOut`` for their errors."""
        schema = super().get_openapi_schema(**kwargs)
        for path in schema.get("paths", {}).values():
            for operation in path.values():
                operation["responses"] = _by_status(operation.get("responses", {}))
        problem = ProblemOut.model_json_schema(ref_template="#/components/schemas/{model}")
        schema.setdefault("components", {}).setdefault("schemas", {})["ProblemOut"] = problem
        return schema


def _by_status(responses: Mapping[Any, Any]) -> dict[str, Any]:
    """Each status once: Ninja counts in numbers, what we add ourselves is written as JSON keys, and ours wins."""
    known = {str(status): told for status, told in responses.items() if isinstance(status, int)}
    return known | {status: told for status, told in responses.items() if isinstance(status, str)}


api = MudmaiAPI(
    title="Mudmai",
    version=version("mudmai"),
    description=(
        "Plans of areas and cities: what was promised, where each area stands, how sure we are, and why. "
        "Years may be asked for in the Buddhist or the Common Era; answers are in the Common Era. "
        "`null` is a missing value and never zero. Every answer carries an ETag; a named `release` never changes."
    ),
    urls_namespace="api-v1",
    renderer=ThaiJSON(),
    docs_url="/docs",
)
register_problem_handlers(api)


@api.get("/", response=list[LinkOut], operation_id="index", tags=["index"], openapi_extra=problems("500"))
def index(request: HttpRequest) -> list[dict[str, str]]:
    """Where the doors are."""
    here = request.path.rstrip("/")
    names = (
        *("plans", "indices", "certificates", "inventories", "projects", "area-systems", "series", "observations"),
        *("releases", "openapi.json", "docs"),
    )
    return [{"name": name, "href": f"{here}/{name}"} for name in names]


api.add_router("/plans", plans.router)
api.add_router("", observations.router)
api.add_router("", areas.router)
api.add_router("", indices.router)
api.add_router("", certificates.router)
api.add_router("", cities.router)
api.add_router("", inventories.router)
api.add_router("", assessment.router)
api.add_router("", evidence.router)
api.add_router("", marking.router)
api.add_router("", me.router)
api.add_router("", formulas.router)
api.add_router("", submissions.router)
api.add_router("", uploads.router)
api.add_router("", projects.router)
api.add_router("", reports.router)
