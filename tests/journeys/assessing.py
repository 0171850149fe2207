"""A city and a certifying agency in the home that ``MUDMAI_HOME`` names: one person for each part, told as JSON.

The criteria are few, of the scheme of smart cities, so that a certificate of theirs counts for the plan's I3.1.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from tests.journeys import town
from tests.journeys.walking import PASSWORD

PACK = """\
pack: few-criteria
kind: criteria
version: "1"
title: {th: เกณฑ์สั้นสำหรับทดสอบ, en: A few criteria for a test}
requires: [th-areas, th-m8]
"""
HEAD = """\
id: few-criteria-99
scheme: smart-city
version: "99"
title: {th: เมืองอัจฉริยะ ชุดทดสอบ, en: "Smart city, a test set"}
note: {th: สำหรับทดสอบเท่านั้น, en: For a test only.}
source: การทดสอบ
sources: {own: การทดสอบ}
scales:
  practice:
    - {value: 0, title: {th: ยังไม่มี, en: None yet}}
    - {value: 1, title: {th: เริ่มแล้ว, en: Begun}}
    - {value: 2, title: {th: ใช้งานอยู่, en: In use}}
    - {value: 3, title: {th: ใช้งานครบและทบทวน, en: In full use and reviewed}}
parts:
  - {id: plan, title: {th: แผนและข้อมูล, en: Plan and data}}
  - {id: life, title: {th: ผลต่อชีวิตคน, en: What people gain}}
criteria:
"""
ONE = """\
  - id: {id}
    part: {part}
    title: {{th: {th}, en: {en}}}
    question: {{th: "{th}มีถึงขั้นใด", en: "How far is this: {en}?"}}
    side: {side}
    scale: practice
    source: own
    evidence: {evidence}
"""
LIVE = """\
    live:
      formula: "mean_over(growth(real_income_per_head), 3)"
      area_system: th-nesdc
      unit: percent
      direction: at_least
      bounds: {"1": -20, "2": 0, "3": 50}
"""
TAIL = """\
levels:
  - id: certified
    title: {th: ผ่านการรับรอง, en: Certified}
    overall: 0.6
  - id: excellent
    title: {th: ดีเด่น, en: Excellent}
    overall: 0.95
register:
  months: 24
  series: [smart_cities_valid, smart_cities_valid_by_province]
  levels: [certified]
  dataset: smart-city-certificates
"""
CRITERIA = (
    ("c-plan", "plan", "แผนเมือง", "City plan", "paper", 1),
    ("c-open", "plan", "ข้อมูลเปิด", "Open data", "paper", 0),
    ("c-safe", "plan", "ความมั่นคงปลอดภัยของข้อมูล", "Data security", "paper", 0),
    ("c-income", "life", "รายได้ของคนในเมือง", "Income of people", "outcome", 1),
    ("c-waste", "life", "การจัดการขยะ", "Waste", "outcome", 0),
    ("c-air", "life", "คุณภาพอากาศ", "Air", "outcome", 0),
)


def write_pack(packs: Path) -> None:
    """The short set among the workspace's own packs."""
    folder = packs / "few-criteria"
    folder.mkdir(parents=True)
    rows = []
    for key, part, th, en, side, evidence in CRITERIA:
        row = ONE.format(id=key, part=part, th=th, en=en, side=side, evidence=evidence)
        rows.append(row + (LIVE if key == "c-income" else ""))
    (folder / "pack.yaml").write_text(PACK, "utf-8")
    (folder / "criteria.yaml").write_text(HEAD + "".join(rows) + TAIL, "utf-8")


def make() -> dict[str, str]:
    """The town's people; the agency's certifier, its second decider and two markers; who reads the log."""
    told = town.make()
    from mudmai.apps.assessment.domain.registers import hold_register
    from mudmai.apps.registry.domain.organisations import create_organisation
    from mudmai.apps.registry.domain.people import new_person
    from mudmai.apps.registry.domain.roles import grant_role
    from mudmai.apps.registry.models import Organisation, Role
    from mudmai.apps.registry.policy import OPERATOR

    top = Organisation.objects.get(parent=None)
    agency = create_organisation(
        acting_user=OPERATOR,
        code="agency",
        name_th="หน่วยรับรองเมือง",
        name_en="Certifying Agency",
        kind="department",
        parent=top,
    )
    hold_register(acting_user=OPERATOR, scheme="smart-city", organisation=agency)
    for key, role, name in (
        ("certifier", Role.PUBLISHER, "ผู้รับรองเมือง"),
        ("marker1", Role.CONTRIBUTOR, "ผู้ตรวจ ก"),
        ("marker2", Role.CONTRIBUTOR, "ผู้ตรวจ ข"),
    ):
        email = f"{key}@example.go.th"
        person = new_person(email=email, display_name=name, password=PASSWORD)
        grant_role(acting_user=OPERATOR, person=person, organisation=agency, role=role)
        told[key] = email
    return told | {"root": "root@example.go.th"}


if __name__ == "__main__":
    from mudmai.site.database import prepare
    from mudmai.workspace import Workspace

    home = Path(os.environ["MUDMAI_HOME"])
    write_pack(home / "packs")
    Workspace.open(home).init()
    prepare(home)
    json.dump(make(), sys.stdout)
