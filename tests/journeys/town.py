"""The municipality of a journey, in the home that ``MUDMAI_HOME`` names: one person for each role, told as JSON."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from tests.journeys.walking import PASSWORD


def make() -> dict[str, str]:
    """Accounts by role in a municipality; the executive only reads, from the organisation above it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mudmai.site.settings")
    import django

    django.setup()
    from mudmai.apps.registry.domain.invitations import create_first_administrator
    from mudmai.apps.registry.domain.organisations import create_organisation
    from mudmai.apps.registry.domain.people import new_person
    from mudmai.apps.registry.domain.roles import grant_role
    from mudmai.apps.registry.models import Role
    from mudmai.apps.registry.policy import OPERATOR

    first = create_first_administrator(
        email="root@example.go.th",
        display_name="ผู้ดูแลระบบ",
        password=PASSWORD,
        organisation_th="ผู้ดูแลระบบ",
        organisation_en="Operator",
    )
    town = create_organisation(
        acting_user=first.person,
        code="town",
        name_th="เทศบาลนครตัวอย่าง",
        name_en="Model City Municipality",
        kind="local",
        parent=first.organisation,
    )
    people = {}
    for key, role, name in (
        ("officer", Role.CONTRIBUTOR, "เจ้าหน้าที่แผน"),
        ("reviewer", Role.REVIEWER, "ผู้ตรวจทาน"),
        ("publisher", Role.PUBLISHER, "ผู้เผยแพร่"),
        ("executive", Role.READER, "ผู้บริหาร"),
    ):
        email = f"{key}@example.go.th"
        person = new_person(email=email, display_name=name, password=PASSWORD)
        grant_role(acting_user=OPERATOR, person=person, organisation=town, role=role)
        people[key] = email
    return people


if __name__ == "__main__":
    from mudmai.site.database import prepare
    from mudmai.workspace import Workspace

    Workspace.open(Path(os.environ["MUDMAI_HOME"])).init()
    prepare(Path(os.environ["MUDMAI_HOME"]))
    json.dump(make(), sys.stdout)
