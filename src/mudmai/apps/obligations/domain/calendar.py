"""The calendar: every owed period with its due day and what has become of it.

States come from what is there: submissions of the organisation that cover the period (sent in and not returned), and
the figures that are served in its name. Nothing is stored, so nothing can be out of date. The number of queries does
not grow with the number of obligations or periods.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.utils import timezone

from mudmai.apps.data.models import DatasetHolder, State, Submission
from mudmai.apps.data.site import dataset_named, datasets, workspace
from mudmai.apps.obligations.domain.due import due_date, owed_periods
from mudmai.apps.obligations.models import Obligation, Waiver
from mudmai.apps.registry.areas import AreaRef, covers
from mudmai.apps.registry.policy import Actor, organisations_allowing
from mudmai.core.errors import MudmaiError
from mudmai.core.language import Text
from mudmai.core.periods import Period
from mudmai.workspace.data_classes import truth_store
from mudmai.workspace.raw_files import raw_files

if TYPE_CHECKING:
    import pyarrow as pa

AHEAD = timedelta(days=400)
"""How far ahead the calendar is worked out."""
_SENT = (State.SUBMITTED, State.APPROVED, State.PUBLISHING, State.RELEASED, State.SUPERSEDED)


class DueState(StrEnum):
    """What has become of an owed period."""

    OVERDUE = "overdue"
    DUE_SOON = "due_soon"
    UPCOMING = "upcoming"
    RECEIVED = "received"
    RECEIVED_LATE = "received_late"
    WAIVED = "waived"

    @property
    def title(self) -> Text:
        """The state in words."""
        return _TITLES[self]


_TITLES = {
    DueState.OVERDUE: Text("เกินกำหนด", "overdue"),
    DueState.DUE_SOON: Text("ใกล้ครบกำหนด", "due soon"),
    DueState.UPCOMING: Text("ยังไม่ถึงกำหนด", "upcoming"),
    DueState.RECEIVED: Text("ได้รับแล้ว", "received"),
    DueState.RECEIVED_LATE: Text("ได้รับหลังกำหนด", "received late"),
    DueState.WAIVED: Text("ยกเว้น", "waived"),
}
OPEN_STATES = (DueState.OVERDUE, DueState.DUE_SOON, DueState.UPCOMING)


@dataclass(frozen=True, slots=True)
class DueItem:
    """One owed period. ``days`` are those left until the due day (negative: since); ``received`` when it came, where
    that is known; ``reason`` why it was waived."""

    obligation: Obligation
    period: Period
    due: date
    state: DueState
    days: int
    title: Text
    received: date | None = None
    reason: str = ""

    @property
    def area(self) -> AreaRef:
        """For which area."""
        return AreaRef(self.obligation.area_system, self.obligation.area_code)


def today() -> date:
    """The day at the site's own clock."""
    return timezone.localdate()


def open_obligations() -> QuerySet[Obligation]:
    """Obligations that have not ended."""
    return Obligation.objects.filter(ended_at=None).select_related("organisation")


def visible_obligations(person: Actor | AnonymousUser | None) -> list[Obligation]:
    """Those of open datasets, and others where the person may read data of that organisation that are not public."""
    known = datasets()
    rows = list(open_obligations())
    if all(o.dataset in known and known[o.dataset].is_open for o in rows):
        return rows
    inside = set(organisations_allowing(person, "data.read_internal").values_list("pk", flat=True))
    return [o for o in rows if (o.dataset in known and known[o.dataset].is_open) or o.organisation_id in inside]


def due_items(obligations: Iterable[Obligation], day: date | None = None, *, ahead: timedelta = AHEAD) -> list[DueItem]:
    """Every owed period of the obligations with a due day up to ``ahead`` from ``day``, by due day."""
    now = day or today()
    rows = list(obligations)
    waived = _waivers(rows)
    received = _received(rows)
    known = datasets()
    found = []
    for one in rows:
        title = known[one.dataset].title if one.dataset in known else Text(one.dataset, one.dataset)
        for period in owed_periods(one, now + ahead):
            reason = waived.get((one.pk, period.iso))
            came = received.get((one.pk, period.iso), _NOT)
            found.append(_item(one, period, now, title, reason, came))
    return sorted(found, key=lambda i: (i.due, i.obligation.dataset, i.obligation.organisation.code, i.period.iso))


