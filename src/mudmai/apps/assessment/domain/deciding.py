"""The decision: granted at a level that is reached for certain, or refused; with reasons, once."""

from __future__ import annotations

from datetime import date
from itertools import takewhile
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from mudmai.apps.assessment.domain.agreement import agreement_of
from mudmai.apps.assessment.domain.assessing import assessed_by
from mudmai.apps.assessment.domain.certificates import grant_certificate, hold_certificates
from mudmai.apps.assessment.domain.facts import criteria_of
from mudmai.apps.assessment.domain.markers import keep_told
from mudmai.apps.assessment.domain.reconciling import refuse_marker, refuse_unsettled
from mudmai.apps.assessment.domain.refusals import needed, refused
from mudmai.apps.assessment.domain.settled import settled_marks, settled_values
from mudmai.apps.assessment.domain.steps import held_by_call
from mudmai.apps.assessment.models import AppealOutcome, CityFile, Decision, FileState, Outcome
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import Actor
from mudmai.core.criteria import Assessed, CriteriaSet, Level, Score, Side, unmet
from mudmai.core.criteria_words import lacks_told
from mudmai.core.days import write_day
from mudmai.core.errors import InputError, UnknownNameError, Where
from mudmai.core.language import Text


def decide_file(
    *,
    acting_user: Actor,
    file: CityFile,
    outcome: Outcome | str,
    reasons: str,
    revision: int,
    level: str = "",
    expires_on: date | None = None,
    today: date | None = None,
) -> Decision:
    """Grant or refuse. ``revision`` is that of the file read: of two decisions at once the second is refused.

    A grant names a level that the settled marks reach for certain, and may set the last day on which it holds
    (``expires_on``; None: the term of the set, which may have none). Its certificate is made in the same transaction:
    where it is refused nothing is decided either. The scores are frozen as they are. What was granted and then
    appealed is not taken back by the decision after the appeal. Raises :class:`NotAllowed` or :class:`InputError`:
    ``file_changed``, ``file_state``, ``marker_own``, ``marks_unsettled``, ``level_unmet``, ``decision_level``,
    ``decision_worse``, ``reason_needed``, and whatever refuses the certificate.
    """
    said = needed(reasons, "reasons")
    day = today or timezone.localdate()
    with transaction.atomic():
        held = held_by_call(
            file, acting_user=acting_user, action="assess.decide", states=(FileState.DECIDING,), revision=revision
        )
        refuse_marker(acting_user, held)
        criteria = criteria_of(held)
        hold_certificates(held.city, criteria.scheme)
        refuse_unsettled(held, criteria)
        result = result_of(held, criteria)
        wanted = _outcome(outcome)
        reached = _checked_level(criteria, result, wanted, level)
        _refuse_worse(held, criteria, wanted, reached)
        check_end(wanted, expires_on, day)
        last: int = held.decisions.aggregate(Max("sequence"))["sequence__max"] or 0
        made = Decision.objects.create(
            file=held,
            sequence=last + 1,
            outcome=wanted,
            level=reached.id if reached else "",
            reasons=said,
            scores=scores_of(result, agreement_of(held).as_dict()),
            decided_on=day,
            by=acting_user if isinstance(acting_user, Person) else None,
        )
        held.state = FileState.GRANTED if wanted is Outcome.GRANTED else FileState.REFUSED
        told = {"decision": str(made.pk), "sequence": made.sequence, "outcome": str(wanted.value), "level": made.level}
        keep_told(held, "file.decide", acting_user, said, facts=told)
        if wanted is Outcome.GRANTED:
            grant_certificate(
                acting_user=acting_user, decision=made, criteria=criteria, granted_on=day, expires_on=expires_on
            )
    return made


def result_of(file: CityFile, criteria: CriteriaSet | None = None) -> Assessed:
    """What the settled marks add up to, now."""
    return assessed_by(file, settled_values(settled_marks(file)), criteria)


def levels_reached(file: CityFile, criteria: CriteriaSet | None = None) -> tuple[Level, ...]:
    """The levels that may be granted now, lowest first: each is reached for certain, and every one below it."""
    held = criteria or criteria_of(file)
    result = result_of(file, held)
    return tuple(takewhile(lambda level: not unmet(held, level, result.parts, result.overall), held.levels))


