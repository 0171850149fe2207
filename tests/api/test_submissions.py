"""Submissions over the API: the same rules, with a token."""

from __future__ import annotations

from typing import Any

from django.test import Client

from mudmai.apps.data.domain import submissions as do
from mudmai.apps.registry.domain.tokens import issue_token
from mudmai.apps.registry.models import Person, Role
from tests.apps.data.conftest import data_world, toy_workspace
from tests.apps.data.data_world import DataWorld, draft
from tests.apps.registry.small_world import holding

__all__ = ["data_world", "toy_workspace"]
HERE = "/api/v1/submissions"


class Program:
    """A program with a token."""

    def __init__(self, person: Person, **limits: Any) -> None:
        secret = issue_token(acting_user=person, person=person, name="test", **limits).secret
        self.headers = {"Authorization": f"Bearer {secret}"}

    def get(self, address: str) -> Any:
        return Client(raise_request_exception=False).get(HERE + address, headers=self.headers)

    def post(self, address: str, **body: Any) -> Any:
        client = Client(raise_request_exception=False)
        return client.post(HERE + address, body, content_type="application/json", headers=self.headers)


def test_the_whole_way_by_program(data_world: DataWorld) -> None:
    one = draft(data_world.contributor, data_world.ministry, [("A", "2020", 130.0), ("A", "2021", 140.0)])
    sender, reviewer, publisher = (
        Program(p) for p in (data_world.contributor, data_world.reviewer, data_world.publisher)
    )
    read = sender.get(f"/{one.pk}").json()
    assert (read["state"], read["differences"]["revised"], read["differences"]["added"]) == ("draft", 1, 1)
    assert read["differences"]["summary"].startswith("1 value revised, the largest by +3.2%")
    sent = sender.post(f"/{one.pk}/submit", revision=read["revision"])
    assert (sent.status_code, sent.json()["state"], sent.json()["level"]) == (200, "submitted", 1)
    stale = reviewer.post(f"/{one.pk}/approve", revision=read["revision"])
    assert (stale.status_code, stale.json()["code"]) == (409, "submission_changed")
    own = sender.post(f"/{one.pk}/approve", revision=sent.json()["revision"])
    assert own.status_code == 403
    passed = reviewer.post(f"/{one.pk}/approve", revision=sent.json()["revision"], note="ok").json()
    out = publisher.post(f"/{one.pk}/release", revision=passed["revision"])
    assert (out.status_code, out.json()["state"]) == (200, "released")
    assert data_world.value("A", "2021") == 140.0
    gone = publisher.post(f"/{one.pk}/withdraw", revision=out.json()["revision"], reason="ผิด")
    assert gone.json()["state"] == "withdrawn" and data_world.value("A", "2021") is None
    assert [s["action"] for s in gone.json()["steps"]][-2:] == ["submission.withdraw", "submission.withdrawn"]


def test_lists_are_cut_to_what_the_caller_may_see(data_world: DataWorld) -> None:
    one = draft(data_world.contributor, data_world.ministry, [("A", "2020", 130.0)])
    do.submit(acting_user=data_world.contributor, submission=one)
    outsider = Program(holding(Role.ADMINISTRATOR, data_world.other, name="outsider"))
    mine = Program(data_world.reviewer).get("?state=submitted").json()
    assert [item["id"] for item in mine["items"]] == [str(one.pk)]
    assert outsider.get("").json()["count"] == 0
    assert outsider.get(f"/{one.pk}").status_code == 403
    assert Client().get(HERE).status_code == 401
    assert Program(data_world.reviewer).get("?state=nonsense").status_code == 404
    assert Program(data_world.reviewer).get("/6f1f9f0e-0000-4000-8000-000000000000").status_code == 404


def test_a_token_that_only_reads_changes_nothing(data_world: DataWorld) -> None:
    one = draft(data_world.contributor, data_world.ministry, [("A", "2020", 130.0)])
    program = Program(data_world.contributor, read_only=True)
    assert program.get(f"/{one.pk}").status_code == 200
    assert program.post(f"/{one.pk}/submit", revision=one.revision).status_code == 403
