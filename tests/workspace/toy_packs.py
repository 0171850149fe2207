"""A toy country of two regions with a plan that uses all six forms of judgement."""

from __future__ import annotations

from pathlib import Path

FILES = {
    "toyland/pack.yaml": 'pack: toyland\nkind: areas\nversion: "1"\ntitle: {th: แดน, en: Toyland}\n',
    "toyland/areas.yaml": """\
systems:
  - id: land
    title: {th: แดน, en: Land}
    table: land.csv
""",
    "toyland/land.csv": """\
code,name_th,name_en,level,parent,valid_from,valid_to,aliases
K,ประเทศ,Country,kingdom,,,,
A,เอ,Alpha,region,K,,,01|AA
B,บี,Beta,region,K,,,02
A1,เอหนึ่ง,Alpha One,town,A,,,
A2,เอสอง,Alpha Two,town,A,,,
B1,บีหนึ่ง,Beta One,town,B,2012-01-01,,
""",
    "toyplan/pack.yaml": """\
pack: toyplan
kind: plan
version: "1"
title: {th: แผนของเล่น, en: Toy plan}
requires: [toyland]
""",
    "toyplan/units.yaml": """\
units:
  - {id: baht, label: {th: บาท, en: baht}, base: {THB: 1}, decimals: 0}
""",
    "toyplan/sources.yaml": """\
sources:
  - id: office
    publisher: {th: สำนักงาน, en: Office}
    title: {th: รายงาน, en: Report}
    edition: "2020"
""",
    "toyplan/methods.yaml": """\
methods:
  - {id: old, title: {th: วิธีเก่า, en: Old way}}
  - {id: new, title: {th: วิธีใหม่, en: New way}}
""",
    "toyplan/series.yaml": """\
series:
  - id: money
    title: {th: เงิน, en: Money}
    area_system: land
    frequency: annual
    unit: baht
    aggregation: {rule: sum}
    source: office
    method: old
  - id: score
    title: {th: คะแนน, en: Score}
    area_system: land
    frequency: annual
    unit: ratio
    aggregation: {rule: none}
    breaks:
      - {period: 2018, reason: {th: เปลี่ยนวิธี, en: new method}}
    source: office
    method: old
""",
    "toyplan/plan.yaml": """\
plan:
  id: toyplan
  title: {th: แผนของเล่น, en: Toy plan}
  first: 2019
  last: 2022
  source: office
  publisher: {th: สำนักงาน, en: Office}
goals:
  - {id: G1, title: {th: หนึ่ง, en: One}}
indicators:
  - id: P
    goal: G1
    title: {th: เติบโต, en: Growth}
    unit: percent
    area_system: land
    areas: {level: region}
    rule: {form: parent, operator: ">="}
    readings:
      - {id: one-year, title: {th: หนึ่งปี, en: One year}, formula: growth(money)}
      - {id: two-years, title: {th: สองปี, en: Two years}, formula: "cagr(money, 2)"}
    default_reading: one-year
  - id: B
    goal: G1
    title: {th: คะแนน, en: Score}
    unit: ratio
    area_system: land
    areas: {level: region}
    rule: {form: base_period, operator: ">", base: 2017}
    readings:
      - {id: plain, title: {th: ตรง, en: Plain}, formula: score}
    default_reading: plain
  - id: M
    goal: G1
    title: {th: คะแนน, en: Score}
    unit: ratio
    area_system: land
    areas: {level: region}
    rule: {form: parent, operator: "<"}
    readings:
      - {id: plain, title: {th: ตรง, en: Plain}, formula: score}
    default_reading: plain
  - id: C
    goal: G1
    title: {th: สะสม, en: Added up}
    unit: baht
    area_system: land
    areas: {level: region}
    rule: {form: cumulative_by, operator: ">=", base: 2019, deadline: 2022}
    targets:
      - {area: A, target: 400}
      - {area: B, target: 100}
    readings:
      - {id: plain, title: {th: ตรง, en: Plain}, formula: "cumulative(money, since=2019)"}
    default_reading: plain
  - id: D
    goal: G1
    title: {th: เพิ่ม, en: More}
    unit: baht
    area_system: land
    areas: [K]
    rule: {form: direction, operator: ">"}
    readings:
      - {id: plain, title: {th: ตรง, en: Plain}, formula: money}
    default_reading: plain
""",
    "toyplan/data/money.csv": """\
area_system,area,period,series,value,flag
land,K,2017,money,180,
land,K,2018,money,200,
land,K,2019,money,220,
land,K,2020,money,210,
land,A,2017,money,90,
land,A,2018,money,100,
land,A,2019,money,120,
land,A,2020,money,126,
land,B,2017,money,90,
land,B,2018,money,100,
land,B,2019,money,100,
land,B,2020,money,,O
land,A1,2019,money,70,
land,A2,2019,money,50,
""",
    "toyplan/data/score.csv": """\
area_system,area,period,series,value,method
land,K,2017,score,0.50,old
land,A,2017,score,0.40,old
land,K,2019,score,0.45,new
land,A,2019,score,0.42,new
land,B,2019,score,0.48,old
""",
}


def write_toy_packs(folder: Path) -> None:
    """Write both packs below ``folder``."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
