"""Markers: who is appointed to a file, what they declare, and who steps back."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from mudmai.apps.assessment.domain.refusals import AGAIN, needed, refused, wrong_state
from mudmai.apps.assessment.domain.steps import held_by_call, keep_file, locked, refuse_conflict
from mudmai.apps.assessment.models import CityFile, FileState, Marker, MarkerState
from mudmai.apps.assessment.policy import conflict_of, decide_call, require_call
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import Actor, Decision, NotAllowed
from mudmai.core.errors import InputError, UnknownNameError
from mudmai.core.language import Text

BEFORE_MARKS_COUNT = (FileState.SUBMITTED, FileState.MARKING, FileState.RECONCILING)
"""States in which a marker may still step back and another take over."""

_ANOTHER = Text("แต่งตั้งบุคคลอื่น", "appoint somebody else")
_OWN = Text("การเป็นผู้ตรวจเป็นเรื่องของบุคคลที่ได้รับแต่งตั้งเท่านั้น", "only the person appointed acts as a marker")


def marker_named(key: object) -> Marker:
    """The marker with this id."""
    found = _rows().filter(pk=key).first()
    if found is None:
        raise UnknownNameError(Text("ผู้ตรวจ", "marker"), str(key))
    return found


def marker_for(person: Person, file: CityFile) -> Marker:
    """The person's own appointment to the file; NotAllowed where there is none."""
    found = _rows().filter(file=file, person=person).first()
    if found is None:
        text = Text("ไม่ได้รับแต่งตั้งให้ตรวจแฟ้มนี้", "not appointed to mark this file")
        raise NotAllowed(Decision(False, text, "not_marker"))
    return found


def active_markers(file: CityFile) -> list[Marker]:
    """Those whose marks count: everyone who has not stepped back, in order of appointment."""
    return list(file.markers.exclude(state=MarkerState.RECUSED).select_related("person"))


def appointable(person: Person, file: CityFile) -> Text | None:
    """Why the person cannot be appointed to the file; None where they can."""
    role = decide_call(person, "assess.mark", file.call)
    if not role:
        return role.reason
    if (conflict := conflict_of(person, file)) is not None:
        return conflict
    if file.markers.filter(person=person).exists():
        return Text(
            "ได้รับแต่งตั้งให้ตรวจแฟ้มนี้แล้ว หรือถอนตัวไปแล้ว", "was appointed to this file before, or stepped back from it"
        )
    return None


def unfit_to_mark(marker: Marker) -> Text | None:
    """Why an appointed marker can mark no more (joined the city since, or lost the role); None where they can, or have
    handed in."""
    if marker.state not in (MarkerState.APPOINTED, MarkerState.MARKING):
        return None
    role = decide_call(marker.person, "assess.mark", marker.file.call)
    return conflict_of(marker.person, marker.file) if role else role.reason


def appoint_marker(*, acting_user: Actor, file: CityFile, person: Person) -> Marker:
    """Appoint somebody of the certifying side. With the last of the call's markers the file goes to be marked.

    Raises :class:`NotAllowed` or :class:`InputError`: ``file_state``, ``markers_enough``, ``marker_unfit``.
    """
    with transaction.atomic():
        held = held_by_call(
            file, acting_user=acting_user, action="assess.run", states=(FileState.SUBMITTED, FileState.MARKING)
        )
        wanted, now = held.call.markers, len(active_markers(held))
        if now >= wanted:
            raise refused(
                f"แฟ้มนี้มีผู้ตรวจครบ {wanted} คนแล้ว",
                f"this file has its {wanted} markers already",
                "person",
                code="markers_enough",
                remedy=Text("ให้ผู้ตรวจคนหนึ่งถอนตัวก่อนหากต้องการเปลี่ยน", "have one of them step back first to exchange them"),
            )
        if (unfit := appointable(person, held)) is not None:
            raise refused(unfit.th, unfit.en, "person", code="marker_unfit", remedy=_ANOTHER)
        made = Marker.objects.create(
            file=held, person=person, appointed_by=acting_user if isinstance(acting_user, Person) else None
        )
        take_up(held)
        keep_told(held, "file.appoint", acting_user, facts={"marker": str(made.pk)})
    return made


