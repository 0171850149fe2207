"""Exceptions: a finding accepted with a reason counts no more, is remembered by its value, and can be taken back."""

from __future__ import annotations

import pytest

from mudmai.apps.data.domain.exceptions import (
    accept_exception,
    accept_exceptions,
    accepted_fingerprints,
    report_of,
    revoke_exception,
)
from mudmai.apps.data.domain.submissions import note_reading, submit
from mudmai.apps.data.models import AcceptedException, Submission
from mudmai.apps.registry.models import AuditEntry, Person, Role
from mudmai.apps.registry.policy import NotAllowed
from mudmai.core.checks import CheckReport, Severity, report_of_problems
from mudmai.core.errors import InputError, Problem, UnknownNameError
from mudmai.core.language import same
from mudmai.workspace.checking import check_table, keep_report
from tests.apps.data.data_world import A, DataWorld, draft, tidy
from tests.apps.registry.small_world import holding

ROWS = [("A", "2031", 100.0), ("A", "2032", 100_000.0), ("A", "2033", 1.0)]


def checked(world: DataWorld, rows: list[tuple[str, str, float | None]], *, severe: bool = True) -> Submission:
    """A draft whose report comes from the checker: jumps, told as errors."""
    made = draft(world.contributor, world.ministry, rows)
    accepted = accepted_fingerprints("toy-money", world.ministry)
    report = check_table(world.workspace, "toy-money", tidy(rows), accepted=accepted, file="file.csv")
    if severe:
        report = hardened(report)
    return noted(made, world, report)


def hardened(report: CheckReport) -> CheckReport:
    """The same report with every warning an error."""
    told = report.as_dict()
    told["findings"] = [{**one, "severity": "error"} for one in told["findings"]]
    told["counts"] = [[c[0], c[1], "error", *c[3:]] for c in told["counts"]]
    return CheckReport.from_dict(told)


def noted(made: Submission, world: DataWorld, report: CheckReport) -> Submission:
    return note_reading(
        actor=None,
        submission=made,
        summary={"rows": len(ROWS)},
        table_sha=made.table_sha,
        report_sha=keep_report(world.workspace, report).sha256,
        errors=report.errors,
        warnings=report.warnings,
        accepted=report.accepted,
    )


def marks(submission: Submission) -> list[str]:
    report = report_of(submission)
    assert report is not None
    return [one.fingerprint for one in report.findings if not one.accepted]


def test_an_accepted_finding_counts_no_more_and_opens_the_way(data_world: DataWorld) -> None:
    held = checked(data_world, ROWS)
    assert held.errors == 2
    with pytest.raises(InputError) as refused:
        submit(acting_user=data_world.contributor, submission=held)
    assert refused.value.code == "submission_errors"
    first, second = marks(held)
    made = accept_exception(acting_user=data_world.reviewer, submission=held, fingerprint=first, reason="ตรวจแล้วถูกต้อง")
    assert (held.errors, held.accepted) == (1, 1)
    assert made.reason == "ตรวจแล้วถูกต้อง"
    assert made.accepted_by == data_world.reviewer
    accept_exception(acting_user=data_world.reviewer, submission=held, fingerprint=second, reason="เช่นเดียวกัน")
    assert submit(acting_user=data_world.contributor, submission=held).state == "submitted"


def test_it_is_remembered_for_the_same_value_and_lapses_with_another(data_world: DataWorld) -> None:
    held = checked(data_world, ROWS)
    accept_exceptions(acting_user=data_world.reviewer, submission=held, fingerprints=marks(held), reason="ถูกต้อง")
    again = checked(data_world, ROWS)
    assert (again.errors, again.accepted) == (0, 2)
    changed = checked(data_world, [ROWS[0], ("A", "2032", 100_001.0), ROWS[2]])
    assert (changed.errors, changed.accepted) == (1, 1)


