"""Run by test_killed_acts.py: acts that are killed (SIGKILL) before each of their statements, in forked processes."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

django.setup()

from django.db import connection, connections  # noqa: E402  Django first

from mudmai.apps.assessment.domain.appeals import file_appeal  # noqa: E402
from mudmai.apps.assessment.domain.deciding import decide_file  # noqa: E402
from mudmai.apps.assessment.domain.files import file_named  # noqa: E402
from mudmai.apps.assessment.domain.notices import pending_notices, send_notices  # noqa: E402
from mudmai.apps.assessment.domain.reconciling import reconcile_equal, tell_provisional  # noqa: E402
from mudmai.apps.assessment.domain.replying import end_reply  # noqa: E402
from mudmai.apps.assessment.models import Certificate, CityFile, Notice  # noqa: E402
from mudmai.apps.registry.domain.audit import verify_chain  # noqa: E402
from mudmai.apps.registry.models import AuditEntry  # noqa: E402
from mudmai.core.errors import MudmaiError  # noqa: E402
from mudmai.site import wiring  # noqa: E402
from mudmai.workspace import Workspace, criteria  # noqa: E402
from tests.apps.assessment.assessment_world import DAY, LATE, AssessmentWorld, build_assessment_world  # noqa: E402
from tests.apps.assessment.marking_world import in_reconciling  # noqa: E402

SHIPPED = Path(os.environ["TOY_PACKS"])
MOST = 400
"""Statements after which an act is no act of ours any more."""


def killed_before(number: int, act: Callable[[], object]) -> bool:
    """Run ``act`` in a process of its own that is killed before its statement ``number``; False: it came to its end."""
    connections.close_all()
    child = os.fork()
    if not child:
        left = number

        def count(execute: Callable[..., Any], *given: Any) -> Any:
            nonlocal left
            left -= 1
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)
            return execute(*given)

        try:
            with connection.execute_wrapper(count):
                act()
        except MudmaiError as fault:
            sys.stderr.write(f"{fault.words('en')}\n")
            os._exit(3)
        except BaseException as fault:
            sys.stderr.write(f"{fault!r}\n")
            os._exit(4)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return True
    if os.WEXITSTATUS(status):
        raise SystemExit(f"the act was refused after {number - 1} kills: {os.WEXITSTATUS(status)}")
    return False


def state(key: Any) -> list[Any]:
    """All that an act on a file changes."""
    held = file_named(key)
    log = AuditEntry.objects.filter(object_id=str(held.pk))
    steps = [one.action for one in held.steps.order_by("sequence")]
    decisions = [[one.outcome, one.level] for one in held.decisions.order_by("sequence")]
    certificates = [[one.level, one.events.count()] for one in Certificate.objects.filter(decision__file=held)]
    appeals = held.decisions.filter(appeal__isnull=False).count()
    return [held.state, held.revision, str(held.reply_due), steps, decisions, certificates, appeals, log.count()]


def whole_or_not(key: Any, act: Callable[[CityFile], object]) -> dict[str, Any]:
    """Kill the act before each statement until it is kept; every state that was left behind is told."""
    before, left = state(key), []
    for number in range(1, MOST):
        killed = killed_before(number, lambda: act(file_named(key)))
        now = state(key)
        if now != before:
            return {"kills": number - 1, "was": before, "is": now, "killed": killed, "left": left}
        left += [] if killed else [f"ended after {number - 1} statements without a change"]
        if not killed:
            break
    return {"kills": number, "was": before, "is": before, "killed": False, "left": left}


def mails(world: AssessmentWorld, folder: Path) -> dict[str, Any]:
    """Mails that are killed before each statement, and after each of them, until one run comes to its end."""
    told = folder / "mails.txt"
    told.touch()
    wanted = sorted(
        {f"{person.pk} {one.kind} {one.about_id}" for one in pending_notices(LATE) for person in one.people}
    )
    kills = 0

    def deliver_all(stop_after: int) -> Callable[[], object]:
        sent = 0

        def deliver(person: Any, notices: Any) -> bool:
            nonlocal sent
            with told.open("a") as file:
                file.writelines(f"{person.pk} {one.kind} {one.about_id}\n" for one in notices)
            sent += 1
            if sent == stop_after:
                os.kill(os.getpid(), signal.SIGKILL)
            return True

        return lambda: send_notices(deliver=deliver, day=LATE)

    for place in (1, 2, 3):
        kills += killed_before(MOST, deliver_all(place))
    number = 4
    while killed_before(number, deliver_all(0)):
        number, kills = number + 3, kills + 1
    got = Counter(told.read_text().splitlines())
    before = sum(got.values())
    assert not killed_before(MOST, deliver_all(0))
    return {
        "kills": kills,
        "lost": [one for one in wanted if not got[one]],
        "strange": [one for one in got if one not in wanted],
        "again": sum(Counter(told.read_text().splitlines()).values()) - before,
        "waiting": len([one for one in pending_notices(LATE) if one.people]),
        "noted": Notice.objects.count(),
    }


def acts() -> dict[str, Any]:
    """A file from its settled marks to the appeal."""
    world = build_assessment_world(wiring.workspace())
    held, _, _ = in_reconciling(world)
    key = held.pk
    reconcile_equal(acting_user=world.runner, file=held)
    told: dict[str, Any] = {
        "tell": whole_or_not(key, lambda file: tell_provisional(acting_user=world.runner, file=file, today=DAY))
    }
    end_reply(acting_user=world.sender, file=file_named(key))

    def decide(file: CityFile) -> object:
        given = {"outcome": "granted", "level": "passed", "reasons": "x", "today": DAY}
        return decide_file(acting_user=world.decider, file=file, revision=file.revision, **given)

    told["decide"] = whole_or_not(key, decide)
    told["appeal"] = whole_or_not(
        key, lambda file: file_appeal(acting_user=world.sender, decision=file.decisions.get(), text="x", today=DAY)
    )
    told["mails"] = mails(world, Path(os.environ["MUDMAI_HOME"]))
    return {**told, "chain": verify_chain().is_whole}


if __name__ == "__main__":
    criteria.shipped_packs = lambda: SHIPPED  # type: ignore[attr-defined]
    wiring._opened = Workspace.open(Path(os.environ["MUDMAI_HOME"]), shipped=SHIPPED)
    print("ready", flush=True)
    sys.stdin.readline()
    print(json.dumps(acts()))
