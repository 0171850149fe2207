"""Links of projects to clauses of plans: confirmed or refused by a person, made by hand, and their parts of the money.

A suggestion counts nowhere until somebody confirms it. What was refused is kept, and not suggested again; somebody who
knows better may still make the link by hand. Two editors: every decision names the revision of the link that it was
made from, and the later one is refused with what the link is now.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from mudmai.apps.data.site import workspace
from mudmai.apps.programme.domain.public_summary import money_changed
from mudmai.apps.programme.domain.refusals import AGAIN, needed, refused
from mudmai.apps.programme.models import LinkState, PlanLink, Programme, Project
from mudmai.apps.programme.policy import areas_of, require_on
from mudmai.apps.registry.domain.audit import record
from mudmai.apps.registry.domain.events import announce
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import Actor
from mudmai.core.errors import InputError, Problem, Where
from mudmai.core.language import Text
from mudmai.core.plan_clauses import FAMILIES, clause_of, family_of

MOST = 1000
"""Decisions that are taken at once, at most."""

ONE = Decimal(1)
_DECIDED = ("state", "reason", "weight", "revision", "decided_by", "decided_at")
_BATCH = 200
_FINEST = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class LinkDecision:
    """What a person says of one suggested link, as they saw it (``revision``)."""

    link: uuid.UUID
    revision: int
    confirm: bool


@dataclass(frozen=True, slots=True)
class Decided:
    """How many links were confirmed and refused."""

    confirmed: int
    refused: int


def decide_links(
    *, acting_user: Actor, programme: Programme, decisions: Sequence[LinkDecision], reason: str = ""
) -> Decided:
    """Confirm and refuse links of a programme's projects, all of them or none; one row of the log.

    Raises :class:`NotAllowed`; :class:`InputError` ``project_changed`` naming every link that somebody else decided in
    between, ``links_too_many``.
    """
    if len(decisions) > MOST:
        raise refused(
            f"ตัดสินได้ครั้งละไม่เกิน {MOST:,} ข้อ",
            f"at most {MOST:,} links are decided at once",
            "links",
            code="links_too_many",
        )
    with transaction.atomic():
        held = _locked(programme, [one.link for one in decisions])
        areas = {area: None for row in held.values() for area in areas_of(row.project)}
        require_on(acting_user, "project.link", programme=programme, areas=areas)
        _refuse_changed(decisions, held)
        for one in decisions:
            _settle(held[one.link], LinkState.CONFIRMED if one.confirm else LinkState.REFUSED, acting_user, reason)
        PlanLink.objects.bulk_update(held.values(), _DECIDED, batch_size=_BATCH)
        for confirm in (True, False):
            rows = [held[one.link] for one in decisions if one.confirm is confirm]
            if rows:
                _record(acting_user, programme, "project.link" if confirm else "project.unlink", rows, reason)
        if decisions:
            _told(programme, len(decisions))
    confirmed = sum(one.confirm for one in decisions)
    return Decided(confirmed, len(decisions) - confirmed)


def confirm_link(*, acting_user: Actor, link: PlanLink, revision: int, reason: str = "") -> PlanLink:
    """Confirm a suggested link, or one that was refused. Raises as :func:`decide_links`."""
    return _decide_one(acting_user, link, revision, True, reason)


def refuse_link(*, acting_user: Actor, link: PlanLink, revision: int, reason: str = "") -> PlanLink:
    """Say that a suggestion is wrong, or take a confirmed link away with a reason; it is not suggested again."""
    if link.state == LinkState.CONFIRMED:
        reason = needed(reason)
    return _decide_one(acting_user, link, revision, False, reason)


def _decide_one(acting_user: Actor, link: PlanLink, revision: int, confirm: bool, reason: str) -> PlanLink:
    programme = Programme.objects.select_related("organisation").get(projects=link.project_id)
    decide_links(
        acting_user=acting_user,
        programme=programme,
        decisions=[LinkDecision(link.pk, revision, confirm)],
        reason=reason,
    )
    return PlanLink.objects.get(pk=link.pk)


def add_link(
    *,
    acting_user: Actor,
    project: Project,
    plan: str,
    clause: str,
    weight: Decimal | None = None,
    reason: str = "",
) -> PlanLink:
    """Link a project to any clause of any plan on the shelf, by hand; a suggestion or refusal of it is settled so.

    Raises :class:`NotAllowed`; :class:`UnknownNameError` for a plan or clause that there is not; :class:`InputError`
    ``project`` where it is linked already, ``sharing`` where the weights make more than the whole.
    """
    found = clause_of(workspace().plan(plan), clause)
    with transaction.atomic():
        held = _project(acting_user, project)
        row = (
            PlanLink.objects.select_for_update(no_key=True)
            .filter(project=held, plan=found.plan, clause=found.id)
            .first()
        )
        if row is not None and row.state == LinkState.CONFIRMED:
            raise refused(
                f"โครงการนี้เชื่อมโยงกับ {found.id} อยู่แล้ว", f"the project is linked to {found.id} already", "clause"
            )
        row = row or PlanLink(project=held, plan=found.plan, level=found.level, clause=found.id, revision=0)
        row.level, row.weight = found.level, _part(weight)
        _settle(row, LinkState.CONFIRMED, acting_user, reason)
        row.save()
        _check_weights(held, found.plan, found.level)
        _record(acting_user, held.programme, "project.link", [row], reason)
        _told(held.programme, 1)
    return row


def set_weights(
    *,
    acting_user: Actor,
    project: Project,
    weights: Mapping[uuid.UUID, Decimal | None],
    revisions: Mapping[uuid.UUID, int],
) -> None:
    """The parts of the project's money for its confirmed links (by link; None: no part set).

    The parts for one family of a plan make 1 at most. What is left goes to the links without a part, undivided among
    them; where every link has one, it is for no clause. Raises as :func:`add_link`, ``project_changed``.
    """
    with transaction.atomic():
        held = _project(acting_user, project)
        links = PlanLink.objects.select_for_update(no_key=True).filter(project=held).order_by("pk")
        rows = {row.pk: row for row in links}
        asked = [LinkDecision(key, revisions.get(key, 0), True) for key in weights]
        _refuse_changed(asked, rows)
        changed = []
        for key, weight in weights.items():
            row, part = rows[key], _part(weight)
            if row.state != LinkState.CONFIRMED:
                raise _gone([row])
            if row.weight != part:
                row.weight = part
                _stamp(row, acting_user)
                row.save()
                changed.append(row)
        for row in changed:
            _check_weights(held, row.plan, row.level)
        if changed:
            _record(acting_user, held.programme, "project.link_weights", changed, "")
            _told(held.programme, len(changed))


def _project(acting_user: Actor, project: Project) -> Project:
    rows = Project.objects.select_for_update(of=("self",), no_key=True).select_related("programme__organisation")
    held = rows.get(pk=project.pk)
    require_on(acting_user, "project.link", programme=held.programme, areas=areas_of(held))
    return held


def _locked(programme: Programme, keys: Iterable[uuid.UUID]) -> dict[uuid.UUID, PlanLink]:
    rows = PlanLink.objects.select_for_update(of=("self",), no_key=True).filter(
        pk__in=set(keys), project__programme=programme
    )
    found = list(rows.select_related("project").prefetch_related("project__places").order_by("pk"))
    for row in found:
        row.project.programme = programme
    return {row.pk: row for row in found}


def _settle(row: PlanLink, state: LinkState, actor: Actor, reason: str) -> None:
    row.state = state
    row.reason = reason.strip()[:4000]
    if state is LinkState.REFUSED:
        row.weight = None
    _stamp(row, actor)


def _stamp(row: PlanLink, actor: Actor) -> None:
    row.revision += 1
    row.decided_by = actor if isinstance(actor, Person) else None
    row.decided_at = timezone.now()


def _part(weight: Decimal | None) -> Decimal | None:
    if weight is None:
        return None
    if not weight.is_finite() or not 0 < weight <= 1:
        raise refused(
            f"สัดส่วน {weight} ใช้ไม่ได้ ต้องมากกว่า 0 และไม่เกิน 1 (ร้อยละ 100)",
            f"the part {weight} does not fit: it is above 0 and at most 1 (100%)",
            "weight",
            code="sharing",
        )
    if weight != weight.quantize(_FINEST):
        raise refused(
            f"สัดส่วน {weight} ละเอียดเกินหกตำแหน่ง", f"the part {weight} is finer than six places", "weight", code="sharing"
        )
    return weight.quantize(_FINEST)


def _check_weights(held: Project, plan: str, level: str) -> None:
    rows = PlanLink.objects.filter(
        project=held, plan=plan, level__in=FAMILIES[family_of(level)], state=LinkState.CONFIRMED, weight__isnull=False
    )
    whole = sum(rows.values_list("weight", flat=True), Decimal(0))
    if whole > ONE:
        told = f"{whole * 100:.4f}".rstrip("0").rstrip(".")
        raise refused(
            f"สัดส่วนของข้อในแผนเดียวกันรวมกันได้ร้อยละ {told} เกิน 100",
            f"the parts for clauses of one plan make {told}%, more than 100",
            "weight",
            code="sharing",
        )


def _refuse_changed(decisions: Sequence[LinkDecision], held: Mapping[uuid.UUID, PlanLink]) -> None:
    stale = [held[one.link] for one in decisions if one.link in held and held[one.link].revision != one.revision]
    missing = sum(one.link not in held for one in decisions)
    if stale or missing:
        raise _gone(stale, missing)


def _gone(rows: Sequence[PlanLink], missing: int = 0) -> InputError:
    n = len(rows) + missing
    problems = [
        Problem(
            "project_changed",
            Text(
                f"“{row.project.title}” กับ {row.clause} ตอนนี้: {row.state_title.th}",
                f"“{row.project.title}” and {row.clause} are now: {row.state_title.en}",
            ),
            AGAIN,
            Where(field=str(row.pk)),
        )
        for row in rows
    ]
    return InputError(
        Text(
            f"มีผู้อื่นเปลี่ยนความเชื่อมโยง {n} ข้อหลังจากที่เปิดหน้านี้ การสั่งครั้งนี้ยังไม่มีผลเลยสักข้อ",
            f"somebody else changed {n} of these links after you opened the page; nothing of this was done",
        ),
        remedy=AGAIN,
        code="project_changed",
        where=Where(field="links"),
        problems=problems,
    )


def _record(actor: Actor, programme: Programme, action: str, rows: Sequence[PlanLink], reason: str) -> None:
    one: Any = str(rows[0].project_id) if len({row.project_id for row in rows}) == 1 else None
    record(
        actor=actor,
        action=action,
        organisation=programme.organisation,
        object_kind="project" if one else "programme",
        object_id=one or str(programme.pk),
        new={
            "links": [
                [str(row.project_id), f"{row.plan}:{row.clause}", None if row.weight is None else str(row.weight)]
                for row in rows
            ]
        },
        reason=reason,
    )


def _told(programme: Programme, count: int) -> None:
    announce("project.linked", programme=str(programme.pk), count=count)
    money_changed()
