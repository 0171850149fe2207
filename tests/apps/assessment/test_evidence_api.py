"""Evidence over the API: every kind, by the limits, rights and refusals of the pages."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from mudmai.apps.assessment.domain.evidence_rows import counted_evidence
from mudmai.apps.assessment.models import Call, CityFile, Evidence, FileState
from mudmai.apps.programme.domain.programmes import release_programme
from mudmai.apps.programme.domain.projects import create_programme, create_project
from mudmai.apps.registry.domain.tokens import issue_token
from mudmai.apps.registry.models import AuditEntry, Person, Role
from mudmai.workspace.raw_files import raw_files
from tests.apps.assessment.assessment_world import AssessmentWorld
from tests.apps.registry.small_world import holding

PDF = b"%PDF-1.7\n%plan"
Sending = Callable[..., tuple[int, Any]]


@pytest.fixture
def held(world: AssessmentWorld) -> CityFile:
    """A draft in a call that is open today."""
    made = world.file()
    today = timezone.localdate()
    Call.objects.filter(pk=world.call.pk).update(closes_on=today.replace(year=today.year + 1))
    return made


@pytest.fixture
def send(held: CityFile) -> Sending:
    """Attach something as somebody's program: JSON fields, or a form where ``file`` is given."""
    client = Client(raise_request_exception=False)

    def ask(person: Person, kind: str, *, file: Any = None, read_only: bool = False, **fields: Any) -> tuple[int, Any]:
        issued = issue_token(acting_user=person, person=person, name="program", read_only=read_only)
        headers = {"Authorization": f"Bearer {issued.secret}"}
        address = f"/api/v1/assessments/{held.pk}/evidence{kind}"
        if file is not None:
            answer = client.post(address, {"file": file, **fields}, headers=headers)
        else:
            answer = client.post(address, json.dumps(fields), content_type="application/json", headers=headers)
        return answer.status_code, answer.json()

    return ask


