"""Certificates: granted by a decision, renewed, checked, corrected, withdrawn, expired by the clock.

Nothing of a published certificate changes without an event that tells old and new, a row in the log, and the figures
counted anew (:mod:`mudmai.apps.assessment.domain.register_publishing`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from mudmai.apps.assessment import policy
from mudmai.apps.assessment.domain.register_publishing import register_changed
from mudmai.apps.assessment.domain.registers import keeper_of, require_keep, require_register_of
from mudmai.apps.assessment.models import (
    Certificate,
    CertificateEvent,
    City,
    Decision,
    EndReason,
    EventKind,
    Outcome,
    Surveillance,
)
from mudmai.apps.programme.domain.refusals import needed
from mudmai.apps.registry.domain.audit import SYSTEM, record
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import Actor
from mudmai.core.certificates import Entry, month_day, months_after
from mudmai.core.criteria import CriteriaSet
from mudmai.core.errors import InputError, Where
from mudmai.core.language import Text

ATTEMPTS = 20
SHOWN_SCORES = ("overall", "paper", "outcome", "parts", "agreement")
"""What of a decision's scores stands on the public certificate."""


def entry_of(certificate: Certificate, area: str = "") -> Entry:
    """The certificate as it is counted."""
    return Entry(certificate.granted_on, certificate.expires_on, certificate.ended_on, area)


def valid_on(rows: QuerySet[Certificate], day: date) -> QuerySet[Certificate]:
    """Those of ``rows`` that hold on ``day``."""
    return rows.filter(
        Q(expires_on=None) | Q(expires_on__gte=day), Q(ended_on=None) | Q(ended_on__gt=day), granted_on__lte=day
    )


def in_force(city: City, scheme: str, day: date) -> Certificate | None:
    """The certificate of the scheme that the city holds on ``day``: a new one would renew it. None: it holds none."""
    return valid_on(Certificate.objects.filter(city=city, scheme=scheme), day).first()


def hold_certificates(city: City, scheme: str = "") -> City:
    """The city as it is now, held with its certificates (of the scheme) until the transaction ends.

    To be called before the transaction writes into the log: who writes there waits for nobody's row any more.
    """
    held = City.objects.select_for_update(of=("self",), no_key=True).get(pk=city.pk)
    rows = Certificate.objects.filter(city=held).order_by("pk")
    rows = rows.filter(scheme=scheme) if scheme else rows
    list(rows.select_for_update(of=("self",), no_key=True).values_list("pk"))
    return held


def grant_certificate(
    *,
    acting_user: Actor,
    decision: Decision,
    criteria: CriteriaSet,
    granted_on: date,
    expires_on: date | None = None,
) -> Certificate:
    """The certificate of a granted decision, in the caller's transaction (which decides the file).

    Where the city holds a certificate of the scheme on that day, the new one renews it: the old one ends on
    ``granted_on``; on the same level the set may ask how far what was promised has come (from the last check that told
    it). ``expires_on``: the end that the decision sets; None: the term of the set, which may have none.
    """
    file = decision.file
    policy.require_call(acting_user, "assess.decide", file.call)
    if decision.outcome != Outcome.GRANTED:
        raise _state(Text("ผลการตัดสินไม่ใช่การรับรอง", "the decision does not grant"))
    require_register_of(criteria, file.call.organisation)
    with transaction.atomic():
        city = hold_certificates(file.city, criteria.scheme)
        before = in_force(city, criteria.scheme, granted_on)
        decided_again = before is not None and before.decision is not None and before.decision.file_id == file.pk
        if before is not None and before.level == decision.level and not decided_again:
            _may_renew(before, criteria)
        rule = criteria.register
        term = months_after(granted_on, rule.months) if rule is not None and rule.months else None
        expires = expires_on or term
        new = Certificate(
            scheme=criteria.scheme, criteria=criteria.id, city=city, level=decision.level, granted_on=granted_on,
            expires_on=expires, decision=decision, renews=before, facts=_facts(decision, criteria),
        )  # fmt: skip
        _number(new, granted_on.year)
        if before is not None:
            _end(before, granted_on, EndReason.SUPERSEDED)
            note_event(before, EventKind.SUPERSEDED, granted_on, acting_user, facts={"by": new.number})
        kind = EventKind.RENEWED if before is not None else EventKind.GRANTED
        facts = {"renews": before.number} if before is not None else {}
        note_event(new, kind, granted_on, acting_user, reason=decision.reasons, facts=facts)
        _plan_checks(new, rule.surveillance if rule is not None else None)
        _log(
            acting_user, "certificate.renew" if before is not None else "certificate.grant", new,
            new={"city": city.code, "level": new.level, "granted_on": granted_on.isoformat(),
                 "expires_on": expires.isoformat() if expires else None, **facts},
        )  # fmt: skip
        register_changed(criteria.scheme)
    return new


