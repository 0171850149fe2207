"""Lists of projects out and in again: the same columns both ways, nothing changed where nothing was."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mudmai.apps.programme.domain.project_lists import ListLoaded, compare_list, load_project_list
from mudmai.apps.programme.domain.projects import create_programme, create_project
from mudmai.apps.programme.interfaces.project_lists import list_batches
from mudmai.apps.programme.models import Programme, Project
from mudmai.core.errors import InputError
from mudmai.exchange.project_list_reading import ProjectList, read_project_list
from mudmai.exchange.project_lists import COLUMNS, IDS, Heads, headings, list_csv, list_xlsx
from mudmai.exchange.sheets.workbook import open_workbook
from mudmai.workspace.raw_files import RawFile
from tests.apps.programme.programme_world import DAY, ProgrammeWorld, money

TRICKY = [
    "=1+1",
    "'=1+1",
    "''@x",
    "-",
    "-5",
    "+66 2",
    "@a",
    "a\tb",
    "สอง\nบรรทัด",
    '"ก", ข;',
    "007",
    "2566",
    "_x0041_",
    "TRUE",
]
texts = st.one_of(
    st.sampled_from(TRICKY),
    st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20),
    st.text(st.sampled_from("กขค์ำ'=+-@ \n\\n:;,\"0"), max_size=12),
)
titles = texts.filter(lambda one: bool(one.strip()))
amounts = st.one_of(
    st.none(),
    st.decimals(Decimal(0), Decimal("9999999999999.99"), places=2),
    st.sampled_from([Decimal(0), Decimal("0.01")]),
)
lines = st.lists(
    st.tuples(st.integers(2024, 2028), st.sampled_from(["planned", "ordinance", "allocated"]), texts, amounts, texts),
    max_size=4,
    unique_by=lambda one: (one[0], one[1], one[2].strip()),
)
places = st.sampled_from(
    [[], [("one", "P1", None)], [("one", "P1", None), ("one", "P2", None), ("two", "P1", None)]]
)  # fmt: skip


def exported(folder: Path, form: str, heads: Heads = "ids") -> Path:
    """All projects as a file."""
    batches = list(list_batches(Project.objects.order_by("position")))
    path = folder / f"list.{form}"
    rows = [row for batch in batches for row in batch]
    path.write_bytes(b"".join(list_csv(batches, heads=heads)) if form == "csv" else list_xlsx(rows, heads=heads))
    return path


def reread(path: Path) -> ProjectList:
    return read_project_list(open_workbook(path))


def load(world: ProgrammeWorld, path: Path, reason: str = "ตามมติ", **more: Any) -> ListLoaded:
    raw = RawFile(f"{abs(hash(path.read_bytes())):064d}"[:64], path.stat().st_size, path.name)
    programme = more.pop("programme", world.programme)
    return load_project_list(
        acting_user=world.officer, programme=programme, listed=reread(path), raw=raw, reason=reason, **more
    )  # fmt: skip


def edited(path: Path, change: Callable[[dict[str, str]], None]) -> Path:
    """The CSV with its rows changed."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        change(row)
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(out.getvalue(), encoding="utf-8-sig", newline="")
    return path


def faults(caught: pytest.ExceptionInfo[InputError]) -> list[tuple[str, str | None]]:
    return [(one.code, one.where.cell) for one in caught.value.problems]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    given_projects=st.lists(st.tuples(titles, texts, texts, lines, places), min_size=1, max_size=3),
    heads=st.sampled_from(["ids", "th", "en"]),
)
def test_what_goes_out_comes_in_without_a_difference(
    world: ProgrammeWorld, tmp_path: Path, form: str, given_projects: list[Any], heads: Heads
) -> None:
    programme = create_programme(
        acting_user=world.officer, organisation=world.people.department, title_th="แผน", first_year=2024, last_year=2028
    )  # fmt: skip
    for n, (title, objective, words, budget, where) in enumerate(given_projects):
        create_project(
            acting_user=world.officer,
            programme=programme,
            facts={
                "title": title[:1000],
                "number": words[:40],
                "objective": objective,
                "start": "2024-01-01" if n % 2 else None,
                "end": "2024-12-31",
                "beneficiaries": n or None,
                "hierarchy": [["plan", words], ["section", objective]],
                "places": [{"area_system": s, "area": a, "weight": w} for s, a, w in where],
                "budget": [
                    {"fiscal_year": y, "stage": s, "source_of_fund": f[:120], "amount": a, "note": t}
                    for y, s, f, a, t in budget
                ],
            },
            decided_on=DAY,
        )
    batches = list(list_batches(Project.objects.filter(programme=programme).order_by("position")))
    path = tmp_path / f"all.{form}"
    rows = [row for batch in batches for row in batch]
    path.write_bytes(b"".join(list_csv(batches, heads=heads)) if form == "csv" else list_xlsx(rows, heads=heads))
    found = compare_list(programme, reread(path))
    assert found.faults == []
    assert [one.fields for one in found.told] == []
    assert found.unchanged == len(given_projects)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_file_without_a_difference_records_nothing(world: ProgrammeWorld, tmp_path: Path, form: str) -> None:
    world.project(budget=[money(2024, "9007199254740.07"), money(2025, None), money(2026, "0.10", source="อบจ.")])
    before = world.programme.events.count()
    assert load(world, exported(tmp_path, form, "th"), reason="") == ListLoaded(None, 0, 0, 1)
    assert world.programme.events.count() == before


