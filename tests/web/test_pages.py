"""Every page in both languages and three kinds of preferences: sound, local, readable."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from django.test import Client

from mudmai.core.language import to_arabic_digits
from mudmai.web.preferences import COOKIE
from mudmai.workspace import Workspace
from tests.web.page_list import addresses
from tests.web.page_reading import read_page

OUTWARD = re.compile(r"^(?:[a-z]+:)?//", re.IGNORECASE)


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_every_page_is_sound(client: Client, starter: Workspace, prefix: str) -> None:
    for address in addresses(starter, prefix):
        response = client.get(address)
        assert response.status_code == 200, address
        page = read_page(response.content)
        assert page.faults == [], address
        assert page.language == ("en" if prefix else "th"), address
        assert [i for i, n in Counter(page.ids).items() if n > 1] == [], address
        assert set(page.references) - set(page.ids) - {"work-title"} == set(), address
        assert page.headings.count(1) == 1, address
        jumps = [(a, b) for a, b in zip(page.headings, page.headings[1:], strict=False) if b > a + 1]
        assert jumps == [], address
        unnamed = [c for c in page.controls if not c["inside"] and c.get("id") not in page.labels]
        assert unnamed == [], address


def test_no_page_asks_anything_of_another_machine(client: Client, starter: Workspace) -> None:
    for address in [*addresses(starter), *addresses(starter, "/en")]:
        for tag, name, target in read_page(client.get(address).content).links:
            if OUTWARD.match(target):
                assert (tag, name) == ("a", "href"), f"{address}: <{tag} {name}={target}>"


@pytest.mark.parametrize(
    ("cookie", "language", "expected"),
    [
        ("auto.arabic", "", "พ.ศ. 2562"),
        ("CE.arabic", "", "ค.ศ. 2019"),
        ("BE.thai", "", "พ.ศ. ๒๕๖๒"),
        ("auto.arabic", "/en", "2019"),
        ("BE.arabic", "/en", "2562 BE"),
        ("CE.thai", "/en", "๒๐๑๙"),
        ("nonsense", "", "พ.ศ. 2562"),
    ],
)
def test_years_and_digits_follow_the_reader(client: Client, cookie: str, language: str, expected: str) -> None:
    client.cookies[COOKIE] = cookie
    text = read_page(client.get(f"{language}/?year=2019").content).text
    assert expected in text


@pytest.mark.parametrize("language", ["", "/en"])
def test_thai_digits_everywhere_leave_no_arabic_figure_in_a_table(client: Client, language: str) -> None:
    client.cookies[COOKIE] = "BE.thai"
    arabic = client.get(f"{language}/plans/th-m8/indicators/I1.1/").content
    figures = [c for c in read_page(arabic).cells if re.fullmatch(r"[+−]?[\d,.]+", to_arabic_digits(c))]
    assert len(figures) > 20
    assert [c for c in figures if re.search("[0-9]", c)] == []


def test_a_missing_figure_is_a_dash_and_never_a_zero(client: Client) -> None:
    """No figure of the investment in zones is at hand for the plan's years: not one digit may stand in its table."""
    page = read_page(client.get("/plans/th-m8/indicators/I1.2/").content)
    assert "–" in page.cells
    assert [c for c in page.cells if re.fullmatch(r"[+−]?0(?:\.0+)?", c)] == []


def test_the_scorecard_says_in_its_first_lines_how_each_indicator_stands(client: Client, starter: Workspace) -> None:
    text = read_page(client.get("/").content).text
    summaries = starter.scorecard("th-m8").summaries
    assert len(summaries) == 6
    first_table = text.index("ค่าอ้างอิง")
    for one in summaries:
        assert 0 < text.index(one.headline.th) < first_table


def test_each_page_leads_to_its_twin_and_back(client: Client, starter: Workspace) -> None:
    for address in addresses(starter):
        english = next(t for tag, _, t in read_page(client.get(address).content).links if tag == "link" and "/en/" in t)
        thai = {t for tag, _, t in read_page(client.get(english).content).links if tag == "a"}
        assert (
            client.get(address).request["PATH_INFO"] in {t.partition("?")[0].split("#")[0] for t in thai}
            or "%" in english
        )


