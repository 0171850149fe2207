"""Appeals: the city's against the decision that stands; decided by somebody else than whoever decided."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from mudmai.apps.assessment.domain.markers import keep_told
from mudmai.apps.assessment.domain.reconciling import refuse_marker
from mudmai.apps.assessment.domain.refusals import checked_text, needed, refused
from mudmai.apps.assessment.domain.steps import held_by_call, held_by_city, keep_file
from mudmai.apps.assessment.models import Appeal, AppealOutcome, CityFile, Decision, FileState
from mudmai.apps.assessment.policy import DECIDED
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import Actor
from mudmai.core.days import write_day
from mudmai.core.errors import UnknownNameError, Where
from mudmai.core.language import Text

MOST_TEXT = 20_000
BACK = (FileState.RECONCILING, FileState.DECIDING)
"""Where an upheld appeal sends the file: RECONCILING where marks are to be settled again (the city is then told and may
reply again), DECIDING where the marks stand and the decision on them does not."""

_TEXT = Text("เหตุผลที่อุทธรณ์", "the grounds of the appeal")


def standing_decision(file: CityFile) -> Decision | None:
    """The decision that stands: the last."""
    return file.decisions.order_by("-sequence").first()


def appeal_until(decision: Decision) -> date:
    """The last day on which the decision may be appealed."""
    return decision.decided_on + timedelta(days=decision.file.call.appeal_days)


def file_appeal(*, acting_user: Actor, decision: Decision, text: str, today: date | None = None) -> Appeal:
    """Appeal the decision that stands, once, within the days of the call.

    Raises :class:`NotAllowed` or :class:`InputError`: ``file_state``, ``appeal_late``, ``appeal_other``.
    """
    said = checked_text(text, "text", most=MOST_TEXT, what=_TEXT)
    now = today or timezone.localdate()
    with transaction.atomic():
        held = held_by_city(decision.file, acting_user=acting_user, action="assess.submit", states=DECIDED)
        last = standing_decision(held)
        if last is None or last.pk != decision.pk or Appeal.objects.filter(decision=last).exists():
            raise refused(
                "อุทธรณ์ได้เฉพาะผลที่มีผลอยู่ และครั้งเดียว",
                "only the decision that stands is appealed, and once",
                "decision",
                code="appeal_other",
            )
        until = appeal_until(last)
        if now > until:
            day = write_day(until)
            raise refused(
                f"หมดเวลาอุทธรณ์แล้วเมื่อวันที่ {day.th}", f"the time to appeal ended on {day.en}", "text", code="appeal_late",
                remedy=Text("ยื่นแฟ้มใหม่ได้ในรอบถัดไป", "a new file can be opened in a later call"),
            )  # fmt: skip
        made = Appeal.objects.create(
            decision=last, text=said, filed_by=acting_user if isinstance(acting_user, Person) else None
        )
        held.state = FileState.APPEALED
        keep_file(held, "file.appeal", acting_user, facts={"appeal": str(made.pk), "decision": last.sequence})
    return made


def decide_appeal(
    *,
    acting_user: Actor,
    appeal: Appeal,
    outcome: AppealOutcome | str,
    reasons: str,
    back_to: FileState = FileState.DECIDING,
) -> Appeal:
    """Uphold or dismiss. Dismissed: the decision stands. Upheld: the file goes to ``back_to``, one of :data:`BACK`.

    The earlier decision stays in the history either way. Raises :class:`NotAllowed` or :class:`InputError`:
    ``file_state``, ``appeal_own``, ``marker_own``, ``appeal_back``, ``reason_needed``.
    """
    said = needed(reasons, "reasons")
    if outcome not in (AppealOutcome.UPHELD, AppealOutcome.DISMISSED):
        known = [AppealOutcome.UPHELD.value, AppealOutcome.DISMISSED.value]
        raise UnknownNameError(Text("ผลอุทธรณ์", "outcome"), str(outcome), known, where=Where(field="outcome"))
    if back_to not in BACK:
        raise refused(
            "แฟ้มกลับได้เฉพาะไปหาข้อยุติคะแนนหรือรอตัดสิน", "the file goes back to be reconciled or decided, nowhere else",
            "back_to", code="appeal_back",
        )  # fmt: skip
    with transaction.atomic():
        held = held_by_call(
            appeal.decision.file, acting_user=acting_user, action="assess.decide", states=(FileState.APPEALED,)
        )
        row = Appeal.objects.select_for_update(of=("self",), no_key=True).select_related("decision").get(pk=appeal.pk)
        person = acting_user if isinstance(acting_user, Person) else None
        if row.decision.by_id == (person.pk if person else None):
            raise refused(
                "ผู้ตัดสินผลเดิมตัดสินอุทธรณ์ของผลนั้นไม่ได้",
                "whoever decided does not decide the appeal against it",
                "person",
                code="appeal_own",
                remedy=Text("ให้ผู้มีสิทธิ์ตัดสินคนอื่นพิจารณา", "have somebody else who may decide look at it"),
            )
        refuse_marker(acting_user, held)
        row.outcome, row.reasons, row.decided_by, row.decided_at = outcome, said, person, timezone.now()
        row.save(update_fields=["outcome", "reasons", "decided_by", "decided_at"])
        upheld = outcome == AppealOutcome.UPHELD
        held.state = back_to if upheld else FileState(row.decision.outcome)
        told = {"appeal": str(row.pk), "outcome": str(AppealOutcome(outcome).value)}
        keep_told(held, "file.appeal_decide", acting_user, said, facts=told)
    return row
