"""Marks over the API: by the same rules as on the pages, and nothing more is seen."""

from __future__ import annotations

from typing import Any

from django.test import Client

from mudmai.apps.registry.domain.tokens import issue_token
from mudmai.apps.registry.models import Person
from tests.apps.assessment.assessment_world import AssessmentWorld
from tests.apps.assessment.marking_world import GOOD, POOR, fresh, handed, in_marking, in_reconciling, in_reply


class Program:
    """A program with a token."""

    def __init__(self, person: Person, **limits: Any) -> None:
        secret = issue_token(acting_user=person, person=person, name="test", **limits).secret
        self.client = Client(raise_request_exception=False, headers={"Authorization": f"Bearer {secret}"})

    def get(self, address: str) -> Any:
        return self.client.get(f"/api/v1/assessments/{address}")

    def post(self, address: str, **body: Any) -> Any:
        return self.client.post(f"/api/v1/assessments/{address}", body, content_type="application/json")


def test_a_marker_marks_and_hands_in(world: AssessmentWorld) -> None:
    file, marker, other = in_marking(world)
    mine, theirs = Program(marker.person), Program(world.runner)
    first = mine.post(f"{file.pk}/marks", criterion="c-plan", value=2)
    assert (first.status_code, first.json()["revision"]) == (200, 1)
    assert mine.post(f"{file.pk}/marks", criterion="c-plan", value=2).status_code == 409
    bare = mine.post(f"{file.pk}/marks", criterion="c-open", value=3)
    assert (bare.status_code, bare.json()["code"]) == (400, "reason_needed")
    early = mine.post(f"{file.pk}/hand-in")
    assert (early.status_code, early.json()["code"]) == (400, "marks_missing")
    for criterion in ("c-open", "c-money", "c-waste"):
        assert mine.post(f"{file.pk}/marks", criterion=criterion, value=POOR[criterion]).status_code == 200
    done = mine.post(f"{file.pk}/hand-in").json()["items"]
    assert [(one["mine"], one["state"], len(one["marks"])) for one in done] == [(True, "done", 4)]
    assert theirs.get(f"{file.pk}/marks").json()["items"] == []
    assert theirs.get(f"{file.pk}/agreement").json()["exact"] is None
    handed(other, GOOD)
    assert len(theirs.get(f"{file.pk}/marks").json()["items"]) == 2
    told = theirs.get(f"{file.pk}/agreement").json()
    assert (told["count"], told["exact"], told["kappa"]) == (4, 0.0, None)
    assert "too few" in told["told_en"]
    assert set(told["parts"]) == {"plan", "environment"}


def test_others_see_and_mark_nothing(world: AssessmentWorld) -> None:
    file, marker, other = in_marking(world)
    handed(marker, GOOD)
    handed(other, GOOD)
    city = Program(world.sender)
    assert city.get(f"{file.pk}/marks").json()["items"] == []
    assert city.get(f"{file.pk}/agreement").status_code == 403
    assert Program(marker.person).get(f"{file.pk}/agreement").status_code == 403
    assert city.post(f"{file.pk}/marks", criterion="c-plan", value=1).status_code == 403
    assert city.post(f"{file.pk}/hand-in").status_code == 403
    reads = Program(marker.person, read_only=True)
    assert reads.get(f"{file.pk}/marks").status_code == 200
    assert reads.post(f"{file.pk}/hand-in").status_code == 403
    assert Client().get(f"/api/v1/assessments/{file.pk}/marks").status_code == 401
    assert fresh(file).state == "reconciling"


def test_the_city_reads_its_result_with_reasons_and_without_names(world: AssessmentWorld) -> None:
    file, _, _ = in_reconciling(world, POOR, POOR)
    city = Program(world.sender)
    assert city.get(f"{file.pk}/result").json()["items"] == [], "nothing before it is told"
    assert Program(world.runner).get(f"{file.pk}/result").status_code == 403
    assert Program(world.markers[0]).get(f"{file.pk}/result").status_code == 403
    assert city.get(f"{file.pk}").json()["shows_reasons"] is True


def test_the_result_over_the_api_is_that_of_the_page(world: AssessmentWorld) -> None:
    file = in_reply(world, POOR)
    answer = Program(world.reader).get(f"{file.pk}/result")
    told = answer.json()
    assert told["state"] == "reply" and told["reply_due"] and told["shows_reasons"] is True
    found = {one["criterion"]: one for one in told["items"]}
    assert {key: one["value"] for key, one in found.items()} == POOR
    assert all(one["marker_reasons"] == ["ดูหลักฐานแล้ว"] and one["reason"] == "" for one in told["items"])
    shown = answer.content.decode()
    markers = file.markers.select_related("person")
    assert not any(
        str(one.pk) in shown or one.person.pseudonym in shown or one.person.shown.th in shown for one in markers
    )
    file.call.shows_reasons = False
    file.call.save()
    told = Program(world.reader).get(f"{file.pk}/result").json()
    assert told["shows_reasons"] is False and not any(one["marker_reasons"] for one in told["items"])
