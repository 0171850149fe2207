"""Projects as OC4IDS and OCDS, judged by the standards' own validators, offline."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from mudmai.core.errors import InputError
from mudmai.exchange import oc4ids, ocds
from mudmai.exchange.exact_json import exact_json
from mudmai.exchange.project_records import (
    ContractRecord,
    DocumentRecord,
    MetricRecord,
    MilestoneRecord,
    MoneyRecord,
    PartyRecord,
    PlaceRecord,
    ProjectRecord,
    Publication,
)

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = ROOT.parent / "shared" / "data" / "interop"
PYTHON = ROOT / ".venv-doors" / "bin" / "python"
needs_schemas = pytest.mark.skipif(not (SCHEMAS / "oc4ids").is_dir(), reason="the published schemas are not at hand")
needs_validators = pytest.mark.skipif(
    not (PYTHON.exists() and (SCHEMAS / "oc4ids").is_dir()), reason="validators or schemas are not at hand"
)

PUBLICATION = Publication(
    uri="https://example.org/projects/oc4ids.json",
    publisher="องค์การบริหารส่วนตัวอย่าง",
    published=datetime(2026, 1, 5, 8, 30, tzinfo=UTC),
    currency="THB",
    project_prefix="oc4ids-abc123",
    ocid_prefix="ocds-abc123",
    licence="https://creativecommons.org/licenses/by/4.0/",
    offset="+07:00",
    language="th",
    stage_titles=(("planned", "แผน"), ("allocated", "จัดสรร")),
)
FULL = ProjectRecord(
    id="p-1",
    title="ก่อสร้างถนนคอนกรีต",
    description="กว้าง 4 เมตร",
    status="completed",
    type="construction",
    sector=("transport.road", "โครงสร้างพื้นฐาน"),
    purpose="เดินทางสะดวก",
    start=date(2023, 10, 1),
    end=date(2024, 9, 30),
    updated=datetime(2026, 1, 4, 1, 2, 3, 456, tzinfo=UTC),
    places=(PlaceRecord("th-areas", "A1", "พื้นที่หนึ่ง"), PlaceRecord("th-areas", "A2")),
    money=(
        MoneyRecord(2025, "planned", Decimal("0.10")),
        MoneyRecord(2024, "planned", Decimal("123456789012345678.25"), "เงินรายได้", "office"),
        MoneyRecord(2024, "allocated", Decimal("0.00"), "เงินอุดหนุน"),
        MoneyRecord(2024, "disbursed", None),
    ),
    public_authority="office",
    parties=(PartyRecord("office", "หน่วยงาน", ("publicAuthority",)), PartyRecord("firm", "บริษัท", ("supplier",))),
    documents=(DocumentRecord("d1", "แบบแปลน", "projectPlan", "https://example.org/d1", date(2023, 11, 1)),),
    contracts=(
        ContractRecord(
            *("c-1", "12/2567", "จ้างก่อสร้าง", "active", Decimal("99.99")),
            *(date(2024, 1, 2), date(2024, 1, 3), date(2024, 6, 30), "firm", "https://example.org/c1"),
        ),
        ContractRecord("c-2"),
    ),
    milestones=(MilestoneRecord("1", "ลงนาม", date(2024, 1, 2), date(2024, 1, 2)), MilestoneRecord("2", "ส่งมอบ")),
    metrics=(MetricRecord("1", "ระยะทาง", "กม.", Decimal("1.5"), Decimal("3.0"), None, 2025),),
)
BARE = ProjectRecord(id="p-2", title="โครงการที่รู้เพียงชื่อ")
OWN_TYPE = ProjectRecord(
    id="p-3", title="อบรม", type="อบรม", status="someday", money=(MoneyRecord(2024, "planned", None),)
)
ALL = (FULL, BARE, OWN_TYPE)


def read(told: Any) -> Any:
    return json.loads(exact_json(told), parse_float=Decimal)


def validated(kind: str, told: Any, folder: Path) -> Any:
    file = folder / "package.json"
    file.write_bytes(exact_json(told))
    script = Path(__file__).with_name("open_contracting_check.py")
    command = [str(PYTHON), str(script), kind, str(file), str(SCHEMAS)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


@needs_validators
def test_the_validator_of_oc4ids_finds_nothing(tmp_path: Path) -> None:
    found = validated("oc4ids", oc4ids.project_package(ALL, PUBLICATION), tmp_path)
    assert found["validation_errors"] == [] and found["validation_errors_count"] == 0
    assert found["data_only"] == [] and found["additional_fields_count"] == 0
    assert found["additional_closed_codelist_values"] == {}
    assert found["conformance_checks"] == [] and found["additional_checks"] == []
    opened = found["additional_open_codelist_values"].values()
    assert sorted(one["field"] for one in opened) == ["id", "id", "scheme", "scheme"]  # of its own: told, no fault


@needs_validators
def test_the_validator_of_oc4ids_can_find_something(tmp_path: Path) -> None:
    told = oc4ids.project_package(ALL, PUBLICATION)
    told["projects"][0] |= {"status": "completed", "budget": {"amount": {"amount": "1"}}, "invented": 1}
    told["projects"][1]["id"] = "p-2"
    found = validated("oc4ids", told, tmp_path)
    assert found["validation_errors_count"] and found["additional_fields_count"] == 1
    assert found["additional_closed_codelist_values"] and found["conformance_checks"]


@needs_validators
def test_the_validator_of_ocds_finds_nothing(tmp_path: Path) -> None:
    found = validated("ocds", ocds.release_package(ALL, PUBLICATION), tmp_path)
    assert found["validation_errors"] == []
    assert not found["additional_fields"] and not found["additional_checks"]
    assert not found.get("additional_closed_codelist_values") and not found.get("additional_open_codelist_values")
    assert not found["deprecated_fields"] and not found.get("json_deref_error")


@needs_validators
def test_the_validator_of_ocds_can_find_something(tmp_path: Path) -> None:
    told = ocds.release_package(ALL, PUBLICATION)
    told["releases"][0] |= {"initiationType": "plan", "invented": 1}
    del told["releases"][1]["date"]
    found = validated("ocds", told, tmp_path)
    assert [one["path"] for one in found["validation_errors"]] == ["releases/1"]
    assert found["additional_fields"] and found["additional_closed_codelist_values"]


def test_what_is_missing_is_left_out_and_zero_stays() -> None:
    full, bare, own = (oc4ids.project_object(one, PUBLICATION) for one in ALL)
    assert bare == {"id": "oc4ids-abc123-p-2", "language": "th", "title": BARE.title}
    assert "amount" not in own["budget"] and "status" not in own
    assert own["additionalClassifications"] == [{"scheme": "type", "description": "อบรม"}]
    planned, allocated, disbursed = full["budget"]["budgetBreakdowns"]
    assert [one["id"] for one in (planned, allocated, disbursed)] == ["planned", "allocated", "disbursed"]
    assert allocated["budgetBreakdown"][0]["amount"] == {"amount": Decimal("0.00"), "currency": "THB"}
    assert "amount" not in disbursed["budgetBreakdown"][0]


def test_amounts_are_exact_and_stages_are_not_added() -> None:
    told = read(oc4ids.project_object(FULL, PUBLICATION))
    assert told["budget"]["amount"]["amount"] == Decimal("123456789012345678.35")
    assert b'"amount":123456789012345678.35,' in exact_json(oc4ids.project_object(FULL, PUBLICATION))
    with pytest.raises(ValueError, match="NaN"):
        exact_json({"amount": Decimal("NaN")})


def test_a_fiscal_year_is_named_after_the_year_in_which_it_ends() -> None:
    assert PUBLICATION.fiscal_period(2024) == {
        "startDate": "2023-10-01T00:00:00+07:00",
        "endDate": "2024-09-30T23:59:59+07:00",
    }
    assert replace(PUBLICATION, fiscal_start=1, offset="Z").fiscal_period(2024) == {
        "startDate": "2024-01-01T00:00:00Z",
        "endDate": "2024-12-31T23:59:59Z",
    }


def test_a_contract_leads_to_the_planning_and_the_budget_to_the_project() -> None:
    planning, first, _ = ocds.releases(FULL, PUBLICATION)
    assert planning["planning"]["budget"]["projectID"] == "oc4ids-abc123-p-1"
    assert first["relatedProcesses"][0]["identifier"] == planning["ocid"] == "ocds-abc123-p-1"
    assert first["contracts"][0]["value"] == {"amount": Decimal("99.99"), "currency": "THB"}
    summary = oc4ids.project_object(FULL, PUBLICATION)["contractingProcesses"][0]["summary"]
    assert summary["ocid"] == first["ocid"] and summary["suppliers"] == [{"id": "firm", "name": "บริษัท"}]


def test_the_same_facts_give_the_same_bytes() -> None:
    turned = replace(FULL, money=tuple(reversed(FULL.money)))
    one, other = (exact_json(oc4ids.project_package([record], PUBLICATION)) for record in (FULL, turned))
    assert one == other


def test_prefixes_are_those_given_out_or_none() -> None:
    bare = replace(PUBLICATION, project_prefix="", ocid_prefix="")
    assert oc4ids.project_object(BARE, bare)["id"] == "p-2"
    assert "ocid" not in oc4ids.project_object(FULL, bare)["contractingProcesses"][0]["summary"]
    with pytest.raises(InputError) as refused:
        replace(PUBLICATION, ocid_prefix="oc4ids-abc123")
    assert refused.value.code == "publication_prefix"


@needs_schemas
def test_the_codes_are_those_of_the_published_lists() -> None:
    def codes(name: str) -> set[str]:
        with (SCHEMAS / "oc4ids" / "codelists" / f"{name}.csv").open(encoding="utf-8") as lines:
            return {row["Code"] for row in csv.DictReader(lines)}

    assert codes("projectType") == oc4ids.TYPES
    assert codes("projectSector") == oc4ids.SECTORS
    with zipfile.ZipFile(SCHEMAS / "ocds" / "standard-1__1__5.zip") as standard:
        roles = standard.read("standard-1__1__5/schema/codelists/partyRole.csv").decode("utf-8")
    assert {row["Code"] for row in csv.DictReader(io.StringIO(roles))} == ocds.ROLES
    assert codes("projectStatus") == set(oc4ids._STATUS.values())