def scores_of(result: Assessed, agreement: dict[str, Any]) -> dict[str, Any]:
    """The scores as a decision keeps them: shares 0..1, null where there is nothing to score."""
    return {
        "overall": _share(result.overall),
        "parts": {key: _share(score) for key, score in result.parts.items()},
        "paper": _share(result.sides[Side.PAPER]),
        "outcome": _share(result.sides[Side.OUTCOME]),
        "level": result.level.id if result.level else "",
        "claimed": sorted(result.claimed),
        "left_out": sorted(result.left_out),
        "agreement": agreement,
    }


def _share(score: Score) -> dict[str, float | None]:
    return {"low": score.low, "high": score.high}


def _outcome(outcome: Outcome | str) -> Outcome:
    if outcome not in Outcome.values:
        raise UnknownNameError(Text("ผลการตัดสิน", "outcome"), str(outcome), Outcome.values, where=Where(field="outcome"))
    return Outcome(outcome)


def _checked_level(criteria: CriteriaSet, result: Assessed, outcome: Outcome, level: str) -> Level | None:
    if outcome is Outcome.REFUSED:
        if level:
            raise _level("ผลไม่รับรองต้องไม่มีระดับ", "a refusal has no level")
        return None
    wanted = next((one for one in criteria.levels if one.id == level), None)
    if wanted is None:
        named = ", ".join(one.id for one in criteria.levels) or "–"
        raise _level(f"ต้องเลือกระดับที่รับรอง: {named}", f"name the level that is granted: {named}")
    upto = criteria.levels[: criteria.levels.index(wanted) + 1]
    lacks = next((found for one in upto if (found := unmet(criteria, one, result.parts, result.overall))), ())
    if lacks:
        told = lacks_told(criteria, lacks)
        raise InputError(
            Text(
                f"คะแนนที่ยุติแล้วยังไม่ถึงระดับ “{wanted.title.th}”: {told.th}",
                f"the settled marks do not reach the level “{wanted.title.en}”: {told.en}",
            ),
            remedy=Text(
                "เลือกระดับที่ถึง หรือตัดสินไม่รับรองพร้อมเหตุผล", "choose a level that is reached, or refuse with reasons"
            ),
            code="level_unmet",
            where=Where(field="level"),
        )
    return wanted


def check_end(outcome: Outcome | str, expires_on: date | None, day: date) -> None:
    """Raise ``certificate_day`` where ``expires_on`` cannot be the last day of what is decided on ``day``."""
    if expires_on is None:
        return
    if outcome != Outcome.GRANTED:
        raise _end_refused(
            Text("ผลไม่รับรองไม่มีวันสิ้นอายุ", "a refusal has no last day"),
            Text("เว้นวันสิ้นอายุว่างไว้", "leave the last day empty"),
        )
    if expires_on <= day:
        last, now = write_day(expires_on), write_day(day)
        raise _end_refused(
            Text(
                f"วันสิ้นอายุ {last.th} ต้องอยู่หลังวันตัดสิน ({now.th})",
                f"the last day, {last.en}, must come after the day of the decision ({now.en})",
            ),
            Text("ใส่วันที่ยังมาไม่ถึง หรือเว้นว่างไว้", "write a day to come, or leave it empty"),
        )


def _end_refused(said: Text, remedy: Text) -> InputError:
    return refused(said.th, said.en, "expires_on", code="certificate_day", remedy=remedy)


def _refuse_worse(file: CityFile, criteria: CriteriaSet, outcome: Outcome, level: Level | None) -> None:
    """Raise ``decision_worse`` where a grant that the city appealed would be taken back or lowered."""
    before = file.decisions.select_related("appeal").order_by("-sequence").first()
    if before is None or before.outcome != Outcome.GRANTED or before.appeal.outcome != AppealOutcome.UPHELD:
        return
    order = [one.id for one in criteria.levels]
    if outcome is Outcome.GRANTED and level is not None and order.index(level.id) >= order.index(before.level):
        return
    raise refused(
        "เมืองอุทธรณ์ผลที่ได้รับการรับรองแล้ว การตัดสินใหม่จะแย่กว่าเดิมไม่ได้",
        "the city appealed a grant: the new decision cannot be worse than that",
        "outcome",
        code="decision_worse",
        remedy=Text(
            "รับรองไม่ต่ำกว่าระดับเดิม หากใบรับรองออกผิดให้เพิกถอนในทะเบียนพร้อมเหตุผล",
            "grant at least that level; a certificate given in error is withdrawn in the register, with a reason",
        ),
    )


def _level(th: str, en: str) -> InputError:
    return refused(th, en, "level", code="decision_level")
