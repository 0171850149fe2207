"""From the marks to the decision: settling, the right of reply, grants and refusals, appeals; each refusal told."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest

from mudmai.apps.assessment.domain.appeals import decide_appeal, file_appeal
from mudmai.apps.assessment.domain.deciding import decide_file, levels_reached
from mudmai.apps.assessment.domain.files import withdraw_file
from mudmai.apps.assessment.domain.reconciling import reconcile, reconcile_equal, tell_provisional
from mudmai.apps.assessment.domain.replying import end_reply, over_due, reply
from mudmai.apps.assessment.domain.settled import settled_marks, settled_seen_by, unsettled
from mudmai.apps.assessment.models import Certificate, Decision, FileState, RegisterHolder
from mudmai.apps.registry.domain.roles import grant_role
from mudmai.apps.registry.models import AuditEntry, Person, Role
from mudmai.apps.registry.policy import OPERATOR, NotAllowed
from mudmai.core.errors import InputError
from tests.apps.assessment.assessment_world import DAY, AssessmentWorld, link
from tests.apps.assessment.marking_world import (
    GOOD,
    POOR,
    fresh,
    granted,
    in_deciding,
    in_marking,
    in_reconciling,
    in_reply,
    logged,
    refused_grant,
    settle,
)
from tests.apps.registry.small_world import holding


def code_of(call, **given) -> str:
    """The code of the refusal."""
    with pytest.raises(InputError) as refused:
        call(**given)
    return refused.value.code


def second_decider(world: AssessmentWorld) -> Person:
    return holding(Role.PUBLISHER, world.agency, name="decider2")


def test_equal_marks_are_taken_over_and_differing_ones_settled(world: AssessmentWorld) -> None:
    file, first, _ = in_reconciling(world, GOOD, {**GOOD, "c-open": 1})
    assert reconcile_equal(acting_user=world.runner, file=file) == 3
    assert reconcile_equal(acting_user=world.runner, file=file) == 0
    assert unsettled(file) == ("c-open",)
    assert code_of(tell_provisional, acting_user=world.runner, file=file) == "marks_unsettled"
    given = {"acting_user": world.runner, "file": file, "criterion": "c-open"}
    assert code_of(reconcile, **given, value=1) == "reason_needed"
    assert code_of(reconcile, **given, value=7, reason="x") == "mark_step"
    assert code_of(reconcile, **{**given, "acting_user": first.person}, value=1, reason="x") == "not_allowed"
    made = reconcile(**given, value=0, reason="ไม่มีหลักฐานรองรับทั้งสองคะแนน", sequence=0)
    assert (made.value, made.sequence) == (0, 1)
    assert code_of(reconcile, **given, value=1, reason="x", sequence=0) == "mark_changed"
    assert reconcile(**given, value=1, reason="พบหลักฐาน", sequence=1).sequence == 2
    assert settled_marks(file)["c-open"].value == 1
    assert unsettled(file) == ()


def test_a_marker_does_not_settle_or_decide(world: AssessmentWorld) -> None:
    file, first, _ = in_reconciling(world)
    grant_role(acting_user=OPERATOR, person=first.person, organisation=world.agency, role=Role.PUBLISHER)
    marker = Person.objects.get(pk=first.person_id)
    assert code_of(reconcile_equal, acting_user=marker, file=file) == "marker_own"
    reconcile_equal(acting_user=world.runner, file=file)
    assert code_of(tell_provisional, acting_user=marker, file=file) == "marker_own"
    tell_provisional(acting_user=world.runner, file=file, today=DAY)
    held = end_reply(acting_user=world.sender, file=file)
    given = {"file": held, "outcome": "granted", "level": "passed", "reasons": "x", "revision": held.revision}
    assert code_of(decide_file, acting_user=marker, **given) == "marker_own"


def test_the_city_sees_what_it_was_told_and_nothing_before(world: AssessmentWorld) -> None:
    file, _, _ = in_reconciling(world)
    reconcile_equal(acting_user=world.runner, file=file)
    assert settled_seen_by(world.sender, file) == {}
    assert len(settled_seen_by(world.runner, file)) == 4
    tell_provisional(acting_user=world.runner, file=file, today=DAY)
    file = end_reply(acting_user=world.sender, file=file)
    settle(world, file, "c-plan", 0)
    assert settled_seen_by(world.reader, fresh(file))["c-plan"].value == 3
    assert settled_seen_by(world.decider, fresh(file))["c-plan"].value == 0
    assert settled_seen_by(None, fresh(file)) == {}
    held = fresh(file)
    decide_file(acting_user=world.decider, file=held, outcome="refused", reasons="x", revision=held.revision)
    assert settled_seen_by(world.reader, fresh(file))["c-plan"].value == 0


def test_the_city_replies_until_its_day(world: AssessmentWorld) -> None:
    file = in_reply(world)
    assert file.reply_due == DAY + timedelta(days=15)
    given = {"file": file, "text": "ขอชี้แจง", "today": DAY}
    assert reply(acting_user=world.sender, criterion="c-plan", **given).criterion == "c-plan"
    assert reply(acting_user=world.sender, **given).criterion == ""
    assert code_of(reply, acting_user=world.filler, **given) == "not_allowed"
    assert code_of(reply, acting_user=world.runner, **given) == "not_allowed"
    assert code_of(reply, acting_user=world.sender, criterion="c-coast", **given) == "not_asked"
    assert code_of(reply, acting_user=world.sender, **{**given, "text": " "}) == "assessment"
    late = {**given, "today": file.reply_due + timedelta(days=1)}
    assert code_of(reply, acting_user=world.sender, **late) == "reply_over"
    end_reply(acting_user=world.sender, file=file)
    assert code_of(reply, acting_user=world.sender, **given) == "file_state"
    assert logged("file.reply") == 2


def test_the_clock_ends_the_right_of_reply_once(world: AssessmentWorld) -> None:
    file = in_reply(world)
    assert over_due(file.reply_due) == []
    moved = over_due(file.reply_due + timedelta(days=1))
    assert [one.pk for one in moved] == [file.pk]
    assert over_due(file.reply_due + timedelta(days=1)) == []
    step = file.steps.last()
    assert (step.action, step.state, step.by) == ("file.reply_over", "deciding", None)
    assert AuditEntry.objects.get(action="file.reply_over").actor == "system"


def test_evidence_added_in_reply_is_settled_again_before_the_decision(world: AssessmentWorld) -> None:
    file = in_reply(world)
    link(world, file, "c-money", url="https://town.example/more")
    file = end_reply(acting_user=world.sender, file=file)
    given = {"acting_user": world.decider, "file": file, "outcome": "granted", "level": "passed", "reasons": "x"}
    assert code_of(decide_file, **given, revision=file.revision) == "marks_unsettled"
    assert code_of(reconcile, acting_user=world.runner, file=file, criterion="c-money", value=3) == "reason_needed"
    settle(world, file, "c-money", 2)
    file = fresh(file)
    assert decide_file(**given, revision=file.revision).outcome == "granted"


def test_a_grant_freezes_scores_and_makes_its_certificate(world: AssessmentWorld) -> None:
    decision = granted(world)
    assert fresh(decision.file).state == FileState.GRANTED
    assert decision.scores["overall"] == {"low": 1.0, "high": 1.0}
    assert decision.scores["paper"]["low"] == decision.scores["outcome"]["low"] == 1.0
    assert set(decision.scores["parts"]) == {"plan", "environment"}
    assert decision.scores["agreement"]["exact"] == 1.0
    held = Certificate.objects.get(decision=decision)
    assert (held.city, held.level, held.granted_on) == (world.city, "passed", DAY)
    assert logged("file.decide") == logged("certificate.grant") == 1


def test_a_grant_may_set_its_end(world: AssessmentWorld) -> None:
    file = in_deciding(world)
    given = {"acting_user": world.decider, "file": file, "revision": file.revision, "reasons": "x", "today": DAY}
    assert code_of(decide_file, **given, outcome="granted", level="passed", expires_on=DAY) == "certificate_day"
    until = date(2027, 3, 1)
    assert code_of(decide_file, **given, outcome="refused", expires_on=until) == "certificate_day"
    made = decide_file(**given, outcome="granted", level="passed", expires_on=until)
    assert Certificate.objects.get(decision=made).expires_on == until


def test_a_level_that_is_not_reached_is_refused_with_what_lacks(world: AssessmentWorld) -> None:
    file = in_deciding(world, POOR)
    assert levels_reached(file) == ()
    given = {"acting_user": world.decider, "file": file, "revision": file.revision, "today": DAY}
    with pytest.raises(InputError) as refused:
        decide_file(**given, outcome="granted", level="passed", reasons="x")
    assert refused.value.code == "level_unmet"
    assert "must be 60%" in refused.value.message.en
    assert "“Environment” has 44.4%" in refused.value.message.en
    assert code_of(decide_file, **given, outcome="granted", level="", reasons="x") == "decision_level"
    assert code_of(decide_file, **given, outcome="granted", level="best", reasons="x") == "decision_level"
    assert code_of(decide_file, **given, outcome="refused", level="passed", reasons="x") == "decision_level"
    assert code_of(decide_file, **given, outcome="refused", reasons=" ") == "reason_needed"
    assert code_of(decide_file, **given, outcome="maybe", reasons="x") == "unknown_name"
    assert not Decision.objects.exists()
    made = decide_file(**given, outcome="refused", reasons="ยังไม่ถึงเกณฑ์")
    assert fresh(file).state == FileState.REFUSED
    assert not Certificate.objects.exists()
    assert made.scores["level"] == ""


def test_only_a_decider_without_conflict_decides(world: AssessmentWorld) -> None:
    file = in_deciding(world)
    given = {"file": file, "outcome": "granted", "level": "passed", "reasons": "x", "revision": file.revision}
    for person in (world.runner, world.sender, world.reader):
        with pytest.raises(NotAllowed):
            decide_file(acting_user=person, **given)
    grant_role(acting_user=OPERATOR, person=world.decider, organisation=world.town, role=Role.READER)
    with pytest.raises(NotAllowed) as conflict:
        decide_file(acting_user=Person.objects.get(pk=world.decider.pk), **given)
    assert conflict.value.decision.code == "conflict"


def test_a_second_decision_is_refused(world: AssessmentWorld) -> None:
    file = in_deciding(world)
    given = {"file": file, "reasons": "x", "revision": file.revision, "today": DAY}
    other = second_decider(world)
    decide_file(acting_user=world.decider, outcome="granted", level="passed", **given)
    with pytest.raises(InputError) as refused:
        decide_file(acting_user=other, outcome="refused", **given)
    assert refused.value.code == "file_changed"
    assert "decided on a city's file" in refused.value.message.en
    assert Decision.objects.count() == 1


def test_nothing_is_decided_where_the_certificate_is_refused(world: AssessmentWorld) -> None:
    file = in_deciding(world)
    RegisterHolder.objects.create(scheme="toy-smart", organisation=world.people.ministry)
    steps = file.steps.count()
    with pytest.raises(InputError):
        decide_file(
            acting_user=world.decider, file=file, outcome="granted", level="passed", reasons="x", revision=file.revision
        )
    assert fresh(file).state == FileState.DECIDING
    assert (Decision.objects.count(), Certificate.objects.count(), file.steps.count()) == (0, 0, steps)


def test_a_refusal_is_appealed_and_decided_by_somebody_else(world: AssessmentWorld) -> None:
    decision = refused_grant(world)
    given = {"decision": decision, "text": "ขอทบทวน"}
    last = DAY + timedelta(days=30)
    assert code_of(file_appeal, acting_user=world.sender, **given, today=last + timedelta(days=1)) == "appeal_late"
    assert code_of(file_appeal, acting_user=world.filler, **given, today=DAY) == "not_allowed"
    appeal = file_appeal(acting_user=world.sender, **given, today=last)
    assert fresh(decision.file).state == FileState.APPEALED
    assert code_of(file_appeal, acting_user=world.sender, **given, today=DAY) == "file_state"
    asked = {"appeal": appeal, "outcome": "upheld"}
    assert code_of(decide_appeal, acting_user=world.decider, **asked, reasons="x") == "appeal_own"
    assert code_of(decide_appeal, acting_user=world.runner, **asked, reasons="x") == "not_allowed"
    other = second_decider(world)
    assert code_of(decide_appeal, acting_user=other, **asked, reasons="") == "reason_needed"
    back = {**asked, "back_to": FileState.MARKING}
    assert code_of(decide_appeal, acting_user=other, **back, reasons="x") == "appeal_back"
    decide_appeal(acting_user=other, **asked, reasons="คะแนนข้อแผนควรพิจารณาใหม่", back_to=FileState.RECONCILING)
    file = fresh(decision.file)
    assert file.state == FileState.RECONCILING
    for criterion in GOOD:
        settle(world, file, criterion, 3)
    file = tell_provisional(acting_user=world.runner, file=file, today=DAY)
    file = end_reply(acting_user=world.sender, file=file)
    again = decide_file(
        acting_user=world.decider, file=file, outcome="granted", level="passed", reasons="ครบ", revision=file.revision
    )
    assert (again.sequence, file.decisions.count()) == (2, 2)
    assert code_of(file_appeal, acting_user=world.sender, **given, today=DAY) == "appeal_other"
    assert logged("file.appeal") == logged("file.appeal_decide") == 1


def test_a_dismissed_appeal_leaves_the_decision(world: AssessmentWorld) -> None:
    decision = granted(world)
    appeal = file_appeal(acting_user=world.sender, decision=decision, text="ขอระดับสูงกว่า", today=DAY)
    other = second_decider(world)
    decide_appeal(acting_user=other, appeal=appeal, outcome="dismissed", reasons="ไม่มีเหตุ")
    assert fresh(decision.file).state == FileState.GRANTED
    assert code_of(decide_appeal, acting_user=other, appeal=appeal, outcome="upheld", reasons="x") == "file_state"
    assert code_of(file_appeal, acting_user=world.sender, decision=decision, text="อีก", today=DAY) == "appeal_other"


def test_what_was_granted_is_not_taken_back_by_the_city_s_own_appeal(world: AssessmentWorld) -> None:
    decision = granted(world)
    appeal = file_appeal(acting_user=world.sender, decision=decision, text="ขอระดับสูงกว่า", today=DAY)
    decide_appeal(acting_user=second_decider(world), appeal=appeal, outcome="upheld", reasons="พิจารณาระดับใหม่")
    file = fresh(decision.file)
    assert file.state == FileState.DECIDING
    given = {"acting_user": world.decider, "file": file, "revision": file.revision, "reasons": "x", "today": DAY}
    assert code_of(decide_file, **given, outcome="refused") == "decision_worse"
    again = decide_file(**given, outcome="granted", level="high")
    held = Certificate.objects.get(decision=again)
    assert held.renews is not None and held.renews.decision == decision
    assert Certificate.objects.get(decision=decision).ended_on == DAY


def test_a_file_is_withdrawn_at_any_state_before_the_decision_and_not_after(world: AssessmentWorld) -> None:
    file = in_deciding(world)
    assert code_of(withdraw_file, acting_user=world.runner, file=file, reason="x") == "not_allowed"
    withdraw_file(acting_user=world.sender, file=file, reason="จะยื่นใหม่")
    given = {"outcome": "granted", "level": "passed", "reasons": "x"}
    held = fresh(file)
    assert code_of(decide_file, acting_user=world.decider, file=held, revision=held.revision, **given) == "file_state"
    again, _, _ = in_marking(world)
    withdraw_file(acting_user=world.sender, file=again, reason="จะยื่นใหม่")
    decision = granted(world)
    assert code_of(withdraw_file, acting_user=world.sender, file=decision.file, reason="x") == "file_state"


def test_a_file_s_way_is_told_step_by_step(world: AssessmentWorld) -> None:
    decision = granted(world)
    steps = list(decision.file.steps.values_list("action", "state"))
    sent = [action for action, _ in steps].index("file.submit")
    assert steps[sent:] == [
        ("file.submit", "submitted"),
        ("file.appoint", "submitted"),
        ("file.declare", "submitted"),
        ("file.appoint", "marking"),
        ("file.declare", "marking"),
        ("file.marks_done", "marking"),
        ("file.marks_done", "reconciling"),
        ("file.reconcile", "reconciling"),
        ("file.provisional", "reply"),
        ("file.reply_over", "deciding"),
        ("file.decide", "granted"),
    ]
    for action, count in Counter(action for action, _ in steps[sent:]).items():
        assert logged(action) == count
