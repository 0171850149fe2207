"""Timed work, work left behind, and what is cleared away; one process, times given."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from pytest_django import Settings

from mudmai.apps.jobs.domain import kinds, leases, running, timing
from mudmai.apps.jobs.domain.jobs import JobRun, enqueue, job, periodic
from mudmai.apps.jobs.domain.jobs_tidying import KEPT_DAYS
from mudmai.apps.jobs.models import Job, JobState, Schedule
from mudmai.apps.registry.policy import OPERATOR
from mudmai.core.language import same
from mudmai.workspace.raw_files import RawFiles

HOLDER = """
import sys, time
from pathlib import Path
from mudmai.apps.jobs.domain.leases import Worker
worker = Worker(Path(sys.argv[1]))
print(worker.name, flush=True)
time.sleep(60)
"""


@pytest.fixture(autouse=True)
def _work() -> None:
    @job("test.timed", title=same("timed"), losses=3)
    def timed(run: JobRun) -> None: ...


def begun(**changes: object) -> Job:
    row = enqueue("test.timed", {}, actor=OPERATOR)
    DBTaskResult.objects.filter(pk=row.ticket).update(status="RUNNING", started_at=timezone.now())
    values = {"state": JobState.RUNNING, "claim": 1, "lease_until": timezone.now() + timedelta(minutes=1)}
    Job.objects.filter(pk=row.pk).update(**{**values, "lease_owner": "elsewhere-1-x", **changes})
    row.refresh_from_db()
    return row


@pytest.mark.django_db
def test_timed_work_is_due_once_in_a_period() -> None:
    periodic("test.timed", every=60)
    now = timezone.now()
    (first,) = timing.start_due(now)
    assert first.started_by is None and timing.start_due(now) == []
    assert Schedule.objects.get().next_at == now + timedelta(seconds=60)
    later = now + timedelta(seconds=61)
    assert timing.start_due(later) == [], "the last one still waits"
    running.perform(first.pk)
    assert len(timing.start_due(later + timedelta(seconds=61))) == 1


@pytest.mark.django_db
def test_of_two_that_look_at_once_one_starts_it() -> None:
    periodic("test.timed", every=60)
    now = timezone.now()
    Schedule.objects.create(kind="test.timed", next_at=now)
    assert timing._start_one("test.timed", now, 60) is not None
    assert timing._start_one("test.timed", now, 60) is None


@pytest.mark.parametrize("name", ["", "single", "Upper.case", "a.b c"])
def test_names_of_work(name: str) -> None:
    with pytest.raises(ValueError, match=r"part\.verb"):
        job(name, title=same("x"))


def test_a_name_is_taken_once() -> None:
    with pytest.raises(RuntimeError, match="another job"):

        @job("jobs.tidy", title=same("x"))
        def other(run: JobRun) -> None: ...


@pytest.mark.django_db
def test_a_lease_that_ran_out_frees_the_job_and_the_third_loss_ends_it() -> None:
    row = begun()
    assert timing.take_up_lost() == 0, "nobody knows that the worker is dead"
    for losses in (1, 2, 3):
        Job.objects.update(state=JobState.RUNNING, claim=losses, lease_until=timezone.now() - timedelta(seconds=1))
        assert timing.take_up_lost() == 1
        row.refresh_from_db()
        assert row.losses == losses
        assert row.state == (JobState.FAILED if losses == 3 else JobState.QUEUED)
    assert row.fault["code"] == "job_lost"


@pytest.mark.django_db
def test_a_worker_that_showed_life_meanwhile_keeps_its_job() -> None:
    now = timezone.now()
    read = begun(lease_until=now - timedelta(seconds=1))
    Job.objects.filter(pk=read.pk).update(lease_until=leases.until(now))
    running.lost(read, now)
    row = Job.objects.get(pk=read.pk)
    assert (row.state, row.losses, row.lease_owner) == (JobState.RUNNING, 0, "elsewhere-1-x")


@pytest.mark.django_db
def test_a_cancel_that_nobody_was_left_to_hear_is_obeyed() -> None:
    row = begun(cancel_asked_at=timezone.now(), lease_until=timezone.now() - timedelta(seconds=1))
    timing.take_up_lost()
    row.refresh_from_db()
    assert row.state == JobState.CANCELLED


@pytest.mark.django_db
def test_a_worker_on_this_machine_is_known_dead_the_moment_it_dies(settings: Settings) -> None:
    folder = Path(settings.MUDMAI_HOME) / "workers"
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(folder)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        name = holder.stdout.readline().strip()
        row = begun(lease_owner=name)
        assert not leases.is_dead(name) and timing.take_up_lost() == 0
        assert leases.clear_marks(set()) == 0
        holder.kill()
        holder.communicate()
    assert leases.is_dead(name) and timing.take_up_lost() == 1
    row.refresh_from_db()
    assert row.state == JobState.QUEUED and row.not_before is None
    assert DBTaskResult.objects.get(pk=row.ticket).status == "READY"
    assert leases.clear_marks({name}) == 0
    assert leases.clear_marks(set()) == 1


@pytest.mark.django_db
def test_a_job_whose_ticket_was_taken_by_nobody_alive_gets_another() -> None:
    row = enqueue("test.timed", {}, actor=OPERATOR)
    assert timing.take_up_lost() == 0
    DBTaskResult.objects.update(status="RUNNING", started_at=timezone.now())
    assert timing.take_up_lost() == 0, "it was taken a moment ago"
    assert timing.take_up_lost(timezone.now() + timedelta(seconds=60)) == 1
    renewed = Job.objects.get(pk=row.pk)
    assert renewed.ticket != row.ticket
    DBTaskResult.objects.all().delete()
    assert timing.take_up_lost() == 1


@pytest.mark.django_db
def test_work_that_nobody_knows_any_more_ends_as_failed() -> None:
    row = enqueue("test.timed", {}, actor=OPERATOR)
    kinds.forget("test.timed")
    running.perform(row.pk)
    row.refresh_from_db()
    assert (row.state, row.fault["code"]) == ("failed", "unknown_name")


@pytest.mark.django_db
def test_a_result_that_is_no_json_is_our_fault() -> None:
    @job("test.odd", title=same("odd"), attempts=1)
    def odd(run: JobRun) -> dict:
        return {"x": float("nan")}

    row = enqueue("test.odd", {}, actor=OPERATOR)
    running.perform(row.pk)
    row.refresh_from_db()
    assert (row.state, row.fault["code"]) == ("failed", "fault")


@pytest.mark.django_db
def test_old_jobs_used_tickets_and_half_files_are_cleared_away(settings: Settings, packs_only: object) -> None:
    settings.MUDMAI_WORKSPACE = "tests.apps.jobs.test_timing.workspace"
    global _workspace
    _workspace = packs_only
    periodic("test.timed", every=60)
    now = timezone.now()
    rows = [enqueue("test.timed", {}, actor=OPERATOR) for _ in range(4)]
    ends = [
        (JobState.DONE, 2),  # timed and well: gone after a day
        (JobState.FAILED, 2),
        (JobState.FAILED, KEPT_DAYS + 1),
        (JobState.QUEUED, KEPT_DAYS + 1),
    ]
    for row, (state, days) in zip(rows, ends, strict=True):
        Job.objects.filter(pk=row.pk).update(state=state, finished_at=now - timedelta(days=days))
    DBTaskResult.objects.filter(pk=rows[0].ticket).update(status="SUCCESSFUL", finished_at=now - timedelta(days=2))
    raw = RawFiles(packs_only.home.root / "raw")  # type: ignore[attr-defined]
    raw.keep_bytes(b"x", name="x")
    tidy = enqueue("jobs.tidy", {}, actor=OPERATOR)
    running.perform(tidy.pk)
    tidy.refresh_from_db()
    assert tidy.result == {"jobs": 2, "tickets": 1, "marks": 0, "files": 0}
    assert set(Job.objects.values_list("pk", flat=True)) == {rows[1].pk, rows[3].pk, tidy.pk}


_workspace: object = None


def workspace() -> object:
    """What ``settings.MUDMAI_WORKSPACE`` names in the test above."""
    return _workspace
