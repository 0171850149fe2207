"""A city on its way to a certificate and past its end: four people in turn, in a real browser.

A certifier opens a call; a city officer assesses the city, attaches a file and a live figure and submits; two markers
declare and differ; the marks are settled, the city replies, the decision is taken; a citizen reads the register, and
the plan's I3.1 has one more. When the certificate has expired it has one less. Each step has its row of the log.

The end is rehearsed: the clock runs for a day that is still to come. So the certificate's page tells the end in its
history, while its heading goes on saying how it stands on the real day.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.journeys.conftest import DESK, PATIENCE, PHONE, pressed
from tests.journeys.walking import Office, entering, in_both_languages, said, serving, sound

CITY = "เมืองตัวอย่าง"
OF_CALL = ("call.create", "call.publish")
OF_FILE = (
    *("file.open", "file.answer", "file.attach", "file.submit", "file.appoint", "file.declare", "file.mark"),
    *("file.marks_done", "file.reconcile", "file.provisional", "file.reply", "file.reply_over", "file.decide"),
)
MARKS = {
    "marker1": {"c-plan": 3, "c-open": 2, "c-safe": 2, "c-income": 2, "c-waste": 1, "c-air": 2},
    "marker2": {"c-plan": 2, "c-open": 2, "c-safe": 2, "c-income": 2, "c-waste": 2, "c-air": 2},
}
REASONS = {"marker1": "เทียบกับหลักฐานที่แนบแล้ว", "marker2": "อ่านคำอธิบายของเมืองแล้ว"}
"""What each writes of every criterion; it tells nothing of who they are."""
OWN = "main form:not([action]) button[type=submit]"
"""What sends the form of the page; the menu has one of its own to sign out."""
PARTS = {"plan": ("c-plan", "c-open", "c-safe"), "life": ("c-income", "c-waste", "c-air")}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A municipality and a certifying agency; no call yet."""
    with serving(tmp_path_factory.mktemp("assessing") / "home", "tests.journeys.assessing") as running:
        yield running


@pytest.fixture
def enter(browser: Any, office: Office) -> Iterator[Callable[..., Any]]:
    """Sign in as one of them."""
    with entering(browser, office) as entered:
        yield entered


def test_from_the_call_to_the_certificate_and_past_its_end(
    enter: Callable[..., Any], office: Office, tmp_path: Path
) -> None:
    citizen = enter()
    start = latest(citizen)
    before = count_of(start)
    figure = growth(citizen)
    certifier = enter("certifier", viewport=DESK)
    call = called(certifier)
    officer = enter("reviewer", viewport=DESK)
    file = filled(officer, call, tmp_path, figure)
    untold(officer, file)
    appointed(certifier, file)
    for role in MARKS:
        marked(enter(role, viewport=PHONE if role == "marker1" else DESK), file, role)
        untold(officer, file)
    settled(certifier, file)
    replied(officer, file)
    decided(certifier, file)
    risen = until_count(citizen, before + 1)
    assert count_of(risen) == before + 1
    certificate = read(citizen, before + 1)
    stands_for_good(citizen, start, before)
    expired(office)
    fallen = until_count(citizen, before)
    assert count_of(fallen) == before
    ended(citizen, certificate)
    stands_for_good(citizen, start, before)
    stands_for_good(citizen, risen, before + 1)
    logged(enter("root", viewport=DESK), call, file, certificate, figure, before)


def site_day() -> date:
    """Today by the clock of the site, which need not be that of the machine."""
    return datetime.now(ZoneInfo("Asia/Bangkok")).date()


