"""Run by test_register_race.py in processes of their own, each doing one thing to a register (see race_site.py)."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402  Django first
from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from mudmai.apps.assessment.domain import register_publishing  # noqa: E402
from mudmai.apps.assessment.domain.certificates import (  # noqa: E402
    correct_certificate,
    expire_due,
    grant_certificate,
    valid_on,
    withdraw_certificate,
)
from mudmai.apps.assessment.domain.cities import change_city  # noqa: E402
from mudmai.apps.assessment.domain.register_clock import tick  # noqa: E402
from mudmai.apps.assessment.domain.registers import criteria_of, hold_register  # noqa: E402
from mudmai.apps.assessment.models import Certificate, City, Decision  # noqa: E402
from mudmai.apps.registry.domain.audit import verify_chain  # noqa: E402
from mudmai.apps.registry.models import AuditEntry, Person, Role  # noqa: E402
from mudmai.apps.registry.policy import OPERATOR  # noqa: E402
from mudmai.site import wiring  # noqa: E402
from mudmai.workspace import Workspace  # noqa: E402
from tests.apps.assessment.register_world import SCHEME, decision, grant, new_city  # noqa: E402
from tests.apps.registry.small_world import build, holding  # noqa: E402


def wait(word: str) -> None:
    """Tell where we are, and go on when told."""
    print(word, flush=True)
    sys.stdin.readline()


def keeper() -> Person:
    """Who decides and keeps the register."""
    return Person.objects.get(pseudonym=AuditEntry.objects.get(action="test.keeper").actor)


def seed() -> dict[str, object]:
    """Two whose last day has passed since the last count, one that ended before, one in force, and a city to decide.

    The level of those that are renewed is another one, so that no progress is asked.
    """
    from mudmai.apps.registry.domain.audit import record_alone

    world, today = build(), timezone.localdate()
    hold_register(acting_user=OPERATOR, scheme=SCHEME, organisation=world.department)
    person = holding(Role.PUBLISHER, world.department, name="keeper")
    record_alone(actor=person, action="test.keeper")
    given = person, world.department
    ended = grant(*given, new_city("ended"), today - timedelta(days=900), "promoted")
    expire_due(today)
    grant(*given, new_city("held"), today - timedelta(days=30), "promoted")
    for code in ("past-one", "past-two"):
        grant(*given, new_city(code), today - timedelta(days=735))
    told = register_publishing.publish_register(SCHEME, today - timedelta(days=10))
    new = {code: City.objects.get(code=code) for code in ("ended", "held")} | {"new": new_city("fresh")}
    made = {code: str(decision(world.department, city).pk) for code, city in new.items()}
    return {"count": told.new, "ended": ended.number, "decisions": made}


def clock() -> dict[str, object]:
    """The clock of the registers."""
    wait("ready")
    done = tick()
    return {"expired": sorted(done.expired), "published": len(done.published), "faults": len(done.faults)}


def grants(key: str) -> dict[str, object]:
    """A certificate by the decision ``key``."""
    held, who, criteria = Decision.objects.get(pk=key), keeper(), criteria_of(SCHEME)
    assert criteria is not None
    wait("ready")
    made = grant_certificate(acting_user=who, decision=held, criteria=criteria, granted_on=timezone.localdate())
    return {"number": made.number, "renews": made.renews.number if made.renews else ""}


def _keeping_open(act: Callable[[], object]) -> dict[str, object]:
    wait("ready")
    with transaction.atomic():
        act()
        wait("held")
    return {"told": "done"}


def withdraws(city: str) -> dict[str, object]:
    """Withdraw the city's certificate, its transaction kept open for a while."""
    held, who = Certificate.objects.get(city__code=city), keeper()
    return _keeping_open(lambda: withdraw_certificate(acting_user=who, certificate=held, reason="x"))


def withdraws_late(city: str) -> dict[str, object]:
    """Withdraw the city's certificate, which is held for a while before anything is written."""
    held, who = Certificate.objects.get(city__code=city), keeper()
    wait("ready")
    with transaction.atomic():
        Certificate.objects.select_for_update(no_key=True).get(pk=held.pk)
        wait("held")
        withdraw_certificate(acting_user=who, certificate=held, reason="x")
    return {"told": "done"}


def renames(code: str) -> dict[str, object]:
    """Give the city another name."""
    city = City.objects.get(code=code)
    wait("ready")
    change_city(acting_user=OPERATOR, city=city, revision=city.revision, name_en="Another")
    return {"told": "done"}


def corrects(number: str) -> dict[str, object]:
    """Bring an expired certificate back, its transaction kept open for a while."""
    held, who, until = Certificate.objects.get(number=number), keeper(), timezone.localdate() + timedelta(days=400)
    given: dict[str, Any] = {"acting_user": who, "certificate": held, "reason": "x", "revision": held.revision}
    return _keeping_open(lambda: correct_certificate(**given, expires_on=until))


def killed() -> None:
    """Publish, and be killed between the release and the log."""
    wait("ready")
    register_publishing.record = lambda **_: os.kill(os.getpid(), signal.SIGKILL)
    register_publishing.publish_register(SCHEME)


def state() -> dict[str, object]:
    """What there is: a publication now would change nothing where ``release`` is ""."""
    wait("ready")
    told = register_publishing.publish_register(SCHEME)
    today: date = timezone.localdate()
    rows = AuditEntry.objects.filter(action="register.publish").order_by("sequence")
    entries = Certificate.objects.exclude(decision=None).select_related("city")
    return {
        "count": told.new,
        "release": told.release,
        "counts": [[row.old["count"], row.new["count"]] for row in rows],
        "releases": [row.new["release"] for row in rows],
        "ends": {one.number: one.end_reason for one in entries},
        "events": {one.number: [event.kind for event in one.events.all()] for one in entries},
        "revisions": {one.number: one.revision for one in entries},
        "valid": sorted(one.number for one in valid_on(entries, today)),
        "chain": verify_chain().is_whole,
    }


DO: dict[str, Callable[..., Any]] = {
    "clock": clock,
    "grant": grants,
    "withdraw": withdraws,
    "late": withdraws_late,
    "correct": corrects,
    "rename": renames,
    "killed": killed,
    "state": state,
}

if __name__ == "__main__":
    wiring._opened = Workspace.open(Path(os.environ["MUDMAI_HOME"]))
    if sys.argv[1] == "seed":
        wait("ready")
        print(json.dumps(seed()))
    else:
        settings.MUDMAI_JOBS = "immediate"  # who grants counts
        print(json.dumps(DO[sys.argv[1]](*sys.argv[2:])))
