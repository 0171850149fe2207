"""Inventories kept by a city: rights, revisions, files whole or not at all, release into the series."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from mudmai.apps.assessment.domain.inventories import (
    change_inventory,
    create_inventory,
    load_sheet,
    release_inventory,
    remove_entry,
    reopen_inventory,
    save_balance,
    save_entry,
    sheet_changes,
)
from mudmai.apps.assessment.domain.inventory_rows import (
    balances_of,
    breaks_of,
    entries_of,
    rules_of,
    sheet_of,
    totals_of,
)
from mudmai.apps.assessment.models import City, Inventory
from mudmai.apps.assessment.policy import decide_inventory, visible_inventories
from mudmai.apps.registry.models import AuditEntry, Person, Role
from mudmai.apps.registry.policy import NotAllowed
from mudmai.core.errors import InputError
from mudmai.core.inventories import Entry, Factor, Notation
from mudmai.core.language import same
from mudmai.exchange.inventories.export import inventory_record
from mudmai.exchange.inventories.sheets import inventory_csv, inventory_xlsx, read_inventory_sheet
from mudmai.methods.balances import Flow
from mudmai.methods.inventory_gaps import gaps_of
from mudmai.site import wiring
from mudmai.workspace import Workspace
from tests.apps.registry.small_world import build, holding

GRID = Factor("", same("grid"), "kg/kWh", {"CO2e": 0.5}, same("a letter of the utility"))


@dataclass(frozen=True)
class Town:
    city: City
    officer: Person
    publisher: Person
    stranger: Person
    workspace: Workspace


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The shipped packs without any data."""
    return Workspace.open(tmp_path_factory.mktemp("home"))


