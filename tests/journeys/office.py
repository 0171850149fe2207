"""The office of a journey, made in the home that ``MUDMAI_HOME`` names: one person for each role, told as JSON.

A process of its own: Django is set up for one home, and that of the tests is another one.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pyarrow.compute as pc

from tests.journeys.walking import PASSWORD

TABLE = "th-m8/nso_income_gini"
WITHOUT = "2023"
"""The year that the shipped figures are taken without, so that the officer of the journey can hand it in."""


def without_the_last_year() -> None:
    """Publish the dataset as it stood before its last survey."""
    from mudmai.workspace import Workspace
    from mudmai.workspace.publishing import publish_tables

    workspace = Workspace.open(Path(os.environ["MUDMAI_HOME"]))
    workspace.init()
    kept = workspace.release().dataset_table(TABLE)
    publish_tables(workspace, {TABLE: kept.filter(pc.not_equal(kept["period"], WITHOUT))}, note="before 2023")


def make() -> dict[str, str]:
    """Accounts by role; the office holds the dataset."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mudmai.site.settings")
    import django

    django.setup()
    from mudmai.apps.data.domain.submissions import assign_dataset
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
    office = create_organisation(
        acting_user=first.person,
        code="statistics",
        name_th="สำนักงานสถิติ",
        name_en="Statistics Office",
        kind="department",
        parent=first.organisation,
    )
    assign_dataset(acting_user=OPERATOR, dataset="nso-income-gini", organisation=office)
    people = {}
    for role, name in (
        (Role.CONTRIBUTOR, "เจ้าหน้าที่ข้อมูล"),
        (Role.REVIEWER, "ผู้ตรวจทาน"),
        (Role.PUBLISHER, "ผู้เผยแพร่"),
        (Role.ADMINISTRATOR, "ผู้ดูแลสิทธิ์"),
    ):
        email = f"{role.value}@example.go.th"
        person = new_person(email=email, display_name=name, password=PASSWORD)
        grant_role(acting_user=OPERATOR, person=person, organisation=office, role=role)
        people[role.value] = email
    return people


if __name__ == "__main__":
    from mudmai.site.database import prepare

    without_the_last_year()
    prepare(Path(os.environ["MUDMAI_HOME"]))
    json.dump(make(), sys.stdout)