def test_a_reason_a_right_and_a_finding_are_needed(data_world: DataWorld) -> None:
    held = checked(data_world, ROWS)
    mark = marks(held)[0]
    with pytest.raises(InputError) as without:
        accept_exception(acting_user=data_world.reviewer, submission=held, fingerprint=mark, reason="  ")
    assert without.value.code == "reason_needed"
    with pytest.raises(NotAllowed) as refused:
        accept_exception(acting_user=data_world.contributor, submission=held, fingerprint=mark, reason="ขอผ่าน")
    assert refused.value.decision.code == "role_too_low"
    with pytest.raises(UnknownNameError):
        accept_exception(acting_user=data_world.reviewer, submission=held, fingerprint="0" * 32, reason="ok")
    assert not AcceptedException.objects.exists()
    assert held.errors == 2


def test_a_reviewer_of_one_area_accepts_findings_of_that_area_only(data_world: DataWorld) -> None:
    held = checked(data_world, [*ROWS, ("B", "2031", 5.0), ("B", "2032", 5_000.0)])
    local: Person = holding(Role.REVIEWER, data_world.ministry, A, name="local")
    report = report_of(held)
    assert report is not None
    by_area = {one.fact.area: one.fingerprint for one in report.findings}
    accept_exception(acting_user=local, submission=held, fingerprint=by_area["A"], reason="ถูกต้อง")
    with pytest.raises(NotAllowed) as refused:
        accept_exception(acting_user=local, submission=held, fingerprint=by_area["B"], reason="ถูกต้อง")
    assert refused.value.decision.code == "outside_area"


def test_faults_of_reading_cannot_be_excepted(data_world: DataWorld) -> None:
    made = draft(data_world.contributor, data_world.ministry, ROWS)
    report = report_of_problems([Problem("number", same("“x” is no number"), same("mend it"))])
    held = noted(made, data_world, report)
    with pytest.raises(InputError) as refused:
        accept_exception(
            acting_user=data_world.reviewer, submission=held, fingerprint=report.findings[0].fingerprint, reason="ok"
        )
    assert refused.value.code == "exception_not_possible"
    assert report.findings[0].severity is Severity.ERROR


def test_a_revoked_exception_counts_again_and_stays_in_the_log(data_world: DataWorld) -> None:
    held = checked(data_world, ROWS)
    mark = marks(held)[0]
    made = accept_exception(acting_user=data_world.reviewer, submission=held, fingerprint=mark, reason="ถูกต้อง")
    again = accept_exception(acting_user=data_world.reviewer, submission=held, fingerprint=mark, reason="อีกครั้ง")
    assert again == made
    revoke_exception(acting_user=data_world.reviewer, exception=made, reason="ต้นฉบับแก้แล้ว")
    held.refresh_from_db()
    assert (held.errors, held.accepted) == (2, 0)
    assert accepted_fingerprints("toy-money") == frozenset()
    with pytest.raises(InputError):
        revoke_exception(acting_user=data_world.reviewer, exception=made, reason="ซ้ำ")
    told = list(AuditEntry.objects.filter(action__startswith="exception").order_by("sequence"))
    assert [one.action for one in told] == ["exception.accept", "exception.accept", "exception.revoke"]
    assert [one.reason for one in told] == ["ถูกต้อง", "อีกครั้ง", "ต้นฉบับแก้แล้ว"]
    assert [step.action for step in held.steps.all()][-1] == "exception.revoke"
    AcceptedException.objects.get(pk=made.pk)  # it stays, ended


def test_exceptions_of_one_organisation_are_not_those_of_another(data_world: DataWorld) -> None:
    held = checked(data_world, ROWS)
    accept_exception(acting_user=data_world.reviewer, submission=held, fingerprint=marks(held)[0], reason="ถูกต้อง")
    assert len(accepted_fingerprints("toy-money", data_world.ministry)) == 1
    assert accepted_fingerprints("toy-money", data_world.other) == frozenset()


def test_a_released_submission_is_closed_to_exceptions(data_world: DataWorld) -> None:
    held = checked(data_world, ROWS)
    mark = marks(held)[0]
    Submission.objects.filter(pk=held.pk).update(state="released")
    with pytest.raises(InputError) as refused:
        accept_exception(acting_user=data_world.reviewer, submission=held, fingerprint=mark, reason="ถูกต้อง")
    assert refused.value.code == "submission_state"
