"""Calls: a certifying organisation opens a criteria set to cities, for some days."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from mudmai.apps.assessment.domain.facts import criteria_of
from mudmai.apps.assessment.domain.refusals import call_closed, changed, checked_text, refused
from mudmai.apps.assessment.domain.registers import require_register_of
from mudmai.apps.assessment.models import Call
from mudmai.apps.assessment.policy import Asking, decide_call, require_call
from mudmai.apps.data.site import workspace
from mudmai.apps.registry.domain.audit import record
from mudmai.apps.registry.domain.events import announce
from mudmai.apps.registry.models import Organisation, Person
from mudmai.apps.registry.policy import Actor, NotAllowed, require
from mudmai.core.errors import InputError, UnknownNameError
from mudmai.core.language import Text
from mudmai.workspace.criteria import criteria_set, kept_criteria

WHILE_FILES_OPEN = ("title_th", "title_en", "note", "closes_on")
"""What may still change of a published call; the rules that cities relied on may not."""

FIELDS = (
    "criteria_id",
    "title_th",
    "title_en",
    "note",
    "opens_on",
    "closes_on",
    "reply_days",
    "appeal_days",
    "markers",
    "shows_reasons",
)
_TITLE = Text("ชื่อรอบเปิดรับ", "the title of the call")


def call_named(key: uuid.UUID | str) -> Call:
    """The call with this id. Raises :class:`UnknownNameError`."""
    try:
        pk = key if isinstance(key, uuid.UUID) else uuid.UUID(key)
    except ValueError:
        raise UnknownNameError(Text("รอบเปิดรับประเมิน", "call"), str(key)) from None
    found = Call.objects.select_related("organisation").filter(pk=pk).first()
    if found is None:
        raise UnknownNameError(Text("รอบเปิดรับประเมิน", "call"), str(key))
    return found


def call_for(person: Asking, key: uuid.UUID | str) -> Call:
    """The call, when the person may read it: published ones are for everybody. Raises :class:`NotAllowed` too."""
    found = call_named(key)
    if not found.is_published:
        decision = decide_call(person, "assess.call", found)
        if not decision:
            raise NotAllowed(decision)
    return found


def is_open(call: Call, today: date | None = None) -> bool:
    """May files be opened and sent today?"""
    return call.is_published and call.opens_on <= (today or timezone.localdate()) <= call.closes_on


def require_open(call: Call, today: date | None = None) -> None:
    """Raise ``call_closed``, with the days, where :func:`is_open` is not so."""
    day = today or timezone.localdate()
    if not is_open(call, day):
        raise call_closed(call, day)


def create_call(
    *,
    acting_user: Actor,
    organisation: Organisation,
    criteria_id: str,
    title_th: str,
    opens_on: date,
    closes_on: date,
    title_en: str = "",
    reply_days: int = 15,
    appeal_days: int = 30,
    markers: int = 2,
    shows_reasons: bool = True,
    note: str = "",
) -> Call:
    """A call on the version of the set that ``criteria_id`` names (a scheme: its newest); a draft until published.

    The version is kept for good: what packs change later changes nothing for the call. Raises :class:`NotAllowed`,
    :class:`UnknownNameError`, :class:`InputError` ``call_setting``.
    """
    require(acting_user, "assess.call", organisation=organisation)
    values = _checked(
        {
            "criteria_id": criteria_id,
            "title_th": title_th,
            "title_en": title_en,
            "note": note,
            "opens_on": opens_on,
            "closes_on": closes_on,
            "reply_days": reply_days,
            "appeal_days": appeal_days,
            "markers": markers,
            "shows_reasons": shows_reasons,
        }
    )
    with transaction.atomic():
        require(acting_user, "assess.call", organisation=organisation)
        by = acting_user if isinstance(acting_user, Person) else None
        made = Call.objects.create(organisation=organisation, created_by=by, **values)
        _record(acting_user, "call.create", made, new=_told(values))
    return made


def change_call(*, acting_user: Actor, call: Call, revision: int, **fields: Any) -> Call:
    """Change some fields; of a published call only :data:`WHILE_FILES_OPEN`, and its end only to a day to come.

    Raises :class:`NotAllowed`, :class:`InputError` ``call_changed``, ``call_setting``.
    """
    for name in fields:
        if name not in FIELDS:
            raise UnknownNameError(Text("ช่องของรอบเปิดรับ", "field of a call"), name, FIELDS)
    with transaction.atomic():
        held = _held(call)
        require_call(acting_user, "assess.call", held)
        if held.revision != revision:
            raise changed(Text("รอบเปิดรับนี้", "the call"), code="call_changed")
        given = {name: value for name, value in fields.items() if value != _now(held, name)}
        if held.is_published:
            _refuse_relied_on(given)
        values = _checked({"opens_on": held.opens_on, "closes_on": held.closes_on, **given})
        old = {name: getattr(held, name) for name in values}
        if old == values:
            return held
        for name, value in values.items():
            setattr(held, name, value)
        held.revision += 1
        held.save()
        _record(acting_user, "call.change", held, old=_told(old), new=_told(values))
    return held


def publish_call(*, acting_user: Actor, call: Call, revision: int | None = None, today: date | None = None) -> Call:
    """Tell everybody of the call; from then on cities may open files on its days. Twice is once.

    Raises :class:`NotAllowed`, :class:`InputError` ``call_changed``, ``call_setting`` and ``register_holder``: where no
    certificate could be granted in the end, cities are not asked to begin.
    """
    with transaction.atomic():
        held = _held(call)
        require_call(acting_user, "assess.call", held)
        if held.is_published:
            return held
        if revision is not None and held.revision != revision:
            raise changed(Text("รอบเปิดรับนี้", "the call"), code="call_changed")
        if held.closes_on < (today or timezone.localdate()):
            raise _setting("วันปิดรับผ่านไปแล้ว", "the day that the call closes on is past", "closes_on")
        require_register_of(criteria_of(held), held.organisation)
        held.is_published = True
        held.revision += 1
        held.save(update_fields=["is_published", "revision"])
        _record(acting_user, "call.publish", held, new={"criteria": held.criteria, "sha256": held.criteria_sha})
    return held


def why_unpublishable(call: Call) -> InputError | None:
    """Why no certificate could be granted in this call: its register is another's, or nobody's. None: it could."""
    try:
        require_register_of(criteria_of(call), call.organisation)
    except InputError as fault:
        return fault
    return None


def _held(call: Call) -> Call:
    return Call.objects.select_for_update(of=("self",), no_key=True).select_related("organisation").get(pk=call.pk)


def _now(call: Call, field: str) -> Any:
    return call.criteria if field == "criteria_id" else getattr(call, field)


def _refuse_relied_on(given: dict[str, Any]) -> None:
    for name in given:
        if name not in WHILE_FILES_OPEN:
            raise _setting(
                "รอบนี้ประกาศแล้ว แก้ได้เฉพาะชื่อ หมายเหตุ และวันปิดรับ",
                "the call is published: only its title, note and closing day may change",
                name,
            )
    if "closes_on" in given and given["closes_on"] < timezone.localdate():
        raise _setting("วันปิดรับใหม่ผ่านไปแล้ว", "the new closing day is past", "closes_on")


def _checked(given: dict[str, Any]) -> dict[str, Any]:
    values = dict(given)
    if "criteria_id" in values:
        home = workspace().home
        found = criteria_set(home, values.pop("criteria_id"))
        values |= {"scheme": found.scheme, "criteria": found.id, "criteria_sha": kept_criteria(home, found)}
    if "title_th" in values:
        values["title_th"] = checked_text(values["title_th"], "title_th", most=300, what=_TITLE)
    for name, most in (("title_en", 300), ("note", 4000)):
        if name in values:
            values[name] = checked_text(values[name], name, most=most, what=Text("ข้อความ", "the text"), needs=False)
    if values["closes_on"] < values["opens_on"]:
        raise _setting("วันปิดรับอยู่ก่อนวันเปิดรับ", "the call closes before it opens", "closes_on")
    for name, least, most in (("reply_days", 1, 365), ("appeal_days", 1, 365), ("markers", 2, 5)):
        if name in values and not least <= values[name] <= most:
            raise _setting(f"ต้องอยู่ระหว่าง {least} ถึง {most}", f"must be {least} to {most}", name)
    return values


def _told(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def _setting(th: str, en: str, field: str) -> Exception:
    return refused(th, en, field, code="call_setting")


def _record(actor: Actor, action: str, call: Call, **facts: Any) -> None:
    record(
        actor=actor,
        action=action,
        organisation=call.organisation,
        object_kind="call",
        object_id=str(call.pk),
        **facts,
    )
    announce(action, call=str(call.pk))
