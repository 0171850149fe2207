"""Run by test_locks_race.py: acts on the same rows at one moment, each in a thread with a connection of its own.

Somebody holds the log until both acts have come to where they wait, for the log or for each other; then all go on.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import django

django.setup()

from django.db import connection, connections, transaction  # noqa: E402  Django first

from mudmai.apps.programme.domain.details import keep_detail  # noqa: E402
from mudmai.apps.programme.domain.links import add_link  # noqa: E402
from mudmai.apps.programme.domain.obstacles import raise_obstacle  # noqa: E402
from mudmai.apps.programme.domain.projects import create_programme  # noqa: E402
from mudmai.apps.programme.domain.report_cycle import set_monitoring  # noqa: E402
from mudmai.apps.programme.domain.reporting import approve_report, save_report, submit_report  # noqa: E402
from mudmai.apps.programme.domain.revising import change_project  # noqa: E402
from mudmai.apps.programme.models import Project  # noqa: E402
from mudmai.apps.registry.domain.audit import LOCK, verify_chain  # noqa: E402
from mudmai.apps.registry.domain.invitations import accept_invitation, invite_person, withdraw_invitation  # noqa: E402
from mudmai.apps.registry.domain.organisations import rename_organisation  # noqa: E402
from mudmai.apps.registry.domain.people import change_profile, deactivate_person  # noqa: E402
from mudmai.apps.registry.domain.personal_data import erase_personal_data  # noqa: E402
from mudmai.apps.registry.domain.roles import grant_role, revoke_role  # noqa: E402
from mudmai.apps.registry.domain.tokens import issue_token, revoke_token  # noqa: E402
from mudmai.apps.registry.models import Membership, Person, Role  # noqa: E402
from mudmai.core.errors import MudmaiError  # noqa: E402
from mudmai.core.periods import Period  # noqa: E402
from mudmai.core.plan_clauses import clauses_of  # noqa: E402
from mudmai.site.wiring import workspace  # noqa: E402
from tests.apps.programme.programme_world import ProgrammeWorld, build_programme_world, money  # noqa: E402
from tests.apps.registry.small_world import holding, somebody  # noqa: E402

Act = Callable[[], Any]
QUARTER = Period.from_iso("2024-Q1")
A_WHILE = 180.0
"""Seconds until two acts that do not come to a wait are no race."""


def waiting() -> int:
    """How many connections wait for a lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted")
        return int(cursor.fetchone()[0])


def until(number: int, told: list[str]) -> None:
    """Until so many wait."""
    end = time.monotonic() + A_WHILE
    while waiting() < number:
        if time.monotonic() > end:
            raise SystemExit(f"{number} should wait, {waiting()} do: {told}")
        time.sleep(0.02)


def race(*acts: Act) -> list[str]:
    """What became of each act: ``done``, the code of its refusal, or the fault of the database."""
    told = ["" for _ in acts]

    def do(place: int) -> None:
        try:
            acts[place]()
        except MudmaiError as fault:
            told[place] = fault.code
        except Exception as fault:
            told[place] = f"{type(fault).__name__}: {fault}".splitlines()[0]
        else:
            told[place] = "done"
        finally:
            connections.close_all()

    threads = [threading.Thread(target=do, args=(place,)) for place in range(len(acts))]
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        for number, one in enumerate(threads, start=1):
            one.start()
            until(number, told)
    for one in threads:
        one.join()
    return told


def a_project(world: ProgrammeWorld, title: str) -> Project:
    """A project that is under way."""
    budget = [money(2024, "1000.00"), money(2024, "1000.00", stage="committed")]
    return world.project(title, start="2024-01-01", end="2024-12-31", status="implementation", budget=budget)


def a_report(world: ProgrammeWorld, project: Project) -> Any:
    """A report that says what was paid."""
    return save_report(
        acting_user=world.officer,
        project=project,
        period=QUARTER,
        percent=Decimal(10),
        disbursed=Decimal("100.00"),
        today=date(2024, 7, 1),
    )


def detail(world: ProgrammeWorld, project: Project) -> Act:
    """Change a project's details."""
    values = {"title": "ลงนามสัญญา", "due_on": date(2024, 3, 1)}
    return lambda: keep_detail(acting_user=world.officer, project=project, kind="milestone", values=values)


