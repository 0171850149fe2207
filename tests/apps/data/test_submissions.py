"""The way of a submission: every step, who may take it, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mudmai.apps.data.domain import submissions as do
from mudmai.apps.data.models import Approval, State, Submission, SubmissionStep
from mudmai.apps.registry.domain.audit import verify_chain
from mudmai.apps.registry.models import AuditEntry, Role
from mudmai.apps.registry.policy import OPERATOR, NotAllowed
from mudmai.core.errors import InputError, UnknownNameError
from tests.apps.data.data_world import A1, A, B, DataWorld, draft, raw
from tests.apps.registry.small_world import holding, somebody


def submitted(world: DataWorld, rows: list[tuple[str, str, float | None]] | None = None, **more: Any) -> Submission:
    one = draft(world.contributor, world.ministry, rows or [("A", "2021", 130.0)], **more)
    return do.submit(acting_user=world.contributor, submission=one, note="ปี 2564")


def approved(world: DataWorld, rows: list[tuple[str, str, float | None]] | None = None, **more: Any) -> Submission:
    return do.approve(acting_user=world.reviewer, submission=submitted(world, rows, **more), level=1, note="ok")


def test_the_whole_way_with_every_step_in_history_and_log(data_world: DataWorld) -> None:
    one = approved(data_world)
    assert data_world.value("A", "2021") is None
    do.release(acting_user=data_world.publisher, submission=one)
    assert (one.state, one.release) == ("released", data_world.workspace.release().id)
    assert data_world.value("A", "2021") == 130.0
    assert data_world.value("A", "2020") == 126.0
    actions = ["start", "read", "submit", "approve", "publish", "released"]
    assert [s.action.removeprefix("submission.") for s in one.steps.all()] == actions
    logged = AuditEntry.objects.filter(object_id=str(one.pk)).order_by("sequence")
    assert [e.action.removeprefix("submission.") for e in logged] == actions
    assert [e.actor for e in logged][2:] == [
        data_world.contributor.pseudonym,
        data_world.reviewer.pseudonym,
        data_world.publisher.pseudonym,
        "system",
    ]
    assert verify_chain().is_whole


def test_a_contributor_of_one_region_cannot_submit_rows_of_another(data_world: DataWorld) -> None:
    northern = holding(Role.CONTRIBUTOR, data_world.ministry, A, name="northern")
    one = draft(northern, data_world.ministry, [("A1", "2021", 70.0), ("B", "2021", 99.0), ("B1", "2021", 98.0)])
    with pytest.raises(NotAllowed) as told:
        do.submit(acting_user=northern, submission=one, note="")
    assert told.value.decision.code == "outside_area"
    assert "Beta" in told.value.message.en and "Beta One" in told.value.message.en
    assert "Alpha" in told.value.message.en.partition("does not reach")[0]
    assert Submission.objects.get(pk=one.pk).state == "draft"
    fine = draft(northern, data_world.ministry, [("A1", "2021", 70.0), ("A", "2021", 99.0)])
    assert do.submit(acting_user=northern, submission=fine, note="").state == "submitted"


def test_two_roles_together_may_cover_a_file(data_world: DataWorld) -> None:
    from mudmai.apps.registry.domain.roles import grant_role

    person = holding(Role.CONTRIBUTOR, data_world.ministry, A, name="both")
    grant_role(acting_user=OPERATOR, person=person, organisation=data_world.ministry, role=Role.CONTRIBUTOR, area=B)
    one = draft(person, data_world.ministry, [("A", "2021", 1.0), ("B1", "2021", 2.0)])
    assert do.submit(acting_user=person, submission=one).state == "submitted"


def test_replacing_needs_the_right_to_all_that_is_replaced(data_world: DataWorld) -> None:
    northern = holding(Role.CONTRIBUTOR, data_world.ministry, A, name="northern")
    with pytest.raises(NotAllowed):
        draft(northern, data_world.ministry, [("A", "2021", 1.0)], mode="replace")
    one = draft(northern, data_world.ministry, [("A", "2021", 1.0)], mode="replace", area=A)
    assert do.submit(acting_user=northern, submission=one).state == "submitted"


def test_rows_outside_the_declared_area_are_refused(data_world: DataWorld) -> None:
    one = draft(data_world.contributor, data_world.ministry, [("A1", "2021", 1.0), ("B", "2021", 1.0)], area=A)
    with pytest.raises(InputError) as told:
        do.submit(acting_user=data_world.contributor, submission=one)
    assert told.value.code == "submission_area" and "Beta" in told.value.message.en


def test_what_is_not_read_or_has_errors_is_not_submitted(data_world: DataWorld) -> None:
    unread = do.start_submission(
        acting_user=data_world.contributor, dataset="toy-money", organisation=data_world.ministry, raw=raw()
    )
    faulty = draft(data_world.contributor, data_world.ministry, [("A", "2021", 1.0)], errors=3)
    for one, code in ((unread, "submission_unread"), (faulty, "submission_errors")):
        with pytest.raises(InputError) as told:
            do.submit(acting_user=data_world.contributor, submission=one)
        assert told.value.code == code


def test_nobody_submits_a_dataset_that_their_organisation_does_not_hold(data_world: DataWorld) -> None:
    outsider = holding(Role.CONTRIBUTOR, data_world.other, name="outsider")
    with pytest.raises(InputError) as told:
        draft(outsider, data_world.other, [("A", "2021", 1.0)])
    assert told.value.code == "not_holder"
    with pytest.raises(UnknownNameError):
        draft(data_world.contributor, data_world.ministry, [("A", "2021", 1.0)], dataset="toy-mony")
    below = holding(Role.CONTRIBUTOR, data_world.people.department, name="below")
    one = draft(below, data_world.people.department, [("A", "2021", 1.0)])
    assert do.submit(acting_user=below, submission=one).state == "submitted"


def test_a_submission_is_locked_while_it_is_under_review(data_world: DataWorld) -> None:
    one = submitted(data_world)
    for change in (
        lambda: do.replace_file(acting_user=data_world.contributor, submission=one, raw=raw(b"other")),
        lambda: do.set_recipe(acting_user=data_world.contributor, submission=one, recipe={}, name="x"),
        lambda: do.discard(acting_user=data_world.contributor, submission=one),
        lambda: do.submit(acting_user=data_world.contributor, submission=one),
        lambda: do.note_reading(
            actor=None, submission=one, summary={}, table_sha="", report_sha="", errors=0, warnings=0, accepted=0
        ),
    ):
        with pytest.raises(InputError) as told:
            change()
        assert told.value.code == "submission_state"
    assert Submission.objects.get(pk=one.pk).revision == one.revision


def test_it_is_returned_with_reasons_corrected_and_approved_anew(data_world: DataWorld) -> None:
    one = approved(data_world)
    with pytest.raises(InputError) as told:
        do.return_submission(acting_user=data_world.reviewer, submission=one, reasons="  ")
    assert told.value.code == "reason_needed"
    do.return_submission(acting_user=data_world.reviewer, submission=one, reasons="แถว 3 ผิดหน่วย")
    assert (one.state, Approval.objects.count()) == ("returned", 0)
    assert one.steps.last().note == "แถว 3 ผิดหน่วย"  # type: ignore[union-attr]
    do.replace_file(acting_user=data_world.contributor, submission=one, raw=raw(b"corrected"))
    assert (one.table_sha, one.reading) == ("", None)
    with pytest.raises(InputError):
        do.submit(acting_user=data_world.contributor, submission=one)


def test_a_reading_of_the_file_before_is_not_taken(data_world: DataWorld) -> None:
    one = do.start_submission(
        acting_user=data_world.contributor, dataset="toy-money", organisation=data_world.ministry, raw=raw()
    )
    stale = Submission.objects.get(pk=one.pk)
    do.replace_file(acting_user=data_world.contributor, submission=one, raw=raw(b"newer"))
    with pytest.raises(InputError) as told:
        do.note_reading(
            actor=None, submission=stale, summary={}, table_sha="x", report_sha="", errors=0, warnings=0, accepted=0
        )
    assert told.value.code == "submission_changed"


def test_four_eyes(data_world: DataWorld) -> None:
    reviewer = data_world.reviewer
    one = draft(reviewer, data_world.ministry, [("A", "2021", 1.0)])
    do.submit(acting_user=reviewer, submission=one)
    with pytest.raises(NotAllowed) as told:
        do.approve(acting_user=reviewer, submission=one, level=1, note="")
    assert told.value.decision.code == "own_submission"
    do.assign_dataset(acting_user=OPERATOR, dataset="toy-money", organisation=data_world.ministry, own_approval=True)
    assert do.approve(acting_user=reviewer, submission=one, level=1, note="").state == "approved"


def test_levels_in_their_order_each_by_another_person(data_world: DataWorld) -> None:
    do.assign_dataset(acting_user=OPERATOR, dataset="toy-money", organisation=data_world.ministry, levels=2)
    one = submitted(data_world)
    with pytest.raises(InputError) as early:
        do.approve(acting_user=data_world.reviewer, submission=one, level=2, note="")
    assert early.value.code == "approval_level"
    do.approve(acting_user=data_world.reviewer, submission=one, level=1, note="")
    assert one.state == "submitted"
    with pytest.raises(NotAllowed) as told:
        do.approve(acting_user=data_world.reviewer, submission=one, level=2, note="")
    assert told.value.decision.code == "approved_before"
    do.approve(acting_user=data_world.publisher, submission=one, level=2, note="")
    assert (one.state, [a.level for a in one.approvals.all()]) == ("approved", [1, 2])


def test_the_second_level_is_the_holder_s(data_world: DataWorld) -> None:
    do.assign_dataset(acting_user=OPERATOR, dataset="toy-money", organisation=data_world.ministry, levels=2)
    department = data_world.people.department
    below, first, second = (
        holding(role, department, name=name)
        for role, name in ((Role.CONTRIBUTOR, "c"), (Role.REVIEWER, "r"), (Role.PUBLISHER, "p"))
    )
    one = draft(below, department, [("A", "2021", 1.0)])
    do.submit(acting_user=below, submission=one)
    do.approve(acting_user=first, submission=one, level=1, note="")
    with pytest.raises(NotAllowed):
        do.approve(acting_user=second, submission=one, level=2, note="")
    do.approve(acting_user=data_world.reviewer, submission=one, level=2, note="")
    with pytest.raises(NotAllowed):
        do.release(acting_user=second, submission=one)
    assert do.release(acting_user=data_world.publisher, submission=one).state == "released"


@pytest.mark.parametrize("role", list(Role))
def test_who_may_do_what(data_world: DataWorld, role: Role) -> None:
    person = holding(role, data_world.ministry, name="asked")
    rank = role.rank
    cases: list[tuple[int, Callable[[], Any]]] = [
        (1, lambda: draft(person, data_world.ministry, [("A", "2021", 1.0)])),
        (
            1,
            lambda: do.submit(
                acting_user=person, submission=draft(data_world.contributor, data_world.ministry, [("A", "2021", 1.0)])
            ),
        ),
        (
            1,
            lambda: do.discard(
                acting_user=person, submission=draft(data_world.contributor, data_world.ministry, [("A", "2021", 1.0)])
            ),
        ),
        (2, lambda: do.approve(acting_user=person, submission=submitted(data_world), level=1, note="")),
        (2, lambda: do.return_submission(acting_user=person, submission=submitted(data_world), reasons="x")),
        (3, lambda: do.release(acting_user=person, submission=approved(data_world))),
    ]
    for needed, act in cases:
        if rank >= needed:
            act()
        else:
            with pytest.raises(NotAllowed):
                act()
    released = do.release(acting_user=data_world.publisher, submission=approved(data_world, [("B", "2021", 4.0)]))
    if rank >= 3:
        assert do.withdraw(acting_user=person, submission=released, reason="ผิด").state == "withdrawn"
    else:
        with pytest.raises(NotAllowed):
            do.withdraw(acting_user=person, submission=released, reason="ผิด")


def test_who_may_see_a_submission(data_world: DataWorld) -> None:
    one = submitted(data_world)
    reader = holding(Role.READER, data_world.ministry, name="reader")
    southern = holding(Role.CONTRIBUTOR, data_world.ministry, B, name="southern")
    northern = holding(Role.READER, data_world.ministry, A, name="northern")
    for may in (reader, data_world.reviewer, data_world.contributor, northern, data_world.people.root):
        assert do.submission_for(may, one.pk) == one
    for may_not in (southern, somebody("stranger"), holding(Role.ADMINISTRATOR, data_world.other, name="other"), None):
        with pytest.raises(NotAllowed):
            do.submission_for(may_not, str(one.pk))
    for unknown in ("nonsense", "6f1f9f0e-0000-4000-8000-000000000000"):
        with pytest.raises(UnknownNameError):
            do.submission_for(reader, unknown)


def test_an_older_page_changes_nothing(data_world: DataWorld) -> None:
    one = submitted(data_world)
    mine, yours = (Submission.objects.get(pk=one.pk) for _ in range(2))
    do.return_submission(acting_user=data_world.reviewer, submission=mine, reasons="ผิด")
    with pytest.raises(InputError) as told:
        do.approve(acting_user=data_world.publisher, submission=yours, level=1, note="")
    assert told.value.code == "submission_state" and "returned" in told.value.message.en
    first, second = (Submission.objects.get(pk=one.pk) for _ in range(2))
    do.set_recipe(acting_user=data_world.contributor, submission=first, recipe={"a": 1}, name="x")
    with pytest.raises(InputError) as changed:
        do.replace_file(acting_user=data_world.contributor, submission=second, raw=raw(b"z"))
    assert changed.value.code == "submission_changed"


def test_holders_are_assigned_at_the_top_only(data_world: DataWorld) -> None:
    chief = holding(Role.ADMINISTRATOR, data_world.other, name="chief")
    with pytest.raises(NotAllowed):
        do.assign_dataset(acting_user=chief, dataset="toy-money", organisation=data_world.other)
    held = do.assign_dataset(acting_user=data_world.people.root, dataset="toy-money", organisation=data_world.other)
    assert (held.table, held.is_official) == ("toyplan/money@other", False)
    assert [h.organisation.code for h in do.holders_of("toy-money")] == ["ministry", "other"]
    with pytest.raises(InputError) as busy:
        do.end_assignment(acting_user=data_world.people.root, dataset="toy-money", organisation=data_world.ministry)
    assert busy.value.code == "holder_busy"
    do.end_assignment(acting_user=data_world.people.root, dataset="toy-money", organisation=data_world.other)
    with pytest.raises(InputError):
        do.assign_dataset(acting_user=OPERATOR, dataset="toy-money", organisation=data_world.other, levels=9)


def test_history_has_no_gap(data_world: DataWorld) -> None:
    one = approved(data_world)
    steps = SubmissionStep.objects.filter(submission=one)
    assert [s.sequence for s in steps] == list(range(1, len(steps) + 1))
    assert steps.last().state == State.APPROVED  # type: ignore[union-attr]
    assert A1.code == "A1"
