"""Whose figures are official where two organisations publish the same fact."""

from __future__ import annotations

from django.db import transaction

from mudmai.apps.data.domain.outbox import carry_out, finish_open, order
from mudmai.apps.data.domain.planning import plan_publication
from mudmai.apps.data.domain.submission_rows import needed
from mudmai.apps.data.models import DatasetHolder, OfficialChoice, PublicationKind
from mudmai.apps.data.policy import require_at_top
from mudmai.apps.data.site import dataset_named, datasets
from mudmai.apps.registry.domain.audit import record
from mudmai.apps.registry.domain.events import announce
from mudmai.apps.registry.models import Organisation, Person
from mudmai.apps.registry.policy import Actor
from mudmai.core.errors import InputError, UnknownNameError
from mudmai.core.language import Text


def choose_official(
    *, acting_user: Actor, organisation: Organisation, reason: str, dataset: str = "", series: str = ""
) -> OfficialChoice:
    """From now on ``organisation``'s figures are served where another gives the same fact.

    Of a whole dataset, or of one ``series`` of it (``dataset`` may then be left out). Both tables are published anew
    in one release. Not inside a transaction. ``reason`` is public.
    """
    said = needed(reason, "reason")
    where = dataset or _dataset_of(series)
    declared = dataset_named(where)
    if series and series not in declared.series:
        raise UnknownNameError(Text("อนุกรม", "series"), series, list(declared.series))
    finish_open(where)
    with transaction.atomic():
        require_at_top(acting_user, "dataset.choose_official")
        held = (
            DatasetHolder.objects.select_for_update(no_key=True)
            .filter(dataset=where, organisation=organisation)
            .first()
        )
        if held is None:
            raise InputError(
                Text(
                    f"{organisation.name_th} ไม่ได้เผยแพร่ชุดข้อมูลนี้", f"{organisation.name_en} does not publish this dataset"
                ),
                remedy=Text("มอบหมายชุดข้อมูลให้หน่วยงานก่อน", "assign the dataset to the organisation first"),
                code="not_holder",
            )
        made = _choose(acting_user, held, series, said)
        note = f"{where}: official figures of {organisation.code}" + (f" for {series}" if series else "")
        plan = plan_publication(where, PublicationKind.CHOICE, None, note)
        ordered = order(dataset=where, kind=PublicationKind.CHOICE, submission=None, plan=plan)
        announce("dataset.choose_official", dataset=where, series=series, organisation=organisation.code)
    carry_out(ordered.pk)
    return made


def _choose(acting_user: Actor, held: DatasetHolder, series: str, reason: str) -> OfficialChoice:
    before = _official_now(held.dataset, series)
    if not series:
        DatasetHolder.objects.filter(dataset=held.dataset).exclude(pk=held.pk).update(is_official=False)
        held.is_official = True
        held.save(update_fields=["is_official"])
    made = OfficialChoice.objects.create(
        dataset=held.dataset,
        series=series,
        organisation=held.organisation,
        reason=reason,
        by=acting_user if isinstance(acting_user, Person) else None,
    )
    record(
        actor=acting_user,
        action="dataset.choose_official",
        organisation=held.organisation,
        object_kind="dataset",
        object_id=held.dataset,
        old={"organisation": before} if before else None,
        new={"organisation": held.organisation.code, "series": series},
        reason=reason,
    )
    return made


def _official_now(dataset: str, series: str) -> str:
    chosen = OfficialChoice.objects.filter(dataset=dataset, series=series).select_related("organisation")
    last = chosen.order_by("-pk").first()
    if last is not None:
        return last.organisation.code
    first = DatasetHolder.objects.filter(dataset=dataset, is_official=True).select_related("organisation").first()
    return first.organisation.code if first else ""


def _dataset_of(series: str) -> str:
    found = [one.id for one in datasets().values() if series and series in one.series]
    if len(found) != 1:
        raise UnknownNameError(Text("ชุดข้อมูลของอนุกรม", "dataset of the series"), series, found)
    return found[0]
