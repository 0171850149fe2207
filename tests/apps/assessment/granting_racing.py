"""Run by test_granting_race.py in processes of their own: grants a certificate at a moment."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import django

django.setup()

from mudmai.apps.assessment.domain.certificates import grant_certificate  # noqa: E402  Django first
from mudmai.apps.assessment.domain.registers import criteria_of, hold_register  # noqa: E402
from mudmai.apps.assessment.models import Certificate, Decision  # noqa: E402
from mudmai.apps.registry.models import AuditEntry, Person, Role  # noqa: E402
from mudmai.apps.registry.policy import OPERATOR  # noqa: E402
from mudmai.site import wiring  # noqa: E402
from mudmai.workspace import Workspace  # noqa: E402
from tests.apps.assessment.register_world import SCHEME, TODAY, decision, new_city  # noqa: E402
from tests.apps.registry.small_world import build, holding  # noqa: E402


def seed() -> dict[str, object]:
    """Decisions on two cities, and who may grant."""
    world = build()
    hold_register(acting_user=OPERATOR, scheme=SCHEME, organisation=world.department)
    keeper = holding(Role.PUBLISHER, world.department, name="keeper")
    held = [decision(world.department, new_city(code)) for code in ("one", "two")]
    return {"decisions": [str(one.pk) for one in held], "person": keeper.pseudonym}


def grant(key: str, person: str, at: str) -> dict[str, object]:
    """One certificate, at the moment ``at``."""
    held, who, criteria = Decision.objects.get(pk=key), Person.objects.get(pseudonym=person), criteria_of(SCHEME)
    assert criteria is not None
    time.sleep(max(0.0, float(at) - time.time()))
    made = grant_certificate(acting_user=who, decision=held, criteria=criteria, granted_on=TODAY)
    return {"number": made.number}


def state() -> dict[str, object]:
    """What there is afterwards."""
    return {
        "numbers": sorted(Certificate.objects.exclude(decision=None).values_list("number", flat=True)),
        "logged": AuditEntry.objects.filter(action="certificate.grant").count(),
    }


if __name__ == "__main__":
    wiring._opened = Workspace.open(Path(os.environ["MUDMAI_HOME"]))
    print(json.dumps({"seed": seed, "grant": grant, "state": state}[sys.argv[1]](*sys.argv[2:])))
