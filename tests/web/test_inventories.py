"""Pages of inventories: what a visitor sees, how the city's people keep one, what is refused and how it is told."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from mudmai.apps.assessment.models import City, Inventory
from mudmai.apps.registry.models import Person, Role
from mudmai.core.inventories import Entry, Factor, Level, Notation
from mudmai.core.language import same
from mudmai.exchange.inventories import shipped_inventory_rules
from mudmai.methods.greenhouse_gas import added_up
from mudmai.site import wiring
from mudmai.web.views.inventories.overview import sector_rows
from mudmai.workspace import Workspace
from tests.apps.registry.small_world import build, holding


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The shipped packs without any data."""
    return Workspace.open(tmp_path_factory.mktemp("home"))


@pytest.fixture
def people(
    db: None, opened: Workspace, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> tuple[City, Person, Person]:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.SECRET_KEY = "a key for tests that is long enough to be one"
    settings.MUDMAI_HOME = opened.home.root
    settings.MUDMAI_JOBS = "immediate"
    monkeypatch.setattr(wiring, "_opened", opened)
    world = build()
    city = City.objects.create(
        code="town", name_th="เมืองทดสอบ", organisation=world.department, area_system="th-admin", area_code="TH-40",
        facts={"population": {"value": 1000, "source": "register"}},
    )  # fmt: skip
    officer = holding(Role.CONTRIBUTOR, world.department, name="officer")
    return city, officer, holding(Role.PUBLISHER, world.department, name="publisher")


def browser(person: Person | None = None) -> Client:
    client = Client(raise_request_exception=True)
    if person is not None:
        client.force_login(person)
    return client


def begun(client: Client) -> Inventory:
    sent = {"city": "town", "year": "2566", "level": "BASIC", "gwp_set": "AR5", "population": "1,000"}
    assert client.post("/inventories/new/", {**sent, "population_source": "ทะเบียนราษฎร"}).status_code == 302
    return Inventory.objects.get()


ENTRY = {
    "cell": "I.1.2",
    "activity": "ไฟฟ้าในบ้าน",
    "amount": "๒,๐๐๐",
    "unit": "MWh",
    "factor": "own",
    "factor_unit": "kg/kWh",
    "co2e": "0.5",
    "factor_source": "ประกาศของหน่วยงาน",
}


def test_an_inventory_from_beginning_to_release(people: tuple[City, Person, Person]) -> None:
    _, officer, publisher = people
    client = browser(officer)
    assert "1000" in client.get("/inventories/new/").content.decode()
    held = begun(client)
    assert held.year == 2023
    page = f"/inventories/{held.pk}/"
    assert browser().get(page).status_code == 302
    answer = client.post(f"{page}entries/new/", {**ENTRY, "revision": held.revision})
    assert answer.status_code == 302, answer.content.decode()
    for language in ("", "/en"):
        said = client.get(f"{language}{page}").content.decode()
        assert "1,000" in said and "1.00" in said
    released = browser(publisher).post(f"{page}release/", {"revision": 2})
    assert released.status_code == 302
    said = browser().get(f"/en{page}").content.decode()
    assert "At least this much" in said and "Nothing is said of it" in said and "A factor of one&#x27;s own" in said
    assert "entries/new" not in said
    assert str(held.pk) in browser().get("/inventories/").content.decode()
    record = browser().get(f"{page}table.json").json()
    assert record["total"]["co2e_t"] == pytest.approx(1000) and record["total"]["complete"] is True
    assert record["sectors"]["II"]["co2e_t"] is None
    for form in ("csv", "xlsx"):
        assert browser().get(f"{page}table.{form}").status_code == 200
    assert browser().get(f"{page}table.exe").status_code == 404
    for address in (f"{page}table.csv", "/api/v1/inventories", f"/api/v1/inventories/{held.pk}"):
        anybody, somebody = browser().get(address), browser(officer).get(address)
        assert (anybody.status_code, anybody.headers.get("Access-Control-Allow-Origin")) == (200, "*"), address
        assert somebody.status_code == 200 and "Access-Control-Allow-Origin" not in somebody.headers, address


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"amount": "-5"}, "amount"),
        ({"amount": "ห้า"}, "amount"),
        ({"unit": ""}, "unit"),
        ({"unit": "L"}, "unit"),
        ({"factor_source": ""}, "factor_source"),
        ({"factor_unit": ""}, "factor_unit"),
        ({"factor_unit": "kg/parsec"}, "factor_unit"),
        ({"co2e": ""}, "co2"),
        ({"activity": ""}, "activity"),
        ({"method": "landfill", "landfill.mcf": "2"}, "landfill.doc"),
    ],
)
def test_a_refused_entry_keeps_what_was_typed_and_tells_its_field(
    people: tuple[City, Person, Person], change: dict[str, str], field: str
) -> None:
    client = browser(people[1])
    held = begun(client)
    sent = {**ENTRY, **change, "revision": str(held.revision)}
    answer = client.post(f"/inventories/{held.pk}/entries/new/", sent)
    said = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="id_{field}-fault"' in said and 'role="alert"' in said
    assert not held.entries.exists()
    if "source" not in field:
        assert 'value="ประกาศของหน่วยงาน"' in said


