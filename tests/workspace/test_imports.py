"""What an import says of its values: whose they are, and which are far off the ones before."""

from __future__ import annotations

from pathlib import Path

from mudmai.core.periods import Period
from mudmai.workspace import Workspace
from mudmai.workspace.plausibility import KEPT

HEAD = "area_system,area,period,series,value"


def written(folder: Path, *rows: str, head: str = HEAD, name: str = "mine.csv") -> Path:
    path = folder / name
    path.write_text("\n".join([head, *rows]) + "\n", "utf-8")
    return path


def test_a_value_without_a_source_is_not_credited_to_the_old_edition(toy: Workspace, tmp_path: Path):
    file = written(tmp_path, "land,A,2019,money,130")
    held = toy.import_file(file, dataset="toyplan/money", mode="update")
    cell = held.cell("money", "", "A", Period.year(2019))
    assert (cell.source, cell.locator) == ("user-file", "mine.csv!2")
    assert held.cell("money", "", "A", Period.year(2018)).source == "office"
    shown = toy.explain("toyplan", "P", "A", 2019)
    mine = next(one for one in shown.inputs if one.value == 130)
    assert mine.source.publisher.en == "imported by a user" and mine.source.title.th == "ไม่ได้ระบุแหล่ง"
    assert "mine.csv" in mine.locator and mine.method == "old"
    assert "imported by a user. source not stated" in shown.citation.en
    assert "นำเข้าโดยผู้ใช้. ไม่ได้ระบุแหล่ง" in shown.citation.th
    assert "user-file" in {source.id for source in toy.indicator_view("toyplan", "P").sources}
    named = written(tmp_path, "land,A,2019,money,131,office", head=HEAD + ",source")
    held = toy.import_file(named, dataset="toyplan/money", mode="update")
    assert held.cell("money", "", "A", Period.year(2019)).source == "office"
    again = written(tmp_path, "land,A,2019,money,131,user-file", head=HEAD + ",source")
    assert toy.import_file(again, dataset="toyplan/money", mode="update").id != held.id


def test_values_far_off_the_one_before_are_told_and_taken(toy: Workspace, tmp_path: Path):
    rows = [
        "land,A,2021,money,1260",  # 126 in 2020
        "land,B,2021,money,99",  # 100 in 2019, 2020 is missing
        "land,K,2021,money,0",  # 210 in 2020
        "land,A1,2019,money,7",  # nothing before 2019
        "land,A2,2020,money,9.9",  # 50 in 2019
        "land,B1,2021,money,5",  # never had any
        "land,K,2019,money,1000",  # 200 in 2018: exactly five times
    ]
    held, warnings = toy.import_with_warnings(written(tmp_path, *rows), dataset="toyplan/money", mode="update")
    assert held.cell("money", "", "A", Period.year(2021)).value == 1260
    assert [(one.code, one.where.row) for one in warnings] == [("odd_value", 2), ("odd_value", 4), ("odd_value", 6)]
    assert warnings[0].message.en == "Money, Alpha, 2021: 1,260 is more than 5 times off the 126 of 2020"
    assert "พ.ศ. 2563" in warnings[0].message.th and warnings[0].remedy.th
    _, calm = toy.import_with_warnings(
        written(tmp_path, "land,A,2022,money,1300"), dataset="toyplan/money", mode="update"
    )
    assert calm == ()


def test_very_many_odd_values_are_counted(toy: Workspace, tmp_path: Path):
    rows = [f"land,{area},{year},money,9999" for area in ("A", "K", "A1", "A2") for year in range(2021, 2079)]
    _, warnings = toy.import_with_warnings(written(tmp_path, *rows), dataset="toyplan/money", mode="update")
    assert len(warnings) == KEPT + 1 and "32 more" in warnings[-1].message.en


def test_a_first_import_has_nothing_to_be_far_off_from(toy: Workspace, tmp_path: Path):
    fresh = Workspace.open(tmp_path / "fresh", shipped=toy.shipped)
    assert fresh.import_with_warnings(written(tmp_path, "land,A,2019,money,130"))[1] == ()
