"""A small register for looking at its pages: a town's plan with all that hangs on it and waits in it, told as JSON.

Visitors read a released plan; what the town does in a plan is seen in a draft with the same projects.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.journeys import town

DAY = date(2023, 10, 1)
TITLES = (
    "ก่อสร้างถนนคอนกรีตเสริมเหล็ก บ้านสร้างสุข หมู่ที่ ๕",
    "ก่อสร้างถนนคอนกรีตเสริมเหล็ก บ้านสร้างสุข หมู่ที่ ๖",
    "ระบบประปาสองจังหวัดพร้อมสถานีสูบน้ำ ถังเก็บน้ำใส และท่อส่งน้ำยาวตลอดแนวเขตติดต่อ",
)


def make() -> dict[str, str]:
    """The town's accounts by role, and the ids that addresses are made of (the draft's begin with ``draft_``)."""
    told = town.make()
    from django.conf import settings

    settings.MUDMAI_JOBS = "immediate"
    from mudmai.apps.programme.domain.likenesses import begin_finding
    from mudmai.apps.programme.domain.programmes import release_programme
    from mudmai.apps.programme.domain.public_summary import refresh_summary
    from mudmai.apps.registry.models import Person

    people = {role: Person.objects.get(emailaddress__email=email) for role, email in told.items()}
    shown, draft = _plan(people["officer"], "แผนพัฒนาท้องถิ่น"), _plan(people["officer"], "ร่างแผนพัฒนาท้องถิ่น")
    told |= furnish(shown, people)
    told |= {f"draft_{name}": key for name, key in furnish(draft, people).items()}
    begin_finding(acting_user=people["officer"])
    release_programme(acting_user=people["publisher"], programme=shown)
    refresh_summary()
    return told


def _plan(officer: Any, title: str) -> Any:
    from mudmai.apps.programme.domain.projects import create_programme, create_project
    from mudmai.apps.registry.models import Organisation

    made = create_programme(
        acting_user=officer,
        organisation=Organisation.objects.get(code="town"),
        title_th=title,
        first_year=2024,
        last_year=2028,
        form="th-local-plan",
        plan=["strategy", "plan"],
    )
    for n, one in enumerate(TITLES):
        lines = [(2024, "planned", 1_000_000 * (n + 1)), (2024, "ordinance", 950_000), (2025, "planned", None)]
        areas = ("TH-40",) if n < 2 else ("TH-40", "TH-41")
        facts = {
            "title": one,
            "number": str(n + 1),
            "department": "กองช่าง",
            "hierarchy": [["strategy", "ยุทธศาสตร์ที่ 1 เมืองน่าอยู่"], ["plan", "แผนงานเคหะและชุมชน"]],
            "start": "2023-10-01",
            "end": "2024-09-30",
            "places": [{"area_system": "th-nesdc", "area": area, "weight": None} for area in areas],
            "sharing_rule": "undivided" if n < 2 else "equal",
            "budget": [
                {"fiscal_year": year, "stage": stage, "amount": None if baht is None else f"{baht}.00"}
                for year, stage, baht in lines
            ],
        }
        create_project(acting_user=officer, programme=made, facts=facts, kind="original", decided_on=DAY)
    return made


def furnish(programme: Any, people: Mapping[str, Any]) -> dict[str, str]:
    """Every kind of detail, links, reports in three states and work in the background for the first project."""
    from mudmai.apps.programme.domain import details, links, links_suggesting, obstacles, reporting
    from mudmai.core.periods import Period
    from mudmai.site.wiring import workspace
    from mudmai.workspace.raw_files import raw_files

    project, officer = programme.projects.order_by("position").first(), people["officer"]
    own = {"acting_user": officer, "project": project}
    rows: dict[str, dict[str, Any]] = {
        "milestone": {"title": "ลงนามสัญญา", "due_on": date(2024, 3, 31), "weight": Decimal("0.25")},
        "party": {"role": "supplier", "name": "บริษัท ทางตรง จำกัด"},
        "contract": {"number": "จ.12/2567", "supplier": "บริษัท ทางตรง จำกัด", "amount": Decimal(950_000)},
        "risk": {"title": "น้ำหลากก่อนงานเสร็จ", "likelihood": 3, "impact": 4},
        "indicator": {"title": "เวลาเดินทางถึงโรงพยาบาล", "unit": "นาที", "baseline": 25, "target": 18},
    }
    made = {kind: details.keep_detail(kind=kind, values=values, **own) for kind, values in rows.items()}
    drawing = raw_files(workspace()).keep_bytes(b"%PDF-1.4 drawing", name="แบบก่อสร้าง.pdf")
    made["document"] = details.attach_document(title="แบบก่อสร้าง", raw=drawing, **own)
    obstacles.raise_obstacle(text="ผู้รับจ้างส่งงานช้า", needs_decision=True, raised_on=date(2024, 6, 3), **own)
    links.add_link(plan="th-m8", clause="S2.2", **own)
    links_suggesting.suggest_links(acting_user=officer, programme=programme, plan="th-m8", level="sub_strategy")
    for quarter, percent in (("2023-Q4", 10), ("2024-Q1", 25), ("2024-Q2", 30), ("2024-Q3", 35)):
        figures = {"percent": Decimal(percent), "disbursed": Decimal(percent * 9_000)}
        held = reporting.save_report(period=Period.from_iso(quarter), **figures, **own)
        reporting.attach_evidence(acting_user=officer, report=held, raw=drawing)
        if quarter != "2024-Q3":
            held = reporting.submit_report(acting_user=officer, report=held)
        if quarter in ("2023-Q4", "2024-Q1"):
            reporting.approve_report(acting_user=people["reviewer"], report=held)
    found = {"programme": programme, "project": project, **made, **_jobs(programme, officer)}
    return {name: str(one.pk) for name, one in found.items()}


def _jobs(programme: Any, officer: Any) -> dict[str, Any]:
    """The plan's own print read again and compared, and its list with an amount changed and an area that is none."""
    from mudmai.apps.jobs.models import Job
    from mudmai.apps.programme.domain.jobs_lists import begin_list_reading
    from mudmai.apps.programme.domain.jobs_loading import begin_reading
    from mudmai.apps.programme.domain.jobs_revising import begin_comparing
    from mudmai.apps.programme.interfaces.form_printing import print_of, written
    from mudmai.apps.programme.interfaces.project_lists import list_batches
    from mudmai.exchange.project_lists import list_csv
    from mudmai.site.wiring import workspace
    from mudmai.workspace.raw_files import raw_files

    shelf, asked = raw_files(workspace()), {"acting_user": officer, "programme": programme}
    book = shelf.keep_bytes(written(*print_of(programme), "xlsx"), name="แผนพัฒนา.xlsx")
    lines = b"".join(list_csv(list_batches(programme.projects.all()))).replace(b"2000000.00", b"2500000.00")
    changed = shelf.keep_bytes(lines, name="โครงการ.csv")
    faulty = shelf.keep_bytes(lines.replace(b"TH-41", b"TH-4100"), name="โครงการ (พื้นที่ผิด).csv")
    begun = {
        "read_job": begin_reading(raw=book, **asked),
        "compare_job": begin_comparing(raw=book, **asked),
        "list_job": begin_list_reading(raw=changed, **asked),
        "faulty_job": begin_list_reading(raw=faulty, **asked),
    }
    for name, one in begun.items():
        state = Job.objects.get(pk=one.pk)
        assert state.state == "done", (name, state.fault)
    return begun


if __name__ == "__main__":
    from mudmai.site.database import prepare
    from mudmai.workspace import Workspace

    Workspace.open(Path(os.environ["MUDMAI_HOME"])).init()
    prepare(Path(os.environ["MUDMAI_HOME"]))
    json.dump(make(), sys.stdout)
