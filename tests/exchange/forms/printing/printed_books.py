"""Small books of forms for the tests of printing."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from mudmai.exchange.forms import FormAmount, FormBook, FormProject, Stage

YEARS = (2023, 2024, 2025, 2026, 2027)
HIERARCHY = (
    ("national_strategy", "ยุทธศาสตร์ชาติ ด้านที่ 4 ด้านการสร้างโอกาสและความเสมอภาคทางสังคม"),
    ("province_strategy", "ยุทธศาสตร์จังหวัดที่ 2 พัฒนาคุณภาพชีวิตของประชาชน"),
    ("strategy", "ยุทธศาสตร์ที่ 1 การพัฒนาด้านโครงสร้างพื้นฐาน"),
    ("plan", "แผนงานเคหะและชุมชน"),
)
HOSTILE = '#panic("x") $ @a \\ "q" \'\' *b* _c_ `d` <e> [f] {g} ${h} =1+1 #import "@preview/x" \u202e'


def project(
    number: str,
    amounts: Sequence[Decimal | str | int | None],
    *,
    sheet: str = "ยุทธ1.1เคหะและชุมชน",
    row: int = 14,
    form: str = "por-02",
    title: str = "ก่อสร้างถนนคอนกรีตเสริมเหล็กพร้อมรางระบายน้ำ ซอยประชาอุทิศ 5",
    hierarchy: tuple[tuple[str, str], ...] = HIERARCHY,
    ordinance: Sequence[Decimal | str | int | None] = (),
    years: Sequence[int] = YEARS,
    **fields: str,
) -> FormProject:
    """A project with one amount for each year; ``-`` is a zero that was told."""
    told = {
        "title": title,
        "objective": "เพื่อให้ประชาชนมีเส้นทางคมนาคมที่สะดวกและปลอดภัย",
        "target": "ถนนกว้าง 4 เมตร ยาว 250 เมตร หนา 0.15 เมตร",
        "kpi": "ร้อยละ 80 ของประชาชนพึงพอใจ",
        "outcome": "ประชาชนเดินทางสะดวกยิ่งขึ้น",
        "department": "สำนักช่าง",
        **fields,
    }
    money = [_amount(year, "planned", one) for year, one in zip(years, amounts, strict=False)]
    money += [_amount(year, "ordinance", one) for year, one in zip(years, ordinance, strict=False)]
    section = dict(hierarchy).get("plan", sheet)
    return FormProject(number, told, hierarchy, tuple(money), (), sheet, row, form, section)


def _amount(year: int, stage: Stage, one: Decimal | str | int | None) -> FormAmount:
    if one == "-":
        return FormAmount(year, stage, Decimal(0), "", told=True)
    return FormAmount(year, stage, None if one is None else Decimal(one), "")


def book(*projects: FormProject) -> FormBook:
    """A book of these projects, as the register gives it: no sheets, no summary of its own."""
    return FormBook("", "th-local-plan", (), projects, ())


def plain_book(count: int = 30) -> FormBook:
    """Projects on the forms ผ.02 (with and without ordinance), ผ.02/1, ผ.02/2 and ผ.03."""
    roads = [
        project(str(n), [n * 100_000, "-", None, "1234567.50" if n % 5 == 0 else 500_000, 10_000_000 + n], row=n + 13)
        for n in range(1, count + 1)
    ]
    school = (*HIERARCHY[:2], ("strategy", "ยุทธศาสตร์ที่ 2 การพัฒนาด้านการศึกษา"), ("plan", "แผนงานการศึกษา"))
    schools = [
        project(str(n), [250_000] * 5, sheet="ยุทธ2.1การศึกษา", hierarchy=school, ordinance=[200_000, None, "-", 0, 1])
        for n in range(1, 4)
    ]
    others = [
        project("1", [5_000] * 5, sheet="ผ.02-1 ชุมชน", form="por-02-1",
                hierarchy=(*HIERARCHY, ("community", "ชุมชนวัดใหม่"))),
        project("1", [698_000_000] * 5, sheet="ผ.02-2", form="por-02-2"),
        project("1", [24_000, None, None, None, 30_000], sheet="ผ.03", form="por-03", plan="แผนงานบริหารงานทั่วไป",
                category="ค่าครุภัณฑ์", title="ครุภัณฑ์คอมพิวเตอร์"),
    ]  # fmt: skip
    return book(*roads, *schools, *others)


Said = tuple[str, str, str, frozenset[tuple[int, str, Decimal | None, bool]], tuple[tuple[str, str], ...]]


def said(one: FormProject) -> Said:
    """What a register takes from a project: number, form, title, what is written of its money, hierarchy."""
    amounts = frozenset((a.fiscal_year, a.stage, a.amount, a.told) for a in one.amounts if a.amount is not None)
    return one.number, one.form, one.title, amounts, one.hierarchy
