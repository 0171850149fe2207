"""Drafts: started with a file, given a recipe, read, their file replaced, discarded."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction

from mudmai.apps.data.domain.submission_rows import as_actor, changed, keep, lock
from mudmai.apps.data.models import EDITABLE, Mode, State, Submission
from mudmai.apps.data.policy import area_of, areas_held, holder_of, may_begin
from mudmai.apps.data.site import dataset_named
from mudmai.apps.registry.areas import EVERYWHERE, AreaRef
from mudmai.apps.registry.domain.events import announce
from mudmai.apps.registry.models import Organisation, Person
from mudmai.apps.registry.policy import Actor, NotAllowed, decide
from mudmai.core.errors import InputError, UnknownNameError
from mudmai.core.language import Text
from mudmai.workspace.raw_files import RawFile


def start_submission(
    *,
    acting_user: Actor,
    dataset: str,
    organisation: Organisation,
    raw: RawFile,
    area: AreaRef = EVERYWHERE,
    mode: str = "update",
    note: str = "",
) -> Submission:
    """A draft of ``dataset`` from a kept file, in the name of ``organisation`` (a holder of it, or below one).

    ``area`` bounds what the file may speak about (and, with the mode ``replace``, what it replaces); everywhere: what
    its rows say counts. Raises :class:`NotAllowed`; :class:`InputError` ``not_holder``.
    """
    dataset_named(dataset)
    if mode not in Mode.values:
        raise UnknownNameError(Text("วิธีใส่ข้อมูล", "mode"), mode, list(Mode.values))
    with transaction.atomic():
        _require_begin(acting_user, organisation, area, mode)
        holder = holder_of(dataset, organisation)
        if holder is None:
            raise not_holder(dataset, organisation)
        made = Submission(
            dataset=dataset,
            organisation=organisation,
            area_system=area.system,
            area_code=area.code,
            mode=mode,
            note=note.strip()[:4000],
            raw_sha=raw.sha256,
            raw_name=raw.name[:255],
            raw_size=raw.size,
            levels=holder.levels,
            created_by=acting_user if isinstance(acting_user, Person) else None,
            revision=0,
        )
        keep(made, None, actor=acting_user, action="submission.start", new=_file_facts(made))
        announce("submission.start", submission=str(made.pk), dataset=dataset)
    return made


def set_recipe(*, acting_user: Actor, submission: Submission, recipe: dict[str, Any] | None, name: str) -> Submission:
    """How the file is to be read; what was read by another recipe before is forgotten."""
    with transaction.atomic():
        held = _draft(acting_user, submission)
        old = {"recipe_name": held.recipe_name}
        held.recipe, held.recipe_name = recipe, name[:120]
        _forget_reading(held)
        keep(held, submission, actor=acting_user, action="submission.recipe", old=old, new={"recipe_name": name[:120]})
        announce("submission.recipe", submission=str(held.pk))
    return held


def replace_file(*, acting_user: Actor, submission: Submission, raw: RawFile) -> Submission:
    """Another file in the place of the draft's; the recipe stays, the reading is forgotten."""
    with transaction.atomic():
        held = _draft(acting_user, submission)
        old = _file_facts(held)
        held.raw_sha, held.raw_name, held.raw_size = raw.sha256, raw.name[:255], raw.size
        _forget_reading(held)
        keep(held, submission, actor=acting_user, action="submission.file", old=old, new=_file_facts(held))
        announce("submission.file", submission=str(held.pk))
    return held


def limit_areas(*, acting_user: Person, submission: Submission, own: bool) -> Submission:
    """Read only the areas that the person's right reaches (``own``), or all of the file again. Kept for every reading.

    A replacement is of a whole area: it is never cut.
    """
    with transaction.atomic():
        held = _draft(acting_user, submission)
        if own and held.mode == Mode.REPLACE:
            raise InputError(
                Text("ไฟล์ที่แทนข้อมูลทั้งหมดต้องอ่านทุกพื้นที่", "a file that replaces everything is read whole"),
                remedy=Text("ส่งเป็นการแก้และเพิ่มเฉพาะค่าในไฟล์", "hand it in as an update"),
                code="submission_areas",
            )
        areas = areas_held(acting_user, "data.submit", held.organisation) if own else []
        old = {"areas": held.only_areas}
        held.only_areas = [[one.system, one.code] for one in areas if not one.is_everywhere]
        _forget_reading(held)
        new = {"areas": held.only_areas}
        keep(held, submission, actor=acting_user, action="submission.areas", old=old, new=new)
        announce("submission.areas", submission=str(held.pk))
    return held


