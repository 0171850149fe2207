"""One row for each project with its money, its time and its links upward: the columns that national systems of
monitoring and evaluation ask a project for.

The columns are the same in CSV, XLSX and JSON and stand in :func:`columns`; :data:`MEANINGS` says what each is. Money
is in baht, fiscal years are CE, an amount that is not known is empty. A clause is written ``id title``, with its part
of the money where one was set; several are parted by ``; ``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet, Sum

from mudmai.apps.programme.clause_money import baht_text
from mudmai.apps.programme.models import BudgetLine, LinkState, PlanLink, Project, Stage
from mudmai.apps.programme.queries import SATANG, counted_projects
from mudmai.apps.registry.areas import AreaRef, area_name
from mudmai.core.language import Language, Text
from mudmai.core.plan_clauses import FAMILIES, LEVEL_TITLES, Clause, clauses_of
from mudmai.core.plans import Plan

_CHUNK = 500
_EXACT_DIGITS = 16
"""Figures and point of an amount: 15 figures are what a cell of Excel holds."""

MEANINGS: Mapping[str, Text] = {
    "programme": Text("แผนงานที่โครงการอยู่", "the programme that the project stands in"),
    "project_id": Text("รหัสโครงการในทะเบียนนี้ ไม่เปลี่ยน", "id of the project in this register; it never changes"),
    "number": Text("ลำดับที่ในแบบฟอร์ม", "number in the plan's form"),
    "title": Text("ชื่อโครงการ", "title of the project"),
    "objective": Text("วัตถุประสงค์", "objective"),
    "agency": Text("หน่วยงานเจ้าของแผนงาน", "organisation that has the programme"),
    "department": Text("หน่วยงานรับผิดชอบหลัก", "department that is responsible"),
    "area_codes": Text("รหัสพื้นที่ดำเนินการ", "codes of the areas"),
    "areas": Text("พื้นที่ดำเนินการ", "names of the areas"),
    "start": Text("วันเริ่ม", "first day"),
    "end": Text("วันสิ้นสุด", "last day"),
    "project_status": Text("สถานะโครงการ (รหัส OC4IDS)", "status of the project (codelist of OC4IDS)"),
    "link_status": Text(
        "confirmed มีผู้ยืนยันแล้ว, suggested มีแต่ข้อที่ระบบเสนอ, none ยังไม่มี",
        "confirmed: by a person; suggested: only suggestions wait; none: no link at all",
    ),
    "link_confidence": Text(
        "ความมั่นใจของข้อที่มาจากการเสนอ (0 ถึง 1) ข้อที่คนเลือกเองเขียนว่า by hand",
        "confidence of links that came from a suggestion (0 to 1); links made by a person say: by hand",
    ),
    "budget_YEAR": Text(
        "งบประมาณของปีงบประมาณนั้น (ค.ศ.) ในขั้นแรกที่มีตัวเลขของโครงการ (ดู budget_stage)",
        "budget of the fiscal year (CE), at the project's first stage with a figure (see budget_stage)",
    ),
    "budget_stage": Text("ขั้นของเงินในคอลัมน์ budget_ปี", "the stage that the budget_YEAR columns are of"),
    "amount_STAGE": Text("เงินทั้งหมดในขั้นนั้น ทุกปี", "all money at the stage, all years"),
    "PLAN.LEVEL": Text(
        "ข้อของแผนที่ยืนยันแล้ว แยกคอลัมน์ตามแผน ระดับ และ (แผนระดับบน) ตามกรอบ",
        "confirmed clauses, a column for each plan and level, and of higher plans for each framework",
    ),
}
"""What the columns mean; words in capitals stand for a year, a stage, a plan or a level."""

_FIRST = (
    "programme",
    "project_id",
    "number",
    "title",
    "objective",
    "agency",
    "department",
    "area_codes",
    "areas",
    "start",
    "end",
    "project_status",
)


class CascadeExport:
    """The rows of ``projects`` that count, with their links to ``plans``. The queries do not grow with the rows of a
    batch."""

    def __init__(self, projects: QuerySet[Project], plans: Sequence[Plan], language: Language = "th") -> None:
        self.projects = counted_projects(projects)
        self.language: Language = language
        self.clauses: dict[tuple[str, str], Clause] = {
            (plan.id, id): one for plan in plans for id, one in clauses_of(plan).items()
        }
        self.link_columns = _link_columns(plans)
        lines = BudgetLine.counted.filter(project__in=self.projects.order_by().values("pk"), amount__isnull=False)
        self.years = sorted(lines.order_by().values_list("fiscal_year", flat=True).distinct())

    @property
    def columns(self) -> tuple[str, ...]:
        """The keys of the rows, in their order; heads of CSV and XLSX."""
        return (
            *_FIRST,
            "budget_stage",
            *(f"budget_{year}" for year in self.years),
            *(f"amount_{stage}" for stage in Stage.values),
            *self.link_columns,
            "link_status",
            "link_confidence",
        )

    def notes(self) -> list[tuple[str, str]]:
        """The meaning of the columns, for a sheet beside the data."""
        told = [(name, text.in_(self.language)) for name, text in MEANINGS.items()]
        return [*told, *((name, title.in_(self.language)) for name, title in self.link_columns.items())]

    def batches(self) -> Iterator[list[dict[str, Any]]]:
        """The rows, a few hundred at a time, in the order of their plans."""
        rows = self.projects.select_related("programme__organisation").order_by("programme_id", "position")
        links = PlanLink.objects.exclude(state=LinkState.REFUSED).order_by("plan", "clause")
        rows = rows.prefetch_related("places", Prefetch("links", queryset=links))
        batch: list[Project] = []
        for one in rows.iterator(chunk_size=_CHUNK):
            batch.append(one)
            if len(batch) == _CHUNK:
                yield self._told(batch)
                batch = []
        if batch:
            yield self._told(batch)

    def workbook(self) -> bytes:
        """The rows as a workbook, with a sheet that says what the columns mean; amounts are numbers for Excel."""
        from mudmai.exchange.tables import xlsx_bytes  # loads when a workbook is asked for

        rows = [{key: _number(key, value) for key, value in row.items()} for batch in self.batches() for row in batch]
        return xlsx_bytes(
            self.columns,
            rows,
            sheet="projects",
            notes=self.notes(),
            decimals=lambda row, column: 2 if isinstance(row.get(column), float) else None,
        )

    def _told(self, batch: Sequence[Project]) -> list[dict[str, Any]]:
        money = _money([one.pk for one in batch])
        return [self._row(one, money.get(one.pk, {})) for one in batch]

    def _row(self, one: Project, money: Mapping[tuple[int, str], int]) -> dict[str, Any]:
        places = list(one.places.all())
        stages = {stage: _sum(money, lambda key, s=stage: key[1] == s) for stage in Stage.values}
        first = next((stage for stage, satang in stages.items() if satang is not None), "")
        names = [area_name(AreaRef(place.area_system, place.area)).in_(self.language) for place in places]
        return {
            "programme": one.programme.title.in_(self.language),
            "project_id": str(one.pk),
            "number": one.number,
            "title": one.title,
            "objective": one.objective,
            "agency": one.programme.organisation.name.in_(self.language),
            "department": one.department,
            "area_codes": "; ".join(place.area for place in places),
            "areas": "; ".join(names),
            "start": one.start.isoformat() if one.start else None,
            "end": one.end.isoformat() if one.end else None,
            "project_status": one.status,
            "budget_stage": first,
            **{f"budget_{year}": _baht(money.get((year, first))) for year in self.years},
            **{f"amount_{stage}": _baht(satang) for stage, satang in stages.items()},
            **self._links(list(one.links.all())),
        }

    def _links(self, links: Collection[PlanLink]) -> dict[str, Any]:
        confirmed = [link for link in links if link.state == LinkState.CONFIRMED]
        told: dict[str, list[str]] = {name: [] for name in self.link_columns}
        for link in confirmed:
            clause = self.clauses.get((link.plan, link.clause))
            if clause is not None:
                part = "" if link.weight is None else f" ({(link.weight * 100).normalize():f}%)"
                told[column_of(clause)].append(f"{clause.id} {clause.title.in_(self.language)}{part}")
        sure = [f"{link.clause}={'by hand' if link.confidence is None else link.confidence}" for link in confirmed]
        state = LinkState.CONFIRMED.value if confirmed else LinkState.SUGGESTED.value if links else "none"
        return {
            **{name: "; ".join(words) for name, words in told.items()},
            "link_status": state,
            "link_confidence": "; ".join(sure),
        }


def column_of(clause: Clause) -> str:
    """The column of a clause: plan and level, and of a higher plan its framework."""
    name = f"{clause.plan}.{clause.level}"
    return f"{name}.{clause.framework.en}" if clause.framework else name


def _link_columns(plans: Sequence[Plan]) -> dict[str, Text]:
    found: dict[str, Text] = {}
    order = [level for levels in reversed(FAMILIES.values()) for level in levels]
    for plan in plans:
        for level in order:
            for one in clauses_of(plan).values():
                if one.level == level:
                    above, title = one.framework or plan.title, LEVEL_TITLES[level]
                    words = Text(f"{title.th}: {above.th}", f"{title.en}: {above.en}")
                    found.setdefault(column_of(one), words)
    return found


def _money(keys: Sequence[UUID]) -> dict[UUID, dict[tuple[int, str], int]]:
    lines = BudgetLine.counted.filter(project__in=keys, amount__isnull=False).order_by()
    found: dict[UUID, dict[tuple[int, str], int]] = {}
    rows = lines.values("project", "fiscal_year", "stage").annotate(all=Sum(SATANG))
    for project, year, stage, satang in rows.values_list("project", "fiscal_year", "stage", "all"):
        found.setdefault(project, {})[year, stage] = satang
    return found


def _sum(money: Mapping[tuple[int, str], int], wanted: Any) -> int | None:
    known = [satang for key, satang in money.items() if wanted(key)]
    return sum(known) if known else None


def _number(key: str, value: Any) -> Any:
    """An amount that a cell of Excel holds to the satang, as a number; everything else as it is."""
    is_amount = key.startswith(("budget_", "amount_")) and key != "budget_stage"
    return float(value) if is_amount and value is not None and len(value) <= _EXACT_DIGITS else value


def _baht(satang: int | None) -> str | None:
    return None if satang is None else baht_text(satang)
