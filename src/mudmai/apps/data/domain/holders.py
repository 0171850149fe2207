"""Who holds a dataset: assigned by the organisation at the top."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from mudmai.apps.data.domain.publishers_record import write_record
from mudmai.apps.data.models import DatasetHolder, State, Submission
from mudmai.apps.data.policy import require_at_top
from mudmai.apps.data.site import dataset_named
from mudmai.apps.registry.domain.audit import record
from mudmai.apps.registry.domain.events import announce
from mudmai.apps.registry.models import Organisation
from mudmai.apps.registry.policy import Actor
from mudmai.core.errors import InputError, Where
from mudmai.core.language import Text

MOST_LEVELS = 5
OPEN_STATES = (State.SUBMITTED, State.APPROVED, State.PUBLISHING)


def assign_dataset(
    *, acting_user: Actor, dataset: str, organisation: Organisation, levels: int = 1, own_approval: bool = False
) -> DatasetHolder:
    """Let ``organisation`` publish ``dataset`` after ``levels`` approvals; a second time changes these.

    The first holder's figures are the official ones and take the dataset's own table; another holder's are kept under
    ``<table>@<organisation>``.
    """
    declared = dataset_named(dataset)
    if not 1 <= levels <= MOST_LEVELS:
        raise InputError(
            Text(f"จำนวนระดับต้องเป็น 1 ถึง {MOST_LEVELS}", f"levels are 1 to {MOST_LEVELS}"),
            remedy=Text("แก้จำนวนระดับ", "correct the number"),
            code="approval_level",
            where=Where(field="levels"),
        )
    with transaction.atomic():
        require_at_top(acting_user, "dataset.assign")
        known = {
            h.organisation_id: h for h in DatasetHolder.objects.select_for_update(no_key=True).filter(dataset=dataset)
        }
        held = known.get(organisation.pk)
        old = _facts(held) if held else None
        if held is None:
            table = declared.tables[0] if declared.tables else dataset
            taken = {h.table for h in known.values()}
            name = f"{table}@{organisation.code}" if table in taken else table
            held = DatasetHolder(dataset=dataset, organisation=organisation, table=name)
        held.levels, held.own_approval, held.ended_at = levels, own_approval, None
        held.is_official = held.is_official or not any(h.is_official for h in known.values())
        if old == _facts(held):
            return held
        held.save()
        record(
            actor=acting_user,
            action="dataset.assign",
            organisation=organisation,
            object_kind="dataset",
            object_id=dataset,
            old=old,
            new=_facts(held),
        )
        write_record(dataset)
        announce("dataset.assign", dataset=dataset, organisation=organisation.code)
    return held


def end_assignment(*, acting_user: Actor, dataset: str, organisation: Organisation, reason: str = "") -> DatasetHolder:
    """The organisation publishes no more of the dataset; what it has published stays. Not while something is on its way
    and not while its figures are the official ones beside another holder's."""
    with transaction.atomic():
        require_at_top(acting_user, "dataset.assign")
        held = (
            DatasetHolder.objects.select_for_update(no_key=True)
            .filter(dataset=dataset, organisation=organisation)
            .first()
        )
        if held is None or held.ended_at is not None:
            raise InputError(
                Text("หน่วยงานนี้ไม่ได้ดูแลชุดข้อมูลนี้", "the organisation does not hold this dataset"),
                remedy=Text("เลือกหน่วยงานในรายการ", "choose one of the list"),
                code="not_holder",
            )
        others = DatasetHolder.objects.filter(dataset=dataset, ended_at=None).exclude(pk=held.pk)
        busy = Submission.objects.filter(dataset=dataset, organisation=organisation, state__in=OPEN_STATES)
        if busy.exists() or (held.is_official and others.exists()):
            raise InputError(
                Text(
                    "ยังสิ้นสุดไม่ได้ เพราะมีรายการส่งที่รออยู่ หรือเป็นผู้เผยแพร่ทางการ",
                    "it cannot end now: submissions are on their way, or its figures are the official ones",
                ),
                remedy=Text(
                    "ดำเนินการรายการที่รอให้เสร็จ หรือเลือกผู้เผยแพร่ทางการรายอื่นก่อน",
                    "finish those, or choose another official publisher first",
                ),
                code="holder_busy",
            )
        old = _facts(held)
        held.ended_at = timezone.now()
        held.save(update_fields=["ended_at"])
        record(
            actor=acting_user,
            action="dataset.end",
            organisation=organisation,
            object_kind="dataset",
            object_id=dataset,
            old=old,
            reason=reason,
        )
        write_record(dataset)
        announce("dataset.end", dataset=dataset, organisation=organisation.code)
    return held


def holders_of(dataset: str) -> list[DatasetHolder]:
    """Those who hold it now, the official one first."""
    rows = DatasetHolder.objects.filter(dataset=dataset, ended_at=None).select_related("organisation")
    return sorted(rows, key=lambda h: (not h.is_official, h.pk))


def _facts(held: DatasetHolder) -> dict[str, object]:
    return {
        "organisation": held.organisation.code,
        "table": held.table,
        "levels": held.levels,
        "own_approval": held.own_approval,
        "official": held.is_official,
        "ended": held.ended_at is not None,
    }
