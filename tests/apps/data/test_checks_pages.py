"""The page of checks: what it tells, how exceptions are given, the marked file and the CSV, who may do what."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest
from django.test import Client

from mudmai.apps.data.domain.exceptions import accepted_fingerprints, report_of
from mudmai.apps.data.domain.jobs_reading import begin_reading
from mudmai.apps.data.domain.submissions import note_reading, start_submission
from mudmai.apps.data.domain.tables import keep_table
from mudmai.apps.data.models import Submission
from mudmai.apps.registry.models import Role
from mudmai.exchange.marked_sheet import FINDINGS_SHEET
from mudmai.workspace.checking import check_table, keep_report
from mudmai.workspace.intake import read_file
from mudmai.workspace.raw_files import raw_files
from tests.apps.data.data_world import DataWorld
from tests.apps.registry.small_world import holding, somebody

HEAD = "area_system,area,period,series,value,flag,source,method\n"
FAULTY = HEAD + "".join(
    f"land,A,{year},money,{value},A,office,old\n"
    for year, value in ((2031, 100), (2032, 100_000), (2033, 1), (2034, 5))
)


@pytest.fixture
def held(data_world: DataWorld) -> Submission:
    """A faulty file that was read and checked."""
    raw = raw_files(data_world.workspace).keep_bytes(FAULTY.encode(), name="เงิน.csv")
    made = start_submission(
        acting_user=data_world.contributor, dataset="toy-money", organisation=data_world.ministry, raw=raw
    )
    path = raw_files(data_world.workspace).path(raw.sha256)
    table = read_file(data_world.workspace, path, name="เงิน.csv", dataset="toy-money").table
    assert table is not None
    report = check_table(data_world.workspace, "toy-money", table, file="เงิน.csv")
    assert report.warnings == 2
    return note_reading(
        actor=None,
        submission=made,
        summary={},
        table_sha=keep_table(table, "t.parquet"),
        report_sha=keep_report(data_world.workspace, report).sha256,
        errors=report.errors,
        warnings=report.warnings,
        accepted=0,
    )


def address(held: Submission, rest: str = "checks/", language: str = "") -> str:
    return f"{language}/submissions/{held.pk}/{rest}"


def page_of(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def test_the_page_tells_place_value_and_remedy_in_both_languages(
    data_world: DataWorld, held: Submission, signed_in
) -> None:
    client = signed_in(data_world.contributor)
    thai, english = page_of(client, address(held)), page_of(client, address(held, language="/en"))
    assert "ควรตรวจสอบ" in thai
    assert "100,000" in thai
    assert "ตรวจหน่วยและหลักของตัวเลข" in thai
    assert "worth a look" in english
    assert "แถว 3" in thai
    assert f"/submissions/{held.pk}/marked.xlsx" in thai
    assert 'name="reason"' not in thai  # a contributor accepts no exceptions


def test_findings_are_grouped_by_check_and_series_with_their_number(
    data_world: DataWorld, held: Submission, signed_in
) -> None:
    page = page_of(signed_in(data_world.contributor), address(held, language="/en"))
    groups = re.findall(r"<details class=\"finding-group\" open>\s*<summary>(.*?)</summary>", page)
    assert [one.rpartition(": ")[2] for one in groups] == ["2"]
    assert "checks-clear" in page and "2 worth another look" in page


def test_a_reviewer_accepts_with_a_reason_and_revokes(data_world: DataWorld, held: Submission, signed_in) -> None:
    client = signed_in(data_world.reviewer)
    assert 'name="reason"' in page_of(client, address(held))
    report = report_of(held)
    assert report is not None
    mark = report.findings[0].fingerprint
    without = client.post(address(held), {"do": "accept", "finding": mark, "reason": " "})
    assert without.status_code == 409
    assert "ต้องบอกเหตุผล" in without.content.decode()
    done = client.post(address(held) + "?show=all", {"do": "accept", "finding": mark, "reason": "โรงงานใหม่เปิด"})
    assert (done.status_code, done.headers["Location"]) == (302, address(held) + "?show=all")
    assert accepted_fingerprints("toy-money") == {mark}
    shown = page_of(client, address(held) + "?show=accepted")
    assert "โรงงานใหม่เปิด" in shown
    exception = shown.split('name="exception" value="')[1].split('"')[0]
    client.post(address(held), {"do": "revoke", "exception": exception, "reason": "พบว่าผิด"})
    assert accepted_fingerprints("toy-money") == frozenset()


def test_a_contributor_is_refused_and_a_stranger_sees_nothing(
    data_world: DataWorld, held: Submission, signed_in
) -> None:
    report = report_of(held)
    assert report is not None
    form = {"do": "accept", "finding": report.findings[0].fingerprint, "reason": "ขอผ่าน"}
    assert signed_in(data_world.contributor).post(address(held), form).status_code == 403
    stranger = signed_in(somebody())
    outsider = signed_in(holding(Role.REVIEWER, data_world.other, name="outsider"))
    for rest in ("checks/", "checks.csv", "marked.xlsx"):
        assert stranger.get(address(held, rest)).status_code == 403
        assert outsider.get(address(held, rest)).status_code == 403
        assert Client().get(address(held, rest)).status_code == 302
    assert accepted_fingerprints("toy-money") == frozenset()


def test_the_marked_file_and_the_list_come_down(data_world: DataWorld, held: Submission, signed_in) -> None:
    client = signed_in(data_world.contributor)
    marked = client.get(address(held, "marked.xlsx"))
    assert "filename*=UTF-8''" in marked.headers["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(marked.content))
    assert book.sheetnames[0] == FINDINGS_SHEET
    data = book.worksheets[1]
    assert data["E3"].fill.fgColor.rgb == "FFFFEBA8"
    lines = client.get(address(held, "checks.csv")).content.decode("utf-8-sig").splitlines()
    assert len(lines) == 3
    assert lines[1].startswith("1,warning,jump,false,,,3,land,A,2032,money")


def test_a_workbook_kept_under_its_content_comes_back_marked_with_what_its_formulas_gave(
    data_world: DataWorld, signed_in, django_capture_on_commit_callbacks
) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in FAULTY.splitlines():
        page.append([float(cell) if cell.isdigit() else cell for cell in row.split(",")])
    page["J2"] = "=E2*2"
    content = io.BytesIO()
    book.save(content)
    raw = raw_files(data_world.workspace).keep_bytes(content.getvalue(), name="เงิน.xlsx")
    assert not raw_files(data_world.workspace).path(raw.sha256).suffix
    made = start_submission(
        acting_user=data_world.contributor, dataset="toy-money", organisation=data_world.ministry, raw=raw
    )
    with django_capture_on_commit_callbacks(execute=True):
        begin_reading(acting_user=data_world.contributor, submission=made)
    answer = signed_in(data_world.contributor).get(address(made, "marked.xlsx"))
    assert answer.status_code == 200
    back = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert back.sheetnames == [FINDINGS_SHEET, "Sheet"]
    assert back["Sheet"]["E3"].fill.fgColor.rgb == "FFFFEBA8"


def test_filters_and_unknown_words_in_the_address(data_world: DataWorld, held: Submission, signed_in) -> None:
    client = signed_in(data_world.contributor)
    assert "ไม่มีรายการตามที่เลือก" in page_of(client, address(held) + "?show=error")
    assert "100,000" in page_of(client, address(held) + "?rule=jump&show=warning")
    assert "100,000" in page_of(client, address(held) + "?rule=%3Cb%3E&show=x&page=999")


def test_a_submission_without_a_report_says_what_to_do(data_world: DataWorld, signed_in) -> None:
    raw = raw_files(data_world.workspace).keep_bytes(b"x,y\n1,2\n", name="a.csv")
    made = start_submission(
        acting_user=data_world.contributor, dataset="toy-money", organisation=data_world.ministry, raw=raw
    )
    client = signed_in(data_world.contributor)
    assert "ยังไม่ได้ตรวจ" in page_of(client, address(made))
    assert client.get(address(made, "marked.xlsx")).status_code == 404
