"""Who may do what: every action, every role, one's own and other organisations, one's own and other areas."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser

from mudmai.apps.registry.areas import EVERYWHERE, AreaRef, covers
from mudmai.apps.registry.domain.roles import revoke_role
from mudmai.apps.registry.models import Membership, Organisation, Role
from mudmai.apps.registry.policy import (
    ACTIONS,
    OPERATOR,
    NotAllowed,
    Reach,
    allowed_rows,
    decide,
    decide_anywhere,
    organisations_allowing,
    require,
)
from mudmai.core.errors import UnknownNameError
from tests.apps.registry.small_world import NORTH, P1, P3, World, holding, somebody

LADDER = ["reader", "contributor", "reviewer", "publisher", "administrator"]
NEEDED = {
    "organisation.view": ("reader", "any"),
    "organisation.create": ("administrator", "everywhere"),
    "organisation.rename": ("administrator", "everywhere"),
    "person.invite": ("administrator", "area"),
    "role.grant": ("administrator", "area"),
    "role.revoke": ("administrator", "area"),
    "person.deactivate": ("administrator", "everywhere"),
    "audit.view": ("reviewer", "any"),
    "data.read_internal": ("reader", "area"),
    "data.submit": ("contributor", "area"),
    "data.review": ("reviewer", "area"),
    "exception.accept": ("reviewer", "area"),
    "data.publish": ("publisher", "area"),
    "data.withdraw": ("publisher", "area"),
    "dataset.assign": ("administrator", "everywhere"),
    "dataset.choose_official": ("publisher", "everywhere"),
    "definition.edit": ("publisher", "everywhere"),
    "source.view": ("reviewer", "any"),
    "source.connect": ("publisher", "everywhere"),
    "calendar.edit": ("publisher", "everywhere"),
    "job.control": ("publisher", "any"),
    "project.view": ("reader", "any"),
    "project.edit": ("contributor", "area"),
    "project.revise": ("reviewer", "area"),
    "project.report": ("contributor", "area"),
    "project.link": ("contributor", "area"),
    "project.approve": ("reviewer", "area"),
    "project.lock": ("publisher", "area"),
    "city.edit": ("contributor", "area"),
    "city.release": ("publisher", "area"),
    "assess.view": ("reader", "any"),
    "assess.fill": ("contributor", "area"),
    "assess.submit": ("reviewer", "area"),
    "assess.mark": ("contributor", "any"),
    "assess.run": ("reviewer", "any"),
    "assess.call": ("publisher", "any"),
    "assess.decide": ("publisher", "any"),
    "certificate.keep": ("publisher", "any"),
}
"""The matrix as people agreed on it, written down a second time."""

OF_ONESELF = {"self.view", "self.change", "self.erase", "token.issue", "token.revoke"}


def test_the_matrix_names_every_action() -> None:
    assert set(NEEDED) | OF_ONESELF == set(ACTIONS)
    assert {a.code for a in ACTIONS.values() if a.reach is Reach.SELF} == OF_ONESELF


AREAS_ASKED = {"the same": NORTH, "below": P1, "another": P3, "all": None}


def expected(action: str, role: str, where: str, held: AreaRef, asked: str) -> bool:
    """The answer, worked out from the matrix alone."""
    needed, reach = NEEDED[action]
    if where not in ("own", "below") or LADDER.index(role) < LADDER.index(needed):
        return False
    if held is EVERYWHERE or reach == "any":
        return True
    return reach == "area" and asked in ("the same", "below")


@pytest.mark.parametrize("held", [EVERYWHERE, NORTH], ids=["everywhere", "north"])
@pytest.mark.parametrize("role", list(Role))
def test_every_action_in_every_place(world: World, role: Role, held: AreaRef) -> None:
    """The role is held in the ministry; asked about the ministry, below it, above it, beside it."""
    person = holding(role, world.ministry, held)
    places = {"own": world.ministry, "below": world.department, "above": world.top, "beside": world.other}
    wrong = []
    for action, (where, organisation), (asked, area) in itertools.product(NEEDED, places.items(), AREAS_ASKED.items()):
        decision = decide(person, action, organisation=organisation, area=area)
        if decision.allowed != expected(action, role.value, where, held, asked):
            wrong.append((action, where, asked, decision.code))
        assert decision.reason.th and decision.reason.en
    assert wrong == []


@pytest.mark.parametrize("action", sorted(NEEDED))
def test_lists_are_cut_by_the_same_rule(world: World, action: str) -> None:
    for role, held in itertools.product(Role, (EVERYWHERE, NORTH)):
        person = holding(role, world.ministry, held, name=f"{role.value}{bool(held.code)}")
        one_by_one = {o.code for o in Organisation.objects.all() if _anywhere(person, action, o)}
        assert {o.code for o in organisations_allowing(person, action)} == one_by_one


def _anywhere(person: object, action: str, organisation: Organisation) -> bool:
    return any(
        decide(person, action, organisation=organisation, area=area)  # type: ignore[arg-type]
        for area in (None, NORTH)
    )


@pytest.mark.parametrize("action", sorted(NEEDED))
def test_anywhere_is_the_same_as_a_list_that_is_not_empty(world: World, action: str) -> None:
    for role, held in itertools.product(Role, (EVERYWHERE, NORTH)):
        person = holding(role, world.ministry, held, name=f"{role.value}{bool(held.code)}")
        decision = decide_anywhere(person, action)
        assert decision.allowed == organisations_allowing(person, action).exists()
        assert decision.code in ("role", "role_too_low", "outside_area")
    assert decide_anywhere(somebody(), action).code == "no_role"
    assert decide_anywhere(None, action).code == "anonymous"


def test_reasons_say_what_is_missing(world: World) -> None:
    reader = holding(Role.READER, world.ministry)
    northern = holding(Role.PUBLISHER, world.ministry, NORTH, name="northern")
    codes = {
        "anonymous": decide(None, "data.submit", organisation=world.ministry),
        "no_role": decide(reader, "data.read_internal", organisation=world.other),
        "role_too_low": decide(reader, "data.submit", organisation=world.ministry),
        "outside_area": decide(northern, "data.publish", organisation=world.ministry, area=P3),
        "no_organisation": decide(reader, "data.submit"),
        "not_self": decide(reader, "self.erase", about=northern),
    }
    assert {code: d.code for code, d in codes.items()} == {code: code for code in codes}
    assert not any(codes.values())
    assert "contributor" in codes["role_too_low"].reason.en
    assert "ผู้ส่งข้อมูล" in codes["role_too_low"].reason.th
    assert codes["outside_area"].reason.en == "the role held covers N and does not reach P3"


def test_nobody_in_particular_may_do_nothing(world: World) -> None:
    for action in ACTIONS:
        for nobody in (None, AnonymousUser(), somebody(f"n{len(action)}{action[:3]}{action[-3:]}")):
            assert not decide(nobody, action, organisation=world.ministry)
            assert not organisations_allowing(nobody, action).exists()


def test_a_closed_account_may_do_nothing(world: World) -> None:
    person = holding(Role.ADMINISTRATOR, world.top)
    person.is_active = False
    assert {decide(person, a, organisation=world.top, about=person).code for a in ACTIONS} == {"inactive"}


def test_the_operator_may_do_everything_but_an_unknown_action_is_a_mistake(world: World) -> None:
    assert all(decide(OPERATOR, a) for a in ACTIONS)
    with pytest.raises(UnknownNameError):
        decide(OPERATOR, "data.sumbit")


def test_a_role_that_has_ended_counts_no_more(world: World) -> None:
    person = holding(Role.PUBLISHER, world.ministry)
    assert decide(person, "data.publish", organisation=world.ministry)
    revoke_role(acting_user=world.root, membership=person.memberships.get())
    again = type(person).objects.get(pk=person.pk)
    assert not decide(again, "data.publish", organisation=world.ministry)


def test_a_refusal_is_an_error_that_carries_the_reason(world: World) -> None:
    with pytest.raises(NotAllowed) as refused:
        require(somebody(), "data.publish", organisation=world.ministry)
    assert (refused.value.code, refused.value.decision.code) == ("not_allowed", "no_role")


def test_rows_are_filtered_through_any_path(world: World) -> None:
    northern = holding(Role.REVIEWER, world.ministry, NORTH)
    holding(Role.READER, world.department, name="a")
    holding(Role.READER, world.other, name="b")
    seen = allowed_rows(Membership.objects.all(), northern, "audit.view")
    assert {m.organisation.code for m in seen} == {"ministry", "department"}
    assert allowed_rows(Membership.objects.all(), OPERATOR, "audit.view").count() == 4


@pytest.mark.parametrize(
    ("held", "asked", "does"),
    [
        (EVERYWHERE, EVERYWHERE, True),
        (EVERYWHERE, AreaRef("zones", "Z1"), True),
        (NORTH, EVERYWHERE, False),
        (NORTH, NORTH, True),
        (NORTH, P1, True),
        (P1, NORTH, False),
        (NORTH, P3, False),
        (NORTH, AreaRef("two", "P1"), True),  # the same province in the other system, by the declared crosswalk
        (NORTH, AreaRef("two", "P3"), False),
        (NORTH, AreaRef("two", "B"), False),  # a region of the other system: its provinces lie in north and south
        (NORTH, AreaRef("zones", "Z1"), False),  # no crosswalk
        (AreaRef("two", "B"), P1, False),  # declared in one direction only
        (AreaRef("gone", "X"), P1, False),
        (NORTH, AreaRef("one", "nowhere"), False),
    ],
)
def test_areas_reach_downwards_and_over_declared_crosswalks(held: AreaRef, asked: AreaRef, does: bool) -> None:
    assert covers(held, asked) is does


def test_the_reference_page_is_up_to_date() -> None:
    script = Path(__file__).parents[3] / "scripts" / "reference_roles.py"
    kept = {n: v for n, v in os.environ.items() if not n.startswith("MUDMAI_")}
    ended = subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True, env=kept)
    assert (ended.returncode, ended.stderr) == (0, "")
