"""Release and withdrawal: decided here, kept in the outbox, carried out from there."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from mudmai.apps.data.domain.outbox import carry_out, finish_open, order
from mudmai.apps.data.domain.planning import holding_of, plan_publication
from mudmai.apps.data.domain.release_history import holder_for
from mudmai.apps.data.domain.reviewing import areas_concerned
from mudmai.apps.data.domain.submission_rows import keep, lock, needed
from mudmai.apps.data.domain.tables import keep_table
from mudmai.apps.data.domain.withdrawing import TakenBack, taken_back
from mudmai.apps.data.models import Publication, PublicationKind, State, Submission
from mudmai.apps.data.policy import decide_over
from mudmai.apps.data.site import dataset_named, workspace
from mudmai.apps.registry.domain.events import announce
from mudmai.apps.registry.policy import Actor, Decision, NotAllowed
from mudmai.core.periods import Period
from mudmai.workspace.data_classes import truth_store
from mudmai.workspace.holdings import served, with_facts


def release(*, acting_user: Actor, submission: Submission) -> Submission:
    """Publish an approved submission, in the name of the organisation that holds the dataset; back when it is served.

    Not inside a transaction. Raises :class:`NotAllowed`, ``submission_state``/``submission_changed`` when somebody was
    faster, ``publication_open`` while another publication of the dataset cannot be finished, and whatever the store
    refuses (the submission is then approved as before).
    """
    ordered = order_release(acting_user=acting_user, submission=submission)
    carry_out(ordered.pk)
    return _fresh(submission)


def order_release(*, acting_user: Actor, submission: Submission) -> Publication:
    """The first half of :func:`release`: from now on it will happen, whatever ends this process."""
    finish_open(submission.dataset)
    _require(decide_release(acting_user, submission))
    lock_free = Submission.objects.select_related("organisation").get(pk=submission.pk)
    note = f"{submission.dataset}: {submission.raw_name}"
    if lock_free.state == State.APPROVED:
        plan = plan_publication(submission.dataset, PublicationKind.RELEASE, lock_free, note)
    with transaction.atomic():
        held = lock(submission, states=(State.APPROVED,))
        _require(decide_release(acting_user, held))
        held.state = State.PUBLISHING
        ordered = order(dataset=held.dataset, kind=PublicationKind.RELEASE, submission=held, plan=plan)
        old, new = {"state": "approved"}, {"state": "publishing", "table": held.table_sha}
        keep(held, submission, actor=acting_user, action="submission.publish", old=old, new=new)
        announce("submission.publish", submission=str(held.pk), dataset=held.dataset)
    return ordered


def withdraw(*, acting_user: Actor, submission: Submission, reason: str) -> Submission:
    """Take the figures of a release out of what is served; ``reason`` is public.

    Figures that a later release has given anew stay, and so do those that it gave as they stood before; see
    :mod:`mudmai.apps.data.domain.withdrawing`. Releases of before keep everything, marked as withdrawn. Not inside a
    transaction.
    """
    ordered = order_withdrawal(acting_user=acting_user, submission=submission, reason=reason)
    carry_out(ordered.pk)
    return _fresh(submission)


def order_withdrawal(*, acting_user: Actor, submission: Submission, reason: str) -> Publication:
    """The first half of :func:`withdraw`."""
    said = needed(reason, "reason")
    finish_open(submission.dataset)
    _require(decide_withdrawal(acting_user, submission))
    lock_free = Submission.objects.select_related("organisation").get(pk=submission.pk)
    if lock_free.state == State.RELEASED:
        note = f"{submission.dataset}: withdrawn"
        plan = plan_publication(submission.dataset, PublicationKind.WITHDRAW, lock_free, note)
        notice = _notice(lock_free, said)
    with transaction.atomic():
        held = lock(submission, states=(State.RELEASED,))
        _require(decide_withdrawal(acting_user, held))
        more = {"notice": notice} if notice else {}
        ordered = order(dataset=held.dataset, kind=PublicationKind.WITHDRAW, submission=held, plan=plan, more=more)
        new = {"release": held.release}
        keep(held, submission, actor=acting_user, action="submission.withdraw", new=new, note=said)
        announce("submission.withdraw", submission=str(held.pk), dataset=held.dataset)
    return ordered


def decide_release(person: Actor | None, held: Submission) -> Decision:
    """May the person publish it? The state is not asked here."""
    return decide_over(person, "data.publish", organisation=holder_for(held).organisation, areas=areas_concerned(held))


def decide_withdrawal(person: Actor | None, held: Submission) -> Decision:
    """May the person withdraw it? The state is not asked here."""
    return decide_over(person, "data.withdraw", organisation=holder_for(held).organisation, areas=areas_concerned(held))


def withdrawal_of(held: Submission) -> TakenBack:
    """What a withdrawal would take back now."""
    store, holder = truth_store(workspace(), dataset_named(held.dataset)), holder_for(held)
    return taken_back(store, holder, holding_of(store, holder), held)


def series_emptied_by(held: Submission, taken: TakenBack) -> frozenset[str]:
    """Series of which the publisher would give nothing any more after the withdrawal."""
    holder = holder_for(held)
    return taken.emptied(holding_of(truth_store(workspace(), dataset_named(held.dataset)), holder))


def _require(decision: Decision) -> None:
    if not decision:
        raise NotAllowed(decision)


def _fresh(submission: Submission) -> Submission:
    submission.refresh_from_db()
    return submission


def _notice(held: Submission, reason: str) -> dict[str, Any] | None:
    """What everybody is told; nothing about data that were never public."""
    dataset = dataset_named(held.dataset)
    if not dataset.is_open:
        return None
    holder = holder_for(held)
    rows = with_facts(withdrawal_of(held).withdrawn, served(truth_store(workspace(), dataset), holder.table))
    if not rows.num_rows:
        return None
    periods = sorted({str(p) for p in rows.column("period").to_pylist()}, key=lambda iso: Period.from_iso(iso).start())
    return {
        "at": timezone.now().isoformat(),
        "organisation_th": holder.organisation.name_th,
        "organisation_en": holder.organisation.name_en,
        "reason": reason,
        "release": held.release,
        "facts": rows.num_rows,
        "series": sorted(set(rows.column("series").to_pylist())),
        "first": periods[0],
        "last": periods[-1],
        "table": keep_table(rows, "withdrawn.parquet"),
    }
