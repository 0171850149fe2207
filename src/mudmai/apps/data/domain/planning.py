"""From the state of things to a plan of publication: who gives what, and whose figure is served."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from mudmai.apps.data.domain.tables import keep_table, table_named
from mudmai.apps.data.models import (
    DatasetHolder,
    Mode,
    OfficialChoice,
    PublicationKind,
    State,
    Submission,
)
from mudmai.apps.data.policy import area_of, holder_of
from mudmai.apps.data.site import dataset_named, workspace
from mudmai.apps.registry.areas import AreaRef, catalogue, covers
from mudmai.core.errors import InputError
from mudmai.core.language import Text
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

PUBLISHED = (State.RELEASED, State.SUPERSEDED)


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
        mine = holder_for(submission).organisation.code
        change = _released if kind == PublicationKind.RELEASE else _withdrawn
        holdings[mine] = change(holdings[mine], submission)
    return _divided(store, holders, holdings, rank_of(dataset, holders), note)


def holder_for(submission: Submission) -> DatasetHolder:
    """In whose name it was sent; a holder whose time has ended keeps what it has published."""
    found = holder_of(submission.dataset, submission.organisation, ended=True)
    if found is None:
        raise InputError(
            Text("หน่วยงานไม่ได้ดูแลชุดข้อมูลนี้แล้ว", "the organisation does not hold this dataset any more"),
            remedy=Text("มอบหมายชุดข้อมูลให้หน่วยงานอีกครั้ง", "assign the dataset to the organisation again"),
            code="not_holder",
        )
    return found


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


def _withdrawn(rows: pa.Table, submission: Submission) -> pa.Table:
    return without_facts(rows, own_facts(submission))


def own_facts(submission: Submission) -> pa.Table:
    """The facts of a released submission that no later release of the same holder has given anew."""
    mine = plain(table_named(submission.table_sha))
    for later in released_after(submission):
        mine = without_facts(mine, plain(table_named(later.table_sha)))
    return mine


def released_after(submission: Submission) -> list[Submission]:
    """Released submissions of the same holder that came later, oldest first."""
    order = _when(submission)
    if order is None:
        return []
    holder = holder_for(submission)
    rows = Submission.objects.filter(dataset=submission.dataset, state__in=PUBLISHED).select_related("organisation")
    after = [(s, _when(s)) for s in rows.exclude(pk=submission.pk)]
    late = [(when, s) for s, when in after if when is not None and when > order and holder_for(s).pk == holder.pk]
    return [s for _, s in sorted(late, key=lambda pair: pair[0])]


def released_before(submission: Submission) -> list[Submission]:
    """Released submissions of the same holder, not superseded yet, that came before."""
    order, holder = _when(submission), holder_for(submission)
    rows = Submission.objects.filter(dataset=submission.dataset, state=State.RELEASED).select_related("organisation")
    before = [s for s in rows.exclude(pk=submission.pk) if holder_for(s).pk == holder.pk]
    return [s for s in before if (_when(s) or 0) < (order or 0)]


def _when(submission: Submission) -> int | None:
    """The place of its release step among all steps of the site."""
    step = submission.steps.filter(action="submission.released").order_by("-pk").values_list("pk", flat=True).first()
    return step