def withdraw_certificate(
    *, acting_user: Actor, certificate: Certificate, reason: str, on: date | None = None, today: date | None = None
) -> Certificate:
    """End a certificate from the day ``on`` (today): the reason is public. Ended years keep their counts."""
    said = needed(reason)
    now = today or timezone.localdate()
    day = on or now
    with transaction.atomic():
        row = _locked(certificate)
        require_keep(acting_user, row)
        _still(row, day)
        if day > now or day.year < now.year or day < row.granted_on:
            raise InputError(
                Text(
                    f"วันที่เพิกถอนต้องอยู่ในปีนี้ ไม่ก่อนวันที่ออกใบรับรอง และไม่เกินวันนี้ ({now.isoformat()})",
                    f"a withdrawal is dated in this year, not before the grant, not after today ({now.isoformat()})",
                ),
                remedy=Text(
                    "จำนวน ณ สิ้นปีที่ผ่านไปแล้วไม่เปลี่ยนย้อนหลังด้วยการเพิกถอน",
                    "a withdrawal does not change the counts of ended years",
                ),
                code="certificate_day",
            )
        _end(row, day, EndReason.WITHDRAWN)
        note_event(row, EventKind.WITHDRAWN, day, acting_user, reason=said)
        _log(acting_user, "certificate.withdraw", row, new={"ended_on": day.isoformat()}, reason=said)
        register_changed(row.scheme)
    return row


CORRECTABLE = ("level", "granted_on", "granted_precision", "expires_on", "source")
"""Fields that a correction may change; ``claimed`` (ids of parts) beside them."""


def correct_certificate(
    *,
    acting_user: Actor,
    certificate: Certificate,
    reason: str,
    revision: int,
    today: date | None = None,
    **fields: Any,
) -> Certificate:
    """Correct what a certificate says; old and new stand in its public history, with the reason.

    ``fields``: of :data:`CORRECTABLE`, and ``claimed``. A later end than today brings an expired one back.
    """
    said = needed(reason)
    now = today or timezone.localdate()
    with transaction.atomic():
        hold_certificates(certificate.city, certificate.scheme)
        row = _locked(certificate)
        require_keep(acting_user, row)
        if row.revision != revision:
            raise InputError(
                Text(
                    "มีผู้แก้ใบรับรองนี้ไปก่อนแล้ว จึงยังไม่ได้บันทึก",
                    "somebody has changed this certificate meanwhile: nothing was kept",
                ),
                remedy=Text(
                    "โหลดหน้าใหม่ ดูสิ่งที่เปลี่ยน แล้วแก้อีกครั้ง", "load the page again, see what changed, and correct again"
                ),
                code="certificate_changed",
            )
        old, new = _take(row, fields)
        if not new:
            raise InputError(
                Text("ไม่มีอะไรเปลี่ยน", "nothing was changed"),
                remedy=Text("แก้อย่างน้อยหนึ่งช่อง", "change at least one field"),
                code="certificate_unchanged",
            )
        if "granted_on" in new or "granted_precision" in new:
            _granted_by(row, now)
        if row.expires_on is not None and row.expires_on < row.granted_on:
            raise InputError(
                Text("วันสิ้นอายุอยู่ก่อนวันที่ออกใบรับรอง", "the end lies before the grant"),
                remedy=Text("ตรวจวันที่ทั้งสอง", "check both days"),
                code="certificate_day",
            )
        if row.end_reason == EndReason.EXPIRED and (row.expires_on is None or row.expires_on >= now):
            _free_of_others(row, now)
            row.ended_on, row.end_reason = None, EndReason.NONE
            new["in_force"] = True
        elif row.end_reason == EndReason.EXPIRED and row.expires_on is not None:
            row.ended_on = row.expires_on + timedelta(days=1)
        row.revision += 1
        row.save()
        note_event(row, EventKind.CORRECTED, now, acting_user, reason=said, facts={"old": old, "new": new})
        _log(acting_user, "certificate.correct", row, old=old, new=new, reason=said)
        register_changed(row.scheme)
    return row