def called(page: Any) -> str:
    """A call with two markers is set up and published; its address."""
    page.goto("/calls/new/")
    assert page.is_checked("input[name=shows_reasons][value=yes]"), "the city reads why, unless the call says no"
    in_both_languages(page, "q0-new-call")
    today = site_day()
    page.select_option("#id_criteria", "few-criteria-99")
    page.fill("#id_title_th", "รอบทดสอบ")
    page.fill("#id_title_en", "A test call")
    page.fill("#id_opens_on", (today - timedelta(days=1)).isoformat())
    page.fill("#id_closes_on", (today + timedelta(days=60)).isoformat())
    pressed(page, OWN)
    pressed(page, "main form:has(input[value=publish]) button")
    in_both_languages(page, "q0-call")
    assert "เหตุผลของผู้ตรวจโดยไม่บอกชื่อ" in said(page)
    return path_of(page)


def path_of(page: Any) -> str:
    return str(page.url.removeprefix(page.evaluate("location.origin")).partition("#")[0].partition("?")[0])


def growth(page: Any) -> float:
    """The live figure of the city, reckoned here from the observations that anybody may fetch: the mean growth of real
    product a head over the last three years, in percent."""
    told = {}
    for series in ("grp_cvm", "population"):
        answer = page.request.get(f"/api/v1/observations?series={series}&area=TH-40&limit=500", timeout=PATIENCE)
        assert answer.ok
        told[series] = {row["period"]: row["value"] for row in answer.json()["items"]}
    years = sorted(told["grp_cvm"].keys() & told["population"].keys())[-4:]
    assert [int(year) - int(years[0]) for year in years] == [0, 1, 2, 3]
    heads = [told["grp_cvm"][year] / told["population"][year] for year in years]
    return sum(100 * (later / earlier - 1) for earlier, later in pairwise(heads)) / 3


def figure_shown(page: Any, figure: float) -> None:
    """What was attached is the figure, with its period, formula and source."""
    pieces = page.locator("section[aria-labelledby=pieces]")
    value = pieces.locator("dl.facts dd b").first.inner_text().replace("\u2212", "-")
    found = re.search(r"-?\d+\.(\d+)", value)
    assert found is not None, value
    assert float(found[0]) == pytest.approx(figure, abs=0.5 * 10 ** -len(found[1]) + 1e-9)
    told = pieces.inner_text()
    assert "ร้อยละ" in value and "2563" in told and "mean_over(growth(real_income_per_head), 3)" in told
    assert "สภาพัฒนาการเศรษฐกิจและสังคมแห่งชาติ" in told


def filled(page: Any, call: str, folder: Path, figure: float) -> str:
    """The city is added, its file opened, answered with a file and a live figure, and sent; its address."""
    page.goto("/cities/new/")
    page.fill("#id_code", "model-city")
    page.fill("#id_name_th", CITY)
    page.fill("#id_name_en", "Model City")
    page.fill("#id_area", "TH-40")
    page.check("#id_whole")
    pressed(page, OWN)
    page.goto(call)
    pressed(page, "main form:has(input[value=open]) button")
    file = path_of(page)
    for part, criteria in PARTS.items():
        page.goto(f"{file}parts/{part}/")
        for one in criteria:
            page.check(f"input[name=v_{one}][value='{2 if one != 'c-plan' else 3}']")
            page.fill(f"#t_{one}", f"เหตุผลของเมืองต่อ {one}")
        pressed(page, "button[name=go][value='']")
    paper = folder / "แผนเมือง.csv"
    paper.write_text("ปี,งบ\n2569,100\n", "utf-8")
    page.goto(f"{file}criteria/c-plan/evidence/")
    page.locator("summary", has=page.locator("xpath=following-sibling::form[@enctype]")).first.click()
    page.set_input_files("#id_file", paper)
    pressed(page, "form[enctype] button[type=submit]")
    page.goto(f"{file}criteria/c-income/evidence/?figure=live")
    pressed(page, "form:has(input[name=do][value=figure]) button")
    figure_shown(page, figure)
    in_both_languages(page, "p1-figure")
    page.goto(file)
    pressed(page, "main form:has(input[value=submit]) button[type=submit]")
    assert "ส่งแล้ว" in said(page)
    return file


