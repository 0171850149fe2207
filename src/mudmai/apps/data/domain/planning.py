"""From the state of things to a plan of publication: who gives what, and whose figure is served."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from mudmai.apps.data.domain.release_history import holder_for
from mudmai.apps.data.domain.tables import keep_table, table_named
from mudmai.apps.data.domain.withdrawing import taken_back
from mudmai.apps.data.models import (
    DatasetHolder,
    Mode,
    OfficialChoice,
    PublicationKind,
    Submission,
)
from mudmai.apps.data.policy import area_of
from mudmai.apps.data.site import dataset_named, workspace
from mudmai.apps.registry.areas import AreaRef, catalogue, covers
from mudmai.workspace.data_classes import truth_store
from mudmai.workspace.holdings import (
    Holding,
    Rank,
    divide,
    object_of,
    outside_areas,
    plain,
    served,
    updated,
    without_facts,
)
from mudmai.workspace.publications import PublicationPlan

if TYPE_CHECKING:
    import pyarrow as pa

    from mudmai.engine.releases import ReleaseStore


def plan_publication(dataset: str, kind: str, submission: Submission | None, note: str = "") -> PublicationPlan:
    """What has to be done to the store; files it names are kept already."""
    store = truth_store(workspace(), dataset_named(dataset))
    holders = list(DatasetHolder.objects.filter(dataset=dataset).select_related("organisation").order_by("pk"))
    if kind == PublicationKind.RELEASE and submission is not None:
        plan = _alone(store, holders, submission, note)
        if plan is not None:
            return plan
    holdings = {h.organisation.code: holding_of(store, h) for h in holders}
    if submission is not None:
        holder = holder_for(submission)
        mine = holder.organisation.code
        if kind == PublicationKind.RELEASE:
            holdings[mine] = _released(holdings[mine], submission)
        else:
            holdings[mine] = _withdrawn(store, holder, holdings[mine], submission)
    return _divided(store, holders, holdings, rank_of(dataset, holders), note)


def holding_of(store: ReleaseStore, holder: DatasetHolder) -> pa.Table:
    """Everything that the holder gives: what is served of it and what stands back."""
    rows = served(store, holder.table)
    return updated(rows, plain(table_named(holder.left_out_sha))) if holder.left_out_sha else rows


def rank_of(dataset: str, holders: list[DatasetHolder]) -> Rank:
    """The order of precedence: the choice for the series, then the one for the dataset, then the older holder."""
    chosen: dict[str, str] = {}
    for choice in OfficialChoice.objects.filter(dataset=dataset).select_related("organisation").order_by("pk"):
        chosen[choice.series] = choice.organisation.code
    first = next((h.organisation.code for h in holders if h.is_official), "")
    place = {h.organisation.code: at for at, h in enumerate(holders)}

    def rank(series: str, organisation: str) -> int:
        if organisation == chosen.get(series, ""):
            return -2
        return -1 if organisation == first else place[organisation]

    return rank


def _alone(
    store: ReleaseStore, holders: list[DatasetHolder], submission: Submission, note: str
) -> PublicationPlan | None:
    """The short way where nobody else gives figures of the dataset: the file itself is what is published."""
    mine = holder_for(submission)
    if any(h.pk != mine.pk and (h.left_out_sha or object_of(store, h.table)) for h in holders) or mine.left_out_sha:
        return None
    if submission.mode == Mode.REPLACE and not area_of(submission).is_everywhere:
        return None
    base = {mine.table: object_of(store, mine.table)} if submission.mode == Mode.REPLACE else {}
    mode = "replace" if submission.mode == Mode.REPLACE else "update"
    return PublicationPlan(mode, {mine.table: submission.table_sha}, base=base, note=note)


def _divided(
    store: ReleaseStore, holders: list[DatasetHolder], holdings: Mapping[str, pa.Table], rank: Rank, note: str
) -> PublicationPlan:
    parts = divide([Holding(name, rows) for name, rows in holdings.items()], rank)
    tables: dict[str, str] = {}
    without: list[str] = []
    left_out: dict[str, str] = {}
    base = {h.table: object_of(store, h.table) for h in holders}
    for holder in holders:
        code = holder.organisation.code
        part = parts[code]
        left_out[code] = keep_table(part.left_out, f"{code}.parquet") if part.left_out.num_rows else ""
        if part.served.num_rows:
            tables[holder.table] = keep_table(_in_order(part.served), f"{code}.parquet")
        elif base[holder.table]:
            without.append(holder.table)
    return PublicationPlan("replace", tables, tuple(without), base, left_out, note)


def _in_order(table: pa.Table) -> pa.Table:
    """Equal content, equal file, whichever way it was joined."""
    return table.sort_by([(n, "ascending") for n in ("area_system", "series", "dims", "area", "period")])


def _released(rows: pa.Table, submission: Submission) -> pa.Table:
    new = plain(table_named(submission.table_sha))
    if submission.mode == Mode.UPDATE:
        return updated(rows, new)
    area = area_of(submission)
    if area.is_everywhere:
        return new
    return updated(outside_areas(rows, areas_below(area)), new)


def areas_below(area: AreaRef) -> dict[str, list[str]]:
    """The area and those below it, by area system."""
    return {
        system.id: [a.code for a in system.areas if covers(area, AreaRef(system.id, a.code))]
        for system in catalogue().area_systems.values()
    }


def _withdrawn(store: ReleaseStore, holder: DatasetHolder, rows: pa.Table, submission: Submission) -> pa.Table:
    taken = taken_back(store, holder, rows, submission)
    return updated(without_facts(rows, taken.own), taken.back)
