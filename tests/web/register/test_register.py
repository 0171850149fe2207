"""The public register without scripts: what it tells, what is found, what is taken away."""

from __future__ import annotations

import csv
import io
import json
import re
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook
from pypdf import PdfReader

from mudmai.apps.assessment.domain.register_publishing import publish_register
from mudmai.apps.assessment.domain.register_reading import COLUMNS, claimed_of
from mudmai.apps.assessment.domain.registers import hold_register
from mudmai.apps.assessment.models import Certificate, City
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import OPERATOR
from mudmai.workspace import Workspace
from tests.apps.assessment.register_world import SCHEME, Kinds, grant, new_city
from tests.apps.registry.small_world import World
from tests.web.page_reading import read_page
from tests.web.register.conftest import plain

pytestmark = pytest.mark.django_db


def found(page: str) -> set[str]:
    """The certificates that a list shows."""
    return set(re.findall(r'href="/(?:en/)?register/(smart-city-[^/"]+)/"', page))


def test_pages_are_sound_in_both_languages(kinds: Kinds) -> None:
    numbers = (kinds.held.number, kinds.expired.number, kinds.withdrawn.number, kinds.first.number)
    for address in ("/register/", "/register/?q=zzz", *(f"/register/{one}/" for one in numbers)):
        for prefix, language in (("", "th"), ("/en", "en")):
            answer = Client().get(prefix + address)
            page = read_page(answer.content)
            assert (answer.status_code, page.language, page.faults) == (200, language, []), prefix + address
            assert len(page.ids) == len(set(page.ids)) and set(page.references) - {"", "work-title"} <= set(page.ids)
            assert page.headings[0] == 1 and page.headings.count(1) == 1


def test_the_list_tells_counts_and_who_keeps_it(kinds: Kinds, people: World) -> None:
    year = timezone.localdate().year
    thai, english = plain(Client().get("/register/")), plain(Client().get("/en/register/"))
    assert "พบ 40 ใบ" in thai and "40 found" in english
    assert people.department.name_th in thai and "Name department" in english
    assert f"* {year + 543}: ณ" in thai and "the year still runs" in english
    row = re.search(rf"{year} \* (\d+) (\d+) \* {year}: as of", english)
    assert row is not None and row.groups() == ("38", "37")
    assert "เลยเมืองน่าเรียนรู้" in thai and "Loei Learning City" in english


def test_a_register_of_which_nothing_counts_says_so(kinds: Kinds) -> None:
    Certificate.objects.filter(pk=kinds.held.pk).update(scheme="liveable-sustainable-city", level="emerging")
    page = plain(Client().get("/en/register/?scheme=liveable-sustainable-city"))
    assert "No certificate counts yet" in page and "Certificates valid at the end of each year" not in page


def test_who_keeps_it_may_be_nobody(people: World) -> None:
    from mudmai.apps.assessment.models import RegisterHolder

    RegisterHolder.objects.all().delete()
    assert "No organisation has been named to keep this register yet" in plain(Client().get("/en/register/"))


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ("q=เลยเมืองน่าเรียนรู้", {"held"}),
        ("q=loei learning", {"held"}),
        ("q=zzz", set()),
        ("state=expired", {"expired"}),
        ("state=withdrawn", {"withdrawn"}),
        ("area=th-nesdc:TH-42", {"held"}),
        ("q=มีชีวิต&state=in_force", set()),
        ("level=nothing", set()),
    ],
)
def test_filters(kinds: Kinds, asked: str, numbers: set[str]) -> None:
    page = Client().get(f"/register/?{quote(asked, safe='=&')}").content.decode()
    assert found(page) == {getattr(kinds, one).number for one in numbers}


def test_an_area_has_what_lies_in_the_areas_below_it(kinds: Kinds) -> None:
    north_east = Client().get("/register/?area=th-nesdc:NESDC-NE").content.decode()
    assert kinds.held.number in found(north_east)
    assert kinds.withdrawn.number not in found(north_east)


def test_a_filter_that_nothing_has_is_refused_in_words(kinds: Kinds) -> None:
    for asked in ("state=gone", "counted=x", "counted=2999"):
        answer = Client().get(f"/en/register/?{asked}")
        assert answer.status_code in (400, 404), asked
        assert "in_force" in plain(answer) or "year CE" in plain(answer)