def declare(*, acting_user: Actor, marker: Marker, has_conflict: bool, declaration: str = "") -> Marker:
    """What a marker declares before marking. With a conflict of interest they step back at once, whatever they hold.

    Raises :class:`NotAllowed` or :class:`InputError`: ``marker_state``, ``file_state``, ``reason_needed``.
    """
    said = needed(declaration, "declaration") if has_conflict else declaration.strip()[:4000]
    with transaction.atomic():
        file, held = held_marker(
            marker,
            acting_user=acting_user,
            states=(FileState.SUBMITTED, FileState.MARKING),
            must_be_fit=not has_conflict,
        )
        refuse_marker_state(held, MarkerState.APPOINTED)
        held.has_conflict, held.declaration, held.declared_at = has_conflict, said, timezone.now()
        held.state = MarkerState.RECUSED if has_conflict else MarkerState.MARKING
        held.save(update_fields=["has_conflict", "declaration", "declared_at", "state"])
        told = {"marker": str(held.pk), "conflict": has_conflict, "markers_lacking": lacking(file)}
        keep_told(file, "file.declare", acting_user, facts=told)
    return held


def recuse_marker(*, acting_user: Actor, marker: Marker, reason: str) -> Marker:
    """A marker steps back, by themself or by whoever runs the call; their marks are kept and count no more.

    A file whose marks were being reconciled goes back to be marked, until another has marked it.
    """
    said = needed(reason)
    with transaction.atomic():
        file = locked(marker.file)
        held = _rows().get(pk=marker.pk)
        if not (isinstance(acting_user, Person) and held.person_id == acting_user.pk):
            require_call(acting_user, "assess.run", file.call)
        if file.state not in BEFORE_MARKS_COUNT:
            raise wrong_state(file, BEFORE_MARKS_COUNT)
        if held.state == MarkerState.RECUSED:
            raise marker_state(held)
        held.state = MarkerState.RECUSED
        held.save(update_fields=["state"])
        if file.state == FileState.RECONCILING:
            file.state = FileState.MARKING
        told = {"marker": str(held.pk), "markers_lacking": lacking(file)}
        keep_told(file, "file.recuse", acting_user, said, facts=told)
    return held


def lacking(file: CityFile) -> int:
    """How many markers are still to be appointed."""
    return max(0, file.call.markers - len(active_markers(file)))


def keep_told(held: CityFile, action: str, acting_user: Actor | str, note: str = "", **facts: Any) -> CityFile:
    """:func:`.steps.keep_file` of the certifying side: told in the log of the call's organisation."""
    return keep_file(held, action, acting_user, note, organisation=held.call.organisation, **facts)


def take_up(held: CityFile) -> None:
    """Set the state of a submitted file that has its markers: it is being marked. The caller keeps the row."""
    if held.state == FileState.SUBMITTED and not lacking(held):
        held.state = FileState.MARKING


def held_marker(
    marker: Marker,
    *,
    acting_user: Actor,
    states: tuple[FileState, ...] = (FileState.MARKING,),
    must_be_fit: bool = True,
) -> tuple[CityFile, Marker]:
    """The held file and the marker's row, for the marker themself, who is still fit to mark.

    Somebody who lost the role, or joined the city since, is refused with why; stepping back needs no fitness.
    """
    file = locked(marker.file)
    held = _rows().get(pk=marker.pk)
    if not isinstance(acting_user, Person) or held.person_id != acting_user.pk:
        raise NotAllowed(Decision(False, _OWN, "not_marker"))
    if must_be_fit:
        require_call(acting_user, "assess.mark", file.call)
        refuse_conflict(acting_user, file)
    if file.state not in states:
        raise wrong_state(file, states)
    return file, held


def refuse_marker_state(marker: Marker, wanted: MarkerState) -> None:
    """Raise ``marker_state`` where the marker stands elsewhere."""
    if marker.state != wanted:
        raise marker_state(marker)


def marker_state(marker: Marker) -> InputError:
    """The refusal of what does not go with where a marker stands."""
    now = MarkerState(marker.state).title
    if marker.state == MarkerState.APPOINTED:
        remedy = Text("แจ้งเรื่องส่วนได้เสียก่อน", "declare on conflicts of interest first")
    else:
        remedy = AGAIN
    return refused(
        f"ผู้ตรวจอยู่ในสถานะ “{now.th}”", f"the marker is: {now.en}", "marker", code="marker_state", remedy=remedy
    )


def _rows() -> QuerySet[Marker]:
    return Marker.objects.select_related("person", "file__call__organisation", "file__city__organisation")
