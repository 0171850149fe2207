"""The kept criteria set of a file is gone from disk: lists list, pages say which set and where, nothing is lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mudmai.apps.assessment.domain.answers import assign_answer
from mudmai.apps.assessment.domain.facts import criteria_of
from mudmai.apps.assessment.domain.files import open_file
from mudmai.apps.assessment.domain.roadmap import plan_action
from mudmai.apps.assessment.models import Certificate, CityFile, Decision, Mark
from mudmai.apps.registry.domain.tokens import issue_token
from mudmai.core.errors import FaultError
from mudmai.workspace import Workspace
from tests.apps.assessment.assessment_world import SET, AssessmentWorld
from tests.web.assessment.conftest import Enter, plain
from tests.web.marking.journeying import granted, marked, submitted


def kept(workspace: Workspace) -> Path:
    """The only kept version."""
    (found,) = (workspace.home.root / "criteria").glob("*.json")
    return found


def other_version(workspace: Workspace) -> None:
    """The pack says something else by now."""
    path = workspace.home.root.parent / "shipped" / "toycriteria" / "criteria.yaml"
    path.write_text(path.read_text("utf-8").replace("en: Toy city}", "en: Another toy city}"), "utf-8")


def test_a_lost_set_that_the_pack_still_has_is_kept_again(
    world: AssessmentWorld, signed_in: Enter, criteria_workspace: Workspace
) -> None:
    file = submitted(world)
    path = kept(criteria_workspace)
    before = path.read_bytes()
    path.unlink()
    assert signed_in(world.runner).get(f"/marking/{file.pk}/").status_code == 200
    assert path.read_bytes() == before


def test_files_are_listed_with_what_is_lost_and_what_to_do(
    world: AssessmentWorld, signed_in: Enter, criteria_workspace: Workspace
) -> None:
    file = marked(world, submitted(world))
    path = kept(criteria_workspace)
    content, marks = path.read_bytes(), Mark.objects.count()
    path.unlink()
    other_version(criteria_workspace)
    expected = f"criteria/{path.name}"
    for person in (world.runner, world.markers[0]):
        for prefix, remedy in (("", "กู้คืนไฟล์นี้จากข้อมูลสำรอง"), ("/en", "restores this file from a backup")):
            answer = signed_in(person).get(prefix + "/marking/")
            said = plain(answer)
            assert answer.status_code == 200, said[:500]
            assert SET in said and expected in said and remedy in said
            assert said.count(expected) == 1, "told once, however many files refer to it"
            assert file.city.name_th in said or file.city.name_en in said
            assert f"/marking/{file.pk}/" in answer.content.decode()
    for address in (f"/marking/{file.pk}/", f"/marking/{file.pk}/marks/", f"/assessments/{file.pk}/"):
        person = world.sender if address.startswith("/assessments") else world.runner
        answer = signed_in(person).get("/en" + address)
        assert answer.status_code == 500 and expected in plain(answer) and "are all kept" in plain(answer), address
    assert Mark.objects.count() == marks and CityFile.objects.get(pk=file.pk).state == file.state
    path.write_bytes(content)
    assert signed_in(world.runner).get(f"/marking/{file.pk}/").status_code == 200


def test_pages_of_the_city_stay(world: AssessmentWorld, signed_in: Enter, criteria_workspace: Workspace) -> None:
    file = open_file(acting_user=world.filler, call=world.call, city=world.city)
    assign_answer(acting_user=world.filler, file=file, criterion="c-plan", person=world.colleague)
    plan_action(acting_user=world.filler, city=world.city, file=file, criterion="c-open", title="เปิดข้อมูลของเมือง")
    path = kept(criteria_workspace)
    path.unlink()
    other_version(criteria_workspace)
    code = world.city.code
    for person, address, said in (
        (world.colleague, "/assessments/", "c-plan"),
        (world.colleague, f"/calls/{world.call.pk}/", "Test call"),
        (world.decider, f"/calls/{world.call.pk}/", "Test call"),
        (world.filler, f"/cities/{code}/", "Alpha"),
        (world.filler, f"/cities/{code}/roadmap/", "เปิดข้อมูลของเมือง"),
    ):
        answer = signed_in(person).get("/en" + address)
        assert answer.status_code == 200, (address, plain(answer)[:500])
        assert said in plain(answer)
        if address != f"/cities/{code}/":
            assert f"criteria/{path.name}" in plain(answer), address


def test_the_register_stays(world: AssessmentWorld, signed_in: Enter, criteria_workspace: Workspace) -> None:
    granted(world)
    number = Certificate.objects.get().number
    path = kept(criteria_workspace)
    path.unlink()
    other_version(criteria_workspace)
    client = signed_in(world.reader)
    for address in ("/register/", f"/register/{number}/", f"/register/{number}/decision/"):
        answer = client.get("/en" + address)
        assert answer.status_code == 200, (address, plain(answer)[:500])
        assert number in plain(answer)
    assert Decision.objects.count() == 1


def test_programs_are_told_the_same(world: AssessmentWorld, signed_in: Enter, criteria_workspace: Workspace) -> None:
    file = submitted(world)
    path = kept(criteria_workspace)
    path.unlink()
    other_version(criteria_workspace)
    secret = issue_token(acting_user=world.sender, person=world.sender, name="test").secret
    client, headers = signed_in(world.reader), {"Authorization": f"Bearer {secret}"}
    listed = client.get("/api/v1/assessments", headers=headers)
    assert [one["id"] for one in listed.json()["items"]] == [str(file.pk)]
    assert client.get(f"/api/v1/assessments/{file.pk}", headers=headers).status_code == 200
    answer = client.get(f"/api/v1/assessments/{file.pk}/standing", headers=headers)
    assert answer.status_code == 500, answer.content[:500]
    assert answer.json()["code"] == "criteria_missing" and path.name in json.dumps(answer.json())
    with pytest.raises(FaultError, match=path.name) as told:
        criteria_of(file)
    assert told.value.code == "criteria_missing"