def test_only_what_differs_becomes_one_revision(world: ProgrammeWorld, tmp_path: Path) -> None:
    one = world.project("หนึ่ง", budget=[money(2024, "100.00"), money(2025, "50.00")], objective="เดิม")
    two = world.project("สอง")

    def change(row: dict[str, str]) -> None:
        if row["project"] == str(one.pk):
            row["objective"] = "ใหม่"
            if row["fiscal_year"] == "2025":
                row["amount"] = "๗๕.๕๐"

    path = edited(exported(tmp_path, "csv"), change)
    done = load(world, path)
    assert (done.changed, done.new, done.unchanged) == (1, 0, 1)
    one.refresh_from_db()
    assert one.objective == "ใหม่"
    assert one.version == 2
    changed = one.budget.get(fiscal_year=2025)
    assert changed.amount == Decimal("75.50")
    assert changed.locator == "list!X3"
    assert one.budget.get(fiscal_year=2024).locator == ""
    two.refresh_from_db()
    assert two.version == 1
    assert done.event is not None
    assert done.event.reason == "ตามมติ"
    assert [v.project_id for v in done.event.versions.all()] == [one.pk]


def test_rows_without_an_id_are_new_and_thai_words_are_understood(world: ProgrammeWorld, tmp_path: Path) -> None:
    path = tmp_path / "new.csv"
    path.write_text(
        "ลำดับ,ชื่อโครงการ,สถานะ,พื้นที่ดำเนินการ,ปีงบประมาณ,ขั้นของเงิน,แหล่งเงิน,จำนวนเงิน (บาท)\r\n"
        '๑,ถนนใหม่,กำลังดำเนินการ,P1a,2567,แผน,เงินอุดหนุน,"1,000.50"\r\n'
        "๑,ถนนใหม่,,,2568,ข้อบัญญัติ/เทศบัญญัติ,,-\r\n"
        "๒,สะพาน,,,2567,planned,,\r\n",
        encoding="utf-8",
    )
    done = load(world, path)
    assert (done.changed, done.new) == (0, 2)
    road, bridge = world.programme.projects.order_by("position")
    assert (road.number, road.status) == ("๑", "implementation")
    assert [(p.area_system, p.area) for p in road.places.all()] == [("one", "P1a")]
    told = [(b.fiscal_year, b.stage, b.source_of_fund, b.amount, b.note) for b in road.budget.all()]
    assert told == [
        (2024, "planned", "เงินอุดหนุน", Decimal("1000.50"), ""),
        (2025, "ordinance", "", Decimal("0.00"), "-"),
    ]
    assert bridge.budget.get().amount is None
    with pytest.raises(InputError) as caught:
        load(world, path)
    assert caught.value.code == "form_loaded_already"
    assert world.programme.projects.count() == 2


