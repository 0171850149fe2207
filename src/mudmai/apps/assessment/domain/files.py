"""The file of a city: opened on a call, filled, sent, given back, withdrawn."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from mudmai.apps.assessment.domain.answer_rows import values_of
from mudmai.apps.assessment.domain.calls import require_open
from mudmai.apps.assessment.domain.evidence_rows import counted_evidence, lacks_of
from mudmai.apps.assessment.domain.facts import criteria_of, frozen_facts
from mudmai.apps.assessment.domain.filling import asked_criteria, fill_until, held_to_fill, may_fill_now
from mudmai.apps.assessment.domain.refusals import needed, refuse_all, refused
from mudmai.apps.assessment.domain.steps import held_by_call, held_by_city, keep_file
from mudmai.apps.assessment.models import Call, City, CityFile, FileState, Marker, MarkerState
from mudmai.apps.assessment.policy import Asking, decide_view, require_city, visible_files
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import Actor, NotAllowed
from mudmai.core.errors import InputError, Problem, UnknownNameError
from mudmai.core.language import Text

__all__ = [
    "UNDECIDED",
    "claim_parts",
    "file_for",
    "file_named",
    "files_seen_by",
    "fill_until",
    "may_fill_now",
    "open_file",
    "refresh_facts",
    "return_file",
    "submit_file",
    "withdraw_file",
]

UNDECIDED = (
    FileState.DRAFT,
    FileState.SUBMITTED,
    FileState.MARKING,
    FileState.RECONCILING,
    FileState.REPLY,
    FileState.DECIDING,
)
"""States of a file that no decision stands on: it may be withdrawn."""

RETURNABLE = (FileState.SUBMITTED, FileState.MARKING)
_FILE = Text("แฟ้มประเมินเมือง", "city file")
_STEPPED_BACK = Text(
    "คุณไม่ต้องทำอะไรอีก หน่วยงานที่เปิดรอบจะแต่งตั้งผู้ตรวจคนอื่น หากแจ้งผิด โปรดบอกหน่วยงานนั้น",
    "nothing is left for you to do: the organisation of the call appoints another marker; tell it if you erred",
)


def file_named(key: uuid.UUID | str) -> CityFile:
    """The file with this id, its call and city at hand. Raises :class:`UnknownNameError`."""
    try:
        pk = key if isinstance(key, uuid.UUID) else uuid.UUID(key)
    except ValueError:
        raise UnknownNameError(_FILE, str(key)) from None
    rows = CityFile.objects.select_related("call__organisation", "city__organisation")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise UnknownNameError(_FILE, str(key))
    return found


def file_for(person: Asking, key: uuid.UUID | str) -> CityFile:
    """As :func:`file_named`, when the person may read it; :class:`NotAllowed` otherwise."""
    found = file_named(key)
    decision = decide_view(person, found)
    if not decision:
        raise NotAllowed(decision, _STEPPED_BACK if decision.code == "stepped_back" else None)
    return found


def files_seen_by(person: Asking) -> QuerySet[CityFile]:
    """Every file that the person may read, newest first, with call and city."""
    rows = CityFile.objects.select_related("call__organisation", "city__organisation")
    return visible_files(rows, person)


def open_file(*, acting_user: Actor, call: Call, city: City, today: date | None = None) -> CityFile:
    """A draft of the city in an open call, on the version of the criteria that the call is about.

    Raises :class:`NotAllowed`, :class:`InputError` ``call_closed``, ``file_exists``.
    """
    with transaction.atomic():
        place = City.objects.select_for_update(of=("self",), no_key=True).select_related("organisation").get(pk=city.pk)
        require_city(acting_user, "assess.fill", place)
        offered = Call.objects.select_related("organisation").get(pk=call.pk)
        require_open(offered, today)
        held = CityFile.objects.filter(call=offered, city=place).exclude(state=FileState.WITHDRAWN).first()
        if held is not None:
            raise _twice()
        made = CityFile(
            call=offered,
            city=place,
            criteria_sha=offered.criteria_sha,
            facts=frozen_facts(place),
            created_by=acting_user if isinstance(acting_user, Person) else None,
        )
        try:
            with transaction.atomic():
                keep_file(
                    made, "file.open", acting_user, facts={"call": str(offered.pk), "criteria": made.criteria_sha}
                )
        except IntegrityError as twice:
            raise _twice() from twice
    return made


def claim_parts(
    *, acting_user: Actor, file: CityFile, parts: Sequence[str], revision: int, today: date | None = None
) -> CityFile:
    """Choose the optional parts that the city is assessed on. Answers to parts given up stay, and are not counted.

    Raises :class:`NotAllowed`, :class:`InputError` ``file_changed``, ``file_state``, ``call_closed``, ``parts``.
    """
    with transaction.atomic():
        held = held_to_fill(file, acting_user=acting_user, revision=revision, today=today)
        optional = {one.id: one.title for one in criteria_of(held).parts if one.optional}
        for name in parts:
            if name not in optional:
                raise refused(
                    f"หมวด “{name}” เลือกไม่ได้", f"“{name}” is no part to choose", "parts", code="parts",
                    remedy=Text(f"เลือกจาก {', '.join(optional)}", f"choose from {', '.join(optional)}"),
                )  # fmt: skip
        wanted = [name for name in optional if name in parts]
        old = list(held.claimed)
        if wanted == old:
            return held
        held.claimed = wanted
        return keep_file(held, "file.claim", acting_user, facts={"claimed": wanted}, old={"claimed": old})


def refresh_facts(*, acting_user: Actor, file: CityFile, today: date | None = None) -> CityFile:
    """Take over what is now known of the city; which criteria apply may change. The step keeps what was before."""
    with transaction.atomic():
        held = held_to_fill(file, acting_user=acting_user, today=today)
        old, now = held.facts, frozen_facts(held.city)
        if old == now:
            return held
        before = {one.id for one in asked_criteria(held)}
        held.facts = now
        after = {one.id for one in asked_criteria(held)}
        told = {"facts": now, "now_asked": sorted(after - before), "no_longer_asked": sorted(before - after)}
        return keep_file(held, "file.claim", acting_user, facts=told, old={"facts": old}, only_here={"before": old})


def submit_file(
    *,
    acting_user: Actor,
    file: CityFile,
    note: str = "",
    today: date | None = None,
    leave_open: Collection[str] = (),
    revision: int | None = None,
) -> CityFile:
    """Send the file. Every criterion asked must be answered, or be named in ``leave_open``: the city confirms that it
    does not answer; answers above step 0 need their evidence.

    Raises :class:`NotAllowed`, :class:`InputError`: ``file_incomplete`` with one problem for each criterion,
    ``file_state``, ``file_changed``, ``call_closed``.
    """
    with transaction.atomic():
        held = held_to_fill(file, acting_user=acting_user, action="assess.submit", revision=revision, today=today)
        asked, values = asked_criteria(held), values_of(held)
        lacks = lacks_of(asked, values, counted_evidence(held), set(leave_open))
        if lacks or not any(values.get(one.id) is not None for one in asked):
            raise _incomplete(lacks)
        open_now = sorted(one.id for one in asked if values.get(one.id) is None)
        held.state = _state_after_sending(held)
        held.submitted_by = acting_user if isinstance(acting_user, Person) else None
        held.submitted_at = timezone.now()
        told = {"asked": len(asked), "answered": len(asked) - len(open_now), "left_open": open_now}
        return keep_file(held, "file.submit", acting_user, note, told)


def return_file(*, acting_user: Actor, file: CityFile, reason: str) -> CityFile:
    """Give a file back to the city: it may change answers and evidence and send it again, even after the call closed
    (:func:`fill_until`). Marks given stay; markers who had handed in mark again what changed.

    Raises :class:`NotAllowed` (also for a conflict of interest), :class:`InputError` ``file_state``, ``reason_needed``.
    """
    said = needed(reason)
    with transaction.atomic():
        held = held_by_call(file, acting_user=acting_user, action="assess.run", states=RETURNABLE)
        held.state = FileState.DRAFT
        again = Marker.objects.filter(file=held, state=MarkerState.DONE).update(state=MarkerState.MARKING)
        told = {"markers_again": again}
        return keep_file(held, "file.return", acting_user, said, told, organisation=held.call.organisation)


def withdraw_file(*, acting_user: Actor, file: CityFile, reason: str) -> CityFile:
    """The city takes its file back, as long as no decision stands; it stays readable, and another may be opened."""
    said = needed(reason)
    with transaction.atomic():
        held = held_by_city(file, acting_user=acting_user, action="assess.submit", states=UNDECIDED)
        old = {"state": held.state}
        held.state, held.reply_due = FileState.WITHDRAWN, None
        return keep_file(held, "file.withdraw", acting_user, said, old=old)


def _state_after_sending(file: CityFile) -> FileState:
    """A returned file goes back to the markers whom it had."""
    at_work = file.markers.exclude(state=MarkerState.RECUSED).count()
    return FileState.MARKING if at_work >= file.call.markers else FileState.SUBMITTED


def _twice() -> InputError:
    return refused(
        "เมืองนี้มีแฟ้มในรอบนี้แล้ว", "the city has a file in this call already", "city", code="file_exists",
        remedy=Text("ทำต่อในแฟ้มเดิม หรือถอนแฟ้มเดิมก่อน", "go on with that one, or withdraw it first"),
    )  # fmt: skip


def _incomplete(lacks: Sequence[Problem]) -> InputError:
    many = len(lacks)
    if not many:
        return refused("ยังไม่ได้ตอบข้อใดเลย", "nothing is answered yet", "answers", code="file_incomplete")
    return refuse_all(
        "file_incomplete",
        f"ยังส่งไม่ได้ ขาด {many} รายการ",
        f"the file cannot be sent yet: {many} things are missing",
        Text("แก้ทีละข้อตามรายการ แล้วส่งอีกครั้ง", "go through the list, then send it again"),
        lacks,
    )
