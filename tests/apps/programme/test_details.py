"""Parties, milestones, contracts, risks, indicators and documents of a project."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from mudmai.apps.programme.domain.details import attach_document, keep_detail, remove_detail
from mudmai.apps.programme.domain.projects import release_programme
from mudmai.apps.registry.models import AuditEntry, Role
from mudmai.apps.registry.policy import NotAllowed
from mudmai.core.errors import InputError, UnknownNameError
from tests.apps.programme.form_books import raw
from tests.apps.programme.programme_world import ProgrammeWorld
from tests.apps.registry.small_world import holding


def test_a_contract_with_its_supplier(world: ProgrammeWorld) -> None:
    road = world.project()
    release_programme(acting_user=world.publisher, programme=world.programme)  # details are no revision of the plan
    arguments = {"acting_user": world.officer, "project": road}
    builder = keep_detail(kind="party", values={"role": "supplier", "name": "บริษัท ก จำกัด"}, **arguments)
    values = {"number": "1/2567", "supplier": builder, "amount": Decimal("99.50"), "signed_on": date(2024, 2, 1)}
    contract = keep_detail(kind="contract", values=values, **arguments)
    keep_detail(kind="contract", values={"amount": Decimal("90.00")}, pk=contract.pk, **arguments)
    entry = AuditEntry.objects.order_by("-sequence").first()
    assert (entry.old["amount"], entry.new["amount"], entry.new["detail"]) == ("99.50", "90.00", "contract")
    with pytest.raises(InputError):
        remove_detail(kind="party", pk=builder.pk, **arguments)
    remove_detail(kind="contract", pk=contract.pk, **arguments)
    assert not road.contracts.exists() and road.parties.get() == builder


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("contract", {"number": "1", "amount": Decimal("-1.00")}),
        ("risk", {"title": "น้ำท่วม", "likelihood": 6, "impact": 1}),
        ("milestone", {"title": "ส่งมอบ", "weight": Decimal("1.5")}),
        ("milestone", {"title": ""}),
        ("party", {"role": "friend", "name": "ก"}),
    ],
)
def test_values_that_do_not_fit(world: ProgrammeWorld, kind: str, values: dict) -> None:
    road = world.project()
    with pytest.raises(InputError) as told:
        keep_detail(acting_user=world.officer, project=road, kind=kind, values=values)
    assert told.value.code == "project"


def test_names_that_are_not_known(world: ProgrammeWorld) -> None:
    road = world.project()
    for kind, values in (("friend", {}), ("risk", {"project_id": 5})):
        with pytest.raises(UnknownNameError):
            keep_detail(acting_user=world.officer, project=road, kind=kind, values=values)


def test_a_supplier_of_another_project(world: ProgrammeWorld) -> None:
    road, canal = world.project(), world.project("คลอง")
    other = keep_detail(
        acting_user=world.officer, project=canal, kind="party", values={"role": "supplier", "name": "ข"}
    )
    with pytest.raises(InputError) as told:
        keep_detail(acting_user=world.officer, project=road, kind="contract", values={"number": "1", "supplier": other})
    assert told.value.where.field == "supplier"


def test_documents_are_a_file_or_an_address(world: ProgrammeWorld) -> None:
    road = world.project()
    arguments = {"acting_user": world.officer, "project": road, "title": "ภาพถ่าย"}
    kept = attach_document(raw=raw(), type="photo", **arguments)
    assert (kept.raw_sha, kept.created_by) == ("a" * 64, world.officer)
    attach_document(url="https://example.go.th/a.pdf", **arguments)
    for wrong in ({}, {"url": "javascript:alert(1)"}, {"raw": raw(), "url": "https://example.go.th/"}):
        with pytest.raises(InputError):
            attach_document(**arguments, **wrong)


def test_a_reader_keeps_no_details(world: ProgrammeWorld) -> None:
    road = world.project()
    reader = holding(Role.READER, world.people.department, name="reader")
    with pytest.raises(NotAllowed):
        keep_detail(acting_user=reader, project=road, kind="risk", values={"title": "ก", "likelihood": 1, "impact": 1})
