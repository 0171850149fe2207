"""Writing the log and checking it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from mudmai.apps.registry.domain.requests import request_id
from mudmai.apps.registry.models import AuditEntry, Organisation, Person
from mudmai.apps.registry.models.audit import FIRST
from mudmai.apps.registry.policy import Actor, Operator
from mudmai.core.language import Text

LOCK = 7_306_220_215
"""Key of PostgreSQL's advisory lock: writers of the log wait for each other (SQLite has one writer anyway)."""

VISITOR = "visitor"
SYSTEM = "system"


def record(
    *,
    actor: Actor | str,
    action: str,
    organisation: Organisation | None = None,
    object_kind: str = "",
    object_id: str = "",
    old: dict[str, Any] | None = None,
    new: dict[str, Any] | None = None,
    reason: str = "",
) -> AuditEntry:
    """Add one row to the log, inside the transaction of the change that it tells. No personal data in any argument."""
    if not connection.in_atomic_block:
        raise RuntimeError("the log is written inside the transaction of the change")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    last = AuditEntry.objects.order_by("-sequence").values_list("sequence", "hash").first()
    sequence, previous = last or (0, FIRST)
    entry = AuditEntry(
        sequence=sequence + 1,
        at=timezone.now(),
        actor=_pseudonym(actor),
        action=action,
        organisation=organisation.code if organisation else "",
        object_kind=object_kind,
        object_id=object_id,
        old=old,
        new=new,
        reason=reason.strip(),
        request_id=request_id.get(),
        previous_hash=previous,
    )
    entry.hash = entry.computed_hash()
    entry.save(force_insert=True)
    return entry


def _pseudonym(actor: Actor | str) -> str:
    if isinstance(actor, Operator):
        return actor.value
    return actor.pseudonym if isinstance(actor, Person) else actor


@dataclass(frozen=True, slots=True)
class ChainCheck:
    """What a check of the log found. ``head`` may be noted elsewhere and given to the next check."""

    rows: int
    head_sequence: int
    head_hash: str
    broken_at: int | None
    fault: Text | None

    @property
    def is_whole(self) -> bool:
        """True when nothing was touched."""
        return self.broken_at is None

    @property
    def head(self) -> str:
        """``sequence:hash``."""
        return f"{self.head_sequence}:{self.head_hash}"


def verify_chain(*, expected_head: str = "") -> ChainCheck:
    """Walk the log from its first row; stop at the first that does not fit.

    Rows cut off the end leave a whole chain: against that, give a head that was noted before as ``expected_head``.
    """
    wanted_sequence, _, wanted_hash = expected_head.partition(":")
    wanted = int(wanted_sequence) if wanted_sequence.isdigit() else 0
    sequence, previous = 0, FIRST
    for entry in AuditEntry.objects.order_by("sequence").iterator(chunk_size=2000):
        fault = _fault_of(entry, sequence, previous)
        if fault is None and entry.sequence == wanted and entry.hash != wanted_hash:
            fault = Text("ไม่ตรงกับค่าที่จดไว้ก่อน", "it is not the row that was noted before")
        if fault is not None:
            return ChainCheck(sequence, sequence, previous, sequence + 1, fault)
        sequence, previous = entry.sequence, entry.hash
    if wanted > sequence:
        fault = Text(f"แถวหลัง {sequence} หายไป", f"the rows after {sequence} are gone")
        return ChainCheck(sequence, sequence, previous, sequence + 1, fault)
    return ChainCheck(sequence, sequence, previous, None, None)


def _fault_of(entry: AuditEntry, sequence: int, previous: str) -> Text | None:
    if entry.sequence != sequence + 1:
        return Text(f"แถว {sequence + 1} หายไป", f"row {sequence + 1} is gone")
    if entry.previous_hash != previous:
        return Text("ไม่ต่อจากแถวก่อนหน้า", "it does not follow the row before it")
    if entry.hash != entry.computed_hash():
        return Text("เนื้อหาถูกแก้", "its content was changed")
    return None


def names_of(pseudonyms: Iterable[str]) -> dict[str, Text]:
    """How to show the actors of some rows: one query; unknown and erased people keep their pseudonym."""
    wanted = set(pseudonyms)
    found = {p.pseudonym: p.shown for p in Person.objects.with_details().filter(pseudonym__in=wanted)}
    fixed = {
        "operator": Text("ผู้ดูแลเครื่อง", "operator of the machine"),
        VISITOR: Text("ผู้ไม่ได้เข้าสู่ระบบ", "someone not signed in"),
        SYSTEM: Text("ระบบ", "the system"),
    }
    return {one: found.get(one) or fixed.get(one) or Text(one, one) for one in wanted}


def latest() -> datetime | None:
    """When the log was last written."""
    found: datetime | None = AuditEntry.objects.aggregate(Max("at"))["at__max"]
    return found


def record_alone(*, actor: Actor | str, action: str, **facts: Any) -> AuditEntry:
    """A row for something that changed no row of ours (a sign-in, a read of somebody's data)."""
    with transaction.atomic():
        return record(actor=actor, action=action, **facts)