def tell_city_changed(city: City, *, acting_user: Actor, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    """Its certificates show the city's name and area: what differs now stands in the history of each, old and new.

    Within the transaction that holds the city with its certificates; ``old`` and ``new``: the fields that were changed.
    """
    before, after = _shown_of_city(old), _shown_of_city(new)
    changed = {name: value for name, value in after.items() if before.get(name) != value}
    if not changed:
        return
    facts = {"old": {name: before.get(name) for name in changed}, "new": changed}
    for row in Certificate.objects.filter(city=city).order_by("number"):
        note_event(row, EventKind.CORRECTED, timezone.localdate(), acting_user, facts=facts)
        _log(acting_user, "certificate.correct", row, **facts)


def _shown_of_city(fields: Mapping[str, Any]) -> dict[str, str]:
    shown = {name: str(fields[name]) for name in ("name_th", "name_en") if name in fields}
    if "area_code" in fields:
        shown["area"] = f"{fields['area_system']}:{fields['area_code']}"
    return shown


def add_check(*, acting_user: Actor, certificate: Certificate, due_on: date) -> Surveillance:
    """Plan a check that the set does not plan, such as for a first entry."""
    with transaction.atomic():
        row = _locked(certificate)
        require_keep(acting_user, row)
        _still(row, timezone.localdate())
        check, made = Surveillance.objects.get_or_create(certificate=row, due_on=due_on)
        if made:
            _log(acting_user, "certificate.survey", row, new={"due_on": due_on.isoformat()})
    return check


def survey(
    *,
    acting_user: Actor,
    surveillance: Surveillance,
    progress: float | None,
    finding: str,
    has_concern: bool,
    on: date | None = None,
) -> Surveillance:
    """Record what a check found. ``progress``: percent of what was promised that is done; None: not known."""
    said = needed(finding, "finding")
    day = on or timezone.localdate()
    if progress is not None and not 0 <= progress <= 100:
        raise InputError(
            Text("ความก้าวหน้าต้องอยู่ระหว่าง 0 ถึง 100", "progress lies between 0 and 100"),
            remedy=Text("ใส่เป็นร้อยละ หรือเว้นว่างเมื่อไม่ทราบ", "give percent, or leave it empty where it is not known"),
            code="certificate_progress",
        )
    with transaction.atomic():
        row = _locked(surveillance.certificate)
        require_keep(acting_user, row)
        held = Surveillance.objects.select_for_update(of=("self",), no_key=True).get(pk=surveillance.pk)
        if held.done_on is not None:
            raise _state(Text("บันทึกการติดตามครั้งนี้แล้ว", "this check is recorded already"))
        held.done_on, held.finding, held.has_concern = day, said, has_concern
        held.progress = None if progress is None else round(progress, 2)  # type: ignore[assignment]
        held.by = acting_user if isinstance(acting_user, Person) else None
        held.save()
        facts = {"progress": progress, "has_concern": has_concern, "due_on": held.due_on.isoformat()}
        note_event(row, EventKind.SURVEYED, day, acting_user, reason=said, facts=facts)
        _log(acting_user, "certificate.survey", row, new=facts)
    return held


def record_check(
    *, acting_user: Actor, certificate: Certificate, surveillance: Surveillance | None, on: date, **found: Any
) -> Surveillance:
    """:func:`survey` of a planned check, or (``surveillance`` None) of one on ``on`` that nobody had planned."""
    with transaction.atomic():
        check = surveillance or add_check(acting_user=acting_user, certificate=certificate, due_on=on)
        return survey(acting_user=acting_user, surveillance=check, on=on, **found)


def expire_due(today: date) -> list[Certificate]:
    """End what expired before ``today``; the clock's part, which publishes the counts. Doing it again does nothing."""
    due = Certificate.objects.filter(ended_on=None, expires_on__lt=today).values_list("pk", flat=True)
    ended = []
    for key in list(due):
        with transaction.atomic():
            row = Certificate.objects.select_for_update(of=("self",), no_key=True).select_related("city").get(pk=key)
            if row.ended_on is not None or row.expires_on is None or row.expires_on >= today:
                continue
            first = row.expires_on + timedelta(days=1)
            _end(row, first, EndReason.EXPIRED)
            note_event(row, EventKind.EXPIRED, first, None)
            _log(SYSTEM, "certificate.expire", row, new={"ended_on": first.isoformat()})
        ended.append(row)
    return ended


def last_progress(certificate: Certificate) -> float | None:
    """Percent of what was promised, from the last check that told it; None where none did."""
    told = certificate.surveillance.filter(done_on__isnull=False, progress__isnull=False).order_by(
        "-done_on", "-due_on"
    )
    found = told.values_list("progress", flat=True).first()
    return None if found is None else float(found)


def _may_renew(before: Certificate, criteria: CriteriaSet) -> None:
    least = criteria.register.renewal_progress if criteria.register is not None else None
    if least is None:
        return
    progress = last_progress(before)
    if progress is not None and progress > least * 100:
        return
    asked = f"{least * 100:g}"
    told = (
        Text("ยังไม่มีการติดตามที่ระบุความก้าวหน้า", "no check has told the progress")
        if progress is None
        else Text(f"การติดตามครั้งล่าสุดพบ {progress:g}%", f"the last check found {progress:g}%")
    )
    raise InputError(
        Text(
            f"ต่ออายุใบรับรอง {before.number} ไม่ได้ ต้องก้าวหน้าเกิน {asked}% ของแผนที่เสนอไว้ แต่{told.th}",
            f"certificate {before.number} is not renewed: over {asked}% of what was promised is asked, and {told.en}",
        ),
        remedy=Text(
            "บันทึกผลการติดตามของใบรับรองเดิมก่อน แล้วตัดสินอีกครั้ง",
            "record a check of the certificate in force first, then decide again",
        ),
        code="renewal_progress",
    )


def _facts(decision: Decision, criteria: CriteriaSet) -> dict[str, Any]:
    """What the public register shows, in words of the set as it was."""
    level = next((one for one in criteria.levels if one.id == decision.level), None)
    titles = {one.id: one.title for one in criteria.parts}
    scores: Mapping[str, Any] = decision.scores or {}
    return {
        "scheme": _two(criteria.title),
        "version": criteria.version,
        "level": _two(level.title) if level else None,
        "claimed": [{"id": key, **_two(titles.get(key, Text(key, key)))} for key in decision.file.claimed],
        "scores": {key: scores[key] for key in SHOWN_SCORES if key in scores},
        "certifier": _two(Text(decision.file.call.organisation.name_th, decision.file.call.organisation.name_en)),
        "term": _two(criteria.register.note) if criteria.register and criteria.register.note else None,
    }


def _two(text: Text) -> dict[str, str]:
    return {"th": text.th, "en": text.en}


def _take(row: Certificate, fields: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Set what differs; old and new as plain JSON."""
    old: dict[str, Any] = {}
    new: dict[str, Any] = {}
    for name, value in fields.items():
        if name == "claimed":
            before = [one["id"] for one in row.facts.get("claimed", [])]
            if list(value) != before:
                titles = {one["id"]: one for one in row.facts.get("claimed", [])}
                row.facts = {**row.facts, "claimed": [titles.get(key, {"id": key}) for key in value]}
                old[name], new[name] = before, list(value)
            continue
        if name not in CORRECTABLE:
            raise ValueError(f"{name} of a certificate is not corrected")
        before = getattr(row, name)
        if before != value:
            old[name], new[name] = _plain(before), _plain(value)
            setattr(row, name, value)
    if "level" in new:
        old["level_title"] = row.facts.get("level")
        row.facts = {**row.facts, "level": None}
    return old, new


def _granted_by(row: Certificate, now: date) -> None:
    """A grant is not dated after today; of a grant in a year that still runs only the year may be known."""
    known = row.granted_precision == "day"
    if row.granted_on <= now or (not known and row.granted_on.year == now.year):
        return
    raise InputError(
        Text(f"วันที่ออกใบรับรองต้องไม่เกินวันนี้ ({now.isoformat()})", f"a grant is dated not after today ({now.isoformat()})"),
        remedy=Text("ตรวจวันที่หรือปีที่ออกใบรับรอง", "check the day or year of the grant"),
        code="certificate_day",
        where=Where(field="granted_on"),
    )


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _number(row: Certificate, year: int) -> None:
    """Save under the next free number of the scheme and year; whoever was faster leaves us the one after."""
    start = f"{row.scheme}-{year}-"
    for _ in range(ATTEMPTS):
        last = Certificate.objects.filter(number__regex=rf"^{row.scheme}-{year}-[0-9]{{4,}}$").aggregate(Max("number"))
        taken = last["number__max"]
        row.number = f"{start}{int(taken.removeprefix(start)) + 1 if taken else 1:04d}"
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            if not Certificate.objects.filter(number=row.number).exists():
                raise
            continue
        return
    raise _state(Text("ออกเลขที่ใบรับรองไม่สำเร็จ", "no number could be given"))


def _plan_checks(row: Certificate, months: int | None) -> None:
    """Checks every ``months`` while the certificate holds; one where its end is not known.

    None where a term of as many months is over with the certificate, also one from 29 February, which ends on the 28th.
    """
    if not months:
        return
    step = 1
    while row.expires_on is None or months_after(row.granted_on, months * step) < row.expires_on:
        Surveillance.objects.create(certificate=row, due_on=month_day(row.granted_on, months * step))
        if row.expires_on is None:
            return
        step += 1


def _free_of_others(row: Certificate, day: date) -> None:
    others = valid_on(Certificate.objects.filter(city=row.city_id, scheme=row.scheme).exclude(pk=row.pk), day)
    if other := others.first():
        raise _state(
            Text(f"เมืองนี้มีใบรับรอง {other.number} ที่ยังมีผลอยู่แล้ว", f"the city holds certificate {other.number} already")
        )


def _end(row: Certificate, day: date, reason: EndReason) -> None:
    row.ended_on, row.end_reason = day, reason
    row.revision += 1
    row.save(update_fields=["ended_on", "end_reason", "revision"])


def note_event(
    row: Certificate,
    kind: EventKind,
    on: date,
    by: Actor | None,
    *,
    reason: str = "",
    facts: dict[str, Any] | None = None,
) -> CertificateEvent:
    """One more row of its history; ``by`` None: the clock or a pack."""
    last = row.events.aggregate(Max("sequence"))["sequence__max"] or 0
    person = by if isinstance(by, Person) else None
    return CertificateEvent.objects.create(
        certificate=row, sequence=last + 1, kind=kind, on=on, reason=reason, by=person, facts=facts or {}
    )


def _log(actor: Actor | str, action: str, row: Certificate, **told: Any) -> None:
    record(
        actor=actor, action=action, organisation=keeper_of(row), object_kind="certificate", object_id=row.number, **told
    )


def _locked(certificate: Certificate) -> Certificate:
    rows = Certificate.objects.select_related("city__organisation", "decision__file__call__organisation")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=certificate.pk)


def _still(row: Certificate, day: date) -> None:
    if row.ended_on is not None:
        title = EndReason(row.end_reason).title
        raise _state(Text(f"ใบรับรองนี้{title.th}แล้ว", f"this certificate has ended already: {title.en}"))
    if row.expires_on is not None and row.expires_on < day:
        raise _state(Text("ใบรับรองนี้หมดอายุแล้ว", "this certificate has expired"))


def _state(why: Text) -> InputError:
    return InputError(
        why,
        remedy=Text("โหลดหน้าใบรับรองใหม่เพื่อดูสถานะล่าสุด", "load the certificate's page again to see how it stands"),
        code="certificate_state",
    )
