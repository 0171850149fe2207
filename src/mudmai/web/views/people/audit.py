"""The log of changes: filtered, paged, as a page and as CSV."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse

from mudmai.apps.registry.domain.audit import names_of
from mudmai.apps.registry.domain.audit_reading import Filters, find_entries, rows_of
from mudmai.apps.registry.domain.audit_words import action_words, change_words
from mudmai.apps.registry.models import AuditEntry
from mudmai.apps.registry.policy import organisations_allowing, require_anywhere
from mudmai.core.errors import InputError
from mudmai.core.language import Text
from mudmai.exchange.tables import csv_bytes
from mudmai.web.pages import render_page
from mudmai.web.views.people.access import person_of, signed_in

PAGE = 50
MOST_ROWS = 100_000
COLUMNS = ("sequence", "at", "actor", "action", "organisation", "object", "old", "new", "reason", "request_id", "hash")


@dataclass(frozen=True, slots=True)
class LogRow:
    """One row for people."""

    entry: AuditEntry
    who: Text
    action: Text
    on: Text
    change: Text


def _filters(request: HttpRequest) -> Filters:
    asked = request.GET
    return Filters(
        action=asked.get("action", "").strip(),
        actor=asked.get("actor", "").strip(),
        organisation=asked.get("organisation", "").strip(),
        object_id=asked.get("object", "").strip(),
        first=_day(asked.get("from", "")),
        last=_day(asked.get("to", "")),
    )


def _day(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as fault:
        raise InputError(
            Text(f"วันที่ “{text}” อ่านไม่ได้", f"the day “{text}” cannot be read"),
            remedy=Text("เขียนเป็น ค.ศ.-เดือน-วัน เช่น 2024-10-01", "write year-month-day, such as 2024-10-01"),
            code="period",
        ) from fault


@signed_in
def audit(request: HttpRequest, language: str) -> HttpResponse:
    """One page of the log."""
    person = person_of(request)
    require_anywhere(person, "audit.view")
    filters = _filters(request)
    pages = Paginator(find_entries(person, filters), PAGE)
    page = pages.get_page(request.GET.get("page"))
    entries = list(page.object_list)
    told = {e.object_id for e in entries if e.object_kind == "person"}
    names = names_of({e.actor for e in entries} | told)
    return render_page(
        request,
        "people/audit.html",
        part="log",
        page=page,
        count=pages.count,
        rows=[_row(e, names) for e in entries],
        filters=filters,
        actions=[(code, action_words(code)) for code in _known_actions()],
        organisations=organisations_allowing(person, "audit.view"),
    )


def _known_actions() -> list[str]:
    return list(AuditEntry.objects.order_by("action").values_list("action", flat=True).distinct())


def _row(entry: AuditEntry, names: dict[str, Text]) -> LogRow:
    if entry.object_kind == "person":
        on = names.get(entry.object_id, Text(entry.object_id, entry.object_id))
    else:
        on = Text(entry.object_id, entry.object_id)
    return LogRow(entry, names[entry.actor], action_words(entry.action), on, change_words(entry.old, entry.new))


@signed_in
def audit_csv(request: HttpRequest, language: str) -> HttpResponse:
    """The filtered log as CSV, the latest first."""
    person = person_of(request)
    require_anywhere(person, "audit.view")
    rows = rows_of(find_entries(person, _filters(request))[:MOST_ROWS])
    response = HttpResponse(csv_bytes(list(COLUMNS), rows), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="mudmai-log.csv"'
    return response
