"""Handing in a file on the page, without scripts: sent, looked at, corrected, confirmed, read; and what is refused."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from mudmai.apps.data.models import DatasetHolder, Submission
from mudmai.apps.registry.models import Person, Role
from mudmai.workspace.recipes import RecipeShelf
from tests.apps.data.conftest import data_world, signed_in, toy_workspace
from tests.apps.data.data_world import A, DataWorld
from tests.apps.registry.small_world import holding, somebody

__all__ = ["data_world", "signed_in", "toy_workspace"]

HEAD = ["พื้นที่", "พ.ศ. 2563", "พ.ศ. 2564"]
ROWS = [["Alpha", 126, 130], ["Beta", 101, 104], ["Country", 227, 234]]
Enter = Callable[[Person], Client]
Committed = DjangoCaptureOnCommitCallbacks


def book(rows: list[list[object]]) -> bytes:
    workbook = openpyxl.Workbook()
    for row in rows:
        workbook.active.append(row)
    held = io.BytesIO()
    workbook.save(held)
    return held.getvalue()


def send(client: Client, committed: Committed, content: bytes, name: str = "เงิน 2564.xlsx", to: str = "", **more: str):
    with committed(execute=True):
        return client.post(
            to or "/datasets/toy-money/submit/", {"file": SimpleUploadedFile(name, content), "mode": "update", **more}
        )


def fields(page: str) -> dict[str, str]:
    """The form of the page as a browser would send it: what is chosen, typed and ticked."""
    form = re.search(r"<form[^>]*reading-form.*?</form>", page, re.S).group()
    told = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        first = re.search(r'<option value="([^"]*)"', options)
        told[name] = (chosen or first).group(1)
    for name, value in re.findall(r'<input class="form-control[^"]*"[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form):
        told[name] = value
    for name in re.findall(r'<input class="form-check-input" type="checkbox"[^>]*name="([^"]+)"[^>]*checked', form):
        told[name] = "on"
    return told


def test_a_new_file_is_sent_looked_at_and_confirmed(
    data_world: DataWorld, signed_in: Enter, django_capture_on_commit_callbacks: Committed
) -> None:
    client = signed_in(data_world.contributor)
    page = client.get("/datasets/toy-money/submit/").content.decode()
    assert "512 MB" in page
    assert 'enctype="multipart/form-data"' in page
    sent = send(client, django_capture_on_commit_callbacks, book([HEAD, *ROWS]))
    one = Submission.objects.get()
    assert sent.status_code == 302 and sent["Location"] == f"/submissions/{one.pk}/reading/"
    page = client.get(sent["Location"]).content.decode()
    assert "Alpha" in page and "ยืนยันและอ่านทั้งไฟล์" in page and "ลองอ่านตามคำตอบที่เป็นอยู่: 6 ค่า" in page
    form = fields(page)
    assert form["column-0"] == "area" and form["series"] == "money"
    with django_capture_on_commit_callbacks(execute=True):
        done = client.post(sent["Location"], {**form, "do": "confirm", "name": "เงินรายปี"})
    assert done.status_code == 302
    one.refresh_from_db()
    assert (one.errors, one.reading["rows"], one.recipe_name) == (0, 6, "เงินรายปี")
    assert RecipeShelf(data_world.workspace).one("toy-money", "เงินรายปี").by == data_world.contributor.pseudonym
    english = client.get(f"/en/submissions/{one.pk}/reading/").content.decode()
    assert "6 values were read" in english
    folded = english.split('<details class="answers">')[1].split("</details>\n    <section")[0]
    assert "reading-form" in folded, "once confirmed, the answers are folded"


def test_whose_right_covers_some_areas_reads_those_alone(
    data_world: DataWorld, signed_in: Enter, django_capture_on_commit_callbacks: Committed
) -> None:
    person = holding(Role.CONTRIBUTOR, data_world.ministry, area=A, name="province")
    client = signed_in(person)
    tidy = b"area_system,area,period,series,value\nland,A,2021,money,130\nland,A1,2021,money,9\nland,B,2021,money,7\n"
    here = send(client, django_capture_on_commit_callbacks, tidy, "t.csv")["Location"]
    page = client.get(here).content.decode()
    assert "ไม่ถึง 1 พื้นที่" in page and 'value="own_areas"' in page
    with django_capture_on_commit_callbacks(execute=True):
        client.post(here, {"do": "own_areas"})
    one = Submission.objects.get()
    assert (one.reading["rows"], one.only_areas, one.errors) == (2, [["land", "A"]], 0)
    assert one.reading["left_out_counts"]["areas"] == {"places": 1, "values": 1}
    page = client.get(here).content.decode()
    assert "1 ค่าของ 1 พื้นที่" in page and 'value="own_areas"' not in page
    with django_capture_on_commit_callbacks(execute=True):
        client.post(here, {"do": "again"})
    one.refresh_from_db()
    assert one.reading["rows"] == 2, "kept for every reading"
    assert client.post(f"/submissions/{one.pk}/", {"do": "submit", "revision": str(one.revision)}).status_code == 302
    one.refresh_from_db()
    assert one.state == "submitted"


def test_the_only_dataset_is_chosen_already_and_without_any_it_says_what_to_do(
    data_world: DataWorld, signed_in: Enter
) -> None:
    DatasetHolder.objects.exclude(dataset="toy-money").delete()
    page = signed_in(data_world.contributor).get("/submit/").content.decode()
    assert '<option value="toy-money" selected>' in page
    DatasetHolder.objects.all().delete()
    nothing = signed_in(data_world.contributor).get("/submit/")
    assert nothing.status_code == 200 and "ติดต่อผู้ดูแลระบบ" in nothing.content.decode()
    admin = signed_in(holding(Role.ADMINISTRATOR, data_world.people.top, name="chief")).get("/submit/")
    assert admin.status_code == 200 and "/datasets/toy-money/holders/" in admin.content.decode()


def test_an_unknown_area_is_listed_chosen_and_remembered(
    data_world: DataWorld, signed_in: Enter, django_capture_on_commit_callbacks: Committed
) -> None:
    client = signed_in(data_world.contributor)
    sent = send(client, django_capture_on_commit_callbacks, book([HEAD, *ROWS, ["Alpha the First", 70, 71]]))
    page = client.get(sent["Location"]).content.decode()
    assert "Alpha the First" in page and "ชื่อพื้นที่ที่ยังไม่แน่ใจ" in page
    form = fields(page)
    at = next(name for name in form if name.startswith("name-"))
    with django_capture_on_commit_callbacks(execute=True):
        client.post(sent["Location"], {**form, at: "A1", "do": "confirm", "name": "r"})
    one = Submission.objects.get()
    assert one.errors == 0 and one.reading["rows"] == 8, one.reading["problems"]
    assert RecipeShelf(data_world.workspace).one("toy-money", "r").recipe.aliases == {"Alpha the First": "A1"}
    later = send(client, django_capture_on_commit_callbacks, book([HEAD, ["Alpha the First", 70, 72]]))
    assert "อ่านแล้ว 2 ค่า" in client.get(later["Location"]).content.decode()


def test_a_draft_of_answers_shows_what_they_give(
    data_world: DataWorld, signed_in: Enter, django_capture_on_commit_callbacks: Committed
) -> None:
    client = signed_in(data_world.contributor)
    sent = send(client, django_capture_on_commit_callbacks, book([HEAD, *ROWS]))
    form = fields(client.get(sent["Location"]).content.decode())
    stale = dict(form)
    client.post(sent["Location"], {**form, "column-2": "ignore", "do": "show"})
    page = client.get(sent["Location"]).content.decode()
    assert "ลองอ่านตามคำตอบที่เป็นอยู่: 3 ค่า" in page
    assert RecipeShelf(data_world.workspace).of("toy-money") == ()
    assert client.post(sent["Location"], {**stale, "do": "show"}).status_code == 400  # an older page
    client.post(sent["Location"], {"do": "forget"})
    assert "6 ค่า" in client.get(sent["Location"]).content.decode()


def test_next_years_file_says_what_changed(
    data_world: DataWorld, signed_in: Enter, django_capture_on_commit_callbacks: Committed
) -> None:
    client = signed_in(data_world.contributor)
    sent = send(client, django_capture_on_commit_callbacks, book([HEAD, *ROWS]))
    form = fields(client.get(sent["Location"]).content.decode())
    with django_capture_on_commit_callbacks(execute=True):
        client.post(sent["Location"], {**form, "do": "confirm", "name": "เงิน"})
    changed = send(client, django_capture_on_commit_callbacks, book([["พื้นที่ภาค", *HEAD[1:]], *ROWS]))
    page = client.get(changed["Location"]).content.decode()
    assert "หัวคอลัมน์ “พื้นที่” เปลี่ยนเป็น “พื้นที่ภาค”" in page and "ต้องยืนยัน" in page
    with django_capture_on_commit_callbacks(execute=True):
        client.post(changed["Location"], {**fields(page), "do": "confirm", "name": "เงิน"})
    one = Submission.objects.order_by("-created_at").first()
    assert one.errors == 0 and one.reading["rows"] == 6


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.xlsx", b"PK\x03\x04 cut short", "เสียหาย"),
        ("a.pdf", b"%PDF-1.7 x", "PDF"),
        ("a.xls", b"<html><table><tr><td>1</td></tr></table>", "หน้าเว็บ"),
    ],
)
def test_what_cannot_be_read_says_so_with_a_next_step(
    data_world: DataWorld,
    signed_in: Enter,
    django_capture_on_commit_callbacks: Committed,
    name: str,
    content: bytes,
    said: str,
) -> None:
    client = signed_in(data_world.contributor)
    sent = send(client, django_capture_on_commit_callbacks, content, name)
    page = client.get(sent["Location"])
    text = page.content.decode()
    assert page.status_code == 200 and said in text and "ส่งไฟล์ที่แก้แล้วแทน" in text
    one = Submission.objects.get()
    assert one.table_sha == "" and one.errors >= 1
    mended = send(client, django_capture_on_commit_callbacks, book([HEAD, *ROWS]), to=f"/submissions/{one.pk}/replace/")
    assert mended.status_code == 302
    assert "Alpha" in client.get(mended["Location"]).content.decode()


def test_html_in_cells_and_names_is_shown_as_text(
    data_world: DataWorld, signed_in: Enter, django_capture_on_commit_callbacks: Committed
) -> None:
    evil = '<script>alert("x")</script>'
    client = signed_in(data_world.contributor)
    content = book([[evil, "", ""], ["พื้นที่", "พ.ศ. 2563", "พ.ศ. 2564"], *ROWS, [evil, 1, 2]])
    sent = send(client, django_capture_on_commit_callbacks, content, f"{evil}.xlsx")
    page = client.get(sent["Location"]).content.decode()
    assert "&lt;script&gt;" in page and "<script>alert" not in page


def test_too_large_empty_and_absent_files_are_refused_and_nothing_is_kept(
    data_world: DataWorld, signed_in: Enter, django_capture_on_commit_callbacks: Committed, settings: Settings
) -> None:
    settings.MUDMAI_UPLOAD_BYTES = 100_000
    client = signed_in(data_world.contributor)
    for content, said in ((b"x" * 300_000, "ใหญ่กว่า"), (b"x" * 120_000, "ใหญ่กว่า"), (b"", "ว่างเปล่า")):
        answer = send(client, django_capture_on_commit_callbacks, content, "a.csv")
        assert answer.status_code == 400 and said in answer.content.decode()
    absent = client.post("/datasets/toy-money/submit/", {"mode": "update"})
    assert absent.status_code == 400 and "ยังไม่ได้เลือกไฟล์" in absent.content.decode()
    by_script = client.post("/datasets/toy-money/submit/", {"mode": "update"}, headers={"X-Upload": "script"})
    assert by_script.json()["remedy"]
    assert not Submission.objects.exists() and list((data_world.workspace.home.root / "raw").rglob("*.part")) == []


def test_the_form_needs_its_token_and_a_role(data_world: DataWorld, signed_in: Enter) -> None:
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    strict.force_login(data_world.contributor)
    answer = strict.post("/datasets/toy-money/submit/", {"file": SimpleUploadedFile("a.csv", b"a")})
    assert answer.status_code == 403 and not Submission.objects.exists()
    assert Client().get("/datasets/toy-money/submit/").status_code == 302
    assert signed_in(somebody()).get("/datasets/toy-money/submit/").status_code == 403
    assert signed_in(somebody("two")).get("/submit/").status_code == 403
    assert signed_in(data_world.contributor).get("/datasets/nothing/submit/").status_code == 404


def test_without_a_dataset_it_is_guessed_or_asked(
    data_world: DataWorld, signed_in: Enter, django_capture_on_commit_callbacks: Committed
) -> None:
    client = signed_in(data_world.contributor)
    tidy = b"area_system,area,period,series,value\nland,A,2021,money,130\n"
    sent = send(client, django_capture_on_commit_callbacks, tidy, "t.csv", to="/submit/")
    assert Submission.objects.get().dataset == "toy-money"
    assert "ไฟล์เป็นระเบียบอยู่แล้ว" in client.get(sent["Location"]).content.decode()
    asked = send(client, django_capture_on_commit_callbacks, book([HEAD, *ROWS]), "x.xlsx", to="/submit/")
    page = client.get(asked["Location"]).content.decode()
    assert "รับไฟล์ x.xlsx แล้ว" in page
    with django_capture_on_commit_callbacks(execute=True):
        chosen = client.post("/submit/", {"dataset": "toy-money", "mode": "update"})
    assert "/reading/" in chosen["Location"] and Submission.objects.count() == 2


def test_who_may_only_look_sees_no_buttons(
    data_world: DataWorld, signed_in: Enter, django_capture_on_commit_callbacks: Committed
) -> None:
    sent = send(signed_in(data_world.contributor), django_capture_on_commit_callbacks, book([HEAD, *ROWS]))
    assert signed_in(somebody()).get(sent["Location"]).status_code == 403
