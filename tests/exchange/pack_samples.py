"""A small sound pack, to be broken one way at a time."""

from __future__ import annotations

from pathlib import Path

AREAS = {
    "pack.yaml": 'pack: places\nkind: areas\nversion: "1"\ntitle: {th: พื้นที่, en: Places}\n',
    "areas.yaml": """\
systems:
  - id: five
    title: {th: ห้าภาค, en: Five regions}
    table: five.csv
  - id: two
    title: {th: สองเขต, en: Two zones}
    table: two.csv
crosswalks:
  - origin: five
    destination: two
    links: five-to-two.csv
    method: {th: รวมค่า, en: Sums}
""",
    "five.csv": """\
code,name_th,name_en,level,parent,valid_from,valid_to,aliases
K,ประเทศ,Country,kingdom,,,,
A,เอ,Alpha,region,K,,,01|AA
B,บี,Beta,region,K,2011-03-23,,02
""",
    "two.csv": "code,name_th,name_en,level,parent,valid_from,valid_to,aliases\nZ,ศูนย์,Zed,zone,,,,\n",
    "five-to-two.csv": "origin,destination,weight\nA,Z,1\nB,Z,0.5\n",
}

PLAN = {
    "pack.yaml": """\
pack: demo
kind: plan
version: "1"
title: {th: แผนตัวอย่าง, en: A plan}
requires: [places]
""",
    "units.yaml": """\
units:
  - id: baht
    label: {th: บาท, en: baht}
    base: {THB: 1}
  - id: person
    label: {th: คน, en: persons}
    base: {person: 1}
""",
    "sources.yaml": """\
sources:
  - id: office
    publisher: {th: สำนักงาน, en: Office}
    title: {th: รายงาน, en: Report}
""",
    "methods.yaml": "methods:\n  - id: counted\n    title: {th: นับ, en: Counted}\n",
    "series.yaml": """\
series:
  - id: money
    title: {th: เงิน, en: Money}
    area_system: five
    frequency: annual
    unit: baht
    aggregation: {rule: sum}
    source: office
    method: counted
  - id: people
    title: {th: คน, en: People}
    area_system: five
    frequency: annual
    unit: person
    aggregation: {rule: sum}
    dimensions:
      - id: sex
        title: {th: เพศ, en: sex}
        codes:
          - {code: M, label: {th: ชาย, en: male}}
    breaks:
      - {period: 2015, reason: {th: เปลี่ยนวิธี, en: new method}}
    source: office
    method: counted
    minimum: 0
    maximum: 100
""",
    "derived.yaml": """\
formulas:
  - id: money_per_head
    title: {th: เงินต่อหัว, en: Money per head}
    formula: money / people
""",
    "plan.yaml": """\
plan:
  id: demo
  title: {th: แผน, en: Plan}
  first: 2020
  last: 2024
  source: office
  publisher: {th: สำนักงาน, en: Office}
goals:
  - id: G1
    title: {th: เป้าหมาย, en: Goal}
indicators:
  - id: I1
    goal: G1
    title: {th: เงินเติบโต, en: Money grows}
    unit: percent
    area_system: five
    areas: {level: region}
    rule: {form: parent, operator: ">="}
    readings:
      - id: one-year
        title: {th: รายปี, en: One year}
        formula: growth(money_per_head)
      - id: two-years
        title: {th: สองปี, en: Two years}
        formula: cagr(money_per_head, 2)
    default_reading: one-year
  - id: I2
    goal: G1
    title: {th: เงินสะสม, en: Money piles up}
    unit: baht
    area_system: five
    areas: [A, B]
    rule: {form: cumulative_by, operator: ">=", base: 2020, deadline: 2024}
    targets:
      - {area: A, target: 100}
      - {area: B, target: 50}
    readings:
      - id: all
        title: {th: ทั้งหมด, en: All}
        formula: cumulative(money, since=2020)
    default_reading: all
strategies:
  - id: S1
    title: {th: กลยุทธ์, en: Strategy}
  - id: S1.1
    parent: S1
    title: {th: กลยุทธ์ย่อย, en: Sub-strategy}
    goals: [G1]
upward:
  - id: U1
    framework: {th: ยุทธศาสตร์, en: Strategy}
    title: {th: ด้านหนึ่ง, en: A dimension}
situation:
  - id: F1
    title: {th: สัดส่วน, en: Share}
    formula: share_of_parent(money)
    area_system: five
    areas: [A]
    period: 2019
    unit: percent
    stated: {A: 12.5}
""",
    "data/money.csv": """\
area_system,area,period,series,value,flag,source,method
five,A,2019,money,10,A,office,counted
five,K,2019,money,80,A,office,counted
""",
}


def write_packs(root: Path, *edits: tuple[str, str, str]) -> Path:
    """Write both packs below ``root``; an edit is (file of either pack, old text, new). Gives the plan's folder."""
    for folder, files in (("places", AREAS), ("demo", PLAN)):
        for name, text in files.items():
            for file, old, new in edits:
                if file == f"{folder}/{name}":
                    assert text.count(old) >= 1, f"{old!r} is not in {file}"
                    text = text.replace(old, new, 1)
            path = root / folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return root / "demo"
