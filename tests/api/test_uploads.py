"""Files handed in by a program: taken with a token, refused without one or beyond its rights."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from mudmai.apps.data.models import Submission
from mudmai.apps.registry.domain.tokens import issue_token
from tests.apps.data.conftest import data_world, toy_workspace
from tests.apps.data.data_world import DataWorld
from tests.apps.registry.small_world import somebody

__all__ = ["data_world", "toy_workspace"]
TIDY = b"area_system,area,period,series,value\nland,A,2021,money,130\n"
HERE = "/api/v1/datasets/toy-money/submissions"


@pytest.fixture
def token(data_world: DataWorld) -> dict[str, str]:
    issued = issue_token(acting_user=data_world.contributor, person=data_world.contributor, name="import")
    return {"Authorization": f"Bearer {issued.secret}"}


def send(headers: dict[str, str], content: bytes = TIDY, to: str = HERE, **more: str):
    client = Client(raise_request_exception=False)
    return client.post(to, {"file": SimpleUploadedFile("t.csv", content), **more}, headers=headers)


def test_a_file_is_taken_and_its_reading_told(
    data_world: DataWorld, token: dict[str, str], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        answer = send(token, organisation="ministry")
    assert answer.status_code == 201, answer.content.decode()
    made = answer.json()
    told = Client().get(f"/api/v1/submissions/{made['id']}/reading", headers=token).json()
    assert (told["kind"], told["rows"], told["errors"], told["job_state"]) == ("tidy", 1, 0, "done")
    assert Submission.objects.get().created_by == data_world.contributor


def test_what_may_not_be_is_refused(data_world: DataWorld, token: dict[str, str], settings: Settings) -> None:
    assert send({}).status_code == 401
    assert send(token, to="/api/v1/datasets/nothing/submissions").status_code == 404
    assert send(token, content=b"", organisation="ministry").status_code in (400, 422)
    assert send(token, organisation="nobody").status_code == 404
    settings.MUDMAI_UPLOAD_BYTES = 1000
    large = send(token, content=b"x" * 200_000, organisation="ministry")
    assert 400 <= large.status_code < 500 and large.json()["code"] == "file_too_large"
    assert somebody() and not Submission.objects.exists()