def desk_of(file: str) -> str:
    """The certifying side's address of the file."""
    return file.replace("/assessments/", "/marking/")


def appointed(page: Any, file: str) -> None:
    """It stands in the queue; two markers are appointed, and the file is being marked."""
    page.goto("/marking/")
    assert "ต้องแต่งตั้งผู้ตรวจอีก 2 คน" in said(page)
    in_both_languages(page, "q1-queue")
    pressed(page, f"a[href='{desk_of(file)}']")
    in_both_languages(page, "q2-appoint")
    for name in ("ผู้ตรวจ ก", "ผู้ตรวจ ข"):
        page.locator("#appoint label", has_text=name).locator("input").check()
        pressed(page, "#appoint button[type=submit]")
    assert "ผู้ตรวจกำลังให้คะแนน" in said(page)
    in_both_languages(page, "q2-appointed")


def marked(page: Any, file: str, role: str) -> None:
    """One declares, marks part by part beside the evidence without a trace of the other, and hands in."""
    page.goto("/marking/")
    pressed(page, f"a[href='{desk_of(file)}mark/']")
    in_both_languages(page, f"q3-declare-{role}")
    page.check("input[name=conflict][value=no]")
    pressed(page, OWN)
    for part, criteria in PARTS.items():
        page.goto(f"{desk_of(file)}mark/{part}/")
        assert not any(said in page.content() for other, said in REASONS.items() if other != role)
        assert "เมืองจะอ่านเหตุผลที่คุณเขียน โดยไม่เห็นชื่อคุณ" in said(page)
        for one in criteria:
            page.check(f"input[name=v_{one}][value='{MARKS[role][one]}']")
            page.fill(f"#t_{one}", f"{REASONS[role]} ต่อ {one}")
        pressed(page, "button[name=go][value='']")
        in_both_languages(page, f"q4-{part}-{role}")
    page.goto(f"{desk_of(file)}mark/")
    in_both_languages(page, f"q5-desk-{role}")
    pressed(page, "main form:has(input[value=hand_in]) button")
    assert "ส่งคะแนนแล้วเมื่อ" in said(page)


def untold(page: Any, file: str) -> None:
    """The city reads nothing of what markers wrote before it is told."""
    page.goto(f"{file}result/")
    assert "ยังไม่มีผล" in said(page) and not any(words in page.content() for words in REASONS.values())


def settled(page: Any, file: str) -> None:
    """The agreement is told, equal marks are taken over, the two that differ settled, and the city is told."""
    page.goto(desk_of(file))
    assert "ความสอดคล้อง" in said(page)
    in_both_languages(page, "q6-file")
    page.goto(f"{desk_of(file)}marks/")
    assert "ต่างกัน 2 ข้อ" in said(page) and f"{REASONS['marker1']} ต่อ c-plan" in said(page)
    page.locator("#agreement ~ details > summary").click()
    in_both_languages(page, "q7-marks")
    pressed(page, "form:has(input[value=equal]) button")
    for one in ("c-plan", "c-waste"):
        form = f"form:has(input[name=criterion][value='{one}'])"
        page.check(f"{form} input[name=value][value='2']")
        page.fill(f"#r-{one}", "หารือกับผู้ตรวจทั้งสองแล้ว")
        pressed(page, f"{form} button")
    pressed(page, "main a.btn-primary[href$='/provisional/']")
    assert "ชี้แจงได้ถึงวันที่" in said(page) and "(อีก 15 วัน)" in said(page)
    assert "โดยไม่ได้อ่านเหตุผล" not in said(page), "every mark below the top is explained"
    in_both_languages(page, "q8-tell")
    pressed(page, OWN)
    assert "เปิดให้เมืองชี้แจง" in said(page)