def test_what_the_plan_counts_can_be_seen_one_by_one(kinds: Kinds, site: Workspace) -> None:
    publish_register(SCHEME)
    year = timezone.localdate().year
    for asked in (2021, 2023, year - 1, year):
        told = plain(Client().get(f"/en/register/?scheme={SCHEME}&counted={asked}"))
        buddhist = Client().get(f"/en/register/certificates.csv?scheme={SCHEME}&counted={asked + 543}")
        common = Client().get(f"/en/register/certificates.csv?scheme={SCHEME}&counted={asked}")
        assert buddhist.status_code == 200 and buddhist.content == common.content, asked
        value = site.scorecard("th-m8", indicator="I3.1", year=asked).rows[0].value
        assert value is not None and f"{value:g} found" in told, asked
    page = Client().get(f"/en/plans/th-m8/indicators/I3.1/?year={year}").content.decode()
    assert f'href="/en/register/?scheme={SCHEME}&amp;counted={year}#list"' in page
    assert "register as it is today" not in page
    beside = page.partition('class="controls"')[0]
    assert "See every certificate that is counted" in beside and f"counted={year}#list" in beside
    press = Client().get("/en/plans/th-m8/indicators/I3.1/?reading=certified").content.decode()
    assert "/en/register/?" not in press.partition('class="controls"')[0]
    work = Client().get(f"/en/r/{site.release().id}/th-m8/I3.1/TH/2023").content.decode()
    assert f'href="/en/register/?scheme={SCHEME}&amp;counted=2023#list"' in work
    assert "register as it is today" in work


def test_register_and_certificate_lead_back_to_what_plans_count(kinds: Kinds) -> None:
    back = '<a href="/plans/th-m8/indicators/I3.1/">'
    for address, there in (
        (f"/register/?scheme={SCHEME}", True),
        (f"/register/{kinds.held.number}/", True),
        (f"/register/{kinds.first.number}/", True),
        (f"/register/{kinds.expired.number}/", False),
        (f"/register/{kinds.withdrawn.number}/", False),
    ):
        assert (back in Client().get(address).content.decode()) is there, address


def test_a_line_breaks_in_no_date(kinds: Kinds) -> None:
    page = Client().get(f"/register/{kinds.expired.number}/").content.decode()
    months = "ม.ค. ก.พ. มี.ค. เม.ย. พ.ค. มิ.ย. ก.ค. ส.ค. ก.ย. ต.ค. พ.ย. ธ.ค.".replace(".", r"\.").replace(" ", "|")
    facts = page.partition("<dl")[2].partition("</dl>")[0]
    assert re.search(rf"\d\xa0({months})\xa025\d\d", facts) and not re.search(rf"\d ({months}) 25", facts)


def test_the_source_of_a_first_entry_is_told_in_the_readers_language(kinds: Kinds) -> None:
    for prefix, words in (("", "ประกาศของดีป้า"), ("/en", "announcements as compiled")):
        for page in ("", "profile/"):
            answer = Client().get(f"{prefix}/cities/{kinds.first.city.code}/{page}")
            assert words in plain(answer), (prefix, page)
            assert prefix or "announcements as compiled" not in plain(answer), page
            assert f'href="{prefix}/register/{kinds.first.number}/"' in answer.content.decode(), (prefix, page)


def test_dataset_and_area_lead_to_the_register(kinds: Kinds, site: Workspace) -> None:
    publish_register(SCHEME)
    dataset = Client().get("/datasets/smart-city-certificates/").content.decode()
    assert f"/register/?scheme={SCHEME}#list" in dataset
    assert f"/register/certificates.xlsx?scheme={SCHEME}" in dataset
    assert "/register/" not in Client().get("/datasets/nesdc-accounts/").content.decode().partition("<footer")[0]
    area = Client().get("/en/areas/TH-42/")
    assert "Certified cities in this area" in plain(area) and "1 valid" in plain(area)
    link = re.search(r'href="/en(/register/\?scheme=[^"#]+)', area.content.decode())
    assert link is not None
    assert found(Client().get(link[1].replace("&amp;", "&")).content.decode()) == {kinds.held.number}
    assert "Certified cities in this area" not in plain(Client().get("/en/areas/TH-17/"))


def test_a_certificate_says_how_it_stands(kinds: Kinds) -> None:
    held = plain(Client().get(f"/en/register/{kinds.held.number}/"))
    assert "In force · valid until" in held and "Overall 80%" in held and "secret" not in held
    assert "Paper score 90%" in held and "Outcome score 60%" in held
    told = {
        "kappa": 0.71,
        "low": 0.42,
        "high": 1.0,
        "exact": 0.8,
        "told": {"th": "จาก 10 ข้อ", "en": "over 10 criteria"},
    }
    kinds.held.facts["scores"]["agreement"] = told
    kinds.held.save()
    held = plain(Client().get(f"/en/register/{kinds.held.number}/"))
    assert (
        "Good agreement: 0.71 of at most 1 (0.42 to 1.00) · equal marks on 80% of the criteria over 10 criteria" in held
    )
    assert "due on" in held and "holds 0" not in held
    expired = Client().get(f"/register/{kinds.expired.number}/")
    assert "หมดอายุ" in plain(expired) and "มีผลถึง" not in plain(expired)
    withdrawn = plain(Client().get(f"/register/{kinds.withdrawn.number}/"))
    assert "ถูกเพิกถอน" in withdrawn and "ไม่ส่งผลการติดตามสองครั้ง" in withdrawn
    first = plain(Client().get(f"/en/register/{kinds.first.number}/"))
    assert "the day is not known" in first and "no known end" in first and "Smart City Thailand Index" in first
    assert "No scores are held here" in first
    assert Client().get("/register/smart-city-1999-0001/").status_code == 404
    visitor = Client().get(f"/register/{kinds.held.number}/").content.decode()
    assert "/withdraw/" not in visitor and "/correct/" not in visitor


