"""A publication that was planned, carried out: what the outbox of the data app holds becomes a release, once.

A plan names its tables by the hash of a kept Parquet, says what was served when it was made, and is marked: the release
that carries it has the mark at the end of its note. Whoever finds the mark in the store knows that the publication has
happened; whoever does not may carry it out (again). That is all that a kill at any instant can leave behind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from mudmai.workspace.data_classes import hides_small_cells, internal_store, is_public
from mudmai.workspace.holdings import object_of, served
from mudmai.workspace.publishing import mark_of, publish_tables, publishing_alone
from mudmai.workspace.raw_files import raw_files

if TYPE_CHECKING:
    import pyarrow as pa

    from mudmai.core.datasets import Dataset
    from mudmai.engine.release import Release
    from mudmai.engine.releases import ReleaseStore
    from mudmai.workspace.workspace import Workspace


class StalePlan(Exception):
    """What is served is no longer what the plan was made from: plan again."""


@dataclass(frozen=True)
class PublicationPlan:
    """``tables`` and ``without`` are what the store of the dataset gets; ``base`` the content of the tables concerned
    when the plan was made (empty: not there); ``left_out`` facts that stand back, by organisation (hash, or empty)."""

    mode: Literal["replace", "update"]
    tables: Mapping[str, str]
    without: tuple[str, ...] = ()
    base: Mapping[str, str] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)
    note: str = ""

    def as_dict(self) -> dict[str, Any]:
        """For the outbox."""
        return {
            "mode": self.mode,
            "tables": dict(self.tables),
            "without": list(self.without),
            "base": dict(self.base),
            "left_out": dict(self.left_out),
            "note": self.note,
        }

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> PublicationPlan:
        """From the outbox."""
        return cls(
            told["mode"], told["tables"], tuple(told["without"]), told["base"], told["left_out"], told.get("note", "")
        )


@dataclass(frozen=True, slots=True)
class Published:
    """``release`` has the dataset in full, ``before`` is the one that was served until then (empty: none)."""

    release: str
    before: str
    public: bool


def publish_plan(workspace: Workspace, dataset: Dataset, plan: PublicationPlan, publication: str) -> Published:
    """Carry a plan out, or find that it has been. Raises :class:`StalePlan` when it must be made anew first."""
    public = is_public(dataset)
    store = workspace.store if public else internal_store(workspace)
    with publishing_alone(workspace):
        done = release_marked(store, publication)
        if done is None:
            before = store.current_id() or ""
            release = _publish(workspace, store, plan, publication).id if plan.tables or plan.without else before
        else:
            release, before = done.id, done.parent or ""
        if not public and hides_small_cells(dataset):
            _derive_public(workspace, dataset, store, plan, publication)
    return Published(release, before, public)


def release_marked(store: ReleaseStore, publication: str) -> Release | None:
    """The release that carries the publication; None when it has not happened."""
    mark = mark_of(publication)
    return next((one for one in store.list() if one.note.endswith(mark)), None)


def _publish(workspace: Workspace, store: ReleaseStore, plan: PublicationPlan, publication: str) -> Release:
    if any(object_of(store, name) != content for name, content in plan.base.items()):
        raise StalePlan
    tables = {name: _kept(workspace, sha) for name, sha in plan.tables.items()}
    known = store.current()
    without = [name for name in plan.without if known is not None and name in known.datasets]
    note = f"{plan.note} {mark_of(publication)}".strip()
    return publish_tables(workspace, tables, mode=plan.mode, without=without, note=note, store=store)


def _kept(workspace: Workspace, sha: str) -> pa.Table:
    import pyarrow.parquet as pq  # only where rows are read

    return pq.read_table(raw_files(workspace).path(sha))


def _derive_public(
    workspace: Workspace, dataset: Dataset, full: ReleaseStore, plan: PublicationPlan, publication: str
) -> None:
    """What may be seen by everybody: all tables of the dataset anew, since they add up together, small cells hidden."""
    from mudmai.workspace.disclosure import publishable_tables  # only where something is hidden

    now = full.current()
    names = sorted(name for name in (now.datasets if now else {}) if dataset.holds(name))
    shown, _ = publishable_tables(workspace, dataset, {name: served(full, name) for name in names})
    concerned = {*plan.base, *plan.tables, *plan.without} - set(shown)
    gone = sorted(name for name in concerned if object_of(workspace.store, name))
    if shown or gone:
        publish_tables(workspace, shown, without=gone, note=f"{plan.note} {mark_of(publication)}".strip())
