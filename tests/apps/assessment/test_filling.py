"""The city's side of a file: opened, claimed, answered by several people, sent, given back, withdrawn."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone

from mudmai.apps.assessment.domain.answers import assign_answer, save_answer, values_of
from mudmai.apps.assessment.domain.cities import change_city, create_city, take_over
from mudmai.apps.assessment.domain.facts import facts_of
from mudmai.apps.assessment.domain.files import (
    claim_parts,
    file_for,
    files_seen_by,
    fill_until,
    open_file,
    refresh_facts,
    return_file,
    submit_file,
    withdraw_file,
)
from mudmai.apps.assessment.models import City, FileState
from mudmai.apps.registry.areas import AreaRef
from mudmai.apps.registry.models import AuditEntry, Role
from mudmai.apps.registry.policy import OPERATOR, NotAllowed
from mudmai.core.errors import InputError, UnknownNameError
from tests.apps.assessment.assessment_world import A1, DAY, LATE, AssessmentWorld, link
from tests.apps.registry.small_world import holding


def answer(world: AssessmentWorld, file, criterion="c-open", value=1, revision=0, by=None, today=DAY, text=""):
    return save_answer(
        acting_user=by or world.filler,
        file=file,
        criterion=criterion,
        value=value,
        text=text,
        revision=revision,
        today=today,
    )


def logged(action: str) -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(action=action).order_by("sequence"))


def test_a_file_is_opened_once_while_the_call_is_open(world: AssessmentWorld) -> None:
    held = open_file(acting_user=world.filler, call=world.call, city=world.city, today=DAY)
    assert held.state == FileState.DRAFT and held.criteria_sha == world.call.criteria_sha
    assert facts_of(held)["coastal"] is False
    assert [one.object_id for one in logged("file.open")] == [str(held.pk)]
    with pytest.raises(InputError) as twice:
        open_file(acting_user=world.filler, call=world.call, city=world.city, today=DAY)
    assert twice.value.code == "file_exists"


def test_an_expired_call_says_until_when_it_was_open(world: AssessmentWorld) -> None:
    with pytest.raises(InputError) as late:
        open_file(acting_user=world.filler, call=world.call, city=world.city, today=LATE)
    assert late.value.code == "call_closed"
    assert "30 Jun 2026" in late.value.message.en and "30 มิ.ย. 2569" in late.value.message.th
    with pytest.raises(InputError) as early:
        open_file(acting_user=world.filler, call=world.call, city=world.city, today=date(2025, 12, 1))
    assert "opens on 1 Jan 2026" in early.value.message.en
    held = world.filled()
    for late_act in (
        lambda: submit_file(acting_user=world.sender, file=held, today=LATE),
        lambda: answer(world, held, value=2, revision=1, today=LATE),
    ):
        with pytest.raises(InputError) as refused:
            late_act()
        assert refused.value.code == "call_closed"
    assert file_for(world.reader, held.pk).state == FileState.DRAFT  # what was saved stays readable


def test_answers_must_fit_the_scale_and_be_asked(world: AssessmentWorld) -> None:
    held = world.file()
    for criterion, value, code in (
        ("c-open", 7, "answer_scale"),
        ("c-open", True, "answer_scale"),
        ("c-coast", 1, "not_asked"),
        ("c-energy", 1, "not_asked"),
    ):
        with pytest.raises(InputError) as refused:
            answer(world, held, criterion, value)
        assert refused.value.code == code
    with pytest.raises(InputError, match="on the coast only"):
        answer(world, held, "c-coast", 1)
    with pytest.raises(UnknownNameError):
        answer(world, held, "nothing", 1)
    answer(world, held, "c-open", 0)
    assert values_of(held) == {"c-open": 0}


def test_of_two_writers_the_second_is_told_what_changed_and_by_whom(world: AssessmentWorld) -> None:
    held = world.file()
    answer(world, held, value=2, by=world.colleague)
    with pytest.raises(InputError) as second:
        answer(world, held, value=1)
    assert second.value.code == "answer_changed"
    assert "Khun colleague" in second.value.message.en and "In use" in second.value.message.en
    assert values_of(held) == {"c-open": 2}
    assert answer(world, held, value=2).revision == 1  # the same answer is no conflict
    row = answer(world, held, value=1, revision=1, text="เหตุผล")
    assert (row.value, row.revision, row.changed_by) == (1, 2, world.filler)
    step = held.steps.order_by("-sequence").first()
    assert step.facts["before"] == {"value": 2, "text": ""} and step.by == world.filler
    entry = logged("file.answer")[-1]
    assert entry.old["value"] == 2 and entry.new["value"] == 1 and "เหตุผล" not in str(entry.new)
    assert answer(world, held, "c-plan", 1).revision == 1  # another criterion is nobody's conflict


def test_answers_are_assigned_and_stay_open_to_others(world: AssessmentWorld) -> None:
    held = world.file()
    row = assign_answer(acting_user=world.filler, file=held, criterion="c-open", person=world.colleague, today=DAY)
    assert (row.revision, row.value, row.changed_by) == (0, None, None)
    when = answer(world, held, value=1).changed_at
    moved = assign_answer(acting_user=world.filler, file=held, criterion="c-open", person=None, today=DAY)
    assert moved.revision == 1 and held.answers.get(criterion="c-open").changed_at == when
    with pytest.raises(InputError) as refused:
        assign_answer(acting_user=world.filler, file=held, criterion="c-open", person=world.reader, today=DAY)
    assert refused.value.code == "assignee"
    assert len(logged("file.assign")) == 2


def test_sending_lists_every_lack_one_problem_for_each_criterion(world: AssessmentWorld) -> None:
    held = world.file()
    world.answer(held, {"c-plan": 2, "c-open": 0})
    with pytest.raises(InputError) as refused:
        submit_file(acting_user=world.sender, file=held, today=DAY)
    assert refused.value.code == "file_incomplete"
    told = {one.where.field: one.code for one in refused.value.problems}
    assert told == {
        "answer.c-plan": "evidence_missing",
        "answer.c-money": "not_answered",
        "answer.c-waste": "not_answered",
    }
    link(world, held, "c-plan")
    sent = submit_file(acting_user=world.sender, file=held, leave_open=["c-money", "c-waste"], today=DAY)
    assert sent.state == FileState.SUBMITTED and sent.submitted_by == world.sender
    assert sent.steps.last().facts["left_open"] == ["c-money", "c-waste"]
    with pytest.raises(InputError) as frozen:
        answer(world, sent, value=1, revision=1)
    assert frozen.value.code == "file_state"


def test_who_may_do_what_with_reasons(world: AssessmentWorld) -> None:
    held = world.filled()
    with pytest.raises(NotAllowed) as reader:
        answer(world, held, value=2, revision=1, by=world.reader)
    assert reader.value.decision.code == "role_too_low"
    with pytest.raises(NotAllowed) as filler:
        submit_file(acting_user=world.filler, file=held, today=DAY)
    assert filler.value.decision.code == "role_too_low"
    with pytest.raises(NotAllowed) as outside:
        answer(world, held, value=2, revision=1, by=world.markers[0])
    assert outside.value.decision.code == "no_role"
    with pytest.raises(NotAllowed) as draft:
        file_for(world.runner, held.pk)
    assert draft.value.decision.code == "draft"
    sent = submit_file(acting_user=world.sender, file=held, today=DAY)
    assert file_for(world.runner, sent.pk) == sent
    both = holding(Role.REVIEWER, world.agency, name="both")
    from mudmai.apps.registry.domain.roles import grant_role

    grant_role(acting_user=OPERATOR, person=both, organisation=world.town, role=Role.READER, area=AreaRef())
    with pytest.raises(NotAllowed) as conflict:
        return_file(acting_user=both, file=sent, reason="-")
    assert conflict.value.decision.code == "conflict"


def test_a_returned_file_may_be_sent_again_though_the_call_has_closed(world: AssessmentWorld) -> None:
    sent = world.submitted()
    with pytest.raises(InputError, match="reason"):
        return_file(acting_user=world.runner, file=sent, reason=" ")
    back = return_file(acting_user=world.runner, file=sent, reason="ขาดแผน")
    assert back.state == FileState.DRAFT
    entry = logged("file.return")[-1]
    assert (entry.organisation, entry.reason) == (world.agency.code, "ขาดแผน")
    last = fill_until(back)
    assert last >= timezone.localdate()
    answer(world, back, value=2, revision=1, today=last)
    assert submit_file(acting_user=world.sender, file=back, today=last).state == FileState.SUBMITTED


def test_a_withdrawn_file_stays_and_another_may_be_opened(world: AssessmentWorld) -> None:
    sent = world.submitted()
    with pytest.raises(NotAllowed):
        withdraw_file(acting_user=world.filler, file=sent, reason="ไม่พร้อม")
    gone = withdraw_file(acting_user=world.sender, file=sent, reason="ไม่พร้อม")
    assert gone.state == FileState.WITHDRAWN and gone.answers.count() == 4
    assert world.file().pk != gone.pk
    assert [one.action for one in gone.steps.all()][-2:] == ["file.submit", "file.withdraw"]


def test_parts_are_claimed_and_a_second_claimer_is_refused(world: AssessmentWorld) -> None:
    held = world.file()
    claimed = claim_parts(
        acting_user=world.filler, file=held, parts=["energy", "environment"], revision=held.revision, today=DAY
    )
    assert claimed.claimed == ["environment", "energy"]
    with pytest.raises(InputError) as second:
        claim_parts(acting_user=world.colleague, file=held, parts=[], revision=held.revision, today=DAY)
    assert second.value.code == "file_changed" and "Khun filler" in second.value.message.en
    with pytest.raises(InputError) as wrong:
        claim_parts(acting_user=world.filler, file=held, parts=["plan"], revision=claimed.revision, today=DAY)
    assert wrong.value.code == "parts"


def test_facts_are_refreshed_and_the_step_keeps_what_was_before(world: AssessmentWorld) -> None:
    held = world.file()
    change_city(
        acting_user=world.filler,
        city=world.city,
        revision=1,
        facts={"coastal": {"value": True, "source": "map", "as_of": "2026-01-01"}},
    )
    assert facts_of(held)["coastal"] is False
    fresh = refresh_facts(acting_user=world.filler, file=held, today=DAY)
    assert facts_of(fresh)["coastal"] is True
    step = fresh.steps.last()
    assert step.facts["now_asked"] == ["c-coast"] and step.facts["before"]["coastal"]["source"] == "survey"
    answer(world, fresh, "c-coast", 1)


def test_cities_are_checked_changed_and_taken_over(world: AssessmentWorld) -> None:
    for facts, words in (
        ({"coastal": {"value": "yes", "source": "s", "as_of": "2025"}}, "does not fit"),
        ({"population": {"value": 5}}, "source"),
    ):
        with pytest.raises(InputError) as wrong:
            change_city(acting_user=world.filler, city=world.city, revision=1, facts=facts)
        assert wrong.value.code == "city_facts" and words in wrong.value.message.en
    changed = change_city(acting_user=world.filler, city=world.city, revision=1, name_en="Alpha")
    assert changed.revision == 2
    with pytest.raises(InputError) as second:
        change_city(acting_user=world.filler, city=world.city, revision=1, name_en="Beta")
    assert second.value.code == "city_changed"
    with pytest.raises(InputError):
        create_city(acting_user=world.filler, organisation=world.town, code="alpha-one", name_th="ซ้ำ", area=A1)
    for page in ("compare", "new"):
        with pytest.raises(InputError, match="address of another page"):
            create_city(acting_user=world.filler, organisation=world.town, code=page, name_th="หน้า", area=A1)
    alone = City.objects.create(code="first", name_th="เมืองแรก", area_system="land", area_code="B")
    with pytest.raises(NotAllowed, match="confirmed by"):
        take_over(acting_user=world.filler, city=alone, organisation=world.town)
    assert take_over(acting_user=OPERATOR, city=alone, organisation=world.town).organisation == world.town
    with pytest.raises(InputError) as taken:
        take_over(acting_user=OPERATOR, city=alone, organisation=world.agency)
    assert taken.value.code == "city_taken"


def test_the_list_of_files_asks_as_much_for_many_as_for_one(world: AssessmentWorld, django_assert_num_queries) -> None:
    def shown() -> list[str]:
        return [
            f"{one.city.name.th} {one.call.title.th} {one.call.organisation.code}"
            for one in files_seen_by(world.reader)
        ]

    for number in range(3):
        city = create_city(acting_user=world.filler, organisation=world.town, code=f"c{number}", name_th="ก", area=A1)
        open_file(acting_user=world.filler, call=world.call, city=city, today=DAY)
    shown()
    with django_assert_num_queries(2):
        assert len(shown()) == 3
