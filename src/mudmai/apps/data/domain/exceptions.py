"""Exceptions: a finding accepted with a reason, remembered for the next file, and taken back."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from mudmai.apps.data.domain.submission_rows import add_step, keep, lock, needed
from mudmai.apps.data.models import EDITABLE, State, Submission
from mudmai.apps.data.models.exception import AcceptedException
from mudmai.apps.data.policy import area_of, decide_over, require_over
from mudmai.apps.data.site import workspace
from mudmai.apps.registry.areas import AreaRef
from mudmai.apps.registry.domain.audit import record
from mudmai.apps.registry.domain.events import announce
from mudmai.apps.registry.models import Organisation, Person
from mudmai.apps.registry.policy import Actor, Decision
from mudmai.core.checks import CheckReport, Finding, with_exceptions
from mudmai.core.errors import InputError, UnknownNameError
from mudmai.core.language import Text
from mudmai.workspace.checking import read_report

OPEN_STATES = (*EDITABLE, State.SUBMITTED)
"""States in which a finding of a submission may still be accepted."""

MOST_AT_ONCE = 1_000
"""So many findings may be accepted with one reason."""


def accepted_fingerprints(dataset: str, organisation: Organisation | None = None) -> frozenset[str]:
    """Fingerprints under an exception in force: of one organisation's submissions (None: of all)."""
    rows = AcceptedException.objects.filter(dataset=dataset, revoked_at=None)
    if organisation is not None:
        rows = rows.filter(organisation=organisation)
    return frozenset(rows.values_list("fingerprint", flat=True))


def report_of(submission: Submission) -> CheckReport | None:
    """The report of the submission's checks as it stands under the exceptions in force; None before it was checked."""
    if not submission.report_sha:
        return None
    kept = read_report(workspace(), submission.report_sha)
    return with_exceptions(kept, accepted_fingerprints(submission.dataset, submission.organisation))


def decide_exception(person: Actor | None, submission: Submission, finding: Finding | None = None) -> Decision:
    """May the person accept this finding (None: any of the submission)? The state is not asked here."""
    area = area_of(submission)
    if finding is not None and finding.fact.area:
        area = AreaRef(finding.fact.area_system, finding.fact.area)
    return decide_over(person, "exception.accept", organisation=submission.organisation, areas=[area])


def accept_exception(*, acting_user: Actor, submission: Submission, fingerprint: str, reason: str) -> AcceptedException:
    """Accept one finding of the submission's report, see :func:`accept_exceptions`."""
    return accept_exceptions(acting_user=acting_user, submission=submission, fingerprints=[fingerprint], reason=reason)[
        0
    ]


def accept_exceptions(
    *, acting_user: Actor, submission: Submission, fingerprints: Sequence[str], reason: str
) -> list[AcceptedException]:
    """Accept findings of the submission's report as they are; the counts of the submission follow.

    Raises :class:`NotAllowed` unless the person may accept every one of them, :class:`UnknownNameError` for a finding
    that the report does not have, :class:`InputError` ``exception_not_possible`` for faults that must be mended and
    ``reason_needed`` without a reason. What is accepted already stays as it is.
    """
    said = needed(reason, "reason")
    with transaction.atomic():
        held = lock(submission, states=OPEN_STATES, check_revision=False)
        findings = _findings(held, fingerprints)
        for one in findings:
            area = area_of(held) if not one.fact.area else AreaRef(one.fact.area_system, one.fact.area)
            require_over(acting_user, "exception.accept", organisation=held.organisation, areas=[area])
        made = [_kept(acting_user, held, one, said) for one in findings]
        _recount(held)
        facts = {"rules": sorted({one.rule for one in findings}), "count": len(findings)}
        new = {**facts, "findings": [one.text.th for one in findings[:5]], "fingerprints": list(fingerprints)[:50]}
        keep(held, submission, actor=acting_user, action="exception.accept", new=new, note=said, facts=facts)
        announce("exception.accept", submission=str(held.pk), dataset=held.dataset, count=len(made))
    return made


