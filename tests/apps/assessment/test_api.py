"""Files of cities over the API: by the rules of the pages, told as problems."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from mudmai.apps.assessment.models import Call, CityFile, FileState
from mudmai.apps.registry.domain.tokens import issue_token
from mudmai.apps.registry.models import Person
from tests.apps.assessment.assessment_world import AssessmentWorld


@pytest.fixture
def calling(world: AssessmentWorld):
    """Ask as somebody's program; the call is open today."""
    today = timezone.localdate()
    Call.objects.filter(pk=world.call.pk).update(closes_on=today.replace(year=today.year + 1))
    world.call.refresh_from_db()
    client = Client(raise_request_exception=False)

    def ask(person: Person, path: str, body: Any = None, **more: Any) -> tuple[int, Any]:
        secret = issue_token(acting_user=person, person=person, name="program", **more).secret
        headers = {"Authorization": f"Bearer {secret}"}
        address = f"/api/v1/assessments{path}"
        if body is None:
            answer = client.get(address, headers=headers)
        else:
            answer = client.post(address, json.dumps(body), content_type="application/json", headers=headers)
        return answer.status_code, answer.json()

    return ask


def test_a_file_is_read_answered_and_sent(world: AssessmentWorld, calling: Any) -> None:
    held = world.filled()
    here = f"/{held.pk}"
    status, told = calling(world.reader, "")
    assert status == 200 and [one["id"] for one in told["items"]] == [str(held.pk)]
    assert calling(world.runner, "")[1]["items"] == []  # a draft is the city's own
    status, told = calling(world.reader, f"{here}/answers")
    assert {one["criterion"]: one["value"] for one in told["items"]} == {
        "c-plan": 2, "c-open": 1, "c-money": 1, "c-waste": 2,
    }  # fmt: skip
    status, told = calling(world.filler, f"{here}/answers/c-open", {"value": 3, "revision": 1})
    assert (status, told["value"], told["revision"], told["by"]) == (200, 3, 2, world.filler.pseudonym)
    status, told = calling(world.colleague, f"{here}/answers/c-open", {"value": 2, "revision": 1})
    assert (status, told["code"]) == (409, "answer_changed") and "Khun filler" in told["detail"]
    assert calling(world.filler, f"{here}/answers/c-coast", {"value": 1})[1]["code"] == "not_asked"
    link = {"criterion": "c-waste", "url": "https://town.example/waste"}
    status, told = calling(world.filler, f"{here}/evidence", link)
    assert status == 201 and told["standing"] and told["counts"]
    assert len(calling(world.reader, f"{here}/evidence")[1]["items"]) == 3
    status, told = calling(world.reader, f"{here}/standing")
    assert told["overall"]["low"] == told["overall"]["high"] and told["next_level"] == "passed"
    assert told["figures"][0]["reaches"] == 1 and "c-coast" in told["left_out"]
    revision = calling(world.reader, here)[1]["revision"]
    assert calling(world.filler, f"{here}/submit", {"revision": revision})[0] == 403
    status, told = calling(world.sender, f"{here}/submit", {"revision": revision})
    assert (status, told["state"]) == (200, FileState.SUBMITTED)
    assert calling(world.sender, f"{here}/submit", {"revision": revision})[1]["code"] == "file_changed"
    assert [one["id"] for one in calling(world.runner, "?state=submitted")[1]["items"]] == [str(held.pk)]


def test_what_is_missing_is_listed_and_a_reading_token_writes_nothing(world: AssessmentWorld, calling: Any) -> None:
    held = world.file()
    status, told = calling(world.sender, f"/{held.pk}/submit", {"revision": held.revision})
    assert (status, told["code"], len(told["problems"])) == (400, "file_incomplete", 4)
    status, told = calling(world.filler, f"/{held.pk}/answers/c-open", {"value": 1}, read_only=True)
    assert status == 403
    assert calling(world.markers[0], f"/{held.pk}")[0] == 403
    CityFile.objects.filter(pk=held.pk).update(state=FileState.MARKING)
    status, told = calling(world.filler, f"/{held.pk}/answers/c-open", {"value": 1})
    assert (status, told["code"]) == (409, "file_state")