def test_every_fault_names_its_cell_and_nothing_is_kept(world: ProgrammeWorld, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    rows = ["project,title,status,areas,start,fiscal_year,stage,amount"]
    rows += [
        ",ก,,,,2024,planned,-5",
        ",ข,หลับอยู่,,,2024,planned,5",
        ",ค,,P9,,2024,planned,5",
        ",ง,,,เมื่อวาน,2024,planned,5",
    ]
    rows += [",จ,,,,2567,planned,5", ",ฉ,,,,2024,ฝัน,5", ",ช,,,,2040,planned,5", ",ซ,,,,2024,planned,1e15"]
    rows += [",ฌ,,,,2024,planned,0.001", ",,,,,2024,planned,5", ",ญ,,,,2024,planned,5", ",ญ,,,,2024,planned,6"]
    rows += ["11111111-1111-4111-8111-111111111111,ฎ,,,,2024,planned,5", ",ฏ,,one:P1=x,,2024,planned,5"]
    path.write_text("\r\n".join(rows), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load(world, path)
    assert caught.value.code == "list_faults"
    assert set(faults(caught)) == {
        ("list_amount", "H2"), ("unknown_name", "C3"), ("unknown_name", "D4"), ("project", "E5"), ("list_year", "F6"),
        ("unknown_name", "G7"), ("year_outside", "H8"), ("list_amount", "H9"), ("list_amount", "H10"),
        ("list_empty", "B11"), ("budget_twice", "H13"), ("unknown_name", "A14"), ("project", "D15"),
    }  # fmt: skip
    assert not world.programme.projects.exists()
    assert all(one.remedy.th and one.remedy.en for one in caught.value.problems)


def test_somebody_elses_change_is_not_overwritten(world: ProgrammeWorld, tmp_path: Path) -> None:
    one = world.project("หนึ่ง")
    path = exported(tmp_path, "csv")
    world_file = edited(path, lambda row: row.update(title="สอง"))
    from mudmai.apps.programme.domain.revising import ProjectChange, revise

    revise(
        acting_user=world.officer,
        programme=world.programme,
        kind="changed",
        decided_on=DAY,
        reason="ก่อน",
        changes=[ProjectChange(one, {"kpi": "ใหม่"})],
    )
    with pytest.raises(InputError) as caught:
        load(world, world_file)
    assert faults(caught) == [("project_changed", "AA2")]


def test_rows_that_are_not_there_take_nothing_away(world: ProgrammeWorld, tmp_path: Path) -> None:
    one = world.project("หนึ่ง", budget=[money(2024, "1.00"), money(2025, "2.00")], objective="คง")
    world.project("สอง")
    path = tmp_path / "part.csv"
    path.write_text(f"project,title,fiscal_year,stage,amount\r\n{one.pk},หนึ่ง,2024,planned,9\r\n", encoding="utf-8")
    assert load(world, path).changed == 1
    one.refresh_from_db()
    assert one.objective == "คง"
    assert sorted(b.amount for b in one.budget.all() if b.amount is not None) == [Decimal("2.00"), Decimal("9.00")]
    assert world.programme.projects.filter(state="active").count() == 2


def test_a_row_of_another_programme_is_refused(world: ProgrammeWorld, tmp_path: Path) -> None:
    world.project("หนึ่ง")
    path = exported(tmp_path, "csv")
    other = create_programme(
        acting_user=world.officer, organisation=world.people.department, title_th="อื่น", first_year=2024, last_year=2028
    )  # fmt: skip
    with pytest.raises(InputError) as caught:
        load(world, path, programme=other)
    assert faults(caught) == [("list_other_programme", "B2"), ("list_other_programme", "A2")]


def test_the_sheet_for_excel_keeps_numbers_and_tells_its_columns(world: ProgrammeWorld, tmp_path: Path) -> None:
    world.project("=1+1", budget=[money(2024, "1234.50"), money(2025, "9999999999999.99")])
    book = openpyxl.load_workbook(exported(tmp_path, "xlsx", "th"))
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[1]] == list(headings("th").values())
    assert sheet["X2"].value == 1234.5
    assert sheet["X3"].value == 9999999999999.99
    assert sheet["D2"].value == "=1+1"
    assert sheet["D2"].data_type == "s"
    assert len(list(book.worksheets[1].rows)) == len(COLUMNS) == len(IDS)


def test_queries_do_not_grow_with_the_list(
    world: ProgrammeWorld, tmp_path: Path, django_assert_max_num_queries: Any
) -> None:
    for n in range(8):
        world.project(f"โครงการ {n}")
    listed = reread(exported(tmp_path, "csv"))
    with django_assert_max_num_queries(5):
        assert compare_list(Programme.objects.get(pk=world.programme.pk), listed).unchanged == 8
