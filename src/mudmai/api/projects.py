"""Projects over the API: those of released programmes for everybody, others for whom the policy lets read.

Objects are those of OC4IDS 0.9; amounts are exact decimal numbers, and what is not known is not there.
"""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from mudmai.api.callers import caller
from mudmai.api.problem_docs import problems
from mudmai.api.reading import open_to_others
from mudmai.apps.programme.interfaces.records import (
    publication_of,
    record_for,
    record_page,
    records_of_programme,
)
from mudmai.exchange.exact_json import exact_json
from mudmai.exchange.oc4ids import project_object, project_package
from mudmai.exchange.ocds import release_package

router = Router(tags=["projects"])
MOST = 1000
_READ = problems("400", "401", "403", "404", "422", "429", "500")
_OPEN = problems("422", "500")
Size = Annotated[int, Query(ge=1, le=MOST, description="How many projects at most")]
After = Annotated[str, Query(max_length=60, description="`next` of the page before")]


@router.get("/projects", response=dict[str, Any], operation_id="listProjects", openapi_extra=_READ)
def list_projects(
    request: HttpRequest, programme: UUID | None = None, status: str = "", after: After = "", size: Size = 50
) -> HttpResponse:
    """Projects that the caller may read, as `items` of OC4IDS 0.9; `next` is there while there are more."""
    records, page = record_page(caller(request), programme=programme, status=status, after=after, size=size)
    publication = publication_of(records, uri=_here(request), publisher=_host(request))
    items = [project_object(record, publication) for record in records]
    return _json({"items": items, **({"next": page.after} if page.after else {})})


@router.get("/projects/oc4ids.json", response=dict[str, Any], operation_id="projectPackage", openapi_extra=_OPEN)
def package(request: HttpRequest, programme: UUID | None = None, after: After = "", size: Size = MOST) -> HttpResponse:
    """Public projects as an OC4IDS 0.9 package, whoever calls; the header `Link` (rel="next") leads to the next.

    Where there is no public project, the list is empty, which the standard itself has no word for.
    """
    records, page = record_page(None, programme=programme, after=after, size=size)
    publication = publication_of(records, uri=_here(request), publisher=_host(request))
    response = open_to_others(_json(project_package(records, publication)))
    if page.after:
        query = request.GET.copy()
        query["after"] = page.after
        response.headers["Link"] = f'<{request.build_absolute_uri(request.path)}?{query.urlencode()}>; rel="next"'
    return response


@router.get("/projects/{uuid:id}", response=dict[str, Any], operation_id="getProject", openapi_extra=_READ)
def project(request: HttpRequest, id: UUID) -> HttpResponse:
    """One project as an object of OC4IDS 0.9."""
    record = record_for(caller(request), id)
    return _json(project_object(record, publication_of([record], uri=_here(request), publisher=_host(request))))


@router.get("/programmes/{uuid:id}/ocds.json", response=dict[str, Any], operation_id="programmeReleases",
            openapi_extra=_READ)  # fmt: skip
def programme_releases(request: HttpRequest, id: UUID) -> HttpResponse:
    """A programme as an OCDS 1.1 release package: the planning of each project, and its contracts."""
    programme, records = records_of_programme(caller(request), id)
    name = programme.organisation.name.th
    return _json(release_package(records, publication_of(records, uri=_here(request), publisher=name)))


def _here(request: HttpRequest) -> str:
    return request.build_absolute_uri()


def _host(request: HttpRequest) -> str:
    return request.get_host()


def _json(told: Any) -> HttpResponse:
    return HttpResponse(exact_json(told), content_type="application/json; charset=utf-8")
