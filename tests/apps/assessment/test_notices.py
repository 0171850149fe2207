"""Mails of the assessment: each once, to those concerned, in their language; nobody's address is kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mudmai.apps.assessment.domain.markers import appoint_marker, declare
from mudmai.apps.assessment.domain.notices import Pending, pending_notices, send_notices
from mudmai.apps.assessment.domain.reconciling import reconcile_equal, tell_provisional
from mudmai.apps.assessment.interfaces.jobs_assessment import CLOCK, LINES, clock, deliver
from mudmai.apps.assessment.models import Certificate, CityFile, Notice
from mudmai.apps.jobs.domain.jobs import JobRun
from mudmai.apps.jobs.domain.run import WorkerStopping
from mudmai.apps.jobs.models import Job, JobState
from mudmai.apps.registry.models import AuditEntry, Person, Role
from tests.apps.assessment.assessment_world import DAY, AssessmentWorld
from tests.apps.assessment.marking_world import granted, in_marking, in_reconciling
from tests.apps.registry.small_world import holding


def sent() -> list[tuple[str, str]]:
    """Who got which text since last asked."""
    found = [(one.to[0], one.body) for one in mail.outbox]
    mail.outbox.clear()
    return found


def ticked() -> dict[str, Any]:
    """A run of the clock."""
    return dict(clock(JobRun(Job.objects.create(kind=CLOCK, state=JobState.RUNNING))) or {})


def test_a_marker_and_the_runner_hear_of_it_once(world: AssessmentWorld) -> None:
    file = world.submitted()
    marker = appoint_marker(acting_user=world.runner, file=file, person=world.markers[0])
    send_notices(deliver=deliver)
    told = dict(sent())
    assert set(told) == {world.runner.email, world.markers[0].email}
    assert "ส่งแฟ้มประเมินแล้ว" in told[world.runner.email]
    assert f"/marking/{file.pk}/mark/" in told[world.markers[0].email]
    send_notices(deliver=deliver)
    assert sent() == []
    declare(acting_user=marker.person, marker=marker, has_conflict=True, declaration="ความลับ")
    send_notices(deliver=deliver)
    ((to, body),) = sent()
    assert to == world.runner.email
    assert "ผู้ตรวจถอนตัว" in body and "ความลับ" not in body
    assert AuditEntry.objects.filter(action="file.remind").count() == 2


def test_the_city_hears_the_provisional_result_with_its_day_and_is_reminded(world: AssessmentWorld) -> None:
    file, _, _ = in_reconciling(world)
    reconcile_equal(acting_user=world.runner, file=file)
    world.sender.language = "en"
    world.sender.save()
    file = tell_provisional(acting_user=world.runner, file=file)
    send_notices(deliver=deliver)
    told = dict(sent())
    assert "the provisional result is there; reply until" in told[world.sender.email]
    assert f"/en/assessments/{file.pk}/" in told[world.sender.email]
    assert world.filler.email not in told
    send_notices(deliver=deliver, day=file.reply_due - timedelta(days=2))
    ((to, body),) = sent()
    assert (to, "the time to reply ends soon" in body) == (world.sender.email, True)
    send_notices(deliver=deliver, day=file.reply_due - timedelta(days=1))
    assert sent() == []


def test_a_mail_that_is_not_taken_is_tried_again(world: AssessmentWorld) -> None:
    world.submitted()
    told = send_notices(deliver=lambda person, notices: False)
    assert (told.mails, told.failed, told.notices) == (0, 1, 1)
    assert not Notice.objects.exists()
    assert send_notices(deliver=deliver).mails == 1


def test_a_worker_that_ends_in_the_middle_leaves_what_it_sent_as_told(world: AssessmentWorld) -> None:
    file = world.submitted()
    appoint_marker(acting_user=world.runner, file=file, person=world.markers[0])
    went: list[str] = []

    def stopping() -> None:
        if went:
            raise WorkerStopping

    def count(person: Person, notices: Sequence[Pending]) -> bool:
        went.append(person.email)
        return True

    with pytest.raises(WorkerStopping):
        send_notices(deliver=count, pause=stopping)
    assert len(went) == 1 == Notice.objects.count() == AuditEntry.objects.filter(action="file.remind").count()
    assert send_notices(deliver=count).mails == 1
    assert sorted(went) == sorted([world.runner.email, world.markers[0].email])


def test_a_notice_to_two_is_told_once_both_were_tried(world: AssessmentWorld) -> None:
    second = holding(Role.REVIEWER, world.agency, name="runner2")
    world.submitted()
    seen: list[int] = []

    def count(person: Person, notices: Sequence[Pending]) -> bool:
        seen.append(Notice.objects.count())
        return person.pk == second.pk

    assert send_notices(deliver=count).mails == 1
    assert seen == [0] * len(seen) and len(seen) > 1
    assert Notice.objects.get().mails == 1


def test_an_address_that_no_mail_can_be_written_to_keeps_nobody_else_waiting(world: AssessmentWorld) -> None:
    file = world.submitted()
    appoint_marker(acting_user=world.runner, file=file, person=world.markers[0])
    world.runner.details.email = "a\n@b.example"
    world.runner.details.save()
    told = ticked()
    assert (told["mails"], told["failed"]) == (1, 1)
    assert [to for to, _ in sent()] == [world.markers[0].email]


def test_a_certificate_is_told_at_ninety_and_thirty_days(world: AssessmentWorld) -> None:
    decision = granted(world)
    send_notices(deliver=deliver, day=DAY)
    sent()
    ends = Certificate.objects.get(decision=decision).expires_on
    assert ends is not None
    for days, mails in ((91, 0), (90, 2), (89, 0), (31, 0), (30, 2), (0, 0)):
        send_notices(deliver=deliver, day=ends - timedelta(days=days))
        found = sent()
        assert len(found) == mails, days
        assert all("จะหมดอายุวันที่" in body for _, body in found)
        assert mails == 0 or {to for to, _ in found} == {world.sender.email, world.decider.email}


def test_no_address_is_kept(world: AssessmentWorld) -> None:
    world.submitted()
    send_notices(deliver=deliver)
    kept = str(list(Notice.objects.values())) + str(list(AuditEntry.objects.values("new", "old", "reason")))
    assert "@" not in kept


def test_the_clock_ends_replies_and_mails_in_one_run(world: AssessmentWorld) -> None:
    file, _, _ = in_reconciling(world)
    reconcile_equal(acting_user=world.runner, file=file)
    tell_provisional(acting_user=world.runner, file=file)
    CityFile.objects.filter(pk=file.pk).update(reply_due=timezone.localdate() - timedelta(days=1))
    told = ticked()
    assert told["replies_over"] == 1
    bodies = "\n".join(body for _, body in sent())
    assert "รอตัดสิน" in bodies
    assert "ชี้แจงได้ถึง" not in bodies
    assert ticked()["mails"] == 0


def test_queries_do_not_grow_with_the_files(world: AssessmentWorld) -> None:
    file, _, _ = in_marking(world)
    with CaptureQueriesContext(connection) as few:
        pending_notices()
    step = file.steps.get(action="file.submit")
    for number in range(5):
        step.pk, step.sequence = None, 100 + number
        step.save(force_insert=True)
    with CaptureQueriesContext(connection) as many:
        assert len(pending_notices()) >= 6
    assert len(few) == len(many)


@pytest.mark.parametrize("kind", sorted(LINES))
def test_every_line_is_said_in_both_languages(kind: str) -> None:
    assert "{city}" in LINES[kind].th and "{city}" in LINES[kind].en
