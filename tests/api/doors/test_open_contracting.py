"""What the API answers of a loaded register, judged by the validators of the Open Contracting standards, offline."""

from __future__ import annotations

import json
import subprocess
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from mudmai.apps.programme.interfaces.command_line import load_file
from mudmai.apps.programme.models import (
    Contract,
    Milestone,
    Party,
    PartyRole,
    Programme,
    Project,
    ProjectDocument,
    ProjectIndicator,
)
from mudmai.workspace import Workspace
from mudmai.workspace.project_files import read_project_file
from tests.apps.registry.small_world import build
from tests.exchange.forms.plan_workbook import write_plan_workbook

ROOT = Path(__file__).resolve().parents[3]
SHARED = ROOT.parent / "shared" / "data"
BILL = SHARED / "stats" / "budget_fy2022_province_and_cluster_projects.csv"
SCHEMAS = SHARED / "interop"
PYTHON = ROOT / ".venv-doors" / "bin" / "python"
CHECK = ROOT / "tests" / "exchange" / "open_contracting_check.py"

pytestmark = [
    pytest.mark.skipif(not BILL.is_file(), reason="the budget lines of the shared data are not here"),
    pytest.mark.skipif(
        not (PYTHON.exists() and (SCHEMAS / "oc4ids").is_dir()), reason="validators or schemas are not at hand"
    ),
]


def judged(kind: str, content: bytes, folder: Path) -> dict[str, Any]:
    """What the validator says of a file."""
    path = folder / f"{kind}.json"
    path.write_bytes(content)
    done = subprocess.run(
        [str(PYTHON), str(CHECK), kind, str(path), str(SCHEMAS)], capture_output=True, encoding="utf-8", check=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def tell_more(project: Project) -> None:
    """A project with all that hangs on one."""
    firm = Party.objects.create(project=project, role=PartyRole.SUPPLIER, name="บริษัท ก่อสร้าง จำกัด", identifier="0105")
    Party.objects.create(project=project, role=PartyRole.FUNDER, name="กรมส่งเสริมการปกครองท้องถิ่น")
    Contract.objects.create(
        project=project, number="12/2565", title="จ้างก่อสร้าง", supplier=firm, amount=Decimal("99999.99"),
        signed_on=date(2022, 1, 5), start=date(2022, 1, 6), end=date(2022, 6, 30), status="active",
        url="https://example.org/contract/12",
    )  # fmt: skip
    Contract.objects.create(project=project, number="13/2565")
    Milestone.objects.create(project=project, title="ตรวจรับงวดที่ 1", due_on=date(2022, 3, 1), met_on=date(2022, 3, 2))
    Milestone.objects.create(project=project, title="ตรวจรับงวดที่ 2", due_on=date(2022, 6, 1))
    ProjectDocument.objects.create(
        project=project, type="projectPlan", title="แบบแปลน", url="https://example.org/plan.pdf"
    )
    ProjectIndicator.objects.create(
        project=project, title="ความยาวถนน", unit="กม.", baseline=Decimal(0), target=Decimal("2.5"),
        actual=Decimal(1), target_year=2022,
    )  # fmt: skip


@pytest.fixture
def register(starter: Workspace, db: None, settings: Settings, tmp_path: Path) -> list[Programme]:
    """The budget bill of 2565 and a plan workbook, released; a few projects with contracts and all else."""
    settings.MUDMAI_HOME = starter.home.root
    settings.MUDMAI_OC4IDS_PREFIX, settings.MUDMAI_OCID_PREFIX = "oc4ids-abc123", "ocds-abc123"
    settings.MUDMAI_PUBLISHER = "จังหวัดตัวอย่าง"
    ministry = build().ministry
    book = tmp_path / "plan.xlsx"
    write_plan_workbook(book)
    made = []
    for path in (BILL, book):
        read = read_project_file(starter, path)
        key = load_file(path, read, programme="", organisation=ministry.code, title=path.stem, reason="ทดสอบ")
        made.append(Programme.objects.get(pk=key))
    Programme.objects.update(is_released=True)
    for one in made:
        for project in one.projects.filter(state="active").order_by("position")[:3]:
            tell_more(project)
    return made


def test_answers_of_a_loaded_register_are_valid(client: Client, register: list[Programme], tmp_path: Path) -> None:
    count, address = 0, "/api/v1/projects/oc4ids.json"
    while address:
        answer = client.get(address)
        found = judged("oc4ids", answer.content, tmp_path)
        assert found["validation_errors"] == []
        assert found["additional_fields"] == [] or found["additional_fields"] == {}
        assert found.get("additional_checks") in ([], None, {}), found["additional_checks"]
        count += len(answer.json()["projects"])
        address = answer.headers.get("Link", "").partition(">")[0].removeprefix("<")
    assert count == sum(one.projects.filter(state="active").count() for one in register)
    assert count > 1500

    for one in register:
        address = f"/api/v1/programmes/{one.pk}/ocds.json"
        while address:
            answer = client.get(address)
            found = judged("ocds", answer.content, tmp_path)
            assert found["validation_errors"] == []
            for check in ("conformance_errors", "additional_checks", "additional_fields", "deprecated_fields"):
                assert not found.get(check), found[check]
            address = answer.headers.get("Link", "").partition(">")[0].removeprefix("<")
    told = answer.json()
    assert told["publisher"]["name"] == "จังหวัดตัวอย่าง"
    assert {one["ocid"][:11] for one in told["releases"]} == {"ocds-abc123"}


def test_who_has_the_package_is_not_sent_it_again(client: Client, register: list[Programme]) -> None:
    first = client.get("/api/v1/projects/oc4ids.json?size=5")
    again = client.get("/api/v1/projects/oc4ids.json?size=5", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["Link"] == first.headers["Link"]
    Project.objects.order_by("programme_id", "position").first().contracts.update(title="อื่น")  # type: ignore[union-attr]
    assert client.get("/api/v1/projects/oc4ids.json?size=5").headers["ETag"] != first.headers["ETag"]
