"""The counts of a register into the store of figures, after every change of it and once a day by the clock.

A change asks for the work once it is kept; the work reads the register as it is then, alone, so that of two at once
neither puts an older count over a newer one. Nothing is published where nothing changed. A process that ends between
the release and its row in the log leaves that row to the next run. A fault (a pack without the series) stands on the
job's page: the change itself is kept, and the work can be repeated.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from mudmai.apps.assessment.domain.registers import criteria_of, holder_of
from mudmai.apps.assessment.models import Certificate
from mudmai.apps.data.site import workspace
from mudmai.apps.jobs.domain.jobs import JobRun, ask_once, job
from mudmai.apps.registry.domain.audit import SYSTEM, record
from mudmai.apps.registry.models import AuditEntry
from mudmai.core.certificates import Entry
from mudmai.core.language import Text
from mudmai.workspace import Workspace
from mudmai.workspace.publishing import publish_tables, publishing_alone
from mudmai.workspace.register_tables import (
    Placed,
    dataset_table,
    published_rows,
    register_rows,
    table_of,
)

PUBLISH = "register.publish"
_NOTE = "counted from the register {scheme} as of "


@dataclass(frozen=True, slots=True)
class Publication:
    """What was done: ``release`` "" where nothing had changed (or the register feeds no series)."""

    scheme: str
    release: str = ""
    old: int | None = None
    new: int | None = None
    unplaced: int = 0


def register_changed(scheme: str) -> None:
    """Have the counts of ``scheme`` published once the running transaction is kept."""
    transaction.on_commit(partial(ask_for_publication, scheme))


def ask_for_publication(scheme: str) -> None:
    """Ask for the work; what waits already will see this change too. A fault is logged, the change stays."""
    ask_once(PUBLISH, {"scheme": scheme}, about_kind="register", about_id=scheme)


@job(
    PUBLISH,
    title=Text("เผยแพร่จำนวนจากทะเบียนใบรับรอง", "publish the counts of a register"),
    retry_codes={"store_busy"},
)
def publish_job(run: JobRun, *, scheme: str) -> dict[str, Any]:
    """Publish one register."""
    done = publish_register(scheme)
    return {"release": done.release, "old": done.old, "new": done.new, "unplaced": done.unplaced}


def schemes_in_register() -> list[str]:
    """Schemes that have any certificate."""
    return sorted(Certificate.objects.order_by().values_list("scheme", flat=True).distinct())


def placed(scheme: str, levels: Collection[str] = ()) -> list[Placed]:
    """The certificates of a scheme as they are counted: of these ``levels``, or of every level where none is named."""
    rows = Certificate.objects.filter(scheme=scheme).order_by("number")
    rows = rows.filter(level__in=levels) if levels else rows
    told = rows.values_list("granted_on", "expires_on", "ended_on", "city__area_system", "city__area_code")
    return [Placed(Entry(granted, expires, ended), system, code) for granted, expires, ended, system, code in told]


def publish_register(scheme: str, today: date | None = None) -> Publication:
    """Count the register and publish what differs from the served release; an audit row tells release, old and new.

    Without any certificate nothing is published: no count before the first decision. Raises :class:`InputError`
    ``register_series`` where packs lack the series or dataset that the criteria set names.
    """
    criteria = criteria_of(scheme)
    rule = criteria.register if criteria is not None else None
    if rule is None or not rule.series:
        return Publication(scheme)
    site, main = workspace(), rule.series[0]
    with publishing_alone(site):
        day = today or timezone.localdate()  # of the moment when the count is made, not when its turn was asked for
        held = register_rows(site.catalogue, rule, placed(scheme, rule.levels), day)
        if not held.rows:
            return Publication(scheme)
        _, table = dataset_table(site, rule)
        _log_left_out(site, scheme, table, main)
        before = published_rows(site, table)
        old, new = (_latest(rows, main) for rows in (before, held.rows))
        if sorted(before) == sorted(held.rows):
            return Publication(scheme, "", old, new, held.unplaced)
        note = _NOTE.format(scheme=scheme) + day.isoformat()
        release = publish_tables(site, {table: table_of(site.catalogue, held.rows, table)}, note=note)
        _log(scheme, old, {"count": new, "release": release.id, "series": main, "as_of": day.isoformat()})
    return Publication(scheme, release.id, old, new, held.unplaced)


def _log(scheme: str, old: int | None, new: dict[str, Any]) -> None:
    with transaction.atomic():
        record(
            actor=SYSTEM, action=PUBLISH, organisation=holder_of(scheme), object_kind="register", object_id=scheme,
            old={"count": old}, new=new,
        )  # fmt: skip


def _log_left_out(site: Workspace, scheme: str, table: str, main: str) -> None:
    """Log the publication that the served counts came from, where its process ended before it could."""
    served = site.store.current()
    if served is None or table not in served.datasets:
        return
    release = site.store.get(served.datasets[table].since)
    asked = _NOTE.format(scheme=scheme)
    if not release.note.startswith(asked):
        return
    rows = AuditEntry.objects.filter(object_kind="register", object_id=scheme, action=PUBLISH, new__release=release.id)
    if rows.exists():
        return
    earlier = site.store.get(release.parent) if release.parent else None
    old, new = (_latest(published_rows(site, table, one) if one else (), main) for one in (earlier, release))
    as_of = release.note.removeprefix(asked)
    _log(scheme, old, {"count": new, "release": release.id, "series": main, "as_of": as_of})


def _latest(rows: Any, series: str) -> int | None:
    """The figure of the last year of the series that counts the whole register."""
    told = [(row[2], int(float(row[4]))) for row in rows if row[3] == series and row[4] != ""]
    last = max((period for period, _ in told), default=None)
    return None if last is None else sum(count for period, count in told if period == last)
