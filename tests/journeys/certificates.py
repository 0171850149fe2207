"""A register of certificates for looking at its pages: the town keeps it; one of every kind; told as JSON."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from tests.journeys import town


def make() -> dict[str, str]:
    """The town's accounts by role, and the number of a certificate of each kind."""
    told = town.make()
    from django.conf import settings
    from django.utils import timezone

    settings.MUDMAI_JOBS = "immediate"
    from mudmai.apps.assessment.domain.registers import hold_register
    from mudmai.apps.registry.models import Organisation, Person
    from mudmai.apps.registry.policy import OPERATOR
    from tests.apps.assessment.register_world import SCHEME, every_kind

    keeper = Person.objects.get(emailaddress__email=told["publisher"])
    holder = Organisation.objects.get(code="town")
    hold_register(acting_user=OPERATOR, scheme=SCHEME, organisation=holder)
    kinds = every_kind(keeper, holder, timezone.localdate())
    return told | {name: getattr(kinds, name).number for name in ("held", "expired", "withdrawn", "first")}


if __name__ == "__main__":
    from mudmai.site.database import prepare
    from mudmai.workspace import Workspace

    Workspace.open(Path(os.environ["MUDMAI_HOME"])).init()
    prepare(Path(os.environ["MUDMAI_HOME"]))
    json.dump(make(), sys.stdout)