def of_projects(world: ProgrammeWorld) -> dict[str, Any]:
    """Acts on one project, its programme and who writes."""
    officer, reviewer, publisher = world.officer, world.reviewer, world.publisher
    set_monitoring(acting_user=publisher, programme=world.programme, first_period=QUARTER)
    world.programme.refresh_from_db()
    told: dict[str, Any] = {}
    one = a_project(world, "ถนน")
    sent = submit_report(acting_user=officer, report=a_report(world, one))
    told["approval and details"] = race(lambda: approve_report(acting_user=reviewer, report=sent), detail(world, one))
    told["obstacle and details"] = race(
        lambda: raise_obstacle(acting_user=officer, project=one, text="น้ำท่วม"), detail(world, one)
    )
    plan = workspace().plan(None)
    clause = next(iter(clauses_of(plan)))
    told["obstacle and link"] = race(
        lambda: raise_obstacle(acting_user=officer, project=one, text="ฝนตก"),
        lambda: add_link(acting_user=reviewer, project=one, plan=plan.id, clause=clause),
    )
    other = a_project(world, "สะพาน")
    told["report and revision"] = race(
        lambda: a_report(world, other),
        lambda: change_project(acting_user=reviewer, project=other, facts={"title": "สะพานใหม่"}, reason="แก้ชื่อ"),
    )
    third = a_project(world, "ท่าเรือ")
    told["report and its writer's profile"] = race(
        lambda: a_report(world, third),
        lambda: change_profile(acting_user=officer, person=officer, display_name="Officer", language="en"),
    )
    told["details by two"] = race(detail(world, one), detail(world, one))
    return told


def of_organisations(world: ProgrammeWorld) -> dict[str, Any]:
    """Acts on an organisation and on what belongs to it."""
    root, department = world.people.root, world.people.department

    def rename(name: str) -> Act:
        return lambda: rename_organisation(acting_user=root, organisation=department, name_th=name, name_en=name)

    return {
        "programme and name": race(
            lambda: create_programme(
                acting_user=world.officer, organisation=department, title_th="แผนใหม่", title_en="New",
                first_year=2024, last_year=2028,
            ),
            rename("One"),
        ),
        "role and name": race(
            lambda: grant_role(acting_user=root, person=somebody("r1"), organisation=department, role=Role.REVIEWER),
            rename("Two"),
        ),
    }  # fmt: skip


def roles_of(person: Person) -> int:
    """How many roles there are."""
    return Membership.objects.filter(person=person, ended_at=None).count()


def of_people(world: ProgrammeWorld) -> dict[str, Any]:
    """Acts on one person."""
    root, department, ministry = world.people.root, world.people.department, world.people.ministry
    told: dict[str, Any] = {}

    def grant(person: Person, role: Role = Role.CONTRIBUTOR) -> Act:
        return lambda: grant_role(acting_user=root, person=person, organisation=department, role=role)

    def erase(person: Person) -> Act:
        return lambda: erase_personal_data(acting_user=person, person=person)

    one = somebody("g1")
    told["role and profile"] = race(
        grant(one), lambda: change_profile(acting_user=one, person=one, display_name="One", language="en")
    )
    two = holding(Role.REVIEWER, department, name="e1")
    told["erasure and role"] = [*race(erase(two), grant(two)), roles_of(two)]
    also = holding(Role.REVIEWER, department, name="e2")
    told["role and erasure"] = [*race(grant(also), erase(also)), roles_of(also)]
    three = holding(Role.REVIEWER, department, name="e3")
    last = grant_role(acting_user=root, person=three, organisation=ministry, role=Role.REVIEWER)
    told["erasure and end of a role"] = race(erase(three), lambda: revoke_role(acting_user=root, membership=last))
    four = holding(Role.REVIEWER, department, name="e4")
    token = issue_token(acting_user=four, person=four, name="script").token
    told["erasure and end of a token"] = race(erase(four), lambda: revoke_token(acting_user=four, token=token))
    five = holding(Role.REVIEWER, department, name="e5")
    asked = invite_person(acting_user=root, email=five.email, organisation=ministry, role=Role.REVIEWER)
    told["erasure and end of an invitation"] = race(
        erase(five), lambda: withdraw_invitation(acting_user=root, invitation=asked.invitation)
    )
    six = somebody("a1")
    link = invite_person(acting_user=root, email=six.email, organisation=department, role=Role.REVIEWER).token
    told["invitation and the same role"] = [
        *race(lambda: accept_invitation(acting_user=six, token=link), grant(six, Role.REVIEWER)), roles_of(six)
    ]  # fmt: skip
    second = holding(Role.ADMINISTRATOR, world.people.top, name="root2")
    told["administrators close each other"] = race(
        lambda: deactivate_person(acting_user=root, person=second),
        lambda: deactivate_person(acting_user=second, person=root),
    )
    return told


if __name__ == "__main__":
    made = build_programme_world()
    found = of_projects(made) | of_organisations(made) | of_people(made) | {"log": verify_chain().is_whole}
    sys.stdout.write(json.dumps(found))