def upload(data: bytes = PDF, name: str = "แผน.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def test_a_file_is_attached_once_and_replaced(world: AssessmentWorld, held: CityFile, send: Sending) -> None:
    status, made = send(world.filler, "/files", file=upload(), criterion="c-plan")
    assert status == 201, made
    assert (made["kind"], made["file"], made["title"], made["size"]) == ("file", "แผน.pdf", "แผน.pdf", len(PDF))
    assert raw_files(world.workspace).path(made["sha256"]).read_bytes() == PDF
    assert send(world.filler, "/files", file=upload(), criterion="c-plan")[1]["id"] == made["id"]
    newer = upload(PDF + b"2", "plan-2.pdf")
    status, second = send(
        world.filler, "/files", file=newer, criterion="c-plan", title="แผนฉบับใหม่", replaces=made["id"]
    )
    assert (status, second["title"], second["replaces"]) == (201, "แผนฉบับใหม่", made["id"])
    status, told = send(world.filler, "/files", file=upload(b"%PDF-3"), criterion="c-plan", replaces=made["id"])
    assert (status, told["code"]) == (400, "evidence")
    assert send(world.filler, "/files", file=upload(), criterion="c-plan", replaces="no-id")[0] == 404
    assert AuditEntry.objects.filter(action="file.attach").count() == 2
    assert counted_evidence(held)["c-plan"] == 1


def test_what_is_no_evidence_is_refused_as_on_the_page(
    world: AssessmentWorld, send: Sending, settings: Settings
) -> None:
    def refused(data: bytes, name: str, criterion: str = "c-plan") -> tuple[int, str, str]:
        status, told = send(world.filler, "/files", file=upload(data, name), criterion=criterion)
        return status, told["code"], told["remedy"]

    assert refused(b"<html><script>", "plan.csv")[:2] == (400, "evidence")
    assert refused(b"PK\x03\x04", "plan.zip")[:2] == (400, "evidence")
    assert "link" in refused(bytes(4) + b"ftypmp42" + bytes(20), "open.mp4")[2]
    assert refused(b"", "plan.pdf")[:2] == (400, "empty_file")
    assert refused(PDF, "plan.pdf", "c-coast")[:2] == (400, "not_asked")
    assert refused(PDF, "plan.pdf", "c-nothing")[:2] == (404, "unknown_name")
    assert send(world.filler, "/files", file="words", criterion="c-plan")[1]["code"] == "no_file"
    settings.MUDMAI_EVIDENCE_BYTES = 1000
    status, code, remedy = refused(PDF + b"x" * 200_000, "large.pdf")
    assert (status, code) == (400, "file_too_large") and "link" in remedy
    assert refused(PDF + b"x" * 1000, "just-too-large.pdf")[:2] == (400, "file_too_large")
    assert not Evidence.objects.exists()


def test_a_form_that_cannot_be_read_is_a_problem_and_no_fault(
    world: AssessmentWorld, held: CityFile, send: Sending
) -> None:
    status, told = send(world.filler, "/files", file=upload(), criterion="c-plan", title="ก" * 100_000)
    assert (status, told["code"]) == (400, "bad_request")
    status, told = send(world.filler, "", criterion="c-plan", url="https://town.example/", title="ก" * 100_000)
    assert (status, told["code"]) == (400, "bad_request")
    secret = issue_token(acting_user=world.filler, person=world.filler, name="program").secret
    client = Client(raise_request_exception=False)
    answer = client.post(
        f"/api/v1/assessments/{held.pk}/evidence/files",
        b"--x",
        content_type="multipart/form-data",
        headers={"Authorization": f"Bearer {secret}"},
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")


def test_a_live_figure_is_frozen_and_a_wider_one_counts_for_nothing(
    world: AssessmentWorld, held: CityFile, send: Sending
) -> None:
    status, own = send(world.filler, "/figures", criterion="c-money")
    assert status == 201, own
    assert (own["kind"], own["counts"], own["figure"]["value"], own["figure"]["reaches"]) == ("figure", True, 70.0, 1)
    status, wider = send(world.filler, "/figures", criterion="c-money", formula="money", area_system="land", area="A")
    assert (status, wider["counts"], wider["figure"]["of_city"]) == (201, False, False)
    status, none = send(world.filler, "/figures", criterion="c-money", measure="projects.completed_share")
    assert (status, none["counts"], none["figure"]["value"]) == (201, False, None)
    assert send(world.filler, "/figures", criterion="c-plan")[1]["code"] == "figure"
    assert send(world.filler, "/figures", criterion="c-money", formula="money +")[0] == 400
    assert send(world.filler, "/figures", criterion="c-money", measure="nothing")[0] == 404
    assert send(world.filler, "/figures", criterion="c-money", area="A")[1]["code"] == "area_scope"
    assert counted_evidence(held)["c-money"] == 1


def test_a_project_is_attached_where_the_caller_may_read_it(world: AssessmentWorld, send: Sending) -> None:
    editor = holding(Role.CONTRIBUTOR, world.agency, name="editor")
    programme = create_programme(
        acting_user=editor, organisation=world.agency, title_th="แผน", first_year=2026, last_year=2028
    )
    project = create_project(acting_user=editor, programme=programme, facts={"title": "ทาง"})
    assert send(world.filler, "/projects", criterion="c-waste", project=str(project.pk))[0] == 403
    assert send(world.filler, "/projects", criterion="c-waste", project=str(uuid4()))[0] == 404
    assert send(world.filler, "/projects", criterion="c-waste", project="ทาง")[0] == 422
    release_programme(acting_user=holding(Role.PUBLISHER, world.agency, name="publisher"), programme=programme)
    status, made = send(world.filler, "/projects", criterion="c-waste", project=str(project.pk))
    assert (status, made["kind"], made["project"], made["title"]) == (201, "project", str(project.pk), "ทาง")


def test_only_who_fills_attaches_and_only_who_may_read_lists(
    world: AssessmentWorld, held: CityFile, send: Sending
) -> None:
    link = {"criterion": "c-plan", "url": "https://town.example/plan"}
    assert send(world.reader, "", **link)[1]["code"] == "not_allowed"
    assert send(world.filler, "", read_only=True, **link)[0] == 403
    assert send(world.reader, "/files", file=upload(), criterion="c-plan")[0] == 403
    assert send(world.filler, "/files", file=upload(), criterion="c-plan", read_only=True)[0] == 403
    assert send(world.reader, "/figures", criterion="c-money")[0] == 403
    assert not list((world.workspace.home.root / "raw").rglob("*.pdf")) and not Evidence.objects.exists()
    assert send(world.filler, "", **link)[0] == 201
    here = f"/api/v1/assessments/{held.pk}/evidence"
    assert Client().get(here).status_code == 401
    assert Client().post(f"{here}/files", {"file": upload(), "criterion": "c-plan"}).status_code == 401
    for person, status in ((world.reader, 200), (world.markers[0], 403), (world.runner, 403)):
        secret = issue_token(acting_user=person, person=person, name="reading", read_only=True).secret
        answer = Client().get(here, headers={"Authorization": f"Bearer {secret}"})
        assert answer.status_code == status and answer.headers["Cache-Control"] == "no-store, private"
    CityFile.objects.filter(pk=held.pk).update(state=FileState.SUBMITTED)
    for kind, fields in (("/files", {"file": upload()}), ("/figures", {}), ("", {"url": link["url"]})):
        status, told = send(world.filler, kind, criterion="c-money", **fields)
        assert (status, told["code"]) == (409, "file_state")


def test_a_piece_is_taken_off_with_a_reason_once_the_file_was_sent(
    world: AssessmentWorld, held: CityFile, send: Sending
) -> None:
    sent = [send(world.filler, "/files", file=upload(PDF + end), criterion="c-plan") for end in (b"1", b"2")]
    first, second = (told for _, told in sent)
    for person, read_only in ((world.reader, False), (world.markers[0], False), (world.filler, True)):
        assert send(person, f"/{first['id']}/remove", read_only=read_only)[0] == 403
    assert counted_evidence(held)["c-plan"] == 2
    status, told = send(world.filler, f"/{first['id']}/remove")
    assert (status, told["standing"], told["id"]) == (200, False, first["id"]) and told["removed_at"]
    assert counted_evidence(held)["c-plan"] == 1
    assert send(world.filler, f"/{first['id']}/remove")[1]["code"] == "evidence", "once"
    assert send(world.filler, f"/{uuid4()}/remove")[0] == 404
    CityFile.objects.filter(pk=held.pk).update(submitted_at=timezone.now())
    assert send(world.filler, f"/{second['id']}/remove", reason=" ")[0] == 400
    assert send(world.filler, f"/{second['id']}/remove", reason="ผิดฉบับ")[0] == 200
    row = Evidence.objects.get(pk=second["id"])
    assert (row.removed_why, row.removed_by) == ("ผิดฉบับ", world.filler)
    CityFile.objects.filter(pk=held.pk).update(state=FileState.SUBMITTED)
    status, told = send(world.filler, f"/{second['id']}/remove", reason="ผิดฉบับ")
    assert (status, told["code"]) == (409, "file_state")
    assert AuditEntry.objects.filter(action="file.detach").count() == 2


def test_a_session_attaches_only_with_the_token_of_our_pages(
    world: AssessmentWorld, held: CityFile, settings: Settings
) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(world.filler)
    here = f"/api/v1/assessments/{held.pk}/evidence/files"
    body = {"file": upload(), "criterion": "c-plan"}
    answer = strict.post(here, body)
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf") and not Evidence.objects.exists()
    key = "a" * 32
    strict.cookies[settings.CSRF_COOKIE_NAME] = key
    answer = strict.post(here, {"file": upload(), "criterion": "c-plan"}, headers={"X-CSRFToken": key})
    assert answer.status_code == 201, answer.content.decode()