@pytest.fixture
def town(db: None, opened: Workspace, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Town:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.SECRET_KEY = "a key for tests that is long enough to be one"
    settings.MUDMAI_HOME = opened.home.root
    settings.MUDMAI_JOBS = "immediate"
    monkeypatch.setattr(wiring, "_opened", opened)
    world = build()
    city = City.objects.create(
        code="town", name_th="เมืองทดสอบ", organisation=world.department, area_system="th-admin", area_code="TH-4001",
        is_whole_area=True,
    )  # fmt: skip
    return Town(
        city,
        holding(Role.CONTRIBUTOR, world.department, name="officer"),
        holding(Role.PUBLISHER, world.department, name="publisher"),
        holding(Role.PUBLISHER, world.other, name="stranger"),
        opened,
    )


def begun(town: Town, year: int = 2023) -> Inventory:
    return create_inventory(
        acting_user=town.officer, city=town.city, year=year, population=1000, population_source="register"
    )


def add(town: Town, held: Inventory, cell: str = "I.1.2", amount: float | None = 2000.0, **more: object) -> None:
    held.refresh_from_db()
    values = {"activity": "power", "unit": "kWh", "factor": GRID, **more}
    save_entry(
        acting_user=town.officer, inventory=held, revision=held.revision, entry=Entry("", cell, amount=amount, **values)
    )  # type: ignore[arg-type]
    held.refresh_from_db()


def test_an_entry_is_kept_and_worked_out(town: Town) -> None:
    held = begun(town)
    add(town, held)
    found = totals_of(held)
    assert found.total.co2e == pytest.approx(1.0)
    assert found.per_head(held.population) == pytest.approx(0.001)
    assert held.revision == 2
    assert AuditEntry.objects.filter(action="inventory.entry", object_id=str(held.pk)).count() == 1


def test_rights(town: Town) -> None:
    with pytest.raises(NotAllowed):
        create_inventory(acting_user=town.stranger, city=town.city, year=2023)
    held = begun(town)
    add(town, held)
    with pytest.raises(NotAllowed):
        release_inventory(acting_user=town.officer, inventory=held, revision=held.revision)
    assert not decide_inventory(town.stranger, held) and not decide_inventory(None, held)
    assert list(visible_inventories(Inventory.objects.all(), town.stranger)) == []
    assert list(visible_inventories(Inventory.objects.all(), town.officer)) == [held]


def test_the_second_of_two_editors_is_refused(town: Town) -> None:
    held = begun(town)
    add(town, held)
    with pytest.raises(InputError) as fault:
        change_inventory(acting_user=town.officer, inventory=held, revision=1, note="x")
    assert fault.value.code == "inventory_changed"


def test_one_inventory_a_year_and_years_are_ce(town: Town) -> None:
    begun(town)
    for year, code in ((2023, "inventory_exists"), (2566, "year_calendar")):
        with pytest.raises(InputError) as fault:
            create_inventory(acting_user=town.officer, city=town.city, year=year)
        assert fault.value.code == code


def test_units_and_amounts_are_refused_by_field(town: Town) -> None:
    held = begun(town)
    for entry, field in (
        (Entry("", "I.1.1", "x", 5.0, "L", GRID), "unit"),
        (Entry("", "I.1.1", "x", -5.0, "kWh", GRID), "amount"),
        (Entry("", "I.1.1", " ", 5.0, "kWh", GRID), "activity"),
    ):
        with pytest.raises(InputError) as fault:
            save_entry(acting_user=town.officer, inventory=held, revision=1, entry=entry)
        assert fault.value.where.field == field
    assert not held.entries.exists()


def test_a_released_inventory_does_not_change(town: Town) -> None:
    held = begun(town)
    add(town, held)
    release_inventory(acting_user=town.publisher, inventory=held, revision=held.revision)
    held.refresh_from_db()
    with pytest.raises(InputError) as fault:
        remove_entry(acting_user=town.officer, inventory=held, row=held.entries.get(), revision=held.revision)
    assert fault.value.code == "inventory_released"
    with pytest.raises(InputError) as fault:
        reopen_inventory(acting_user=town.publisher, inventory=held, revision=held.revision, reason=" ")
    assert fault.value.code == "reason_needed"
    reopen_inventory(
        acting_user=town.publisher, inventory=held, revision=held.revision, reason="a meter was read twice"
    )
    held.refresh_from_db()
    remove_entry(acting_user=town.officer, inventory=held, row=held.entries.get(), revision=held.revision)
    assert not held.entries.exists()


def test_an_empty_inventory_is_not_released(town: Town) -> None:
    held = begun(town)
    with pytest.raises(InputError) as fault:
        release_inventory(acting_user=town.publisher, inventory=held, revision=held.revision)
    assert fault.value.code == "inventory_empty"


def test_release_puts_whole_sectors_into_the_series(town: Town, django_capture_on_commit_callbacks: Any) -> None:
    """Transport is told in full, so it has an observation; stationary energy has open cells and none, not a zero."""
    held = begun(town)
    rules = rules_of(held)
    for cell in rules.cells.values():
        if cell.sector == "II" and cell.counts == "basic":
            add(town, held, cell.id, None, activity="a", unit="", factor=None, notation=Notation.NOT_OCCURRING)
    row = held.entries.get(cell="II.1.1")
    save_entry(
        acting_user=town.officer, inventory=held, revision=held.revision, row=row,
        entry=Entry("", "II.1.1", "cars", 1000.0, "L", rules.factor("road-diesel")),
    )  # fmt: skip
    held.refresh_from_db()
    add(town, held, "I.1.2")
    with django_capture_on_commit_callbacks(execute=True):
        release_inventory(acting_user=town.publisher, inventory=held, revision=held.revision)
    held.refresh_from_db()
    assert held.published
    table = town.workspace.store.current().observations().to_pylist()  # type: ignore[union-attr]
    mine = [(one["area"], one["period"], one["dims"], one["value"]) for one in table if one["series"] == rules.series]
    co2e = totals_of(held).sectors["II"].co2e
    assert mine == [("TH-4001", "2023", "ghg_sector=II", pytest.approx(co2e))]
    assert co2e == pytest.approx(36420e-6 * (74100 + 3.9 * 28 + 3.9 * 265) / 1000)
    with django_capture_on_commit_callbacks(execute=True):
        reopen_inventory(acting_user=town.publisher, inventory=held, revision=held.revision, reason="to be mended")
    held.refresh_from_db()
    assert held.published == ""
    assert rules.dataset not in town.workspace.store.current().datasets  # type: ignore[union-attr]


def test_a_city_that_is_part_of_an_area_stays_on_its_page(town: Town, django_capture_on_commit_callbacks: Any) -> None:
    City.objects.update(is_whole_area=False)
    held = begun(town)
    add(town, held)
    with django_capture_on_commit_callbacks(execute=True):
        release_inventory(acting_user=town.publisher, inventory=held, revision=held.revision)
    held.refresh_from_db()
    assert held.published == "" and "not one whole area" in held.published_why["en"]


def written(town: Town, held: Inventory, tmp_path: Path) -> Path:
    path = tmp_path / "inventory.xlsx"
    path.write_bytes(inventory_xlsx(rules_of(held), sheet_of(held, "th", empty=True), "th"))
    return path


def test_a_workbook_goes_out_and_comes_back_unchanged(town: Town, tmp_path: Path) -> None:
    held = begun(town)
    add(town, held, uncertainty=5.0, source="=SUM(1)")
    add(town, held, "II.1.1", 12.5, activity="trucks", unit="t", factor=rules_of(held).factor("road-diesel"))
    add(town, held, "III.3.1", None, activity="none", unit="", factor=None, notation=Notation.NOT_OCCURRING)
    save_balance(
        acting_user=town.officer, inventory=held, kind="waste", revision=held.revision,
        flows={"made": (Flow(10.0, 5.0), "weighbridge"), "sent": (Flow(None, notation=Notation.NOT_OCCURRING), "")},
    )  # fmt: skip
    held.refresh_from_db()
    sheet = read_inventory_sheet(written(town, held, tmp_path), rules_of(held))
    assert sheet_changes(held, sheet).is_nothing
    path = tmp_path / "inventory.csv"
    path.write_bytes(inventory_csv(sheet_of(held, "en"), "en"))
    assert sheet_changes(held, read_inventory_sheet(path, rules_of(held))).is_nothing


def test_the_uncertainty_stated_for_a_factor_of_the_pack_is_kept_and_counted(town: Town, tmp_path: Path) -> None:
    held = begun(town)
    diesel = rules_of(held).factor("road-diesel")
    add(town, held, "II.1.1", 12.5, activity="trucks", unit="t", factor=diesel.stating(4.0), uncertainty=3.0)
    row = held.entries.get()
    assert (row.factor, row.own_factor) == ("road-diesel", {"uncertainty": 4.0})
    total = totals_of(held).total
    assert total.co2e is not None and total.stated == 1
    gases = 74100.0, 3.9 * 28, 3.9 * 265
    factor = 4 * math.hypot(*gases) / sum(gases)
    assert total.uncertainty == pytest.approx(math.hypot(3, factor))
    sheet = read_inventory_sheet(written(town, held, tmp_path), rules_of(held))
    assert sheet_changes(held, sheet).is_nothing
    add(town, held, "II.1.1", 1.0, activity="more", unit="t", factor=diesel, uncertainty=3.0)
    assert held.entries.get(activity="more").own_factor == {} and totals_of(held).total.uncertainty is None


def test_a_file_is_loaded_whole_and_the_second_time_changes_nothing(town: Town, tmp_path: Path) -> None:
    held = begun(town)
    add(town, held, "I.2.2", 5.0, activity="old")
    path = tmp_path / "a.csv"
    path.write_text("cell,activity,amount,unit,factor\nII.1.1,cars,๑๒๐๐,ลิตร,road-diesel\nI.1.1,LPG,,kg,\n", "utf-8")
    sheet = read_inventory_sheet(path, rules_of(held))
    found = load_sheet(acting_user=town.officer, inventory=held, sheet=sheet, raw="0" * 64, revision=held.revision)
    assert (found.added, found.removed) == ((("I.1.1", "LPG"), ("II.1.1", "cars")), (("I.2.2", "old"),))
    held.refresh_from_db()
    again = load_sheet(acting_user=town.officer, inventory=held, sheet=sheet, raw="0" * 64, revision=held.revision)
    assert again.is_nothing
    assert [one.amount for one in entries_of(held)] == [None, 1200.0]
    assert held.entries.get(cell="II.1.1").locator.startswith("0" * 64)


@pytest.mark.parametrize(
    ("line", "cell", "words"),
    [
        ("II.1.1,x,5,parsec,road-diesel", "D2", "parsec"),
        ("II.1.1,x,-5,L,road-diesel", "C2", "zero or more"),
        ("II.1.1,x,five,L,road-diesel", "C2", "no number"),
        ("II.1.1,x,5,L,road-unicorn", "E2", "road-unicorn"),
        ("IX.1.1,x,5,L,road-diesel", "A2", "IX.1.1"),
        ("II.1.1,x,5,,road-diesel", "D2", "no unit"),
        ("II.1.1,x,5,kWh,landfill-deep-food", "D2", "cannot be turned"),
        ("waste/nothing,x,5,t,", "A2", "no flow"),
    ],
)
def test_every_fault_names_its_cell_and_nothing_is_kept(
    town: Town, tmp_path: Path, line: str, cell: str, words: str
) -> None:
    held = begun(town)
    path = tmp_path / "a.csv"
    path.write_text(f"cell,activity,amount,unit,factor\n{line}\nI.1.1,good,5,kg,homes-lpg\n", "utf-8")
    sheet = read_inventory_sheet(path, rules_of(held))
    assert [one.where.cell for one in sheet.problems] == [cell]
    assert words in sheet.problems[0].message.en
    with pytest.raises(InputError) as fault:
        load_sheet(acting_user=town.officer, inventory=held, sheet=sheet, raw="", revision=1)
    assert fault.value.code == "inventory_sheet"
    assert not held.entries.exists()


def test_a_bad_amount_does_not_hide_an_unknown_factor(town: Town, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("cell,activity,amount,unit,factor\nII.1.1,x,five,L,road-unicorn\n", "utf-8")
    sheet = read_inventory_sheet(path, rules_of(begun(town)))
    assert [one.where.cell for one in sheet.problems] == ["C2", "E2"]


def test_a_file_with_wrong_headings_is_told_so(town: Town, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("fuel,litres\ndiesel,5\n", "utf-8")
    with pytest.raises(InputError) as fault:
        read_inventory_sheet(path, rules_of())
    assert fault.value.code == "inventory_sheet" and fault.value.where.cell == "A1"


def test_two_years_are_compared_with_their_breaks(town: Town) -> None:
    first, second = begun(town, 2022), begun(town, 2023)
    add(town, first)
    add(town, second, factor=Factor("", same("grid"), "kg/kWh", {"CO2e": 0.4}, same("a later letter")))
    assert [one.cell for one in breaks_of(first, second)] == ["I.1.2"]


def test_balances_of_an_inventory_begin_as_not_known(town: Town) -> None:
    held = begun(town)
    assert all(one.missing and one.gap is None for one in balances_of(held))


def test_an_activity_that_nobody_named_stays_empty_and_is_shown_in_the_readers_language(
    town: Town, tmp_path: Path
) -> None:
    held, rules = begun(town), rules_of()
    path = tmp_path / "a.csv"
    path.write_text("cell,activity,amount,unit,factor\nI.1.1,,5,kg,homes-lpg\nI.1.2,power,,kWh,\n", "utf-8")
    sheet = read_inventory_sheet(path, rules)
    load_sheet(acting_user=town.officer, inventory=held, sheet=sheet, raw="", revision=held.revision)
    held.refresh_from_db()
    assert held.entries.get(cell="I.1.1").activity == ""
    for language, title in (("th", "บ้านอยู่อาศัย"), ("en", "Homes")):
        assert [row["activity"] for row in sheet_of(held, language)] == [title, "power"]  # type: ignore[arg-type]
        out = tmp_path / f"{language}.xlsx"
        out.write_bytes(inventory_xlsx(rules, sheet_of(held, language), language))  # type: ignore[arg-type]
        assert sheet_changes(held, read_inventory_sheet(out, rules)).is_nothing
    told = inventory_record(rules, totals_of(held), (), facts={})["entries"]
    assert [(one["activity"], one["title_th"], one["title_en"]) for one in told] == [
        ("", "บ้านอยู่อาศัย", "Homes"), ("power", "power", "power")
    ]  # fmt: skip


def test_a_kept_title_is_shown_as_if_empty_and_is_not_rewritten(town: Town, tmp_path: Path) -> None:
    held, before = begun(town), begun(town, 2022)
    for one in (held, before):
        add(town, one)
    held.entries.update(activity="บ้านอยู่อาศัย", own_factor={})
    before.entries.update(activity="", own_factor={})
    assert [row["activity"] for row in sheet_of(held, "en")] == ["Homes"]
    path = tmp_path / "a.csv"
    path.write_bytes(inventory_csv(sheet_of(held, "en"), "en"))
    assert sheet_changes(held, read_inventory_sheet(path, rules_of(held))).is_nothing
    assert held.entries.get().activity == "บ้านอยู่อาศัย"
    assert breaks_of(before, held) == ()
    assert "Homes: there is no emission factor" in [one.why.en for one in gaps_of(rules_of(held), totals_of(held))]
    with pytest.raises(InputError) as fault:
        add(town, held, activity="Homes")
    assert fault.value.code == "inventory_exists" and "Homes" in fault.value.message.en
