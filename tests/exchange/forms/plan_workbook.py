"""A made-up workbook of a five-year local plan, as offices keep them: for tests and timing, never for showing.

47 sheets: 33 of ผ.02 in two layouts (12 and 17 columns) with the hierarchy above three-row merged headings, two of
ผ.02/1 (67 communities), two of ผ.02/2, one of ผ.03, two summaries ผ.01, and a cover, texts, an old hidden copy and
empty ones. 560 merged ranges, 212 drawn text boxes, numbering that restarts after amendments, ``-`` for zero and empty
for none, departments and sheet names spelt in several ways, 400-row sheets with a few real rows. Everything follows
from one seed. Counted: 1,186 projects / 2,847,165,072 baht; provincial coordination 60 / 3,489,999,000.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

from mudmai.exchange.sheets.cells import cell_name

YEARS = tuple(range(2566, 2571))
MAIN_PROJECTS, MAIN_BAHT = 1_186, 2_847_165_072
COORDINATION_PROJECTS, COORDINATION_BAHT = 60, 3_489_999_000
COMMUNITIES, COMMUNITY_PROJECTS, EQUIPMENT = 67, 1_005, 45
MERGES, BOXES, SHEETS = 560, 212, 47
KINDS = {"corrected": 122, "changed": 30, "moved": 20, "merged": 15, "duplicate": 10, "co_funded": 15}

_STRATEGIES = ("เมืองน่าอยู่", "คุณภาพชีวิต", "เศรษฐกิจฐานราก", "สิ่งแวดล้อม", "การศึกษาและวัฒนธรรม", "บริหารจัดการที่ดี")
_PLANS = (
    "บริหารงานทั่วไป", "การรักษาความสงบภายใน", "การศึกษา", "สาธารณสุข", "สังคมสงเคราะห์", "เคหะและชุมชน",
    "สร้างความเข้มแข็งของชุมชน", "การศาสนาวัฒนธรรมและนันทนาการ", "อุตสาหกรรมและการโยธา", "การเกษตร", "การพาณิชย์",
)  # fmt: skip
_DEPARTMENTS = (
    ("สำนักช่าง", ("สำนักช่าง", "สำนักการช่าง", "ส.ช่าง", "กองช่าง")),
    ("สำนักการศึกษา", ("สำนักการศึกษา", "กองการศึกษา", "สำนัก การศึกษา")),
    ("สำนักสาธารณสุขและสิ่งแวดล้อม", ("สำนักสาธารณสุขและสิ่งแวดล้อม", "กองสาธารณสุขฯ", "สำนักสาธารณสุข")),
    ("สำนักปลัด", ("สำนักปลัดเทศบาล", "สำนักปลัด", "สป.")),
)
_WORKS = ("ก่อสร้างถนนคอนกรีต", "ปรับปรุงท่อระบายน้ำ", "ติดตั้งไฟฟ้าสาธารณะ", "พัฒนาอาชีพ", "ส่งเสริมสุขภาพ", "จัดกิจกรรมเยาวชน")
_TYPOS = {3: "ยุทะ", 9: "ยทธ", 17: "ยุทธ์", 24: "ยุธท"}
_NO_MARK, _NAME_ONLY, _FEW = {9, 20}, 28, {2, 7, 12, 18, 25}
LONG_SHEETS = 14
"""Sheets whose borders were drawn down to row 400; a few of them have 20 projects."""


@dataclass
class MadeProject:
    """A row as it was written; amounts by (BE year, stage) with None for an empty cell; row from 1."""

    sheet: str
    form: str
    section: str
    number: int
    title: str
    department: str
    written: str
    amounts: dict[tuple[int, str], int | None]
    dashes: set[tuple[int, str]] = field(default_factory=set)
    state: str = "active"
    row: int = 0
    run: int = 0
    follows: MadeProject | None = None
    continued: bool = False
    box: tuple[str, str] | None = None

    @property
    def total(self) -> int:
        """Planned money of all years."""
        return sum(value or 0 for (_, stage), value in self.amounts.items() if stage == "planned")


@dataclass(frozen=True)
class Planted:
    """A disagreement put into the summary: as the reconciliation must name it."""

    what: str
    section: str
    year: int | None
    difference: Decimal
    count_difference: int
    cell: str


@dataclass(frozen=True)
class PlanWorkbook:
    """What was written."""

    path: Path
    projects: tuple[MadeProject, ...]
    planted: tuple[Planted, ...]

    def of_form(self, form: str) -> list[MadeProject]:
        """The projects of a form that count."""
        return [one for one in self.projects if one.form == form and one.state == "active"]


@dataclass
class _SheetPlan:
    name: str
    form: str
    code: str
    strategy: int
    plan: str
    wide: bool = False
    mark: bool = True
    named: bool = True
    long: bool = False
    projects: list[MadeProject] = field(default_factory=list)
    amendment_at: int | None = None

    @property
    def section(self) -> str:
        """The name by which the summary knows it."""
        return f"{self.strategy} แผนงาน{self.plan}"


def write_plan_workbook(path: Path, *, planted: bool = False, seed: int = 4) -> PlanWorkbook:
    """Write the workbook to ``path``; with ``planted`` the main summary has disagreements, all of them listed."""
    maker = _Maker(random.Random(seed))
    maker.make()
    return _Writer(path, maker).write(planted)


class _Maker:
    """Makes the content: what stands where, before any cell is written."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.serial = 0
        self.sheets: list[_SheetPlan] = []

    def make(self) -> None:
        """All sheets of projects."""
        self._main()
        self._coordination()
        self._communities()
        equipment = _SheetPlan("ผ.03 ครุภัณฑ์", "por-03", "ผ.03", 0, "")
        for _ in range(EQUIPMENT):
            equipment.projects.append(self._project(equipment, "เครื่องคอมพิวเตอร์ รายการที่"))
        self._money(equipment.projects, 18_250_500)
        self.sheets.append(equipment)

    def _main(self) -> None:
        sheets = []
        for n in range(33):
            strategy, at = n % 6 + 1, n // 6
            plan = _PLANS[(strategy * 2 + at * 3) % len(_PLANS)]
            start = _TYPOS.get(n, "ยุทธ")
            name = f"{start}{strategy}.{at + 1}แผนงาน{plan}"[:31]
            one = _SheetPlan(name, "por-02", "ผ.02", strategy, plan, wide=n % 3 == 1)
            one.mark, one.named, one.long = n not in _NO_MARK, n != _NAME_ONLY, n in _FEW
            sheets.append(one)
        sizes = [20 if one.long else self.chance.randint(15, 60) for one in sheets]
        free = [n for n, one in enumerate(sheets) if not one.long]
        while sum(sizes) != MAIN_PROJECTS:
            n = self.chance.choice(free)
            sizes[n] = max(10, sizes[n] + (1 if sum(sizes) < MAIN_PROJECTS else -1))
        for one in sheets[::-1][: LONG_SHEETS - sum(one.long for one in sheets) + 1]:
            one.long = True
        for one, size in zip(sheets, sizes, strict=True):
            one.projects = [self._project(one, self.chance.choice(_WORKS)) for _ in range(size)]
        self._money([p for one in sheets for p in one.projects], MAIN_BAHT)
        for n, one in enumerate(sheets):
            if n % 4 == 0:
                one.amendment_at = len(one.projects) * 2 // 3
        self._ordinances(sheets)
        self._boxes(sheets)
        self.sheets += sheets

    def _coordination(self) -> None:
        sheets = [
            _SheetPlan("ผ.02-2 ประสาน (1)", "por-02-2", "ผ.02/2", 1, "อุตสาหกรรมและการโยธา"),
            _SheetPlan("ผ.02-2 ประสาน (2)", "por-02-2", "ผ.02/2", 4, "เคหะและชุมชน"),
        ]
        for one, size in zip(sheets, (38, COORDINATION_PROJECTS - 38), strict=True):
            one.projects = [self._project(one, "ก่อสร้างระบบป้องกันน้ำท่วม ระยะที่") for _ in range(size)]
        self._money([p for one in sheets for p in one.projects], COORDINATION_BAHT)
        self.sheets += sheets

    def _communities(self) -> None:
        sheets = [_SheetPlan(f"ผ.02-1 ชุมชน ({n})", "por-02-1", "ผ.02/1", n, "สร้างความเข้มแข็งของชุมชน") for n in (1, 2)]
        for n in range(COMMUNITY_PROJECTS):
            one = sheets[n >= COMMUNITY_PROJECTS // 2]
            made = self._project(one, "กิจกรรมชุมชน รายการที่")
            made.amounts = {
                (year, "planned"): 50_000 if year == YEARS[n % 5] and n % 3 == 0 else None for year in YEARS
            }
            one.projects.append(made)
        self.sheets += sheets

    def _project(self, sheet: _SheetPlan, work: str) -> MadeProject:
        self.serial += 1
        name, spellings = self.chance.choice(_DEPARTMENTS)
        return MadeProject(
            sheet.name, sheet.form, sheet.section, 0, f"โครงการ{work} {self.serial}", name,
            self.chance.choice(spellings), {},
        )  # fmt: skip

    def _money(self, projects: list[MadeProject], total: int) -> None:
        """Exact shares of ``total`` in thousands, the rest on the last amount; dashes and empty cells between."""
        weights = {}
        for one in projects:
            years = self.chance.sample(YEARS, self.chance.randint(1, 5))
            for year in YEARS:
                one.amounts[year, "planned"] = None
                if year in years:
                    weights[id(one), year] = self.chance.randint(1, 60) * self.chance.choice((1, 1, 2, 10))
                elif self.chance.random() < 0.5:
                    one.amounts[year, "planned"] = 0
                    one.dashes.add((year, "planned"))
        unit = total // 1000 / sum(weights.values())
        last: tuple[MadeProject, int] | None = None
        spent = 0
        for one in projects:
            for year in YEARS:
                if (id(one), year) in weights:
                    amount = max(1, int(weights[id(one), year] * unit)) * 1000
                    one.amounts[year, "planned"] = amount
                    spent, last = spent + amount, (one, year)
        assert last is not None
        there = last[0].amounts[last[1], "planned"] or 0
        last[0].amounts[last[1], "planned"] = there + total - spent
        assert there + total - spent > 0

    def _ordinances(self, sheets: Iterable[_SheetPlan]) -> None:
        for sheet in sheets:
            for one in sheet.projects if sheet.wide else ():
                for year in YEARS:
                    planned = one.amounts[year, "planned"]
                    there = year <= 2567 and planned and self.chance.random() < 0.6
                    one.amounts[year, "ordinance"] = planned * 9 // 10 if planned and there else None

    def _boxes(self, sheets: list[_SheetPlan]) -> None:
        """Boxes over projects, and the rows of moved, merged and doubled projects, which do not count."""
        chance = self.chance
        rows = [p for one in sheets for p in one.projects]
        by_name = {one.name: one for one in sheets}
        chosen = iter(chance.sample(rows, len(rows)))
        for n in range(KINDS["corrected"]):
            next(chosen).box = ("corrected", f"แก้ไข{' ' * (n % 2)}ครั้งที่ {n % 4 + 1}/{2566 + n % 3}")
        for n in range(KINDS["changed"]):
            next(chosen).box = ("changed", f"เปลี่ยนแปลง ครั้งที่ {n % 3 + 1}/{2567 + n % 2}")
        for n in range(KINDS["co_funded"]):
            words = ("อบจ. สมทบ 50%", "ขอรับการสนับสนุนงบประมาณจาก กรมโยธาธิการ", "งบประมาณร่วมกับ มูลนิธิ")[n % 3]
            next(chosen).box = ("co_funded", words)
        for _ in range(KINDS["moved"]):
            target = next(chosen)
            home = next(s for s in chance.sample(sheets, 33) if s.plan != by_name[target.sheet].plan)
            row = self._shadow(home, target.title, "moved", f"ย้ายไปแผนงาน{by_name[target.sheet].plan}", target)
            home.projects.insert(chance.randint(1, len(home.projects) // 2), row)
        for kind, words in (("merged", "รวมกับลำดับที่"), ("duplicate", "ซ้ำลำดับที่")):
            for _ in range(KINDS[kind]):
                target = next(p for p in chosen if not by_name[p.sheet].amendment_at)
                home = by_name[target.sheet]
                title = target.title if kind == "duplicate" else f"โครงการย่อย {target.title} ก"
                home.projects.append(self._shadow(home, title, kind, words, target))

    def _shadow(self, home: _SheetPlan, title: str, state: str, words: str, target: MadeProject) -> MadeProject:
        amounts = {(year, stage): value for (year, stage), value in target.amounts.items()}
        if home.wide:
            amounts |= {(year, "ordinance"): None for year in YEARS if (year, "ordinance") not in amounts}
        else:
            amounts = {key: value for key, value in amounts.items() if key[1] == "planned"}
        row = MadeProject(
            home.name, home.form, home.section, 0, title, target.department, target.written, amounts,
            set(target.dashes), state, follows=target,
        )  # fmt: skip
        row.box = (state, words)
        return row


class _Writer:
    """Writes the content as an office would."""

    def __init__(self, path: Path, made: _Maker) -> None:
        self.path, self.made = path, made
        self.chance = random.Random(9)
        self.merges = 0
        self.book: Any = None
        self.joined: list[tuple[Any, int]] = []

    def write(self, planted: bool) -> PlanWorkbook:
        """The file; the last merges are titles over two rows, as many as are wanted."""
        self.book = xlsxwriter.Workbook(str(self.path), {"strings_to_numbers": False})
        self.bordered = self.book.add_format({"border": 1})
        self.money = self.book.add_format({"border": 1, "num_format": "#,##0"})
        main = [one for one in self.made.sheets if one.form == "por-02"]
        coordination = [one for one in self.made.sheets if one.form == "por-02-2"]
        self._text_sheet("ปก", ["แผนพัฒนาท้องถิ่น (พ.ศ. 2566-2570)", "เทศบาลสมมุติ", "ข้อมูลสร้างขึ้นเพื่อการทดสอบเท่านั้น"])
        self._text_sheet("สารบัญ", ["สารบัญ", "แบบ ผ.01 บัญชีสรุป", "แบบ ผ.02 รายละเอียดโครงการ"])
        self._text_sheet("คำชี้แจง", ["คำชี้แจง", "ตัวเลขในเล่มนี้สมมุติขึ้นทั้งหมด"])
        summaries = [self.book.add_worksheet("ผ.01"), self.book.add_worksheet("ผ.01 ประสาน")]
        for one in self.made.sheets:
            self._number(one)
            self._detail(one)
        listed = self._summary(summaries[0], "ผ.01", main, "บัญชีสรุปโครงการพัฒนา", planted)
        self._summary(summaries[1], "ผ.01 ประสาน", coordination, "สำหรับประสานโครงการพัฒนาจังหวัด", False)
        old = self.book.add_worksheet("ยุทธ1.1 เดิม")
        old.hide()
        old.write_row(0, 0, ["แบบ ผ.02", "ที่", "โครงการ", "งบประมาณ", 999_999])
        for n in (1, 2, 3):
            self.book.add_worksheet(f"Sheet{n}")
        for sheet, row in self.joined[: MERGES - self.merges]:
            sheet.merge_range(row, 0, row + 1, 0, sheet.table_numbers[row], self.bordered)
            self.merges += 1
        assert self.merges == MERGES, self.merges
        assert len(self.book.worksheets()) == SHEETS, len(self.book.worksheets())
        self.book.close()
        projects = tuple(p for one in self.made.sheets for p in one.projects)
        return PlanWorkbook(self.path, projects, tuple(listed))

    def _text_sheet(self, name: str, lines: list[str]) -> None:
        sheet = self.book.add_worksheet(name)
        for n, line in enumerate(lines):
            sheet.write(n * 2, 0, line)

    def _merge(self, sheet: Any, top: int, left: int, bottom: int, right: int, text: object) -> None:
        sheet.merge_range(top, left, bottom, right, text, self.bordered)
        self.merges += 1

    def _number(self, plan: _SheetPlan) -> None:
        """Numbers restart after an amendment and with each community; notes that name a number get it now."""
        for n, one in enumerate(plan.projects):
            if plan.amendment_at is not None and n >= plan.amendment_at:
                one.number, one.run = n - plan.amendment_at + 1, 1
            else:
                one.number = n + 1
            if plan.form == "por-02-1":
                one.number, one.run = n % 15 + 1, n // 15
        for one in plan.projects:
            if one.box is not None and one.state in ("merged", "duplicate"):
                assert one.follows is not None
                one.box = (one.box[0], f"{one.box[1]} {one.follows.number}")

    def _detail(self, plan: _SheetPlan) -> None:
        sheet = self.book.add_worksheet(plan.name)
        sheet.table_numbers = {}
        heads = _HEADS_EQUIPMENT if plan.form == "por-03" else _HEADS
        years = len(YEARS) * (2 if plan.wide else 1)
        before = heads.index("งบประมาณ")
        width = len(heads) - 1 + years
        top = self._above(sheet, plan, width)
        self._heading(sheet, plan, heads, top)
        row = top + 3
        for n, one in enumerate(plan.projects):
            if plan.form == "por-02-1" and n % 15 == 0:
                sheet.write(row, 0, f"ชุมชนที่ {n // 15 + 1 + 34 * (plan.strategy - 1)} บ้านสมมุติ")
                row += 1
            if n == plan.amendment_at:
                sheet.write(row, 0, "เพิ่มเติม ครั้งที่ 1/2567")
                row += 1
            row = self._row(sheet, plan, one, row, before, width)
        sheet.write(row, 1, "รวม")
        for n, (year, stage) in enumerate(_year_columns(plan)):
            counted = [p.amounts.get((year, stage)) or 0 for p in plan.projects if p.state == "active"]
            sheet.write_number(row, before + n, sum(counted), self.money)
        sheet.write(row + 2, 1, "หมายเหตุ: ข้อมูลสมมุติเพื่อการทดสอบ")
        if plan.long:
            for blank in range(row + 3, 400):
                for col in range(width):
                    sheet.write_blank(blank, col, None, self.bordered)
            sheet.write_string(399, 1, "   ")

    def _above(self, sheet: Any, plan: _SheetPlan, width: int) -> int:
        title = {"por-03": "บัญชีครุภัณฑ์", "por-02-2": "รายละเอียดโครงการพัฒนา สำหรับประสานโครงการพัฒนาจังหวัด"}
        self._merge(sheet, 0, 0, 0, width - 2, title.get(plan.form, "รายละเอียดโครงการพัฒนา"))
        if plan.mark:
            sheet.write(0, width - 1, f"แบบ {plan.code}")
        self._merge(sheet, 1, 0, 1, width - 1, "แผนพัฒนาท้องถิ่น (พ.ศ. 2566-2570) เทศบาลสมมุติ")
        if plan.form == "por-03":
            return 3
        lines = [
            "ก. ยุทธศาสตร์ชาติที่ 2 การสร้างความสามารถในการแข่งขัน",
            "ข. แผนพัฒนาเศรษฐกิจและสังคมแห่งชาติ ฉบับที่ 13 หมุดหมายที่ 8",
            "ค. เป้าหมายการพัฒนาที่ยั่งยืน (SDGs) เป้าหมายที่ 11",
            "ง. ยุทธศาสตร์กลุ่มจังหวัดที่ 1",
            "จ. ยุทธศาสตร์จังหวัดที่ 3",
            "ฉ. ยุทธศาสตร์ อปท. ในเขตจังหวัดที่ 4",
        ]
        if plan.named:
            lines += [
                f"ช. ยุทธศาสตร์เทศบาลที่ {plan.strategy} {_STRATEGIES[plan.strategy - 1]}",
                f"กลยุทธ์ที่ {plan.strategy}.1",
                f"แผนงาน{plan.plan}",
            ]
        for n, line in enumerate(lines):
            sheet.write(2 + n, 0, line)
        return 2 + 9

    def _heading(self, sheet: Any, plan: _SheetPlan, heads: tuple[str, ...], top: int) -> None:
        col = 0
        for head in heads:
            if head != "งบประมาณ":
                self._merge(sheet, top, col, top + 2, col, head)
                col += 1
                continue
            columns = _year_columns(plan)
            self._merge(sheet, top, col, top, col + len(columns) - 1, "งบประมาณ")
            for n, (year, stage) in enumerate(columns):
                text = "พ.ศ. ๒๕๖๖" if year == 2566 and plan.wide else f"{year}"
                if plan.wide and stage == "planned":
                    self._merge(sheet, top + 1, col + n, top + 1, col + n + 1, text)
                elif not plan.wide:
                    sheet.write(top + 1, col + n, int(text) if year % 2 else text)
                words = "เทศบัญญัติ" if stage == "ordinance" else "แผน" if plan.wide else "(บาท)"
                sheet.write(top + 2, col + n, words)
            col += len(columns)

    def _row(self, sheet: Any, plan: _SheetPlan, one: MadeProject, row: int, before: int, width: int) -> int:
        one.row = row + 1
        number: object = f"{one.number}." if row % 11 == 0 else one.number
        sheet.write(row, 0, number)
        if plan.form == "por-03":
            sheet.write_row(row, 1, [f"แผนงาน{_PLANS[row % 11]}", "ครุภัณฑ์", one.title, "จำนวน 1 เครื่อง"])
        else:
            length = 100 + row * 7 % 900
            sheet.write_row(
                row, 1,
                [
                    one.title,
                    f"เพื่อให้ประชาชนในพื้นที่ {row} ได้รับบริการสาธารณะที่สะดวก ปลอดภัย และทั่วถึง ตามลำดับที่ {one.number}",
                    f"ดำเนินการจำนวน 1 แห่ง กว้าง 4.00 เมตร ยาว {length} เมตร หนา 0.15 เมตร หรือไม่น้อยกว่า {4 * length} ตรม.",
                ],
            )  # fmt: skip
        for n, (year, stage) in enumerate(_year_columns(plan)):
            value = one.amounts.get((year, stage))
            if (year, stage) in one.dashes:
                sheet.write_string(row, before + n, " -   ")
            elif value is not None and (row + n) % 13 == 0:
                sheet.write_string(row, before + n, _thai(f"{value:,}") if row % 2 else f"{value:,}")
            elif value is not None:
                sheet.write_number(row, before + n, value, self.money)
            else:
                sheet.write_blank(row, before + n, None, self.bordered)
        if plan.form == "por-03":
            sheet.write(row, width - 1, one.written)
        else:
            kpi = f"ประชาชนไม่น้อยกว่าร้อยละ {70 + row % 30} พึงพอใจต่อโครงการที่ {one.number}"
            outcome = f"ประชาชนในพื้นที่ {row} มีคุณภาพชีวิตดีขึ้นและเดินทางสะดวก"
            sheet.write_row(row, width - 3, [kpi, outcome, one.written])
        if one.box is not None:
            self._box(sheet, row, one.box[1])
        if plan.form == "por-02" and row % 9 == 4:
            sheet.write(row + 1, 3, "และบริเวณใกล้เคียง")
            sheet.table_numbers[row] = number
            self.joined.append((sheet, row))
            one.continued = True
            return row + 2
        return row + 1

    def _box(self, sheet: Any, row: int, text: str) -> None:
        """Mostly inside the row; every third begins at the foot of the row above."""
        if row % 3 == 0:
            sheet.insert_textbox(row - 1, 2, text, {"width": 140, "height": 20, "y_offset": 14})
        else:
            sheet.insert_textbox(row, 2, text, {"width": 140, "height": 16, "y_offset": 2})

    def _summary(self, sheet: Any, name: str, plans: list[_SheetPlan], title: str, planted: bool) -> list[Planted]:
        sheet.write(0, 0, "บัญชีสรุปโครงการพัฒนา")
        sheet.write(0, 12, "แบบ ผ.01")
        sheet.write(1, 0, title)
        sheet.write(2, 0, "แผนพัฒนาท้องถิ่น (พ.ศ. 2566-2570) เทศบาลสมมุติ")
        self._merge(sheet, 4, 0, 5, 0, "ยุทธศาสตร์/แผนงาน")
        for n, year in enumerate((*YEARS, None)):
            self._merge(sheet, 4, 1 + 2 * n, 4, 2 + 2 * n, f"ปี {year}" if year else "รวม 5 ปี")
            sheet.write_row(5, 1 + 2 * n, ["จำนวนโครงการ", "งบประมาณ (บาท)"])
        table = _summary_table(plans)
        faults = _Faults(table, name) if planted else None
        if faults:
            faults.before_totals()
        row, everything = 6, []
        for strategy in dict.fromkeys(one.strategy for one in plans):
            sheet.write(row, 0, f"ยุทธศาสตร์ที่ {strategy} {_STRATEGIES[strategy - 1]}")
            row += 1
            mine = [key for key in table if key.startswith(f"{strategy} ")]
            for n, key in enumerate(mine, 1):
                if faults:
                    faults.at_row(key, row)
                sheet.write(row, 0, f"{strategy}.{n} {key.split(' ', 1)[1]}")
                sheet.write_row(row, 1, table[key])
                everything.append(table[key])
                row += 1
            sums = [sum(values) for values in zip(*(table[key] for key in mine), strict=True)]
            if faults:
                faults.subtotal(strategy, sums, row)
            sheet.write(row, 0, "รวม")
            sheet.write_row(row, 1, sums)
            row += 1
        sheet.write(row, 0, "รวมทั้งสิ้น")
        sheet.write_row(row, 1, [sum(values) for values in zip(*everything, strict=True)])
        return faults.listed if faults else []


_HEADS = (
    "ที่", "โครงการ", "วัตถุประสงค์", "เป้าหมาย\n(ผลผลิตของโครงการ)", "งบประมาณ", "ตัวชี้วัด\n(KPI)",
    "ผลที่คาดว่า\nจะได้รับ", "หน่วยงานที่\nรับผิดชอบหลัก",
)  # fmt: skip
_HEADS_EQUIPMENT = ("ที่", "แผนงาน", "หมวด", "ประเภท", "เป้าหมาย (ผลผลิตของครุภัณฑ์)", "งบประมาณ", "หน่วยงานรับผิดชอบ")


def _year_columns(plan: _SheetPlan) -> list[tuple[int, str]]:
    stages = ("planned", "ordinance") if plan.wide else ("planned",)
    return [(year, stage) for year in YEARS for stage in stages]


def _thai(text: str) -> str:
    return text.translate({48 + n: 0x0E50 + n for n in range(10)})


def _summary_table(plans: list[_SheetPlan]) -> dict[str, list[int]]:
    """Section → count and sum of each year, then of all."""
    table: dict[str, list[int]] = defaultdict(lambda: [0] * (2 * len(YEARS) + 2))
    for plan in plans:
        line = table[plan.section]
        for one in plan.projects:
            if one.state != "active":
                continue
            for n, year in enumerate(YEARS):
                amount = one.amounts[year, "planned"] or 0
                line[2 * n] += amount > 0
                line[2 * n + 1] += amount
            line[-2] += 1
            line[-1] += one.total
    return dict(table)


class _Faults:
    """Puts slips into a summary, each kind once, and lists them as they must be named."""

    def __init__(self, table: dict[str, list[int]], sheet: str) -> None:
        self.table, self.sheet = table, sheet
        self.keys = list(table)
        self.listed: list[Planted] = []

    def before_totals(self) -> None:
        """Slips whose totals were added up from the slipped figures."""
        sum_off, count_off, total_off, projects_off, absent = (self.keys[n] for n in (1, 4, 9, 13, 16))
        self.table[sum_off][3] -= 1_000
        self.table[sum_off][-1] -= 1_000
        self.table[count_off][4] += 1
        self.table[total_off][-1] += 100
        self.table[projects_off][-2] -= 1
        line = self.table.pop(absent)
        self.listed.append(Planted("no_row", absent, None, Decimal(line[-1]), 0, ""))
        ghost = "6 แผนงานงบกลาง"
        self.table[ghost] = [0, 0, 2, 70_000, *([0] * 6), 2, 70_000]
        self.slips = {
            sum_off: ("section", 2024, Decimal(1_000), 0, 4),
            count_off: ("section", 2025, Decimal(0), -1, 6),
            total_off: ("row_total", None, Decimal(-100), 0, 12),
            projects_off: ("section", None, Decimal(0), 1, 11),
            ghost: ("no_sheet", 2024, Decimal(-70_000), 0, 4),
        }

    def at_row(self, key: str, row: int) -> None:
        """Where a slip came to stand."""
        if key in self.slips:
            what, year, difference, count, col = self.slips[key]
            shown = cell_name(row, col - 1 if what == "section" and count and year else col)
            self.listed.append(Planted(what, key, year, difference, count, f"{self.sheet}!{shown}"))

    def subtotal(self, strategy: int, sums: list[int], row: int) -> None:
        """A subtotal that was mistyped."""
        if strategy == 3:
            sums[5] += 72
            cell = f"{self.sheet}!{cell_name(row, 6)}"
            self.listed.append(Planted("column_total", "รวม", 2025, Decimal(-72), 0, cell))
            sums[-1] += 72
            self.listed.append(
                Planted("column_total", "รวม", None, Decimal(-72), 0, f"{self.sheet}!{cell_name(row, 12)}")
            )
