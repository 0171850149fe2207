"""The outbox: a publication is kept first and carried out after, again and again until it has been.

The stores of releases and the database share no transaction. So what is to be published is one row of the database
(kept with the change that ordered it); carrying it out puts the tables into the store under a mark and then writes, in
one transaction, what came of it. A kill before the store's swap leaves the old release served, a kill after it leaves
the mark: :func:`resume_publications` finishes both, and twice is once.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from mudmai.apps.data.domain.planning import holding_of, plan_publication
from mudmai.apps.data.domain.publishers_record import write_record
from mudmai.apps.data.domain.release_history import holder_for, own_facts, released_before, superseded_of
from mudmai.apps.data.domain.submission_rows import add_step, keep, lock
from mudmai.apps.data.models import DatasetHolder, Publication, PublicationKind, State, Submission
from mudmai.apps.data.site import dataset_named, workspace
from mudmai.apps.registry.domain.audit import SYSTEM
from mudmai.apps.registry.domain.events import announce
from mudmai.core.errors import InputError, MudmaiError
from mudmai.core.language import Text
from mudmai.workspace.data_classes import truth_store
from mudmai.workspace.holdings import equal_facts
from mudmai.workspace.notices import Notice, keep_notice
from mudmai.workspace.publications import PublicationPlan, Published, StalePlan, publish_plan, release_marked
from mudmai.workspace.publishing import publishing_alone

log = logging.getLogger(__name__)

PASSING = frozenset({"store_busy", "disk_full", "publication_open", "no_release"})
"""Refusals that have nothing to do with the figures: the publication stays open and is tried again."""
_REPLANS = 5


def order(
    *, dataset: str, kind: str, submission: Submission | None, plan: PublicationPlan, more: dict[str, Any] | None = None
) -> Publication:
    """Keep what is to be done, inside the transaction of the change that orders it. One at a time for a dataset."""
    list(DatasetHolder.objects.select_for_update(no_key=True).filter(dataset=dataset).values_list("pk"))
    if Publication.objects.filter(dataset=dataset, done_at=None).exists():
        raise busy(dataset)
    return Publication.objects.create(
        dataset=dataset, kind=kind, submission=submission, plan={**plan.as_dict(), **(more or {})}
    )


def busy(dataset: str) -> InputError:
    """The refusal while another publication of the dataset is on its way."""
    return InputError(
        Text(f"ชุดข้อมูล {dataset} มีการเผยแพร่ที่ยังไม่เสร็จ", f"another publication of the dataset {dataset} is not finished"),
        remedy=Text(
            "รอสักครู่แล้วสั่งอีกครั้ง หากค้างนาน ให้ผู้ดูแลระบบเรียก mudmai data resume",
            "wait a moment and try again; if it does not end, have the operator run mudmai data resume",
        ),
        code="publication_open",
    )


def finish_open(dataset: str) -> None:
    """Carry out what is still open for the dataset; what fails is left for later."""
    for pk in Publication.objects.filter(dataset=dataset, done_at=None).values_list("pk", flat=True):
        try:
            carry_out(pk)
        except (MudmaiError, OSError):
            log.exception("publication %s is not finished", pk)


def resume_publications() -> int:
    """Finish every publication that was begun and not ended; how many were finished. Safe to call at any time."""
    finished = 0
    for pk in list(Publication.objects.filter(done_at=None).values_list("pk", flat=True)):
        try:
            carry_out(pk)
        except (MudmaiError, OSError):
            log.exception("publication %s is not finished", pk)
        else:
            finished += 1
    return finished


def carry_out(publication: UUID) -> Publication:
    """Do what was ordered, or find it done. Not inside a transaction: others wait for the lock that this takes.

    What the store refuses because of the figures is noted and gives the submission back to its publisher; other
    failures leave the publication open.
    """
    with publishing_alone(workspace()):
        row = Publication.objects.select_related("submission__organisation").get(pk=publication)
        if row.done_at is not None:
            return row
        try:
            _tell_before(row)
            published = _publish(row)
        except InputError as refused:
            if refused.code in PASSING or _has_happened(row):
                _note_fault(row, refused)
            else:
                _give_back(row, refused)
            raise
        except (MudmaiError, OSError) as fault:
            _note_fault(row, fault)
            raise
        return _finish(row, published)


def _has_happened(row: Publication) -> bool:
    """True when the full figures are out already: what is left (the part for everybody) has to follow."""
    return release_marked(truth_store(workspace(), dataset_named(row.dataset)), str(row.pk)) is not None


def _publish(row: Publication) -> Published:
    dataset = dataset_named(row.dataset)
    for _ in range(_REPLANS):
        try:
            return publish_plan(workspace(), dataset, PublicationPlan.of(row.plan), str(row.pk))
        except StalePlan:
            plan = plan_publication(row.dataset, row.kind, row.submission, row.plan.get("note", ""))
            row.plan = {**row.plan, **plan.as_dict()}
            row.save(update_fields=["plan"])
    raise busy(row.dataset)


def _tell_before(row: Publication) -> None:
    """The public notice of a withdrawal stands before its rows are gone."""
    told = row.plan.get("notice")
    if told and row.submission is not None:
        keep_notice(workspace(), row.dataset, notice_of(row, told))


def notice_of(row: Publication, told: dict[str, Any]) -> Notice:
    """The notice as the outbox keeps it."""
    name = Text(told["organisation_th"], told["organisation_en"])
    at = datetime.fromisoformat(told["at"])
    return Notice(
        str(row.pk),
        at,
        name,
        told["reason"],
        told["release"],
        told["facts"],
        tuple(told["series"]),
        told["first"],
        told["last"],
        told["table"],
    )


def _finish(row: Publication, published: Published) -> Publication:
    """Write down what came of it: one transaction."""
    with transaction.atomic():
        done = Publication.objects.select_for_update(of=("self",), no_key=True).get(pk=row.pk)
        if done.done_at is not None:
            return done
        for code, sha in row.plan["left_out"].items():
            DatasetHolder.objects.filter(dataset=row.dataset, organisation__code=code).update(left_out_sha=sha)
        done.done_at, done.release, done.fault = timezone.now(), published.release, None
        done.save(update_fields=["done_at", "release", "fault"])
        if row.submission is not None:
            _finish_submission(row.submission, row.kind, published)
        write_record(row.dataset)
        announce("publication.done", dataset=row.dataset, kind=row.kind, release=published.release)
    return done


def _finish_submission(submission: Submission, kind: str, published: Published) -> None:
    held = lock(submission, check_revision=False)
    if kind == PublicationKind.RELEASE:
        held.state, held.release, held.base_release = State.RELEASED, published.release, published.before
        action = "submission.released"
    else:
        held.state = State.WITHDRAWN
        action = "submission.withdrawn"
    facts = {"release": published.release, "state": str(held.state)}
    keep(held, submission, actor=SYSTEM, action=action, new=facts, facts=facts)
    announce(action, submission=str(held.pk), dataset=held.dataset)
    if kind == PublicationKind.RELEASE:
        _supersede(held)
    else:
        _served_again(held)


def _supersede(newer: Submission) -> None:
    """Older releases of which nothing is served any more say so."""
    for older in released_before(newer):
        if own_facts(older).num_rows:
            continue
        held = lock(older, check_revision=False)
        held.state = State.SUPERSEDED
        keep(held, None, actor=SYSTEM, action="submission.supersede", new={"by": str(newer.pk)})


def _served_again(withdrawn: Submission) -> None:
    """Releases that the withdrawn one had covered whole, and whose figures stand again, say so; newest first."""
    store, holder = truth_store(workspace(), dataset_named(withdrawn.dataset)), holder_for(withdrawn)
    rows = holding_of(store, holder)
    for older in reversed(superseded_of(withdrawn)):
        if equal_facts(own_facts(older), rows).num_rows:
            held = lock(older, check_revision=False)
            held.state = State.RELEASED
            keep(held, None, actor=SYSTEM, action="submission.served_again", new={"after": str(withdrawn.pk)})


def _note_fault(row: Publication, fault: Exception) -> None:
    with transaction.atomic():
        held = Publication.objects.select_for_update(of=("self",), no_key=True).get(pk=row.pk)
        held.attempts += 1
        held.fault = _told(fault)
        held.save(update_fields=["attempts", "fault"])


def _give_back(row: Publication, refused: InputError) -> None:
    """The store does not take the figures: nothing was published, and the submission is as before the order."""
    with transaction.atomic():
        held = Publication.objects.select_for_update(of=("self",), no_key=True).get(pk=row.pk)
        held.done_at, held.fault = timezone.now(), _told(refused)
        held.save(update_fields=["done_at", "fault"])
        if row.submission is not None:
            one = lock(row.submission, check_revision=False)
            if row.kind == PublicationKind.RELEASE:
                one.state = State.APPROVED
            one.revision += 1
            one.save()
            add_step(one, actor=SYSTEM, action="submission.refused", note=refused.words("th"), facts=_told(refused))


def _told(fault: Exception) -> dict[str, Any]:
    if isinstance(fault, MudmaiError):
        return {"code": fault.code, "th": fault.words("th"), "en": fault.words("en")}
    return {"code": "fault", "th": type(fault).__name__, "en": type(fault).__name__}
