"""Markers' reasons reach the city with the provisional result, in calls that say so, without who wrote them."""

from __future__ import annotations

import json
from datetime import date
from importlib import import_module
from typing import Any

import pytest

from mudmai.apps.assessment.domain.calls import change_call, create_call, publish_call
from mudmai.apps.assessment.domain.marks import hand_in, save_mark
from mudmai.apps.assessment.domain.reasons import mixed, reasons_seen_by, told_without_reason
from mudmai.apps.assessment.domain.reconciling import reconcile, reconcile_equal, tell_provisional
from mudmai.apps.assessment.models import Call, CityFile, Mark, Marker
from mudmai.apps.registry.domain.personal_data import export_personal_data
from mudmai.apps.registry.models import AuditEntry, Organisation
from mudmai.apps.registry.policy import NotAllowed
from mudmai.core.errors import InputError
from tests.apps.assessment.assessment_world import DAY, SET, AssessmentWorld
from tests.apps.assessment.marking_world import POOR, fresh, in_marking, in_reconciling, logged

LOW = {**POOR, "c-plan": 3}
"""One criterion at its top, three below."""


def handed(marker: Marker, word: str, values: dict[str, int] = LOW) -> None:
    for criterion, value in values.items():
        save_mark(
            acting_user=marker.person, marker=marker, criterion=criterion, value=value, reason=f"{word} {criterion}"
        )
    hand_in(acting_user=marker.person, marker=marker)


def silent(file: CityFile) -> None:
    """As if no marker had written a word."""
    Mark.objects.filter(marker__file=file).update(reason="")


def kept_back(file: CityFile) -> CityFile:
    Call.objects.filter(pk=file.call_id).update(shows_reasons=False)
    return fresh(file)


def test_the_city_reads_reasons_with_the_provisional_result_and_nobody_before(world: AssessmentWorld) -> None:
    file, first, second = in_marking(world)
    handed(first, "หลักฐานเก่า")
    people = (world.sender, world.reader, world.runner, world.decider, *world.markers, None)
    assert not any(reasons_seen_by(one, fresh(file)) for one in people)
    handed(second, "แผนหมดอายุ")
    reconcile_equal(acting_user=world.runner, file=file)
    assert not any(reasons_seen_by(one, fresh(file)) for one in people), "marked, settled, and not told"
    tell_provisional(acting_user=world.runner, file=file, today=DAY)
    said = reasons_seen_by(world.reader, fresh(file))
    assert set(said) == set(LOW)
    assert set(said["c-open"]) == {"หลักฐานเก่า c-open", "แผนหมดอายุ c-open"}
    for one in (world.runner, world.decider, *world.markers, None):
        assert not reasons_seen_by(one, fresh(file)), "these ask marks_seen_by"
    assert reasons_seen_by(world.reader, kept_back(file)) == {}


def test_the_order_tells_nothing_of_who_wrote(world: AssessmentWorld) -> None:
    file, _, _ = in_marking(world)
    criteria = [f"c-{n}" for n in range(200)]
    there = [mixed(file, one, ["ก ของคนแรก", "ข ของคนที่สอง"]) for one in criteria]
    back = [mixed(file, one, ["ข ของคนที่สอง", "ก ของคนแรก"]) for one in criteria]
    assert there == back, "whoever was appointed first"
    first = sum(one[0] == "ก ของคนแรก" for one in there)
    assert 60 < first < 140, "the same words do not stand first everywhere"
    assert mixed(file, "c", ["เหมือนกัน", " เหมือนกัน", "", "  "]) == ("เหมือนกัน",)


def test_what_is_told_without_reason_is_what_loses_points(world: AssessmentWorld) -> None:
    file, _, _ = in_reconciling(world, LOW, LOW)
    reconcile_equal(acting_user=world.runner, file=file)
    assert told_without_reason(fresh(file)) == (), "the markers' own reasons will be read"
    lost = told_without_reason(kept_back(file))
    assert set(lost) == {"c-open", "c-money", "c-waste"}, "not c-plan, which is at its top"
    reconcile(acting_user=world.runner, file=file, criterion="c-open", value=LOW["c-open"], reason="ข้อมูลไม่ครบ")
    assert told_without_reason(fresh(file)) == tuple(one for one in lost if one != "c-open")
    Call.objects.update(shows_reasons=True)
    silent(file)
    assert told_without_reason(fresh(file)) == tuple(one for one in lost if one != "c-open")
    tell_provisional(acting_user=world.runner, file=file, today=DAY)


def test_equal_marks_can_be_taken_over_with_a_reason_at_once(world: AssessmentWorld) -> None:
    file, _, _ = in_reconciling(world, LOW, LOW)
    made = reconcile(
        acting_user=world.runner, file=file, criterion="c-open", value=LOW["c-open"], reason="ข้อมูลไม่ครบ", sequence=0
    )
    assert (made.sequence, made.reason) == (1, "ข้อมูลไม่ครบ")
    assert reconcile_equal(acting_user=world.runner, file=file) == 3
    assert logged("file.reconcile") == 2
    with pytest.raises(InputError, match="reason") as refused:
        reconcile(acting_user=world.runner, file=file, criterion="c-open", value=LOW["c-open"], sequence=1)
    assert refused.value.code == "reason_needed", "settling again is explained"


def draft(world: AssessmentWorld, **more: Any) -> Call:
    days: dict[str, Any] = {"opens_on": date(2026, 1, 1), "closes_on": date(2099, 6, 30)}
    organisation: Organisation = world.agency
    return create_call(
        acting_user=world.decider, organisation=organisation, criteria_id=SET, title_th="รอบร่าง", **days, **more
    )


def test_calls_from_before_the_rule_keep_the_reasons_back() -> None:
    added, altered = import_module("mudmai.apps.assessment.migrations.0003_call_shows_reasons").Migration.operations
    assert added.field.default is False, "the rows that are there: their markers were told nothing"
    assert altered.field.default is True, "every call from now on"


def test_a_call_says_so_when_it_is_set_up_and_keeps_to_it_once_published(world: AssessmentWorld) -> None:
    assert draft(world).shows_reasons is True
    call = draft(world, shows_reasons=False)
    assert call.shows_reasons is False
    call = change_call(acting_user=world.decider, call=call, revision=call.revision, shows_reasons=True)
    row = AuditEntry.objects.filter(action="call.change").latest("sequence")
    old, new = (one if isinstance(one, dict) else json.loads(one) for one in (row.old, row.new))
    assert (old["shows_reasons"], new["shows_reasons"]) == (False, True)
    with pytest.raises(NotAllowed):
        change_call(acting_user=world.sender, call=call, revision=call.revision, shows_reasons=False)
    call = publish_call(acting_user=world.decider, call=call, today=DAY)
    with pytest.raises(InputError) as refused:
        change_call(acting_user=world.decider, call=call, revision=call.revision, shows_reasons=False)
    assert (refused.value.code, refused.value.where.field) == ("call_setting", "shows_reasons")
    assert Call.objects.get(pk=call.pk).shows_reasons is True


def test_markers_take_their_words_along(world: AssessmentWorld) -> None:
    file, first, second = in_marking(world)
    handed(first, "หลักฐานเก่า")
    handed(second, "แผนหมดอายุ")
    taken = json.loads(export_personal_data(acting_user=first.person, person=first.person))
    (held,) = (one for one in taken["data"] if one["kept_in"] == "assessment.Mark")
    assert {one["reason"] for one in held["value"]} == {f"หลักฐานเก่า {one}" for one in LOW}
    assert {one["file"] for one in held["value"]} == {str(file.pk)}
