"""A call is not published where no certificate could come of it, and its draft says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from mudmai.apps.assessment.domain.calls import create_call, publish_call
from mudmai.apps.assessment.domain.facts import criteria_of
from mudmai.apps.assessment.models import Call, RegisterHolder
from mudmai.core.errors import InputError
from mudmai.workspace.criteria import kept_criteria
from tests.apps.assessment.assessment_world import DAY, SET, AssessmentWorld


@pytest.fixture
def draft(world: AssessmentWorld) -> Call:
    """A second call of the agency, not published."""
    days = {"opens_on": date(2026, 1, 1), "closes_on": date(2099, 6, 30)}
    return create_call(acting_user=world.decider, organisation=world.agency, criteria_id=SET, title_th="รอบร่าง", **days)


def refusal(world: AssessmentWorld, call: Call) -> InputError:
    with pytest.raises(InputError) as refused:
        publish_call(acting_user=world.decider, call=call, today=DAY)
    call.refresh_from_db()
    assert refused.value.code == "register_holder" and not call.is_published
    return refused.value


def test_a_call_for_the_register_of_another_is_not_published(
    world: AssessmentWorld, draft: Call, signed_in: Any
) -> None:
    ministry = world.people.ministry
    client, address = signed_in(world.decider), f"/en/calls/{draft.pk}/"
    assert "cannot be published yet" not in client.get(address).content.decode()
    RegisterHolder.objects.create(scheme="toy-smart", organisation=ministry)
    assert ministry.name_en in refusal(world, draft).message.en
    page = client.get(address).content.decode()
    assert "cannot be published yet" in page and f"is kept by {ministry.name_en}" in page
    refused = client.post(address, {"do": "publish"})
    assert refused.status_code == 422 and ministry.name_en in refused.content.decode()
    RegisterHolder.objects.update(organisation=world.agency)
    assert publish_call(acting_user=world.decider, call=draft, today=DAY).is_published


def test_a_call_for_a_counted_register_that_nobody_keeps_is_not_published(world: AssessmentWorld, draft: Call) -> None:
    criteria = criteria_of(draft)
    assert criteria.register is not None
    counted = replace(criteria, register=replace(criteria.register, series=("cities_valid",), dataset="cities"))
    draft.criteria_sha = kept_criteria(world.workspace.home, counted)
    draft.save()
    told = refusal(world, draft)
    assert told.remedy is not None and "mudmai assess register hold toy-smart" in told.remedy.en
    draft.criteria_sha = kept_criteria(world.workspace.home, replace(criteria, register=None))
    draft.save()
    assert publish_call(acting_user=world.decider, call=draft, today=DAY).is_published


def test_a_draft_call_offers_no_file_to_open(world: AssessmentWorld, draft: Call, signed_in: Any) -> None:
    """Nor does a published one to whoever runs it: that page leads to the files of the cities instead."""
    address, running = f"/calls/{draft.pk}/", signed_in(world.decider)
    assert 'id="take-part"' not in running.get(address).content.decode()
    assert signed_in(world.filler).get(address).status_code == 403
    publish_call(acting_user=world.decider, call=draft, today=DAY)
    page = running.get(address).content.decode()
    assert 'id="take-part"' not in page and "/marking/" in page
    page = signed_in(world.filler).get(address).content.decode()
    assert 'id="take-part"' in page and 'value="alpha-one"' in page