def replied(page: Any, file: str) -> None:
    """The city reads the provisional result and why, not who marked, replies to a criterion and ends its reply."""
    page.goto(f"{file}result/")
    told = page.content()
    assert not any(who in told for who in ("ผู้ตรวจ ก", "ผู้ตรวจ ข", "marker1", "marker2"))
    for one in (one for criteria in PARTS.values() for one in criteria):
        shown = page.locator(f"#c-{one} p.marking-text").all_inner_texts()
        assert sorted(shown) == sorted(f"{said} ต่อ {one}" for said in REASONS.values())
    in_both_languages(page, "q9-result")
    page.locator("#c-c-plan details > summary").click()
    page.fill("#t-c-plan", "แผนทบทวนแล้วเมื่อเดือนก่อน")
    pressed(page, "#c-c-plan form button")
    page.set_viewport_size(PHONE)
    in_both_languages(page, "q9-result-phone")
    page.set_viewport_size(DESK)
    pressed(page, "main form:has(input[value=end]) button")
    sound(page, "q10-end")
    pressed(page, "button[name=sure]")
    assert "รอตัดสิน" in said(page)


def decided(page: Any, file: str) -> None:
    """What the city said is read, the level that is reached granted with reasons and an end; the city has it."""
    page.goto(f"{desk_of(file)}marks/?show=replies")
    assert "แผนทบทวนแล้วเมื่อเดือนก่อน" in said(page)
    in_both_languages(page, "q11-replies")
    page.goto(f"{desk_of(file)}decide/")
    in_both_languages(page, "q12-decide")
    assert page.locator("input[value='granted:excellent']").is_disabled()
    page.check("input[value='granted:certified']")
    page.fill("#id_reasons", "คะแนนที่ยุติแล้วถึงเกณฑ์ และเมืองชี้แจงครบ")
    page.fill("#id_expires", (site_day() + timedelta(days=1)).isoformat())
    pressed(page, OWN)
    sound(page, "q13-confirm")
    pressed(page, "button[name=sure]")
    assert "ได้รับการรับรอง" in said(page)
    in_both_languages(page, "q14-granted")


def latest(page: Any) -> dict[str, str]:
    """The row of I3.1 with its last count, in the reading that the page shows."""
    answer = page.request.get("/plans/th-m8/indicators/I3.1/data.csv", timeout=PATIENCE)
    assert answer.ok
    rows = list(csv.DictReader(io.StringIO(answer.body().decode("utf-8-sig"))))
    return max((row for row in rows if row["value"]), key=lambda row: row["period"])


def count_of(row: dict[str, str]) -> int:
    return int(float(row["value"]))


def until_count(page: Any, wanted: int, seconds: float = 300) -> dict[str, str]:
    """The row once the worker has published the count; whatever it is when the time is over."""
    end = time.monotonic() + seconds
    while count_of(found := latest(page)) != wanted and time.monotonic() < end:
        page.wait_for_timeout(500)
    return found


def stands_for_good(page: Any, row: dict[str, str], count: int) -> None:
    """The permanent page of a count shows it whatever came after."""
    page.goto(f"/r/{row['release']}/th-m8/I3.1/TH/{row['period']}?reading={row['reading']}")
    assert page.locator(".work-value b").inner_text() == str(count)


def read(page: Any, count: int) -> str:
    """A citizen finds the city in the register, reads what was decided, and on the plan's page the count with every
    certificate in it, this one too; its number."""
    page.goto("/register/?scheme=smart-city&q=" + CITY)
    pressed(page, "main table a[href*='/register/'], main a[href*='/register/']:has-text('" + CITY + "')")
    certificate = path_of(page)
    page.goto(f"{certificate}decision/")
    assert "คะแนนที่ยุติแล้วถึงเกณฑ์" in said(page) and "ผู้รับรองเมือง" not in said(page)
    in_both_languages(page, "q15-public")
    page.goto("/plans/th-m8/indicators/I3.1/")
    assert page.locator("p.headline").inner_text().startswith(f"{count} ")
    pressed(page, ".counted-in a[href*='counted=']")
    assert f"พบ {count} " in said(page)
    assert page.locator(f"main a[href='{certificate}']").count() == 1
    return certificate.rstrip("/").rpartition("/")[2]


