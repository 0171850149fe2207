"""Scores of an index with every stage, to take away as CSV, Excel and JSON."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse

from mudmai.core.errors import UnknownNameError
from mudmai.core.language import Text
from mudmai.exchange.tables import csv_bytes, xlsx_bytes
from mudmai.http.sharing import open_file
from mudmai.web.freshness import fresh
from mudmai.web.views.indices.asked import read_index, weights_told

FORMS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json; charset=utf-8",
}


@open_file
@weights_told
@fresh
def index_table(request: HttpRequest, index: str, form: str, language: str) -> HttpResponse:
    """One row for each area; a missing value is an empty cell and its reason stands beside."""
    if form not in FORMS:
        raise UnknownNameError(Text("รูปแบบไฟล์", "file format"), form, list(FORMS))
    view = read_index(request, index)
    rows, notes = view.as_dicts(), list(view.provenance())
    columns = list(rows[0]) if rows else []
    if form == "json":
        whole = {"notes": dict(notes), **view.summary(), "rows": rows}
        body = json.dumps(whole, ensure_ascii=False, allow_nan=False).encode()
    elif form == "csv":
        body = csv_bytes(columns, rows)
    else:
        body = xlsx_bytes(columns, rows, notes=notes)
    response = HttpResponse(body, content_type=FORMS[form])
    response.headers["Content-Disposition"] = f'attachment; filename="{view.index.id}-scores.{form}"'
    return response