def note_reading(
    *,
    actor: Actor | str | None,
    submission: Submission,
    summary: dict[str, Any],
    table_sha: str,
    report_sha: str,
    errors: int,
    warnings: int,
    accepted: int,
) -> Submission:
    """What reading and checking found, by the job that did it.

    A result for a file or recipe that is not the draft's any more is refused (``submission_changed``), as is one for a
    submission that is locked by now. The same result again changes nothing.
    """
    found = {
        "reading": summary,
        "table_sha": table_sha,
        "report_sha": report_sha,
        "errors": errors,
        "warnings": warnings,
        "accepted": accepted,
    }
    with transaction.atomic():
        held = lock(submission, states=EDITABLE, check_revision=False)
        if any(getattr(held, name) != getattr(submission, name) for name in ("raw_sha", "recipe", "only_areas")):
            raise changed(held)
        if all(getattr(held, name) == value for name, value in found.items()):
            return held
        for name, value in found.items():
            setattr(held, name, value)
        counts = {"errors": errors, "warnings": warnings, "accepted": accepted}
        keep(held, submission, actor=as_actor(actor), action="submission.read", new=counts, facts=counts)
        announce("submission.read", submission=str(held.pk))
    return held


def discard(*, acting_user: Actor, submission: Submission, reason: str = "") -> Submission:
    """Give a draft up. The file stays kept; the draft leaves the lists."""
    with transaction.atomic():
        held = _draft(acting_user, submission)
        old = {"state": held.state}
        held.state = State.DISCARDED
        keep(
            held,
            submission,
            actor=acting_user,
            action="submission.discard",
            old=old,
            new={"state": "discarded"},
            note=reason,
        )
        announce("submission.discard", submission=str(held.pk))
    return held


def submission_for(person: Actor | None, id: uuid.UUID | str) -> Submission:
    """The submission, when the person may see it: who may submit, review or read internal data there.

    Raises :class:`UnknownNameError` for one that does not exist, :class:`NotAllowed` with the reason.
    """
    found = _by_id(id)
    if found is None:
        raise UnknownNameError(Text("รายการส่งข้อมูล", "submission"), str(id))
    if isinstance(person, Person) and person.is_active and person.pk in (found.created_by_id, found.submitted_by_id):
        mine = decide(person, "data.read_internal", organisation=found.organisation, area=area_of(found))
        if mine or mine.code == "outside_area":
            return found
    decision = decide(person, "data.read_internal", organisation=found.organisation, area=area_of(found))
    if not decision and decision.code == "outside_area":
        decision = _by_rows(person, found, decision)
    if not decision:
        raise NotAllowed(decision)
    return found


def _by_rows(person: Actor | None, found: Submission, refused: Any) -> Any:
    """A submission of no declared area is for those whose areas hold all its rows."""
    from mudmai.apps.data.domain.tables import areas_of  # reads the table: only where the answer hangs on it
    from mudmai.apps.data.policy import decide_over

    if not found.table_sha:
        return refused
    return decide_over(person, "data.read_internal", organisation=found.organisation, areas=areas_of(found))


def _by_id(id: uuid.UUID | str) -> Submission | None:
    try:
        key = id if isinstance(id, uuid.UUID) else uuid.UUID(id)
    except ValueError:
        return None
    return Submission.objects.select_related("organisation", "created_by", "submitted_by").filter(pk=key).first()


def require_draft(*, acting_user: Actor, submission: Submission) -> None:
    """May the person change this draft? Raises :class:`NotAllowed`; nothing is changed."""
    _require_begin(acting_user, submission.organisation, area_of(submission), submission.mode)


def require_start(*, acting_user: Actor, organisation: Organisation, area: AreaRef, mode: str) -> None:
    """May the person start a submission? Asked before its file is taken in. Raises :class:`NotAllowed`."""
    _require_begin(acting_user, organisation, area, mode)


def _draft(acting_user: Actor, submission: Submission) -> Submission:
    """The locked row of a draft that the person may change."""
    held = lock(submission, states=EDITABLE)
    _require_begin(acting_user, held.organisation, area_of(held), held.mode)
    return held


def _require_begin(acting_user: Actor, organisation: Organisation, area: AreaRef, mode: str) -> None:
    decision = may_begin(acting_user, organisation, area, replaces=mode == Mode.REPLACE)
    if not decision:
        raise NotAllowed(decision)


def _forget_reading(held: Submission) -> None:
    held.reading, held.table_sha, held.report_sha = None, "", ""
    held.errors = held.warnings = held.accepted = 0


def _file_facts(held: Submission) -> dict[str, Any]:
    return {"file": held.raw_name, "sha256": held.raw_sha, "size": held.raw_size}


def not_holder(dataset: str, organisation: Organisation) -> InputError:
    return InputError(
        Text(
            f"{organisation.name_th} ยังไม่ได้รับมอบหมายให้ดูแลชุดข้อมูล {dataset}",
            f"{organisation.name_en} does not hold the dataset {dataset}",
        ),
        remedy=Text(
            f"ให้ผู้ดูแลสิทธิ์ขององค์กรบนสุดมอบหมายที่หน้า /datasets/{dataset}/holders/",
            f"ask an administrator of the organisation at the top to assign it at /datasets/{dataset}/holders/",
        ),
        code="not_holder",
    )
