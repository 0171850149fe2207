"""Asking, running, stopping, repeating; one process."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from mudmai.apps.jobs.domain import leases, running
from mudmai.apps.jobs.domain import run as run_module
from mudmai.apps.jobs.domain.jobs import JobRun, cancel_job, enqueue, job, retry_job
from mudmai.apps.jobs.models import Job, JobState
from mudmai.apps.registry.models import AuditEntry, Role
from mudmai.apps.registry.policy import OPERATOR, NotAllowed
from mudmai.core.errors import FaultError, InputError, Problem, UnknownNameError
from mudmai.core.language import Text, same
from tests.apps.registry.small_world import World, holding, somebody

TITLE = Text("งานทดสอบ", "a test")
REFUSED = InputError(same("no"), remedy=same("mend it"), code="input", problems=[Problem("a", same("b"), same("c"))])


def perform(row: Job) -> Job:
    running.perform(row.pk)
    row.refresh_from_db()
    return row


@pytest.mark.django_db
def test_a_job_is_done_with_its_result() -> None:
    @job("test.add", title=TITLE)
    def add(run: JobRun, *, a: int, b: int) -> dict:
        assert run.actor is OPERATOR
        run.progress(1, 2, same("half"))
        run.progress(2, 2, same("whole"))
        return {"sum": a + b}

    row = enqueue("test.add", {"a": 1, "b": 2}, actor=OPERATOR)
    assert row.state == JobState.QUEUED
    assert DBTaskResult.objects.get(pk=row.ticket).status == "READY"
    perform(row)
    assert (row.state, row.result, row.done, row.total, row.message.en) == ("done", {"sum": 3}, 2, 2, "whole")
    assert row.share == 1.0 and row.is_over and row.finished_at is not None
    assert perform(row).claim == 1, "a second ticket does nothing"


@pytest.mark.django_db
def test_unknown_work_is_refused() -> None:
    with pytest.raises(UnknownNameError):
        enqueue("test.nothing", {}, actor=OPERATOR)
    assert not Job.objects.exists()


@pytest.mark.django_db
def test_what_is_rolled_back_was_never_asked_for() -> None:
    @job("test.none", title=TITLE)
    def none(run: JobRun) -> None:
        raise AssertionError

    def ask_and_fail() -> None:
        with transaction.atomic():
            enqueue("test.none", {}, actor=OPERATOR)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ask_and_fail()
    assert not Job.objects.exists() and not DBTaskResult.objects.exists()


@pytest.mark.django_db
def test_immediate_runs_when_the_transaction_is_kept(
    settings: Settings, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    settings.MUDMAI_JOBS = "immediate"
    seen: list[str] = []

    @job("test.now", title=TITLE)
    def now(run: JobRun, *, word: str) -> None:
        seen.append(word)

    with django_capture_on_commit_callbacks(execute=True):
        row = enqueue("test.now", {"word": "x"}, actor=OPERATOR)
        assert seen == []
    row.refresh_from_db()
    assert seen == ["x"] and row.state == "done" and not DBTaskResult.objects.exists()


@pytest.mark.django_db
def test_the_user_s_error_ends_it_at_once_with_everything_that_was_said() -> None:
    @job("test.refuse", title=TITLE)
    def refuse(run: JobRun) -> None:
        raise REFUSED

    row = perform(enqueue("test.refuse", {}, actor=OPERATOR))
    assert (row.state, row.attempts) == ("failed", 1)
    assert row.fault["code"] == "input" and row.fault["remedy_en"] == "mend it"
    assert row.fault["problems"][0]["code"] == "a" and row.fault["problem_count"] == 1


@pytest.mark.django_db
def test_our_fault_is_tried_again_later_and_then_given_up(caplog: pytest.LogCaptureFixture) -> None:
    @job("test.break", title=TITLE, attempts=2)
    def breaks(run: JobRun) -> None:
        raise ZeroDivisionError("secret detail")

    row = enqueue("test.break", {}, actor=OPERATOR)
    with caplog.at_level(logging.ERROR, "mudmai.jobs"):
        perform(row)
    assert (row.state, row.attempts) == ("queued", 1)
    assert row.not_before > timezone.now() + timedelta(seconds=1)
    assert DBTaskResult.objects.get(pk=row.ticket).run_after == row.not_before
    assert perform(row).claim == 1, "not before it is due"
    Job.objects.update(not_before=None)
    perform(row)
    assert (row.state, row.attempts) == ("failed", 2)
    assert "secret" not in str(row.fault) and row.fault["number"] in row.fault["th"]
    assert row.fault["number"] in caplog.text and "secret detail" in caplog.text


@pytest.mark.django_db
def test_codes_that_time_may_mend_are_tried_again() -> None:
    @job("test.away", title=TITLE, retry_codes={"input"})
    def away(run: JobRun) -> None:
        raise REFUSED

    assert perform(enqueue("test.away", {}, actor=OPERATOR)).state == "queued"


@pytest.mark.django_db
def test_a_fault_of_ours_with_words_keeps_them() -> None:
    @job("test.fault", title=TITLE, attempts=1)
    def fault(run: JobRun) -> None:
        raise FaultError(same("damaged"), remedy=same("restore"), code="raw_damaged")

    row = perform(enqueue("test.fault", {}, actor=OPERATOR))
    assert row.state == "failed" and row.fault["code"] == "raw_damaged" and row.fault["en"] == "damaged"


def test_pauses_grow_and_end_at_ten_minutes() -> None:
    pauses = [running.wait_before(n).total_seconds() for n in range(1, 40)]
    assert 2 <= pauses[0] <= 2.5 and 4 <= pauses[1] <= 5
    assert all(600 <= pause <= 750 for pause in pauses[10:])


@pytest.mark.django_db
def test_a_waiting_job_is_cancelled_at_once(world: World) -> None:
    @job("test.wait", title=TITLE)
    def wait(run: JobRun) -> None:
        raise AssertionError

    row = enqueue("test.wait", {}, actor=world.root, organisation=world.top)
    cancel_job(acting_user=world.root, job=row)
    assert perform(row).state == "cancelled"
    entry = AuditEntry.objects.get(action="job.cancel")
    assert (entry.actor, entry.object_id) == (world.root.pseudonym, str(row.pk))
    with pytest.raises(InputError) as refused:
        cancel_job(acting_user=world.root, job=row)
    assert refused.value.code == "job_state"


@pytest.mark.django_db
def test_a_running_job_stops_at_its_next_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_module, "TELL_SECONDS", 0)

    @job("test.long", title=TITLE)
    def long(run: JobRun) -> None:
        for n in range(10):
            if n == 3:
                cancel_job(acting_user=OPERATOR, job=run.job)
            run.progress(n, 10)

    row = perform(enqueue("test.long", {}, actor=OPERATOR))
    assert (row.state, row.done) == ("cancelled", 3)


@pytest.mark.django_db
def test_an_error_after_a_cancel_is_not_tried_again() -> None:
    @job("test.late", title=TITLE)
    def late(run: JobRun) -> None:
        cancel_job(acting_user=OPERATOR, job=run.job)
        raise ZeroDivisionError

    assert perform(enqueue("test.late", {}, actor=OPERATOR)).state == "cancelled"


@pytest.mark.django_db
def test_a_worker_that_is_stopped_puts_its_job_back() -> None:
    @job("test.stop", title=TITLE)
    def stop(run: JobRun) -> None:
        leases.stopping.set()
        run.progress(1, 2)

    row = enqueue("test.stop", {}, actor=OPERATOR)
    first = row.ticket
    perform(row)
    assert (row.state, row.attempts, row.losses) == ("queued", 0, 0) and row.ticket != first


@pytest.mark.django_db
def test_a_worker_taken_for_dead_changes_nothing() -> None:
    @job("test.ghost", title=TITLE)
    def ghost(run: JobRun) -> dict:
        Job.objects.filter(pk=run.job.pk).update(claim=7)  # somebody else has it now
        return {"by": "ghost"}

    row = perform(enqueue("test.ghost", {}, actor=OPERATOR))
    assert (row.state, row.result) == ("running", None)


@pytest.mark.django_db
def test_failed_work_is_repeated_by_whom_it_concerns(world: World) -> None:
    fail = [True]

    @job("test.twice", title=TITLE, attempts=1)
    def twice(run: JobRun) -> dict:
        if fail.pop():
            fail.append(False)
            raise ZeroDivisionError
        return {"ok": True}

    starter = holding(Role.CONTRIBUTOR, world.ministry, name="starter")
    row = perform(enqueue("test.twice", {}, actor=starter, organisation=world.ministry))
    assert row.state == "failed"
    for stranger in (somebody("stranger"), holding(Role.REVIEWER, world.ministry, name="reviewer")):
        with pytest.raises(NotAllowed):
            retry_job(acting_user=stranger, job=row)
    retry_job(acting_user=holding(Role.PUBLISHER, world.ministry, name="publisher"), job=row)
    row.refresh_from_db()
    assert (row.state, row.attempts, row.fault) == ("queued", 0, None)
    assert perform(row).result == {"ok": True}
    with pytest.raises(InputError):
        retry_job(acting_user=starter, job=row)
