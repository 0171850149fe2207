"""What a withdrawal takes back: the figures that this submission brought, and no others.

A figure that it gave as it stood before stays. In an update, a figure that it revised falls back to the one that was
served before it, past those that were withdrawn themselves; one that it added goes. What a replacement revised goes:
its publisher had put the file in the place of everything there was, so that nothing stands behind it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mudmai.apps.data.domain.release_history import given_before, own_facts
from mudmai.apps.data.domain.tables import table_named
from mudmai.apps.data.models import DatasetHolder, Mode, State, Submission
from mudmai.apps.data.site import dataset_named
from mudmai.workspace.holdings import PLAIN, equal_facts, plain, updated, with_facts, without_facts

if TYPE_CHECKING:
    import pyarrow as pa

    from mudmai.engine.releases import ReleaseStore


@dataclass(frozen=True)
class TakenBack:
    """``own``: the submission's figures that stand now; ``back``: what stands in their place after the withdrawal."""

    own: pa.Table
    back: pa.Table

    @property
    def withdrawn(self) -> pa.Table:
        """Figures that leave what is served: they go or become another one."""
        return without_facts(self.own, equal_facts(self.own, self.back))

    @property
    def gone(self) -> pa.Table:
        """Facts of which nothing is left."""
        return without_facts(self.own, self.back)

    @property
    def fall_back(self) -> int:
        """How many facts get the earlier figure back."""
        return int(self.withdrawn.num_rows - self.gone.num_rows)

    def emptied(self, rows: pa.Table) -> frozenset[str]:
        """Series of which ``rows``, all that the holder gives, has nothing left afterwards."""
        left = set(updated(without_facts(rows, self.own), self.back).column("series").unique().to_pylist())
        return frozenset(set(self.gone.column("series").unique().to_pylist()) - left)


def taken_back(store: ReleaseStore, holder: DatasetHolder, rows: pa.Table, submission: Submission) -> TakenBack:
    """``rows`` is everything that the holder gives now. What an import has changed since is not the submission's."""
    own = equal_facts(own_facts(submission), rows)
    back = _before(store, holder, submission, own)
    return TakenBack(own, back if submission.mode == Mode.UPDATE else equal_facts(back, own))


def _before(store: ReleaseStore, holder: DatasetHolder, submission: Submission, facts: pa.Table) -> pa.Table:
    """These facts as they stood before the submission; figures that were withdrawn since give way to older ones."""
    earlier = list(reversed(given_before(submission)))
    still_open = with_facts(_base(store, holder, submission), facts)
    missing = without_facts(facts, still_open)
    still_open = updated(still_open, _stood_back(store, holder, submission, missing, earlier))
    settled = PLAIN.empty_table()
    for one in earlier:
        its = equal_facts(still_open, plain(table_named(one.table_sha)))
        if not its.num_rows:
            continue
        still_open = without_facts(still_open, its)
        if one.state == State.WITHDRAWN:
            still_open = updated(still_open, with_facts(_base(store, holder, one), its))
        else:
            settled = updated(settled, its)
    return updated(settled, still_open)


def _base(store: ReleaseStore, holder: DatasetHolder, submission: Submission) -> pa.Table:
    """The holder's table in the release that was served before the submission."""
    return _table(store, submission.base_release, holder.table)


def _table(store: ReleaseStore, release: str, name: str) -> pa.Table:
    held = store.get(release) if release else None
    return plain(held.dataset_table(name)) if held is not None and name in held.datasets else PLAIN.empty_table()


def _stood_back(
    store: ReleaseStore, holder: DatasetHolder, submission: Submission, facts: pa.Table, earlier: list[Submission]
) -> pa.Table:
    """Earlier figures of the holder that were not served, since somebody else's stood in their place."""
    found = PLAIN.empty_table()
    if not facts.num_rows or not submission.base_release:
        return found
    dataset = dataset_named(submission.dataset)
    names = [n for n in store.get(submission.base_release).datasets if dataset.holds(n) and n != holder.table]
    for name in names:
        elsewhere = with_facts(facts, _table(store, submission.base_release, name))
        for one in earlier:
            if one.state != State.WITHDRAWN:
                found = updated(with_facts(plain(table_named(one.table_sha)), elsewhere), found)
    return found