def test_parts_without_kept_words_are_named_by_any_set_of_the_scheme(kinds: Kinds) -> None:
    kinds.held.facts = {"claimed": [{"id": "environment", "th": "environment", "en": "environment"}, {"id": "gone"}]}
    assert [one.th for one in claimed_of(kinds.held)] == ["สิ่งแวดล้อมอัจฉริยะ", "gone"]


def test_tables_are_read_back(kinds: Kinds) -> None:
    City.objects.filter(pk=kinds.held.city_id).update(name_th="=1+1")
    client = Client()
    raw = client.get("/register/certificates.csv?state=in_force").content
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    assert tuple(rows[0]) == COLUMNS and len(rows) == 38
    (mine,) = (one for one in rows if one["number"] == kinds.held.number)
    assert mine["name_th"] == "'=1+1" and (mine["overall"], mine["state"]) == ("0.8", "in_force")
    (first,) = (one for one in rows if one["number"] == kinds.first.number)
    assert (first["granted"], first["granted_precision"], first["expires_on"], first["overall"]) == (
        "2021",
        "year",
        "",
        "",
    )
    book = load_workbook(io.BytesIO(client.get("/register/certificates.xlsx").content))
    sheet = book["certificates"]
    head = [cell.value for cell in sheet[1]]
    assert head == list(COLUMNS) and sheet.max_row == 41
    cells = [row[head.index("name_th")] for row in sheet.iter_rows(min_row=2)]
    assert all(one.data_type != "f" for one in cells)
    told = json.loads(client.get("/register/certificates.json?q=krabi clean").content)["certificates"]
    assert [(one["number"], one["state"]) for one in told] == [(kinds.expired.number, "expired")]
    assert told[0]["name_th"] == "กระบี่เมืองสะอาด"
    assert client.get("/register/certificates.exe").status_code == 404


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_the_certificate_on_paper(kinds: Kinds) -> None:
    kinds.held.facts["scores"] |= {"overall": 2 / 3, "outcome": {"low": 0.6, "high": 0.725}}
    kinds.held.save()
    for one, prefix, words in (
        (kinds.held, "", (kinds.held.number, "66.6%", "90%", "60–72.5%")),
        (kinds.held, "/en", ("Certificate:", "Loei Learning City", kinds.held.number, "Name department")),
        (kinds.withdrawn, "/en", ("withdrawn", kinds.withdrawn.number)),
        (kinds.first, "/en", ("no known end", "Smart City Thailand Index")),
    ):
        answer = Client().get(f"{prefix}/register/{one.number}/certificate.pdf")
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
        reader = PdfReader(io.BytesIO(answer.content))
        assert len(reader.pages) == 1
        text = squeezed(reader.pages[0].extract_text())
        for word in (*words, f"/register/{one.number}/"):
            assert squeezed(word) in text, (one.number, prefix, word)


def test_the_sign_leads_to_the_page(kinds: Kinds) -> None:
    answer = Client().get(f"/en/register/{kinds.held.number}/qr.svg")
    assert answer.headers["Content-Type"] == "image/svg+xml"
    import segno

    out = io.BytesIO()
    there = f"http://testserver/en/register/{kinds.held.number}/"
    segno.make(there, error="m").save(
        out, kind="svg", scale=8, border=4, xmldecl=True, svgns=True, title=kinds.held.number
    )
    assert answer.content == out.getvalue()
    assert (
        f"/en/register/{kinds.held.number}/qr.svg"
        in Client().get(f"/en/register/{kinds.held.number}/").content.decode()
    )


def queries(address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert Client().get(address, HTTP_CACHE_CONTROL="no-cache").status_code == 200
    return len(asked)


def test_as_many_queries_for_few_certificates_as_for_many(people: World, keeper: Person) -> None:
    grant(keeper, people.department, new_city("one"))
    addresses = ("/register/", "/register/certificates.csv", "/api/v1/certificates?limit=5&offset=1")
    assert all(queries(one) < 25 for one in addresses)
    before = [queries(one) for one in addresses]
    for n in range(12):
        grant(keeper, people.department, new_city(f"more-{n}"))
    assert [queries(one) for one in addresses] == before


def test_holders_of_two_registers_are_told_apart(kinds: Kinds, people: World) -> None:
    hold_register(acting_user=OPERATOR, scheme="liveable-sustainable-city", organisation=people.other)
    told = plain(Client().get("/en/register/"))
    assert "Name department" in told and "Name other" not in told
