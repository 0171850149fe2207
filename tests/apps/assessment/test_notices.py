"""Mails of the assessment: each once, to those concerned, in their language; nobody's address is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mudmai.apps.assessment.domain.markers import appoint_marker, declare
from mudmai.apps.assessment.domain.notices import pending_notices, send_notices
from mudmai.apps.assessment.domain.reconciling import reconcile_equal, tell_provisional
from mudmai.apps.assessment.interfaces.jobs_assessment import LINES, clock, deliver
from mudmai.apps.assessment.models import Certificate, CityFile, Notice
from mudmai.apps.registry.models import AuditEntry
from tests.apps.assessment.assessment_world import AssessmentWorld
from tests.apps.assessment.marking_world import granted, in_marking, in_reconciling


def sent() -> list[tuple[str, str]]:
    """Who got which text since last asked."""
    found = [(one.to[0], one.body) for one in mail.outbox]
    mail.outbox.clear()
    return found


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


def test_a_certificate_is_told_at_ninety_and_thirty_days(world: AssessmentWorld) -> None:
    decision = granted(world)
    send_notices(deliver=deliver)
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
    told = clock(None)
    assert told["replies_over"] == 1
    bodies = "\n".join(body for _, body in sent())
    assert "รอตัดสิน" in bodies
    assert "ชี้แจงได้ถึง" not in bodies
    assert clock(None)["mails"] == 0


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
