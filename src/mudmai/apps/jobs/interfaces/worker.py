"""A worker: takes tickets from the library's queue one after the other, keeps its leases alive, ends when asked.

It ends at the next step of its job when it gets SIGTERM or SIGINT, or when the server that started it is gone; a job
that takes no step within :data:`GRACE_SECONDS` is left behind, and another worker begins it again.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from queue import SimpleQueue
from types import FrameType

from django.db import Error, close_old_connections, connection, connections
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker as QueueWorker
from django_tasks_db.models import DBTaskResult

from mudmai.apps.jobs.domain import leases, timing
from mudmai.apps.jobs.domain.leases import LEASE_SECONDS, stopping
from mudmai.apps.jobs.domain.running import in_hand
from mudmai.apps.jobs.models import Job, JobState

log = logging.getLogger("mudmai.jobs")

LOOK_SECONDS = 0.5
"""How often an idle worker looks for tickets; on SQLite it only asks whether anybody has written at all."""
TIMED_SECONDS = 2.0
LOST_SECONDS = 5.0
RENEW_SECONDS = LEASE_SECONDS / 4
GRACE_SECONDS = 8.0
QUEUE = "default"


class _Queue(QueueWorker):
    """The library's worker, which stops between tickets when this process is asked to end."""

    def __init__(self) -> None:
        super().__init__(
            queue_names=[QUEUE],
            interval=LOOK_SECONDS,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=leases.this_worker().name[-64:],
            excluded_queue_names=[],
        )

    @property
    def running(self) -> bool:  # type: ignore[override]  # a plain attribute there
        return not stopping.is_set()

    @running.setter
    def running(self, value: bool) -> None:
        if not value:
            stopping.set()


def work(*, parent: int | None = None, once: bool = False) -> None:
    """Run jobs until asked to end; ``once``: until none is due. ``parent``: end when this process is no longer ours."""
    _listen()
    leases.this_worker()
    threading.Thread(target=_watch, args=(parent,), name="mudmai-lease", daemon=True).start()
    try:
        _loop(_Queue(), once=once)
    finally:
        leases.leave()
        connections.close_all()


def _listen() -> None:
    """A signal may come while the main thread holds the lock of ``stopping``; so another thread sets it."""
    asked: SimpleQueue[int] = SimpleQueue()

    def stop(number: int, frame: FrameType | None) -> None:
        asked.put(number)

    def wait() -> None:
        asked.get()
        stopping.set()

    threading.Thread(target=wait, name="mudmai-end", daemon=True).start()
    for name in ("SIGTERM", "SIGINT", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), stop)


def _loop(queue: _Queue, *, once: bool) -> None:
    next_timed = next_lost = 0.0
    news = _News()
    while not stopping.is_set():
        now, pause, look = time.monotonic(), LOOK_SECONDS, once
        try:
            close_old_connections()
            if now >= next_lost:
                next_lost = now + LOST_SECONDS
                timing.take_up_lost()
            if now >= next_timed:
                next_timed, look = now + TIMED_SECONDS, True  # what waited for its time may be due
                timing.start_due()
            if (look or news.there()) and DBTaskResult.objects.ready().filter(queue_name=QUEUE).exists():
                queue.run()
                next_timed, pause = 0.0, 0.0
            elif once:
                return
        except Error as error:  # the database is busy or away: it will be there again
            log.warning("the worker waits for the database: %s", error)
            connections.close_all()
            pause = 2.0
        stopping.wait(pause)


class _News:
    """Whether anybody else has written to the database since the last question; always, where that cannot be told.

    SQLite counts the writes of other connections: <https://www.sqlite.org/pragma.html#pragma_data_version>.
    """

    def __init__(self) -> None:
        self._seen: object = None

    def there(self) -> bool:
        if connection.vendor != "sqlite":
            return True
        with connection.cursor() as cursor:
            now = cursor.execute("PRAGMA data_version").fetchone()
        before, self._seen = self._seen, now
        return now != before


def _watch(parent: int | None) -> None:
    """In a thread of its own: the parent lives, the lease is renewed, a stop does not wait for ever."""
    renewed, asked = time.monotonic(), 0.0
    while True:
        time.sleep(1.0)
        now = time.monotonic()
        if parent is not None and os.getppid() != parent:
            stopping.set()
        if stopping.is_set():
            asked = asked or now
            if now - asked > GRACE_SECONDS:
                os._exit(1)  # the job takes no step; its lease is free the moment we are gone
        if now - renewed >= RENEW_SECONDS:
            renewed = now
            _renew()


def _renew() -> None:
    try:
        for job_id, claim in tuple(in_hand):
            held = Job.objects.filter(pk=job_id, claim=claim, state=JobState.RUNNING)
            held.update(lease_until=leases.until(timezone.now()))
    except Error as error:
        log.warning("a lease could not be renewed: %s", error)
    finally:
        connection.close()
