"""Jobs and workers in real processes, for tests that kill them (``python -m tests.apps.jobs.killable <what> …``)."""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

django.setup()

from django.db import connections  # noqa: E402  Django first

from mudmai.apps.jobs.domain import kinds  # noqa: E402
from mudmai.apps.jobs.domain.jobs import JobRun, enqueue, job, periodic  # noqa: E402
from mudmai.apps.jobs.interfaces.worker import work  # noqa: E402
from mudmai.apps.jobs.models import Job  # noqa: E402
from mudmai.apps.registry.policy import OPERATOR  # noqa: E402
from mudmai.core.language import same  # noqa: E402

kinds._periods.clear()  # nothing runs but what a test asks for


STEPS = Path(os.environ["MUDMAI_HOME"]) / "steps"
"""Grows with every step of a job: whoever kills workers waits for one at work."""


def write(path: str, line: str) -> None:
    """One line, whole or not at all, on the disk when this returns."""
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, (line + "\n").encode())
        os.fsync(handle)
    finally:
        os.close(handle)


@job("test.append", title=same("append"), losses=10_000)
def append(run: JobRun, *, path: str, line: str) -> dict[str, Any]:
    """Idempotent: what stands there already is not written again."""
    there = line in (Path(path).read_text().split() if Path(path).exists() else [])
    for n in range(4):
        time.sleep(0.004)
        write(str(STEPS), ".")
        run.progress(n, 4)
    if not there:
        write(path, line)
    return {"line": line}


@job("test.log", title=same("log"))
def log(run: JobRun, *, path: str, line: str, seconds: float) -> None:
    """Not idempotent on purpose: a second run shows."""
    write(path, f"start {line} {os.getpid()}")
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        time.sleep(0.02)
        run.check()
    write(path, f"end {line} {os.getpid()}")


@job("test.deaf", title=same("deaf"), losses=2)
def deaf(run: JobRun) -> None:
    """Takes its worker along."""
    os.kill(os.getpid(), signal.SIGKILL)


@job("test.tick", title=same("tick"))
def tick(run: JobRun) -> None:
    """Timed."""


def child() -> int:
    """A worker forked off this process, which has no connection to the database yet."""
    pid = os.fork()
    if pid == 0:
        try:
            work()
        finally:
            os._exit(0)
    return pid


def _steps() -> int:
    return STEPS.stat().st_size if STEPS.exists() else 0


def storm(rounds: int, seed: int) -> None:
    """Start a worker and kill it, ``rounds`` times: every third anywhere in its start, the others soon after a step."""
    chance = random.Random(seed)
    for n in range(rounds):
        before, until = _steps(), time.monotonic() + 30
        pid = child()
        while n % 3 and _steps() == before and time.monotonic() < until:
            time.sleep(0.001)
        time.sleep(chance.uniform(0.0, 0.04 if n % 3 else 0.3))
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def together(workers: int, seconds: float, done: Callable[[], bool]) -> float:
    """Several workers at once, ended by SIGTERM once it is ``done`` or ``seconds`` have passed; how long it took."""
    began = time.monotonic()
    pids = [child() for _ in range(workers)]
    while not done() and time.monotonic() - began < seconds:
        time.sleep(0.1)
    for pid in pids:
        os.kill(pid, signal.SIGTERM)
    for pid in pids:
        os.waitpid(pid, 0)
    return time.monotonic() - began


def main(what: str, given: dict[str, Any]) -> Any:
    match what:
        case "enqueue":
            return [str(enqueue(given["kind"], a, actor=OPERATOR).pk) for a in given["all"]]
        case "storm":
            return storm(**given)
        case "together":
            return together(**given, done=lambda: not Job.objects.filter(state__in=("queued", "running")).exists())
        case "ticking":
            periodic("test.tick", every=1)
            return together(**given, done=lambda: Job.objects.filter(kind="test.tick").count() >= 4)
        case "work":
            return work(once=given.get("once", False))
        case "finish":
            until = time.monotonic() + given["seconds"]
            while Job.objects.filter(state__in=("queued", "running")).exists() and time.monotonic() < until:
                connections.close_all()  # two processes must not speak on one
                pid = os.fork()
                if pid == 0:
                    work(once=True)
                    os._exit(0)
                os.waitpid(pid, 0)
                time.sleep(0.2)
            return None
        case "jobs":
            names = ("id", "kind", "state", "losses", "attempts", "claim", "fault")
            return [{n: getattr(row, n) for n in names} for row in Job.objects.order_by("created_at")]
    raise SystemExit(f"unknown: {what}")


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], json.loads(sys.argv[2])), default=str))