def _findings(held: Submission, fingerprints: Sequence[str]) -> list[Finding]:
    report = report_of(held)
    wanted = list(dict.fromkeys(fingerprints))
    if not wanted or len(wanted) > MOST_AT_ONCE:
        raise InputError(
            Text(
                f"เลือกได้ครั้งละ 1 ถึง {MOST_AT_ONCE:,} รายการ (เลือกไว้ {len(wanted):,})",
                f"from 1 to {MOST_AT_ONCE:,} findings may be accepted at once ({len(wanted):,} are chosen)",
            ),
            remedy=Text("เลือกรายการที่จะยอมรับ", "choose the findings to accept"),
            code="exception_not_possible",
        )
    by_mark = {} if report is None else {one.fingerprint: one for one in report.findings}
    found = []
    for mark in wanted:
        if mark not in by_mark:
            raise UnknownNameError(Text("รายการในผลตรวจ", "finding of the report"), mark)
        if not by_mark[mark].may_be_accepted:
            raise InputError(
                Text(f"ยกเว้นรายการนี้ไม่ได้: {by_mark[mark].text.th}", f"this cannot be accepted: {by_mark[mark].text.en}"),
                remedy=Text("แก้ในไฟล์แล้วส่งไฟล์ใหม่", "mend it in the file and send the file again"),
                code="exception_not_possible",
            )
        found.append(by_mark[mark])
    return found


def _kept(acting_user: Actor, held: Submission, one: Finding, reason: str) -> AcceptedException:
    fact = one.fact
    made, _ = AcceptedException.objects.get_or_create(
        dataset=held.dataset,
        organisation=held.organisation,
        fingerprint=one.fingerprint,
        revoked_at=None,
        defaults={
            "rule": one.rule[:120],
            "text_th": one.text.th,
            "text_en": one.text.en,
            "fact": [fact.area_system, fact.area, fact.period, fact.series, fact.dims],
            "reason": reason,
            "submission": held,
            "accepted_by": acting_user if isinstance(acting_user, Person) else None,
        },
    )
    return made


def revoke_exception(*, acting_user: Actor, exception: AcceptedException, reason: str) -> AcceptedException:
    """End an exception, with a reason; submissions that are still open count the finding again.

    Raises :class:`NotAllowed`; :class:`InputError` ``exception_not_possible`` when it was ended before.
    """
    said = needed(reason, "reason")
    with transaction.atomic():
        held = (
            AcceptedException.objects.select_for_update(of=("self",), no_key=True)
            .select_related("organisation")
            .get(pk=exception.pk)
        )
        fact = held.told_fact
        area = AreaRef(fact.area_system, fact.area) if fact.area else area_of(held.submission)
        require_over(acting_user, "exception.accept", organisation=held.organisation, areas=[area])
        if held.revoked_at is not None:
            raise InputError(
                Text("ข้อยกเว้นนี้ถูกยกเลิกไปแล้ว", "this exception was revoked before"),
                remedy=Text("เปิดหน้านี้ใหม่", "open the page again"),
                code="exception_not_possible",
            )
        held.revoked_at = timezone.now()
        held.revoked_by = acting_user if isinstance(acting_user, Person) else None
        held.revoke_reason = said
        held.save()
        record(
            actor=acting_user,
            action="exception.revoke",
            organisation=held.organisation,
            object_kind="dataset",
            object_id=held.dataset,
            old={"rule": held.rule, "finding": held.text_th, "reason": held.reason},
            new={"fingerprint": held.fingerprint},
            reason=said,
        )
        _count_again(acting_user, held, said)
        announce("exception.revoke", dataset=held.dataset, rule=held.rule)
    return held


def _count_again(acting_user: Actor, held: AcceptedException, reason: str) -> None:
    rows = Submission.objects.filter(
        dataset=held.dataset, organisation=held.organisation, state__in=OPEN_STATES
    ).exclude(report_sha="")
    for one in rows.select_for_update(of=("self",), no_key=True):
        before = (one.errors, one.warnings, one.accepted)
        _recount(one)
        if (one.errors, one.warnings, one.accepted) != before:
            one.revision += 1
            one.save()
            add_step(one, actor=acting_user, action="exception.revoke", note=reason, facts={"rule": held.rule})


def _recount(held: Submission) -> None:
    report = report_of(held)
    if report is not None:
        held.errors, held.warnings, held.accepted = report.errors, report.warnings, report.accepted


def exceptions_of(dataset: str, organisation: Organisation) -> dict[str, AcceptedException]:
    """Exceptions in force by fingerprint."""
    rows = AcceptedException.objects.filter(dataset=dataset, organisation=organisation, revoked_at=None)
    return {one.fingerprint: one for one in rows.select_related("accepted_by")}
