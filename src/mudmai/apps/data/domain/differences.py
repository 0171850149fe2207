"""What a submission changes of what is served in its publisher's name."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from mudmai.apps.data.domain.planning import areas_below, holding_of
from mudmai.apps.data.domain.release_history import holder_for
from mudmai.apps.data.domain.tables import table_named
from mudmai.apps.data.models import Mode, State, Submission
from mudmai.apps.data.policy import area_of
from mudmai.apps.data.site import dataset_named, workspace
from mudmai.workspace.data_classes import truth_store
from mudmai.workspace.holdings import PLAIN, inside_areas, object_of, plain
from mudmai.workspace.row_diff import RowDiff, diff_rows, kept_diff

if TYPE_CHECKING:
    import pyarrow as pa

    from mudmai.apps.data.models import DatasetHolder
    from mudmai.engine.releases import ReleaseStore

AFTER = (State.RELEASED, State.SUPERSEDED, State.WITHDRAWN)
"""States in which a submission is compared with what was served before it, not with what is served now."""


def difference_of(submission: Submission) -> RowDiff | None:
    """Row by row; None while nothing has been read. Worked out once for each content on both sides."""
    if not submission.table_sha:
        return None
    store = truth_store(workspace(), dataset_named(submission.dataset))
    holder = holder_for(submission)
    after = submission.state in AFTER
    base = _object_before(store, submission, holder) if after else object_of(store, holder.table)
    marks = [submission.table_sha, base, "" if after else holder.left_out_sha, submission.mode, submission.area_code]
    marks.append("rounding apart")  # kept differences of before counted it as revised
    name = hashlib.sha256("|".join(marks).encode()).hexdigest()[:32]

    def make() -> RowDiff:
        old = _rows_before(store, submission, holder) if after else holding_of(store, holder)
        removes = submission.mode == Mode.REPLACE
        return diff_rows(_concerned(old, submission) if removes else old, plain(_new(submission)), removes=removes)

    return kept_diff(workspace().home.cache / "differences", name, make)


def _new(submission: Submission) -> pa.Table:
    return table_named(submission.table_sha)


def _concerned(old: pa.Table, submission: Submission) -> pa.Table:
    """What a replacement replaces: the rows of its area."""
    area = area_of(submission)
    return old if area.is_everywhere else inside_areas(old, areas_below(area))


def _object_before(store: ReleaseStore, submission: Submission, holder: DatasetHolder) -> str:
    if not submission.base_release:
        return ""
    held = store.get(submission.base_release)
    return held.datasets[holder.table].object if holder.table in held.datasets else ""


def _rows_before(store: ReleaseStore, submission: Submission, holder: DatasetHolder) -> pa.Table:
    if not _object_before(store, submission, holder):
        return PLAIN.empty_table()
    return plain(store.get(submission.base_release).dataset_table(holder.table))
