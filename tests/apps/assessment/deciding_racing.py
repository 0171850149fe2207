"""Run by test_deciding_race.py in processes of their own: makes a file to decide, and decides it at a moment."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import django

django.setup()

from mudmai.apps.assessment.domain.deciding import decide_file  # noqa: E402  Django first
from mudmai.apps.assessment.domain.files import file_named  # noqa: E402
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
    return {"file": str(file.pk), "revision": file.revision, "people": people}


def decide(file: str, revision: str, person: str, outcome: str, at: str) -> dict[str, object]:
    """One decision, at the moment ``at``."""
    held, who = file_named(file), Person.objects.get(pseudonym=person)
    time.sleep(max(0.0, float(at) - time.time()))
    level = "passed" if outcome == "granted" else ""
    try:
        decide_file(
            acting_user=who, file=held, outcome=outcome, level=level, reasons="x", revision=int(revision), today=DAY
        )
    except MudmaiError as fault:
        return {"told": fault.code}
    return {"told": "done"}


def state(file: str) -> dict[str, object]:
    """What there is afterwards."""
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
    print(json.dumps({"seed": seed, "decide": decide, "state": state}[sys.argv[1]](*sys.argv[2:])))