def test_worked_out_factors_balances_and_removal(people: tuple[City, Person, Person]) -> None:
    client = browser(people[1])
    held = begun(client)
    page = f"/inventories/{held.pk}/"
    parameters = {"mcf": "1", "doc": "0.15", "docf": "0.5", "f": "0.5", "recovered_share": "0", "oxidation": "0"}
    sent = {**ENTRY, "cell": "III.1.1", "unit": "t", "amount": "100", "method": "landfill", "revision": "1"}
    assert (
        client.post(f"{page}entries/new/", sent | {f"landfill.{k}": v for k, v in parameters.items()}).status_code
        == 302
    )
    row = held.entries.get()
    assert row.own_factor["gases"]["CH4"] == pytest.approx(0.05)
    assert 'value="0.15"' in client.get(f"{page}entries/{row.pk}/").content.decode()
    told = {"amount.made": "100", "amount.landfilled": "90", "revision": "2"}
    told |= {
        f"notation.{one}": "NO" for one in ("received", "recycled", "composted", "burned", "burned_openly", "sent")
    }
    assert client.post(f"{page}balances/waste/", told).status_code == 302
    assert "uncollected" not in client.get(f"/en{page}").content.decode()
    assert "not closed because this is not known: not collected" in client.get(f"/en{page}").content.decode()
    told |= {"notation.uncollected": "NO", "revision": "3"}
    assert client.post(f"{page}balances/waste/", told).status_code == 302
    assert "more comes in than goes out by 10 t (10.0%)" in client.get(f"/en{page}").content.decode()
    assert "เข้ามากกว่าออก 10 ตัน (10.0%)" in client.get(page).content.decode()
    form = client.get(f"{page}balances/waste/").content.decode()
    assert "หน่วยเป็นตัน" in form and "ปริมาณ (ตัน)" in form and "(t)" not in form
    assert client.post(f"{page}balances/waste/", told | {"amount.made": "-1", "revision": "4"}).status_code == 422
    assert client.get(f"{page}balances/unicorns/").status_code == 404
    assert client.get(f"{page}entries/{row.pk}/remove/").status_code == 200
    assert client.post(f"{page}entries/{row.pk}/remove/", {"revision": "3"}).status_code == 409
    assert client.post(f"{page}entries/{row.pk}/remove/", {"revision": "4"}).status_code == 302
    assert not held.entries.exists()


