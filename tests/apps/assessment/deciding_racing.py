"""Run by test_deciding_race.py in processes of their own: makes a file to decide, and acts on it (see race_site.py)."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import django

django.setup()

from django.db import transaction  # noqa: E402  Django first

from mudmai.apps.assessment.domain import cities  # noqa: E402
from mudmai.apps.assessment.domain.deciding import decide_file  # noqa: E402
from mudmai.apps.assessment.domain.files import file_named  # noqa: E402
from mudmai.apps.assessment.domain.roadmap import plan_action  # noqa: E402
from mudmai.apps.assessment.models import Certificate  # noqa: E402
from mudmai.apps.registry.models import AuditEntry, Person, Role  # noqa: E402
from mudmai.core.errors import MudmaiError  # noqa: E402
from mudmai.site import wiring  # noqa: E402
from mudmai.workspace import Workspace, criteria  # noqa: E402
from tests.apps.assessment.assessment_world import DAY, build_assessment_world  # noqa: E402
from tests.apps.assessment.marking_world import in_deciding  # noqa: E402
from tests.apps.registry.small_world import holding  # noqa: E402

SHIPPED = Path(os.environ["TOY_PACKS"])


def seed() -> dict[str, object]:
    """The world with a file that waits for its decision, and two who may decide it."""
    world = build_assessment_world(wiring.workspace())
    file = in_deciding(world)
    other = holding(Role.PUBLISHER, world.agency, name="decider2")
    people = [world.decider.pseudonym, other.pseudonym]
    told = {"file": str(file.pk), "revision": str(file.revision), "people": people}
    return {**told, "filler": world.filler.pseudonym}


def wait(word: str) -> None:
    """Tell where we are, and go on when told."""
    print(word, flush=True)
    sys.stdin.readline()


def decide(file: str, revision: str, person: str, outcome: str) -> dict[str, object]:
    """One decision."""
    held, who = file_named(file), Person.objects.get(pseudonym=person)
    wait("ready")
    level = "passed" if outcome == "granted" else ""
    try:
        decide_file(
            acting_user=who, file=held, outcome=outcome, level=level, reasons="x", revision=int(revision), today=DAY
        )
    except MudmaiError as fault:
        return {"told": fault.code}
    return {"told": "done"}


def rename(file: str, person: str) -> dict[str, object]:
    """Change the file's city, which is held for a while before the log is written."""
    city, who = file_named(file).city, Person.objects.get(pseudonym=person)
    wait("ready")
    with transaction.atomic():
        held = cities._held(city)
        wait("held")
        cities.change_city(acting_user=who, city=held, revision=held.revision, name_en="Alpha")
    return {"told": "done"}


def plan(file: str, person: str) -> dict[str, object]:
    """Plan something for the file's city."""
    held, who = file_named(file), Person.objects.get(pseudonym=person)
    wait("ready")
    plan_action(acting_user=who, city=held.city, file=held, criterion="c-open", title="เปิดข้อมูล")
    return {"told": "done"}


def state(file: str) -> dict[str, object]:
    """What there is afterwards."""
    wait("ready")
    held = file_named(file)
    return {
        "state": held.state,
        "decisions": [one.outcome for one in held.decisions.all()],
        "certificates": Certificate.objects.filter(decision__file=held).count(),
        "logged": AuditEntry.objects.filter(action="file.decide").count(),
        "steps": held.steps.filter(action="file.decide").count(),
    }


if __name__ == "__main__":
    criteria.shipped_packs = lambda: SHIPPED  # type: ignore[attr-defined]
    wiring._opened = Workspace.open(Path(os.environ["MUDMAI_HOME"]), shipped=SHIPPED)
    if sys.argv[1] == "seed":
        wait("ready")
    do = {"seed": seed, "decide": decide, "rename": rename, "plan": plan, "state": state}
    print(json.dumps(do[sys.argv[1]](*sys.argv[2:])))