@pytest.mark.parametrize("reading", ["real-mean-5", "nominal-annual"])
def test_a_reading_is_switched_for_one_indicator_only(client: Client, starter: Workspace, reading: str) -> None:
    text = read_page(client.get(f"/?year=2019&r.I1.1={reading}").content).text
    switched = starter.scorecard("th-m8", year=2019, indicator="I1.1", reading=reading).summaries[0]
    others = starter.scorecard("th-m8", year=2019).summaries
    assert switched.headline.th in text
    assert switched.reading.title.th in text
    assert all(one.headline.th in text for one in others if one.indicator.id != "I1.1")


def test_the_acceptance_verdicts_are_on_the_page(client: Client) -> None:
    page = client.get("/plans/th-m8/indicators/I1.1/?year=2562&reading=real-cagr-4").content.decode()
    verdicts = dict(re.findall(r'<tr data-code="([A-Z-]+)"\s+data-verdict="(\w+)"', page))
    assert {a for a, v in verdicts.items() if v == "met"} == {"NESDC-N", "NESDC-NE"}
    assert {a for a, v in verdicts.items() if v == "not_met"} == {
        "NESDC-BKV",
        "NESDC-C",
        "NESDC-E",
        "NESDC-W",
        "NESDC-S",
    }


def test_a_table_is_sorted_by_a_link_and_missing_values_stand_last(client: Client) -> None:
    def order(sort: str) -> list[str]:
        page = client.get(f"/plans/th-m8/indicators/I2.2/?year=2564&sort={sort}").content.decode()
        return re.findall(r'<tr data-code="([A-Z-]+)"', page)

    assert order("-value")[0] == order("value")[0] == "NSO-C"
    assert order("-area") == list(reversed(order("area")))


def test_areas_are_found_in_both_scripts_and_both_digits(client: Client) -> None:
    for asked in ("ขอนแก่น", "khon kaen", "TH-40", "40", "๔๐", " KHON"):
        links = {t for _, _, t in read_page(client.get("/areas/", {"q": asked}).content).links}
        assert "/areas/TH-40/" in links, asked
    assert "“zzzz”" in read_page(client.get("/areas/", {"q": "zzzz"}).content).text


def test_a_chosen_year_before_the_plan_is_not_called_the_latest(client: Client) -> None:
    latest, chosen = (read_page(client.get(a).content).text for a in ("/", "/?year=2562"))
    assert "ตัวเลขล่าสุดเป็นของ" in latest and "ปีที่เลือก" not in latest
    assert "ตัวเลขล่าสุดเป็นของ" not in chosen and "ปีที่เลือก (พ.ศ. 2562) อยู่ก่อนแผนเริ่ม" in chosen
    assert "ปีที่เลือก" not in read_page(client.get("/plans/th-m8/indicators/I3.2/").content).text


def test_an_indicator_of_one_area_counts_no_areas(client: Client, starter: Workspace) -> None:
    page = read_page(client.get("/plans/th-m8/indicators/I3.1/").content).text
    assert "จาก 1 พื้นที่" not in page
    assert "ตัดสินค่าเดียวของประเทศไทย" in page


def test_the_steps_of_a_figure_stand_under_what_they_make(client: Client, starter: Workspace) -> None:
    work = starter.explain("th-m8", "I1.1", "NESDC-NE", 2019)
    page = client.get(work.permalink).content.decode()
    tree = page[page.index('class="formula formula-numbers"') :]
    lines = work.with_numbers.th.splitlines()
    deepest = max(len(one) - len(one.lstrip()) for one in lines) // 2
    opened = [tree[: tree.index(one.strip().split(":")[-1])] for one in lines if one.startswith("  " * deepest)]
    assert deepest >= 3 and all(o.count("<ul>") - o.count("</ul>") >= 2 for o in opened)
    assert "51.901 × 1,000 = 51,901" in page or "× 1,000 = " in page


def test_the_slider_stops_at_years_with_figures(client: Client, starter: Workspace) -> None:
    page = client.get("/").content.decode()
    empty = {int(y) for y in re.findall(r'<option value="(\d{4})"[^>]* data-empty', page)}
    years = {int(y) for y in re.findall(r'<option value="(\d{4})"', page)}
    assert years - empty == set(starter.scorecard("th-m8").years)


def test_the_clause_of_the_thai_text_is_marked_as_thai(client: Client) -> None:
    page = client.get("/en/plans/th-m8/indicators/I1.1/").content.decode()
    assert re.search(r'Thai text of the plan</dt>\s*<dd lang="th">', page)
