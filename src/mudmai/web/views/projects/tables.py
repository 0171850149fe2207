"""Lists of projects as files: one row for each line of money, the same columns in and out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from mudmai.apps.programme.models import Project
from mudmai.exchange.tables import csv_chunks, xlsx_bytes

COLUMNS = (
    "project",
    "programme",
    "number",
    "title",
    "department",
    "status",
    "areas",
    "sharing",
    "fiscal_year",
    "stage",
    "source_of_fund",
    "amount",
    "cell",
)
_MOST_XLSX = 200_000
_CHUNK = 1000


def table_response(request: HttpRequest, projects: QuerySet[Project], form: str) -> HttpResponseBase:
    """All of ``projects``, in pieces, so that a long list needs no more memory than a short one."""
    batches = _batches(projects)
    if form == "csv":
        answer: HttpResponseBase = StreamingHttpResponse(
            csv_chunks(COLUMNS, batches), content_type="text/csv; charset=utf-8"
        )
    else:
        rows = [row for batch in batches for row in batch][:_MOST_XLSX]
        media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        answer = HttpResponse(xlsx_bytes(COLUMNS, rows, sheet="projects"), content_type=media)
    answer.headers["Content-Disposition"] = f'attachment; filename="projects.{form}"'
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def _batches(projects: QuerySet[Project]) -> Iterator[list[dict[str, Any]]]:
    rows = projects.select_related("programme").prefetch_related("places", "budget")
    waiting: list[dict[str, Any]] = []
    for one in rows.iterator(chunk_size=_CHUNK):
        waiting.extend(_lines(one))
        if len(waiting) >= _CHUNK:
            yield waiting
            waiting = []
    yield waiting


def _lines(one: Project) -> Iterator[dict[str, Any]]:
    shared = {
        "project": str(one.pk),
        "programme": one.programme.title_th,
        "number": one.number,
        "title": one.title,
        "department": one.department,
        "status": one.status,
        "areas": " ".join(place.area for place in one.places.all()),
        "sharing": one.sharing_rule,
    }
    lines = list(one.budget.all())
    for line in lines:
        yield shared | {
            "fiscal_year": line.fiscal_year,
            "stage": line.stage,
            "source_of_fund": line.source_of_fund,
            "amount": line.amount,
            "cell": line.locator,
        }
    if not lines:
        yield shared
