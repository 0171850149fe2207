"""What every change of a file does: hold the row, see that nobody was faster, write its step and the log."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Max

from mudmai.apps.assessment.domain.refusals import changed, wrong_state
from mudmai.apps.assessment.models import CityFile, FileState, FileStep
from mudmai.apps.assessment.policy import conflict_of, require_call, require_city
from mudmai.apps.registry.domain.audit import record
from mudmai.apps.registry.domain.audit_words import action_words
from mudmai.apps.registry.domain.events import announce
from mudmai.apps.registry.models import Organisation, Person
from mudmai.apps.registry.policy import Actor, Decision, NotAllowed
from mudmai.core.language import Text

FILE = Text("แฟ้มนี้", "the file")


def locked(file: CityFile) -> CityFile:
    """The row as it is now with its call and city, held until the transaction ends: one writer of a file at a time."""
    rows = CityFile.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("call__organisation", "city__organisation").get(pk=file.pk)


def held_by_city(
    file: CityFile,
    *,
    acting_user: Actor,
    action: str,
    states: Iterable[FileState],
    revision: int | None = None,
) -> CityFile:
    """The held row, for somebody of the city's side who may do ``action``.

    Raises :class:`NotAllowed`, or :class:`InputError`: ``file_changed`` (where ``revision`` is not that of the row),
    ``file_state``.
    """
    held = locked(file)
    require_city(acting_user, action, held.city)
    return _fitting(held, states, revision)


def held_by_call(
    file: CityFile,
    *,
    acting_user: Actor,
    action: str,
    states: Iterable[FileState],
    revision: int | None = None,
) -> CityFile:
    """The held row, for somebody of the certifying side without a conflict of interest who may do ``action``.

    Raises as :func:`held_by_city`; who belongs to the city or worked on the file is :class:`NotAllowed` ``conflict``.
    """
    held = locked(file)
    require_call(acting_user, action, held.call)
    refuse_conflict(acting_user, held)
    return _fitting(held, states, revision)


_SOMEBODY_ELSE = Text(
    "ให้คนอื่นที่ไม่เกี่ยวข้องกับเมืองทำแทน ผู้ตรวจของแฟ้มนี้ให้ถอนตัว",
    "have somebody without a tie to the city do it; a marker of this file steps back",
)


def refuse_conflict(acting_user: Actor, file: CityFile) -> None:
    """Raise :class:`NotAllowed` for a person who may not judge the file whatever their role."""
    if isinstance(acting_user, Person):
        why = conflict_of(acting_user, file)
        if why is not None:
            raise NotAllowed(Decision(False, why, "conflict"), _SOMEBODY_ELSE)


def _fitting(held: CityFile, states: Iterable[FileState], revision: int | None) -> CityFile:
    if revision is not None and held.revision != revision:
        raise changed(FILE, code="file_changed", told=last_step_told(held))
    wanted = tuple(states)
    if held.state not in wanted:
        raise wrong_state(held, wanted)
    return held


def last_step_told(file: CityFile) -> Text:
    """The latest step of the file in words: what, by whom."""
    step = file.steps.select_related("by__details").order_by("-sequence").first()
    if step is None:
        return Text("", "")
    what, who = action_words(step.action), told_by(step.by)
    return Text(f"ล่าสุด: {what.th} โดย {who.th}", f"Latest: {what.en}, by {who.en}")


def told_by(person: Person | None) -> Text:
    """Who did something, for colleagues to read."""
    return person.shown if person is not None else Text("ระบบ", "the system")


def note_step(
    file: CityFile,
    action: str,
    acting_user: Actor | str,
    note: str = "",
    facts: dict[str, Any] | None = None,
    *,
    old: dict[str, Any] | None = None,
    only_here: dict[str, Any] | None = None,
    organisation: Organisation | None = None,
) -> FileStep:
    """One step of the (held) file, one row of the log, one event. The state is the one that the file has now.

    ``facts`` go into both; ``only_here`` into the step alone (texts that people wrote); ``organisation`` is whose log
    it is in, by default the city's, the call's where no organisation answers for the city.
    """
    last: int = file.steps.aggregate(Max("sequence"))["sequence__max"] or 0
    told = facts or {}
    step = FileStep.objects.create(
        file=file,
        sequence=last + 1,
        action=action,
        state=file.state,
        by=acting_user if isinstance(acting_user, Person) else None,
        note=note.strip(),
        facts={**told, **(only_here or {})},
    )
    record(
        actor=acting_user,
        action=action,
        organisation=organisation or file.city.organisation or file.call.organisation,
        object_kind="city_file",
        object_id=str(file.pk),
        old=old,
        new={"city": file.city.code, "state": file.state, **told},
        reason=note,
    )
    announce(action, file=str(file.pk), city=str(file.city_id), call=str(file.call_id))
    return step


def keep_file(
    held: CityFile,
    action: str,
    acting_user: Actor | str,
    note: str = "",
    facts: dict[str, Any] | None = None,
    **more: Any,
) -> CityFile:
    """Save the (held) row with the next revision, and its step as :func:`note_step`."""
    made = held._state.adding
    if not made:
        held.revision += 1
    held.save(force_insert=made)
    note_step(held, action, acting_user, note, facts, **more)
    return held
