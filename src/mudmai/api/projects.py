"""Projects over the API: those of released programmes for everybody, others for whom the policy lets read.

Objects are those of OC4IDS 0.9; amounts are exact decimal numbers, and what is not known is not there.
"""

from __future__ import annotations

import hashlib
from itertools import islice
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, StreamingHttpResponse
from django.http.response import HttpResponseBase
from ninja import Query, Router

from mudmai.api.callers import caller
from mudmai.api.problem_docs import problems
from mudmai.apps.programme.interfaces.link_records import policy_alignment
from mudmai.apps.programme.interfaces.project_lists import list_batches
from mudmai.apps.programme.interfaces.records import (
    publication_of,
    readable_projects,
    record_for,
    record_page,
    records_of_programme,
)
from mudmai.exchange.exact_json import exact_json
from mudmai.exchange.oc4ids import project_object, project_package
from mudmai.exchange.ocds import release_package
from mudmai.exchange.project_lists import list_csv, list_xlsx
from mudmai.http.sharing import open_to_others
from mudmai.http.tags import knows

router = Router(tags=["projects"])
MOST = 1000
MOST_ROWS = 200_000
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
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


@router.get(
    "/projects/oc4ids.json",
    response=dict[str, Any],
    operation_id="projectPackage",
    url_name="projectPackage",
    openapi_extra=_OPEN,
)
def package(request: HttpRequest, programme: UUID | None = None, after: After = "", size: Size = MOST) -> HttpResponse:
    """Public projects as an OC4IDS 0.9 package, whoever calls; the header `Link` (rel="next") leads to the next.

    Where there is no public project, the list is empty, which the standard itself has no word for.
    """
    records, page = record_page(None, programme=programme, after=after, size=size)
    publication = publication_of(records, uri=_here(request), publisher=_host(request))
    return open_to_others(
        _tagged(request, _followed(request, _json(project_package(records, publication)), page.after))
    )


@router.get(
    "/projects/{uuid:id}",
    response=dict[str, Any],
    operation_id="getProject",
    url_name="getProject",
    openapi_extra=_READ,
)
def project(request: HttpRequest, id: UUID) -> HttpResponse:
    """One project as an object of OC4IDS 0.9; its confirmed links to plans are its policy alignment."""
    record = record_for(caller(request), id)
    told = project_object(record, publication_of([record], uri=_here(request), publisher=_host(request)))
    return _json({**told, **policy_alignment(id)})


@router.get("/programmes/{uuid:id}/ocds.json", response=dict[str, Any], operation_id="programmeReleases",
            url_name="programmeReleases", openapi_extra=_READ)  # fmt: skip
def programme_releases(request: HttpRequest, id: UUID, after: After = "", size: Size = MOST) -> HttpResponse:
    """A programme as an OCDS 1.1 release package: the planning of each project, and its contracts.

    The header `Link` (rel="next") leads to the next package.
    """
    programme, records, page = records_of_programme(caller(request), id, after=after, size=size)
    name = programme.organisation.name.th
    told = release_package(records, publication_of(records, uri=_here(request), publisher=name))
    return _tagged(request, _followed(request, _json(told), page.after))


@router.get("/projects/list.{form}", operation_id="projectTable", openapi_extra=_READ)
def project_table(
    request: HttpRequest, form: Literal["csv", "xlsx"], programme: UUID | None = None
) -> HttpResponseBase:
    """Projects that the caller may read as a table, a row for each line of money: the columns that an import takes."""
    rows = readable_projects(caller(request), programme).order_by("programme_id", "position")
    batches = list_batches(rows)
    if form == "csv":
        response: HttpResponseBase = StreamingHttpResponse(list_csv(batches), content_type="text/csv; charset=utf-8")
    else:
        found = list(islice((row for batch in batches for row in batch), MOST_ROWS))
        response = HttpResponse(list_xlsx(found), content_type=_XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="projects.{form}"'
    return response


def _followed(request: HttpRequest, response: HttpResponse, after: str) -> HttpResponse:
    """The response with a link to the next package, where there is one."""
    if after:
        query = request.GET.copy()
        query["after"] = after
        response.headers["Link"] = f'<{request.build_absolute_uri(request.path)}?{query.urlencode()}>; rel="next"'
    return response


def _tagged(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The response under a strong tag of its bytes; nothing is sent again to who has them (RFC 9110 section 13.1.2)."""
    tag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    if knows(request.headers.get("If-None-Match", ""), tag):
        kept = HttpResponseNotModified()
        for name, value in response.headers.items():
            if name != "Content-Type":
                kept.headers[name] = value
        response = kept
    response.headers["ETag"] = tag
    return response


def _here(request: HttpRequest) -> str:
    return request.build_absolute_uri()


def _host(request: HttpRequest) -> str:
    return request.get_host()


def _json(told: Any) -> HttpResponse:
    return HttpResponse(exact_json(told), content_type="application/json; charset=utf-8")
