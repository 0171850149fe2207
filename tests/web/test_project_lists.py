# ruff: noqa: F811  fixtures are asked for by the names that they are imported under
"""Lists of projects and forms by page: downloaded, edited, compared, loaded; long prints made and fetched."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from mudmai.apps.programme.interfaces import form_printing
from mudmai.apps.programme.models import Programme
from mudmai.apps.registry.models import Person
from tests.web.test_projects import (  # noqa: F401  fixtures
    as_person,
    home,
    officer,
    people,
    plan,
    publisher,
    released,
)


def test_a_table_is_downloaded_edited_and_loaded(
    plan: Programme,
    officer: Person,
    as_person: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:
    client = as_person(officer)
    content = client.get(f"/projects/list.xlsx?programme={plan.pk}").content
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    assert heads[:4] == ["รหัสโครงการ", "แผนงานในทะเบียน", "ลำดับ", "ชื่อโครงการ"]
    amount = heads.index("จำนวนเงิน (บาท)") + 1
    stage = heads.index("ขั้นของเงิน")
    (row,) = [at for at, cells in enumerate(sheet.iter_rows(values_only=True), 1) if cells[2:4] == ("1", cells[3])
              and cells[stage] == "planned"]  # fmt: skip
    sheet.cell(row, amount).value = 1_100_000
    out = io.BytesIO()
    book.save(out)
    upload = SimpleUploadedFile("list.xlsx", out.getvalue())
    with django_capture_on_commit_callbacks(execute=True):
        sent = client.post(f"/programmes/{plan.pk}/list/", {"file": upload})
    assert sent.status_code == 302, sent.content.decode()
    page = client.get(sent.url).content.decode()
    assert "1,000,000.00" in page and "1,100,000.00" in page and "เปลี่ยน 1 โครงการ" in page
    refused = client.post(sent.url, {"reason": " "})
    assert refused.status_code == 400 and "ต้องบอกเหตุผล" in refused.content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(sent.url, {"reason": "มติสภา"}).status_code == 302
    road = plan.projects.get(number="1")
    assert road.budget.get(stage="planned").amount == Decimal(1_100_000)
    assert plan.events.order_by("-sequence")[0].reason == "มติสภา"


def test_a_faulty_table_names_its_cells(
    plan: Programme,
    officer: Person,
    as_person: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:
    client = as_person(officer)
    bad = "title,fiscal_year,stage,amount\nถนน,2024,planned,-1\n".encode()
    with django_capture_on_commit_callbacks(execute=True):
        sent = client.post(f"/programmes/{plan.pk}/list/", {"file": SimpleUploadedFile("bad.csv", bad)})
    page = client.get(sent.url).content.decode()
    assert "!D2" in page and "ติดลบ" in page and 'name="reason"' not in page


def test_a_long_pdf_is_made_in_the_background(
    released: Programme, officer: Person, as_person: Any, monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    monkeypatch.setattr(form_printing, "AT_ONCE", 1)
    address = f"/programmes/{released.pk}/print.pdf"
    visitor = Client().get(address)
    assert visitor.status_code == 302 and "/print/?digits=" in visitor.url
    assert "เข้าสู่ระบบ" in Client().get(visitor.url.split("#")[0]).content.decode()
    client = as_person(officer)
    with django_capture_on_commit_callbacks(execute=True):
        made = client.post(f"/programmes/{released.pk}/print/", {"digits": "arabic"})
    assert made.status_code == 302
    page = client.get(made.url.split("#")[0]).content.decode()
    assert "พร้อมแล้ว" in page
    answer = client.get(address + "?digits=arabic")
    assert b"".join(answer.streaming_content)[:4] == b"%PDF"
    assert client.get(address.replace(".pdf", ".docx")).content[:2] == b"PK"


def test_programme_pages_lead_to_the_files(released: Programme, tmp_path: Path) -> None:
    page = Client().get(f"/programmes/{released.pk}/").content.decode()
    for part in ("/projects/list.xlsx?programme=", "/api/v1/projects/oc4ids.json?programme=", "/ocds.json", "/print/"):
        assert part in page
    assert f"/programmes/{released.pk}/list/" not in page
