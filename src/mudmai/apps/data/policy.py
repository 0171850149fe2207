"""Rights over the areas that a submission really speaks about, and over datasets as a whole."""

from __future__ import annotations

from collections.abc import Iterable

from mudmai.apps.data.models import DatasetHolder, Submission
from mudmai.apps.registry.areas import EVERYWHERE, AreaRef, area_name, covers
from mudmai.apps.registry.models import Organisation, Person, Role
from mudmai.apps.registry.policy import (
    OPERATOR,
    Actor,
    Decision,
    NotAllowed,
    action_named,
    decide,
    line_of,
    memberships_in,
)
from mudmai.core.language import Text

LISTED = 12
"""Areas that a refusal names one by one."""


def area_of(submission: Submission) -> AreaRef:
    """The area that a submission is declared for."""
    return AreaRef(submission.area_system, submission.area_code)


def decide_over(person: Actor | None, action: str, *, organisation: Organisation, areas: Iterable[AreaRef]) -> Decision:
    """May the person do ``action`` in the organisation for *every* one of ``areas``? A refusal names the others.

    One role need not cover all: areas may be covered by several roles. No areas at all is the question for everywhere.
    """
    asked = list(dict.fromkeys(areas)) or [EVERYWHERE]
    first = decide(person, action, organisation=organisation, area=asked[0])
    if not isinstance(person, Person) or (not first and first.code != "outside_area"):
        return first
    held = areas_held(person, action, organisation)
    outside = [one for one in asked if not any(covers(mine, one) for mine in held)]
    return _outside(held, outside) if outside else first


def areas_held(person: Person, action: str, organisation: Organisation) -> list[AreaRef]:
    """The areas for which the person's roles allow ``action`` in the organisation, those below them meant too."""
    needed = action_named(action).role
    assert needed is not None
    roles = [m for m in memberships_in(person, organisation) if Role(m.role).rank >= needed.rank]
    return list(dict.fromkeys(AreaRef(m.area_system, m.area_code) for m in roles))


def _outside(held: list[AreaRef], outside: list[AreaRef]) -> Decision:
    names = [area_name(one) for one in outside[:LISTED]]
    more = len(outside) - len(names)
    mine = area_name(held[0])
    return Decision(
        False,
        Text(
            f"สิทธิ์ที่มีครอบคลุม {mine.th} ไม่ถึง {len(outside):,} พื้นที่: {', '.join(n.th for n in names)}"
            + (f" และอีก {more:,} พื้นที่" if more else ""),
            f"the role held covers {mine.en} and does not reach {len(outside):,} "
            f"{'area' if len(outside) == 1 else 'areas'}: {', '.join(n.en for n in names)}"
            + (f" and {more:,} more" if more else ""),
        ),
        "outside_area",
    )


def require_over(
    person: Actor | None, action: str, *, organisation: Organisation, areas: Iterable[AreaRef]
) -> Decision:
    """As :func:`decide_over`, but a refusal is raised as :class:`NotAllowed`."""
    decision = decide_over(person, action, organisation=organisation, areas=areas)
    if not decision:
        raise NotAllowed(decision)
    return decision


def may_begin(person: Actor | None, organisation: Organisation, area: AreaRef, *, replaces: bool) -> Decision:
    """May a draft be started? An update of no particular area needs the role in some area: what counts is its rows."""
    decision = decide(person, "data.submit", organisation=organisation, area=area)
    if decision.code == "outside_area" and area.is_everywhere and not replaces:
        return Decision(True, Text("เป็นผู้ส่งข้อมูลของบางพื้นที่", "holds the role in some area"), "role")
    return decision


def holder_of(dataset: str, organisation: Organisation, *, ended: bool = False) -> DatasetHolder | None:
    """The holder in whose name ``organisation`` sends the dataset: itself, or the nearest one above it.

    ``ended``: those count too whose time has ended.
    """
    rows = DatasetHolder.objects.filter(dataset=dataset).select_related("organisation")
    held = {h.organisation_id: h for h in (rows if ended else rows.filter(ended_at=None))}
    return next((held[pk] for pk in line_of(organisation) if pk in held), None)


def top_organisation() -> Organisation | None:
    """The organisation at the top: it assigns datasets and chooses whose figures are official."""
    return Organisation.objects.filter(parent=None).first()


def require_at_top(person: Actor | None, action: str) -> Decision:
    """A right that only counts at the top."""
    decision = decide(person, action, organisation=top_organisation())
    if not decision and person is not OPERATOR:
        raise NotAllowed(decision)
    return decision
