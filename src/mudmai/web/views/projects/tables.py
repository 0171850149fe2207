"""Lists of projects as files: one row for each line of money, the same columns in and out."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from mudmai.apps.programme.interfaces.project_lists import list_batches
from mudmai.apps.programme.models import Project
from mudmai.exchange.project_lists import list_csv, list_xlsx
from mudmai.web.pages import language_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
_MOST_XLSX = 200_000


def table_response(request: HttpRequest, projects: QuerySet[Project], form: str) -> HttpResponseBase:
    """All of ``projects``: CSV in pieces under the columns' ids, a workbook under headings in the reader's language."""
    batches = list_batches(projects)
    if form == "csv":
        answer: HttpResponseBase = StreamingHttpResponse(list_csv(batches), content_type=CSV)
    else:
        rows = [row for batch in batches for row in batch][:_MOST_XLSX]
        answer = HttpResponse(list_xlsx(rows, heads=language_of(request)), content_type=XLSX)
    answer.headers["Content-Disposition"] = f'attachment; filename="projects.{form}"'
    answer.headers["Cache-Control"] = "no-cache"
    return answer
