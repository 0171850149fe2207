"""Marking: who may, what is refused and why, and that nobody sees the marks of another before all have handed in."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mudmai.apps.assessment.domain.files import file_for, files_seen_by, return_file, submit_file
from mudmai.apps.assessment.domain.markers import appoint_marker, declare, lacking, recuse_marker
from mudmai.apps.assessment.domain.marks import hand_in, marks_seen_by, open_again, save_mark, stale_marks
from mudmai.apps.assessment.models import FileState, MarkerState
from mudmai.apps.assessment.policy import decide_view
from mudmai.apps.registry.domain.roles import grant_role, revoke_role
from mudmai.apps.registry.models import AuditEntry, Membership, Role
from mudmai.apps.registry.policy import OPERATOR, NotAllowed
from mudmai.core.errors import InputError
from tests.apps.assessment.assessment_world import DAY, AssessmentWorld, link
from tests.apps.assessment.marking_world import (
    GOOD,
    POOR,
    appointed,
    fresh,
    handed,
    in_marking,
    in_reconciling,
    in_reply,
    logged,
    mark_all,
)
from tests.apps.registry.small_world import holding


def test_a_file_is_marked_once_it_has_its_markers(world: AssessmentWorld) -> None:
    file = world.submitted()
    appoint_marker(acting_user=world.runner, file=file, person=world.markers[0])
    assert fresh(file).state == FileState.SUBMITTED
    assert lacking(fresh(file)) == 1
    appoint_marker(acting_user=world.runner, file=file, person=world.markers[1])
    assert fresh(file).state == FileState.MARKING
    assert logged("file.appoint") == 2
    with pytest.raises(InputError) as refused:
        appoint_marker(acting_user=world.runner, file=file, person=world.markers[2])
    assert refused.value.code == "markers_enough"


def test_who_cannot_be_a_marker_is_refused_with_why(world: AssessmentWorld) -> None:
    file = world.submitted()

    def why(person) -> str:
        with pytest.raises(InputError) as refused:
            appoint_marker(acting_user=world.runner, file=file, person=person)
        assert refused.value.code == "marker_unfit"
        return refused.value.message.en

    assert "no role is held" in why(world.colleague)
    of_both = holding(Role.CONTRIBUTOR, world.agency, name="both")
    grant_role(acting_user=OPERATOR, person=of_both, organisation=world.town, role=Role.READER)
    assert "the city's own organisation" in why(of_both)
    appoint_marker(acting_user=world.runner, file=file, person=world.markers[0])
    assert "was appointed to this file before" in why(world.markers[0])


def test_whoever_worked_on_the_file_does_not_mark_it(world: AssessmentWorld) -> None:
    file = world.submitted()
    file.answers.filter(criterion="c-plan").update(changed_by=world.markers[0])
    with pytest.raises(InputError) as refused:
        appoint_marker(acting_user=world.runner, file=file, person=world.markers[0])
    assert "worked on this file" in refused.value.message.en


def test_only_the_certifying_side_appoints(world: AssessmentWorld) -> None:
    file = world.submitted()
    for person in (world.sender, world.markers[0]):
        with pytest.raises(NotAllowed):
            appoint_marker(acting_user=person, file=file, person=world.markers[1])
    assert not file.markers.exists()


def test_a_declared_conflict_recuses_and_asks_for_another(world: AssessmentWorld) -> None:
    file = world.submitted()
    marker = appointed(world, file, world.markers[0], declares=False)
    with pytest.raises(InputError) as refused:
        declare(acting_user=marker.person, marker=marker, has_conflict=True)
    assert refused.value.code == "reason_needed"
    with pytest.raises(NotAllowed):
        declare(acting_user=world.runner, marker=marker, has_conflict=False)
    gone = declare(acting_user=marker.person, marker=marker, has_conflict=True, declaration="ญาติทำงานในเมืองนี้")
    assert gone.state == MarkerState.RECUSED
    step = fresh(file).steps.get(action="file.declare")
    assert step.facts["markers_lacking"] == 2
    assert "ญาติ" not in str(step.facts) + step.note
    appointed(world, file, world.markers[1])
    appointed(world, file, world.markers[2])
    assert fresh(file).state == FileState.MARKING


def test_who_stepped_back_reads_the_file_no_longer(world: AssessmentWorld) -> None:
    file, first, second = in_marking(world)
    for role in Membership.objects.filter(person__in=(first.person, second.person)):
        revoke_role(acting_user=OPERATOR, membership=role)
    for person in (first.person, second.person):
        assert decide_view(person, file).code == "marker" and file in files_seen_by(person)
    recuse_marker(acting_user=world.runner, marker=first, reason="ป่วย")
    assert not decide_view(first.person, file) and file not in files_seen_by(first.person)
    assert decide_view(second.person, file) and file in files_seen_by(second.person)


def test_who_declared_a_conflict_reads_the_file_by_no_role_of_the_certifying_side(world: AssessmentWorld) -> None:
    file = world.submitted()
    person = world.markers[0]
    marker = appointed(world, file, person, declares=False)
    assert decide_view(person, file) and file in files_seen_by(person)
    declare(acting_user=person, marker=marker, has_conflict=True, declaration="ญาติทำงานในเมืองนี้")
    assert decide_view(person, file).code == "stepped_back" and file not in files_seen_by(person)
    with pytest.raises(NotAllowed) as refused:
        file_for(person, file.pk)
    assert "account" not in refused.value.remedy.en and "another marker" in refused.value.remedy.en
    assert decide_view(world.markers[1], file) and file in files_seen_by(world.runner)


def test_a_marker_declares_before_marking(world: AssessmentWorld) -> None:
    file = world.submitted()
    marker = appointed(world, file, world.markers[0], declares=False)
    appointed(world, file, world.markers[1])
    with pytest.raises(InputError) as refused:
        save_mark(acting_user=marker.person, marker=marker, criterion="c-plan", value=2)
    assert refused.value.code == "marker_state"
    assert "declare" in refused.value.remedy.en


def test_a_marker_who_steps_back_during_reconciling_opens_the_file_again(world: AssessmentWorld) -> None:
    file, first, _ = in_reconciling(world)
    with pytest.raises(NotAllowed):
        recuse_marker(acting_user=world.sender, marker=first, reason="x")
    recuse_marker(acting_user=world.runner, marker=first, reason="พบส่วนได้เสียภายหลัง")
    assert fresh(file).state == FileState.MARKING
    handed(appointed(world, file, world.markers[2]), GOOD)
    assert fresh(file).state == FileState.RECONCILING
    with pytest.raises(InputError) as refused:
        recuse_marker(acting_user=world.runner, marker=first, reason="อีกครั้ง")
    assert refused.value.code == "marker_state"


def test_marks_are_refused_with_their_reason(world: AssessmentWorld) -> None:
    file, marker, _ = in_marking(world)

    def code(**given) -> str:
        asked = {"acting_user": marker.person, "marker": marker, "criterion": "c-plan", "value": 2, **given}
        with pytest.raises(InputError) as refused:
            save_mark(**asked)
        return refused.value.code

    assert code(value=9) == "mark_step"
    assert code(criterion="c-coast") == "not_asked"
    assert code(criterion="c-energy") == "not_asked"
    assert code(criterion="nothing") == "unknown_name"
    assert code(value=3) == "reason_needed"
    save_mark(acting_user=marker.person, marker=marker, criterion="c-plan", value=2)
    assert code() == "mark_changed"
    assert code(acting_user=world.markers[1]) == "not_allowed"
    assert code(acting_user=OPERATOR) == "not_allowed"
    changed = save_mark(
        acting_user=marker.person, marker=marker, criterion="c-plan", value=0, reason="ไม่พบแผน", revision=1
    )
    assert (changed.value, changed.revision) == (0, 2)
    assert fresh(file).steps.filter(action="file.mark").count() == 0


def test_the_log_does_not_tell_what_was_marked(world: AssessmentWorld) -> None:
    _, marker, _ = in_marking(world)
    save_mark(acting_user=marker.person, marker=marker, criterion="c-plan", value=3, reason="เหตุผลลับ")
    row = AuditEntry.objects.get(action="file.mark")
    assert set(row.new) == {"marker", "criterion", "revision"}
    assert row.reason == ""


def test_of_what_the_city_left_open_the_lowest_step_needs_no_reason(world: AssessmentWorld) -> None:
    file = world.filled({"c-plan": 2, "c-money": 1, "c-waste": 2})
    file = submit_file(acting_user=world.sender, file=file, today=DAY, leave_open=["c-open"])
    marker = appointed(world, file, world.markers[0])
    appointed(world, file, world.markers[1])
    save_mark(acting_user=marker.person, marker=marker, criterion="c-open", value=0)
    with pytest.raises(InputError) as refused:
        save_mark(acting_user=marker.person, marker=marker, criterion="c-open", value=1, revision=1)
    assert refused.value.code == "reason_needed"


def test_every_criterion_is_marked_before_handing_in(world: AssessmentWorld) -> None:
    file, first, second = in_marking(world)
    mark_all(first, {"c-plan": 2, "c-open": 1})
    with pytest.raises(InputError) as refused:
        hand_in(acting_user=first.person, marker=first)
    assert refused.value.code == "marks_missing"
    assert [one.where.field for one in refused.value.problems] == ["c-money", "c-waste"]
    mark_all(first, {"c-money": 1, "c-waste": 2})
    hand_in(acting_user=first.person, marker=first)
    assert fresh(file).state == FileState.MARKING
    with pytest.raises(InputError) as twice:
        hand_in(acting_user=first.person, marker=first)
    assert twice.value.code == "marker_state"
    handed(second, POOR)
    assert fresh(file).state == FileState.RECONCILING
    assert logged("file.marks_done") == 2


def test_nobody_sees_another_s_marks_before_all_have_handed_in(world: AssessmentWorld) -> None:
    file, first, second = in_marking(world)
    handed(first, GOOD)
    mark_all(second, {"c-plan": 1})

    def seen(person) -> set:
        return {one.marker.pk for one in marks_seen_by(person, fresh(file)) if one.marks}

    assert seen(first.person) == {first.pk}
    assert seen(second.person) == {second.pk}
    for person in (world.runner, world.decider, world.markers[2], world.sender, OPERATOR, None):
        assert seen(person) == set()
    mark_all(second, {"c-open": 1, "c-money": 1, "c-waste": 1})
    hand_in(acting_user=second.person, marker=second)
    for person in (first.person, second.person, world.runner, world.decider, OPERATOR):
        assert seen(person) == {first.pk, second.pk}
    for person in (world.sender, world.filler, world.markers[2], None):
        assert seen(person) == set()
    grant_role(acting_user=OPERATOR, person=world.runner, organisation=world.town, role=Role.READER)
    assert seen(type(world.runner).objects.get(pk=world.runner.pk)) == set()


def test_marks_are_read_in_as_many_queries_whatever_their_number(world: AssessmentWorld) -> None:
    file, first, second = in_reconciling(world)
    with CaptureQueriesContext(
        connection,
    ) as few:
        marks_seen_by(world.runner, fresh(file))
    second.marks.exclude(criterion="c-plan").delete()
    first.marks.exclude(criterion="c-plan").delete()
    with CaptureQueriesContext(connection) as fewer:
        marks_seen_by(world.runner, fresh(file))
    assert len(few) == len(fewer) < 20


def test_after_a_return_only_what_changed_is_marked_again(world: AssessmentWorld) -> None:
    file, first, second = in_marking(world)
    handed(first, GOOD)
    mark_all(second, {"c-plan": 2})
    return_file(acting_user=world.runner, file=file, reason="หลักฐานเปิดไม่ได้")
    old = file.evidence.get(criterion="c-plan")
    link(world, fresh(file), "c-plan", url="https://town.example/new", replaces=old)
    file = submit_file(acting_user=world.sender, file=fresh(file), today=DAY)
    assert file.state == FileState.MARKING
    first.refresh_from_db()
    assert first.state == MarkerState.MARKING
    assert stale_marks(first) == stale_marks(second) == ("c-plan",)
    assert open_again(first) == {"c-plan"}
    with pytest.raises(InputError) as stale:
        hand_in(acting_user=first.person, marker=first)
    assert stale.value.code == "marks_stale"
    with pytest.raises(InputError) as closed:
        save_mark(acting_user=first.person, marker=first, criterion="c-open", value=1, revision=1)
    assert closed.value.code == "mark_closed"
    save_mark(acting_user=first.person, marker=first, criterion="c-plan", value=3, reason="ยืนยัน", revision=1)
    hand_in(acting_user=first.person, marker=first)
    assert file.steps.filter(action="file.marks_done").last().facts["again"] == ["c-plan"]


def test_marks_are_closed_once_the_result_is_told(world: AssessmentWorld) -> None:
    file = in_reply(world)
    marker = file.markers.first()
    with pytest.raises(InputError) as refused:
        save_mark(acting_user=marker.person, marker=marker, criterion="c-plan", value=1, reason="x", revision=1)
    assert refused.value.code == "file_state"