def ended(page: Any, certificate: str) -> None:
    """The certificate's page says that it expired, and on what day."""
    page.goto(f"/register/{certificate}/")
    last = page.locator("section[aria-labelledby=history] ol.revisions > li").last.inner_text()
    assert "หมดอายุ" in last and str((site_day() + timedelta(days=2)).year + 543) in last
    in_both_languages(page, "q16-ended")


def expired(office: Office) -> None:
    """The operator lets the clock of the day after the certificate's end run."""
    kept = {n: v for n, v in os.environ.items() if not n.startswith(("MUDMAI_", "DJANGO_", "LANG", "LC_"))}
    day = (site_day() + timedelta(days=2)).isoformat()
    code = "from mudmai.cli.main import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "assess", "clock", "--today", day, "--rehearsal"],
        env={**kept, "MUDMAI_HOME": str(office.home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def rows_on(page: Any, thing: str) -> list[dict[str, str]]:
    """What the log holds of one thing, the first row first, as whoever may read all of it sees."""
    answer = page.request.get(f"/audit/log.csv?object={thing}", timeout=PATIENCE)
    assert answer.ok
    return list(csv.DictReader(io.StringIO(answer.body().decode("utf-8-sig"))))[::-1]


def key_of(address: str) -> str:
    return address.rstrip("/").rpartition("/")[2]


def logged(page: Any, call: str, file: str, certificate: str, figure: float, before: int) -> None:
    """Every step of this call, file and certificate has its row in the log, and tells what it was about."""
    held = rows_on(page, key_of(call))
    assert [row["action"] for row in held] == list(OF_CALL)
    assert {row["object"] for row in held} == {f"call {key_of(call)}"}
    assert [row["action"] for row in rows_on(page, "model-city")] == ["city.create"]

    held = rows_on(page, key_of(file))
    assert {row["object"] for row in held} == {f"city_file {key_of(file)}"}
    done = [row["action"] for row in held]
    assert sorted(set(done), key=done.index)[0] == "file.open" and set(OF_FILE) <= set(done), done
    by = {action: [row for row in held if row["action"] == action] for action in done}
    assert len(by["file.answer"]) == 6 and len(by["file.appoint"]) == len(by["file.declare"]) == 2
    assert len(by["file.mark"]) == 12 and len(by["file.decide"]) == 1
    markers = {row["actor"] for row in by["file.mark"]}
    assert markers == {row["actor"] for row in by["file.declare"]} and len(markers) == 2
    officer, decider = by["file.submit"][0]["actor"], by["file.decide"][0]["actor"]
    assert officer != decider and not {officer, decider} & markers
    attached = [json.loads(row["new"]) for row in by["file.attach"]]
    assert [one["kind"] for one in attached] == ["file", "figure"]
    assert attached[1]["value"] == pytest.approx(figure, abs=1e-9) and attached[1]["period"] == "2020"

    granted, gone = rows_on(page, certificate)
    assert (granted["action"], granted["actor"]) == ("certificate.grant", decider)
    assert (gone["action"], gone["actor"]) == ("certificate.expire", "system")
    last_day = date.fromisoformat(json.loads(granted["new"])["expires_on"])
    assert date.fromisoformat(json.loads(gone["new"])["ended_on"]) == last_day + timedelta(days=1)
    counts = [
        (json.loads(row["old"])["count"], json.loads(row["new"])["count"])
        for row in rows_on(page, "smart-city")
        if row["action"] == "register.publish"
    ]
    assert counts[-2:] == [(before, before + 1), (before + 1, before)]
    page.goto(f"/audit/?action=file.decide&object={key_of(file)}")
    assert page.locator("main table tbody tr").count() == 1
