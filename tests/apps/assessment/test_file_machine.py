"""Whatever is asked of a file in whatever order: its way and history are whole, and refusals change nothing."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mudmai.apps.assessment.domain.appeals import decide_appeal, file_appeal, standing_decision
from mudmai.apps.assessment.domain.deciding import decide_file
from mudmai.apps.assessment.domain.files import return_file, submit_file, withdraw_file
from mudmai.apps.assessment.domain.markers import active_markers, appoint_marker, declare, recuse_marker
from mudmai.apps.assessment.domain.marks import hand_in, handed_in, open_again, save_mark
from mudmai.apps.assessment.domain.reconciling import reconcile, reconcile_equal, tell_provisional
from mudmai.apps.assessment.domain.replying import end_reply, over_due, reply
from mudmai.apps.assessment.domain.settled import unsettled
from mudmai.apps.assessment.models import Appeal, Certificate, CityFile, FileState, Marker
from mudmai.apps.registry.models import Role
from mudmai.core.errors import InputError
from mudmai.core.language import Text
from tests.apps.assessment.assessment_world import DAY, AssessmentWorld
from tests.apps.assessment.marking_world import GOOD, POOR, fresh
from tests.apps.registry.small_world import holding

MAY_FOLLOW: dict[str, set[str]] = {
    "submitted": {"marking", "draft", "withdrawn"},
    "draft": {"submitted", "marking", "withdrawn"},
    "marking": {"reconciling", "draft", "withdrawn"},
    "reconciling": {"marking", "reply", "withdrawn"},
    "reply": {"deciding", "withdrawn"},
    "deciding": {"granted", "refused", "withdrawn"},
    "granted": {"appealed"},
    "refused": {"appealed"},
    "appealed": {"granted", "refused", "reconciling", "deciding"},
    "withdrawn": set(),
}
"""The way of a file."""

HELPS: dict[str, list[str]] = {
    "submitted": ["appoint", "appoint", "progress"],
    "draft": ["submit"],
    "marking": ["progress", "progress", "appoint", "declare"],
    "reconciling": ["equal", "tell", "tell"],
    "reply": ["reply", "end_reply", "clock"],
    "deciding": ["decide"],
    "granted": ["appeal"],
    "refused": ["appeal"],
    "appealed": ["judge"],
    "withdrawn": ["decide"],
}
"""What brings a file on from where it stands."""


def moves(world: AssessmentWorld, other: Any, chance: random.Random) -> dict[str, Callable[[CityFile], Any]]:
    """Everything that people and the clock ask of a file, whether or not it goes."""

    people = [*world.markers, *(holding(Role.CONTRIBUTOR, world.agency, name=f"more{n}") for n in range(4))]

    def marker(file: CityFile) -> Marker:
        held = list(file.markers.select_related("person", "file"))
        if not held:
            raise Nobody()
        return chance.choice(held)

    def mark(file: CityFile) -> None:
        one = marker(file)
        give(one, chance.choice([GOOD, POOR]))

    def progress(file: CityFile) -> None:
        for one in active_markers(file):
            if one.state == "appointed":
                declare(acting_user=one.person, marker=one, has_conflict=False)
            elif one.state == "marking":
                give(one, chance.choice([GOOD, POOR]))
                hand_in(acting_user=one.person, marker=one)

    def settle_all(file: CityFile) -> None:
        reconcile_equal(acting_user=world.runner, file=file)
        for criterion in unsettled(fresh(file)):
            reconcile(acting_user=world.runner, file=file, criterion=criterion, value=3, reason="x")

    def hand(file: CityFile) -> None:
        one = marker(file)
        hand_in(acting_user=one.person, marker=one)

    def decide(file: CityFile) -> None:
        outcome = chance.choice(["granted", "granted", "refused"])
        level = "passed" if outcome == "granted" else ""
        decide_file(
            acting_user=world.decider, file=file, outcome=outcome, level=level, reasons="x", revision=file.revision,
            today=DAY,
        )  # fmt: skip

    def appeal(file: CityFile) -> None:
        file_appeal(acting_user=world.sender, decision=standing_decision(file) or _no(), text="x", today=DAY)

    def judge(file: CityFile) -> None:
        row = Appeal.objects.filter(decision__file=file).last() or _no()
        back = chance.choice([FileState.RECONCILING, FileState.DECIDING])
        outcome = chance.choice(["upheld", "dismissed"])
        decide_appeal(acting_user=other, appeal=row, outcome=outcome, reasons="x", back_to=back)

    def appoint(file: CityFile) -> None:
        appoint_marker(acting_user=world.runner, file=file, person=chance.choice(people))

    def say(file: CityFile) -> None:
        one = marker(file)
        declare(acting_user=one.person, marker=one, has_conflict=chance.random() < 0.1, declaration="x")

    return {
        "appoint": appoint,
        "declare": say,
        "progress": progress,
        "mark": mark,
        "hand_in": hand,
        "recuse": lambda file: recuse_marker(acting_user=world.runner, marker=marker(file), reason="x"),
        "return": lambda file: return_file(acting_user=world.runner, file=file, reason="x"),
        "submit": lambda file: submit_file(acting_user=world.sender, file=file, today=DAY),
        "equal": settle_all,
        "tell": lambda file: tell_provisional(acting_user=world.runner, file=file, today=DAY),
        "reply": lambda file: reply(acting_user=world.sender, file=file, text="x", today=DAY),
        "end_reply": lambda file: end_reply(acting_user=world.sender, file=file),
        "clock": lambda file: over_due(DAY + timedelta(days=chance.choice([1, 60]))),
        "decide": decide,
        "appeal": appeal,
        "judge": judge,
        "withdraw": lambda file: withdraw_file(acting_user=world.sender, file=file, reason="x"),
    }


def give(marker: Marker, values: dict[str, int]) -> None:
    """Marks of what is open to the marker."""
    for criterion, value in values.items():
        before = marker.marks.filter(criterion=criterion).first()
        if marker.done_at is not None and criterion not in open_again(marker):
            continue
        save_mark(
            acting_user=marker.person, marker=marker, criterion=criterion, value=value, reason="x",
            revision=before.revision if before else 0,
        )  # fmt: skip


def _no() -> Any:
    raise Nobody()


class Nobody(InputError):
    """A move that has nobody to make it."""

    def __init__(self) -> None:
        super().__init__(Text("ไม่มีผู้ทำ", "nobody to do it"), remedy=Text("-", "-"))


def snapshot(file: CityFile) -> tuple[Any, ...]:
    """What a refusal must leave as it is."""
    held = fresh(file)
    return (
        held.state, held.revision, held.steps.count(), held.decisions.count(), held.replies.count(),
        held.reconciled.count(), tuple(held.markers.order_by("pk").values_list("pk", "state")),
    )  # fmt: skip


def check(file: CityFile, states: list[str]) -> None:
    """What holds of a file at any time."""
    held = fresh(file)
    numbers = list(held.steps.order_by("sequence").values_list("sequence", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    assert held.steps.last().state == held.state
    for before, after in pairwise(states):
        assert before == after or after in MAY_FOLLOW[before], (before, after)
    decisions = held.decisions.count()
    assert (held.state in ("granted", "refused", "appealed")) <= (decisions > 0)
    if held.state in ("granted", "refused"):
        assert held.decisions.last().outcome == held.state
    if held.state == "marking":
        assert len(active_markers(held)) <= held.call.markers
        assert not handed_in(held)
    if held.state in ("reconciling", "reply", "deciding"):
        assert handed_in(held)
    if held.state == "reply":
        assert unsettled(held) == () and held.reply_due is not None
    assert Certificate.objects.filter(decision__file=held).count() == held.decisions.filter(outcome="granted").count()
    assert Certificate.objects.filter(decision__file=held, ended_on=None).count() <= 1


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.integers(0, 10**6), min_size=25, max_size=40), st.booleans())
def test_any_order_of_calls_keeps_the_file_whole(world: AssessmentWorld, seeds: list[int], helpful: bool) -> None:
    with transaction.atomic():
        walk(world, seeds, helpful)
        transaction.set_rollback(True)


def walk(world: AssessmentWorld, seeds: list[int], helpful: bool) -> None:
    file = world.submitted()
    chance = random.Random(seeds[0])
    known = moves(world, holding(Role.PUBLISHER, world.agency, name="decider2"), chance)
    states = [str(file.state)]
    for seed in seeds:
        names = HELPS[str(file.state)] if helpful and seed % 8 else sorted(known)
        name = names[seed // 8 % len(names)]
        before = snapshot(file)
        try:
            with transaction.atomic():
                known[name](fresh(file))
        except InputError:
            assert snapshot(file) == before, name
        file = fresh(file)
        states.append(str(file.state))
        check(file, states)