def test_a_factor_of_the_pack_takes_the_uncertainty_that_is_typed(people: tuple[City, Person, Person]) -> None:
    client = browser(people[1])
    held = begun(client)
    sent = {"cell": "I.1.2", "activity": "ไฟฟ้า", "amount": "100", "unit": "MWh", "factor": "grid-2569"}
    stated = {"uncertainty": "3", "factor_uncertainty": "๔"}
    answer = client.post(f"/inventories/{held.pk}/entries/new/", {**sent, **stated, "revision": held.revision})
    assert answer.status_code == 302, answer.content.decode()
    row = held.entries.get()
    assert (row.factor, row.own_factor) == ("grid-2569", {"uncertainty": 4.0})
    form = client.get(f"/inventories/{held.pk}/entries/{row.pk}/").content.decode()
    assert re.search(r'name="factor_uncertainty"[^>]*value="4"|value="4"[^>]*name="factor_uncertainty"', form)
    (entry,) = client.get(f"/inventories/{held.pk}/table.json").json()["entries"]
    assert (entry["uncertainty_percent"], entry["amount_uncertainty_percent"]) == (5.0, 3.0)
    assert entry["factor"]["uncertainty_percent"] == {"all": 4.0}


def test_a_file_is_looked_at_then_kept(people: tuple[City, Person, Person], settings: Settings) -> None:
    client = browser(people[1])
    held = begun(client)
    page = f"/inventories/{held.pk}/sheet/"
    assert client.get(page).status_code == 200

    def send(text: str, name: str = "a.csv") -> Any:
        return client.post(page, {"file": SimpleUploadedFile(name, text.encode())})

    refused = send("cell,activity,amount,unit,factor\nII.1.1,cars,5,parsec,road-diesel\n")
    assert refused.status_code == 422 and "D2" in refused.content.decode()
    assert send("fuel,litres\ndiesel,5\n").status_code == 422
    settings.MUDMAI_WORKBOOK_BYTES = 1 << 20
    large = send("fuel,litres\n" + "x" * (2 << 20))
    assert large.status_code == 422 and "ไฟล์ใหญ่กว่า 1 MB" in large.content.decode()
    assert "Parquet" not in large.content.decode() and "ไม่เกิน 1 MB" in large.content.decode()
    shown = send("cell,activity,amount,unit,factor\nII.1.1,cars,5,L,road-diesel\n")
    assert shown.status_code == 200 and not held.entries.exists()
    token = re.search(r'name="token" value="([^"]+)"', shown.content.decode())
    assert token is not None
    assert client.post(page, {"do": "keep", "token": "forged"}).status_code == 422
    assert client.post(page, {"do": "keep", "token": token[1]}).status_code == 302
    assert held.entries.get().activity == "cars"
    assert client.post(page, {"do": "keep", "token": token[1]}).status_code == 409
    odd = send("cell,activity,amount,unit,factor\nlevel,BASIC+,,,\nI.3.1,gas,5,kg,homes-lpg\n").content.decode()
    odd = re.sub(r'value="[^"]{20,}"', "", odd)  # tokens hold any letters
    assert "homes-lpg ใช้กับ" in odd and "F3" not in odd and "E3" in odd and "แบบฟอร์มเป็นระดับ BASIC+" in odd
    assert "เหมือนเดิม" not in send("cell,activity,amount,unit,factor\nII.1.1,cars,5,L,road-diesel\n").content.decode()


