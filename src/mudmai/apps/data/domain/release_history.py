"""What a publisher has released, in order, and which of its figures nobody has given anew since."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mudmai.apps.data.domain.tables import table_named
from mudmai.apps.data.models import DatasetHolder, State, Submission
from mudmai.apps.data.policy import holder_of
from mudmai.core.errors import InputError
from mudmai.core.language import Text
from mudmai.workspace.holdings import plain, without_facts

if TYPE_CHECKING:
    import pyarrow as pa

PUBLISHED = (State.RELEASED, State.SUPERSEDED)


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
    return [s for when, s in _in_order(submission, PUBLISHED) if when > order]


def released_before(submission: Submission) -> list[Submission]:
    """Released submissions of the same holder, not superseded yet, that came before."""
    return [s for s in given_before(submission) if s.state == State.RELEASED]


def given_before(submission: Submission) -> list[Submission]:
    """Everything that the same holder had released before, whatever became of it, oldest first."""
    order = _when(submission) or 0
    return [s for when, s in _in_order(submission, (*PUBLISHED, State.WITHDRAWN)) if when < order]


def superseded_of(submission: Submission) -> list[Submission]:
    """Superseded submissions of the same holder, oldest first."""
    return [s for _, s in _in_order(submission, (State.SUPERSEDED,))]


def _in_order(submission: Submission, states: tuple[State, ...]) -> list[tuple[int, Submission]]:
    """Other released submissions of its holder, with the place of their release, oldest first."""
    holder = holder_for(submission)
    rows = Submission.objects.filter(dataset=submission.dataset, state__in=states).select_related("organisation")
    found = [(when, s) for s in rows.exclude(pk=submission.pk) if (when := _when(s)) is not None]
    return sorted(((w, s) for w, s in found if holder_for(s).pk == holder.pk), key=lambda pair: pair[0])


def _when(submission: Submission) -> int | None:
    """The place of its release step among all steps of the site."""
    step = submission.steps.filter(action="submission.released").order_by("-pk").values_list("pk", flat=True).first()
    return step
