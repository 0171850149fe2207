"""Reading the log: who may see which rows, filters, rows as plain values."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from mudmai.apps.registry.models import AuditEntry, Organisation, Person
from mudmai.apps.registry.policy import OPERATOR, Operator, decide, organisations_allowing


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked for; empty means all. ``first`` and ``last`` are days, both included."""

    action: str = ""
    actor: str = ""
    organisation: str = ""
    object_id: str = ""
    first: date | None = None
    last: date | None = None


def visible_entries(person: Person | Operator) -> QuerySet[AuditEntry]:
    """Rows of the organisations whose log one may read, and one's own; at the top: all rows."""
    rows = AuditEntry.objects.all()
    if person is OPERATOR:
        return rows
    assert isinstance(person, Person)
    tops = Organisation.objects.filter(parent__isnull=True)
    if any(decide(person, "person.deactivate", organisation=top) for top in tops):
        return rows
    codes = organisations_allowing(person, "audit.view").values("code")
    return rows.filter(
        Q(organisation__in=codes) | Q(actor=person.pseudonym) | Q(object_kind="person", object_id=person.pseudonym)
    )


def may_read(person: Person) -> bool:
    """True when there is an organisation whose log the person may read."""
    return organisations_allowing(person, "audit.view").exists()


def find_entries(person: Person | Operator, filters: Filters) -> QuerySet[AuditEntry]:
    """The visible rows that fit, the latest first."""
    rows = visible_entries(person).order_by("-sequence")
    if filters.action:
        rows = rows.filter(action=filters.action)
    if filters.actor:
        rows = rows.filter(actor=filters.actor)
    if filters.organisation:
        rows = rows.filter(organisation=filters.organisation)
    if filters.object_id:
        rows = rows.filter(object_id=filters.object_id)
    if filters.first:
        rows = rows.filter(at__gte=_midnight(filters.first))
    if filters.last:
        rows = rows.filter(at__lt=_midnight(filters.last) + timedelta(days=1))
    return rows


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def rows_of(entries: Iterable[AuditEntry]) -> list[dict[str, Any]]:
    """Rows as plain values, for tables and files."""
    return [
        {
            "sequence": e.sequence,
            "at": timezone.localtime(e.at).isoformat(timespec="seconds"),
            "actor": e.actor,
            "action": e.action,
            "organisation": e.organisation,
            "object": f"{e.object_kind} {e.object_id}".strip(),
            "old": _json(e.old),
            "new": _json(e.new),
            "reason": e.reason,
            "request_id": e.request_id,
            "hash": e.hash,
        }
        for e in entries
    ]


def _json(value: Any) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)