def test_the_preview_names_the_rows_that_are_kept_but_not_counted(people: tuple[City, Person, Person]) -> None:
    client = browser(people[1])
    held = begun(client)
    rows = (
        "I.1.1,,5,kg,,homes-lpg", "I.1.2,,5,MWh,,", "I.2.1,stoves,,kg,,homes-lpg", "I.3.1,kilns,,,NE,",
        "II.2.1,trains,,,NO,", "I.1.3,losses,5,MWh,,",
    )  # fmt: skip
    sent = "cell,activity,amount,unit,notation,factor\n" + "\n".join(rows)
    page = client.post(f"/en/inventories/{held.pk}/sheet/", {"file": SimpleUploadedFile("a.csv", sent.encode())})
    listed = re.search(r"Rows that are kept but not counted \(4\).*?<ul>(.*?)</ul>", page.content.decode(), re.S)
    assert listed is not None
    told = [" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in listed[1].split("</li>")[:-1]]
    for line, words in zip(
        told,
        (
            ("I.1.2 Homes:", "there is no emission factor", "cell F3"),
            ("I.2.1 stoves:", "the amount is not known", "cell C4"),
            ("I.3.1 kilns:", "occurs, not estimated", "cell E5"),
            ("I.1.3 losses:", "does not count at the level BASIC", "cell F7"),
        ),
        strict=True,
    ):
        assert all(one in line for one in words), line
    assert "homes-lpg" not in listed[1] and "trains" not in listed[1]


def test_an_activity_that_nobody_named_is_told_in_the_language_of_the_page(
    people: tuple[City, Person, Person],
) -> None:
    client = browser(people[1])
    held = begun(client)
    row = held.entries.create(cell="I.1.1", activity="บ้านอยู่อาศัย", amount=5, unit="kg", factor="homes-lpg")
    shown = client.get(f"/en/inventories/{held.pk}/").content.decode()
    assert '<th scope="row">Homes <small>' in shown and "บ้านอยู่อาศัย" not in shown
    assert '<th scope="row">บ้านอยู่อาศัย <small>' in client.get(f"/inventories/{held.pk}/").content.decode()
    page = f"/en/inventories/{held.pk}/entries/{row.pk}/"
    assert 'value="Homes"' in client.get(page).content.decode()
    sent = {"cell": "I.1.1", "activity": "Homes", "amount": "6", "unit": "kg", "factor": "homes-lpg", "revision": "1"}
    assert client.post(page, sent).status_code == 302
    row.refresh_from_db()
    assert (row.activity, row.amount) == ("", 6)
    assert "<dd>Homes</dd>" in client.get(f"{page}remove/").content.decode()


def test_settings_are_refused_by_field_and_kept(people: tuple[City, Person, Person]) -> None:
    client = browser(people[1])
    held = begun(client)
    page = f"/inventories/{held.pk}/settings/"
    sent = {"level": "BASIC+", "gwp_set": "AR6", "population": "2000", "population_source": "", "revision": "1"}
    refused = client.post(page, sent)
    assert refused.status_code == 422 and 'id="id_population_source-fault"' in refused.content.decode()
    assert client.post(page, {**sent, "population_source": "x"}).status_code == 302
    held.refresh_from_db()
    assert (held.level, held.gwp_set, held.population) == ("BASIC+", "AR6", 2000)
    again = client.post("/inventories/new/", {"city": "town", "year": "2023", "level": "BASIC", "gwp_set": "AR5"})
    assert again.status_code == 422 and 'id="id_year-fault"' in again.content.decode()


def test_the_list_costs_as_many_questions_whatever_it_holds(
    people: tuple[City, Person, Person],
) -> None:

    city, _, publisher = people
    client = browser(publisher)
    counts = []
    for years in (range(2001, 2003), range(2003, 2023)):
        for year in years:
            Inventory.objects.create(
                city=city, year=year, rules="th-ghg", gwp_set="AR5", level="BASIC", state="released"
            )
        client.get("/inventories/")
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/inventories/").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_sector_that_does_not_occur_says_so_and_small_shares_are_no_zero() -> None:
    rules = shipped_inventory_rules()
    power = Factor("own", same("own"), "kg/kWh", {"CO2e": 0.5}, same("source"))
    counted = [one for one in rules.cells.values() if one.counts in Level.BASIC.counted]
    entries = [Entry(f"no-{c.id}", c.id, "-", notation=Notation.NOT_OCCURRING) for c in counted if c.sector == "III"]
    entries += [Entry("a", "I.1.2", "a", 2_000_000.0, "kWh", power), Entry("b", "II.1.2", "b", 4_000.0, "kWh", power)]
    totals = added_up(rules, entries, level=Level.BASIC, gwp=next(iter(rules.gwp_sets.values())))
    energy, travel, waste = sector_rows(rules, totals)[:3]
    assert energy.percent == pytest.approx(99.8, abs=0.01) and travel.percent == pytest.approx(0.2, abs=0.01)
    assert waste.total.co2e is None and waste.why == Notation.NOT_OCCURRING.words
    assert energy.why is None and travel.why is None