_NOT = date.max
"""Has not come."""


def _item(one: Obligation, period: Period, now: date, title: Text, reason: str | None, came: date | None) -> DueItem:
    due = due_date(one, period)
    limit = due + timedelta(days=one.grace)
    days = (due - now).days
    if came is not _NOT:
        late = came is not None and came > limit
        state = DueState.RECEIVED_LATE if late else DueState.RECEIVED
        return DueItem(one, period, due, state, days, title, came)
    if reason is not None:
        return DueItem(one, period, due, DueState.WAIVED, days, title, None, reason)
    if now > limit:
        return DueItem(one, period, due, DueState.OVERDUE, days, title)
    soon = days <= one.remind_before
    return DueItem(one, period, due, DueState.DUE_SOON if soon else DueState.UPCOMING, days, title)


def _waivers(rows: list[Obligation]) -> dict[tuple[object, str], str]:
    return {(w.obligation_id, w.period): w.reason for w in Waiver.objects.filter(obligation__in=[o.pk for o in rows])}


def _received(rows: list[Obligation]) -> dict[tuple[object, str], date | None]:
    """Obligation and period → the day on which it came first; None where only the served figures tell."""
    names = {o.dataset for o in rows}
    mine: dict[tuple[str, int], list[Submission]] = {}
    sent = Submission.objects.filter(dataset__in=names, state__in=_SENT).exclude(table_sha="")
    for one in sent.order_by("submitted_at"):
        mine.setdefault((one.dataset, one.organisation_id), []).append(one)
    tables = {
        (h.dataset, h.organisation_id): h.table for h in DatasetHolder.objects.filter(dataset__in=names, ended_at=None)
    }
    found: dict[tuple[object, str], date | None] = {}
    for obligation in rows:
        key = (obligation.dataset, obligation.organisation_id)
        asked = AreaRef(obligation.area_system, obligation.area_code)
        for one in mine.get(key, ()):
            for period in _periods_for(asked, coverage_of(one.table_sha)):
                day = timezone.localdate(one.submitted_at) if one.submitted_at else None
                found.setdefault((obligation.pk, period), day)
        if key in tables:
            for period in _periods_for(asked, _served(obligation.dataset, tables[key])):
                found.setdefault((obligation.pk, period), None)
    return found


Coverage = Mapping[str, frozenset[AreaRef]]
"""Period (ISO) → the areas with rows."""


def _periods_for(asked: AreaRef, covered: Coverage) -> list[str]:
    if asked.is_everywhere:
        return list(covered)
    return [period for period, areas in covered.items() if any(covers(asked, area) for area in areas)]


def coverage_of(table_sha: str) -> Coverage:
    """The periods and areas of a submission's rows; nothing where the file is gone."""
    path = raw_files(workspace()).path(table_sha)
    return _coverage(str(path)) if path.exists() else {}


@lru_cache(maxsize=512)  # the file behind a hash never changes
def _coverage(path: str) -> Coverage:
    import pyarrow.parquet as pq  # only where rows are read

    return _of_table(pq.read_table(path, columns=["area_system", "area", "period"]))


def _served(dataset: str, table: str) -> Coverage:
    """The periods and areas that are served from the holder's table."""
    try:
        release = truth_store(workspace(), dataset_named(dataset)).current()
    except MudmaiError:  # a dataset that no pack declares any more
        return {}
    if release is None or table not in release.datasets:
        return {}
    return _served_coverage(release.datasets[table].object, lambda: release.dataset_table(table))


_kept: dict[str, Coverage] = {}
_MOST_KEPT = 256


def _served_coverage(content: str, read: Callable[[], pa.Table]) -> Coverage:
    found = _kept.get(content)
    if found is None:
        if len(_kept) >= _MOST_KEPT:
            _kept.pop(next(iter(_kept)), None)
        found = _kept[content] = _of_table(read())
    return found


def _of_table(table: pa.Table) -> Coverage:
    import pyarrow as pa

    names = ["area_system", "area", "period"]
    plain = pa.table({n: table.column(n).cast(pa.string()) for n in names})
    found: dict[str, set[AreaRef]] = {}
    for row in plain.group_by(names).aggregate([]).to_pylist():
        found.setdefault(row["period"], set()).add(AreaRef(row["area_system"], row["area"]))
    return {period: frozenset(areas) for period, areas in found.items()}
