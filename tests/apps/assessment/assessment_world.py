"""A certifying agency, a city and people on both sides, over the toy country with a small set of criteria."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from mudmai.apps.assessment.domain.answers import save_answer
from mudmai.apps.assessment.domain.calls import create_call, publish_call
from mudmai.apps.assessment.domain.cities import create_city
from mudmai.apps.assessment.domain.evidence import attach_link
from mudmai.apps.assessment.domain.files import claim_parts, open_file, submit_file
from mudmai.apps.assessment.models import Call, City, CityFile
from mudmai.apps.registry.areas import AreaRef
from mudmai.apps.registry.models import Organisation, Person, Role
from mudmai.core.criteria import CriteriaSet
from mudmai.workspace import Workspace
from mudmai.workspace.criteria import criteria_set
from tests.apps.registry.small_world import World, build, holding
from tests.workspace.toy_packs import write_toy_packs

DAY = date(2026, 3, 1)
"""A day on which the call of the world is open; it opens in January and closes in June 2026."""

LATE = date(2026, 7, 1)
A1, A = AreaRef("land", "A1"), AreaRef("land", "A")
SET = "toy-smart-1"

PACK = """\
pack: toycriteria
kind: criteria
version: "1"
title: {th: เกณฑ์ของเล่น, en: Toy criteria}
"""
CRITERIA = """\
id: toy-smart-1
scheme: toy-smart
version: "1"
title: {th: เมืองของเล่น, en: Toy city}
note: {th: สำหรับทดสอบ, en: For tests.}
source: Office
sources: {office: Office}
facts:
  - {id: coastal, kind: yes_no, title: {th: ติดทะเล, en: On the coast}}
  - {id: population, kind: number, title: {th: ประชากร, en: Population}}
scales:
  practice:
    - {value: 0, title: {th: ไม่มี, en: Nothing}}
    - {value: 1, title: {th: เริ่ม, en: Begun}}
    - {value: 2, title: {th: ใช้, en: In use}}
    - {value: 3, title: {th: ครบ, en: Complete}}
parts:
  - {id: plan, title: {th: แผน, en: Plan}}
  - {id: environment, title: {th: สิ่งแวดล้อม, en: Environment}, group: smarts, optional: true}
  - {id: energy, title: {th: พลังงาน, en: Energy}, group: smarts, optional: true}
criteria:
  - id: c-plan
    part: plan
    title: {th: แผนเมือง, en: City plan}
    question: {th: มีแผนหรือไม่, en: Is there a plan?}
    side: paper
    points: 2
    scale: practice
    source: office
    evidence: 1
    actions: [write-plan]
  - id: c-open
    part: plan
    title: {th: เปิดเผย, en: Openness}
    question: {th: เปิดเผยหรือไม่, en: Is it open?}
    side: paper
    scale: practice
    source: office
  - id: c-coast
    part: plan
    title: {th: ชายฝั่ง, en: Coast}
    question: {th: ดูแลชายฝั่งหรือไม่, en: Is the coast cared for?}
    side: paper
    scale: practice
    source: office
    fits: [{fact: coastal, is: true, words: {th: ถามเฉพาะเมืองติดทะเล, en: Asked of cities on the coast only}}]
  - id: c-money
    part: environment
    title: {th: เงินดูแลเมือง, en: Money spent}
    question: {th: ใช้เงินเท่าใด, en: How much is spent?}
    side: outcome
    points: 2
    scale: practice
    source: office
    evidence: 1
    live: {formula: money, area_system: land, unit: baht, direction: at_least, bounds: {"1": 50, "2": 100, "3": 150}}
  - id: c-waste
    part: environment
    title: {th: ขยะ, en: Waste}
    question: {th: จัดการขยะหรือไม่, en: Is waste managed?}
    side: outcome
    scale: practice
    source: office
    actions: [sort-waste]
  - id: c-energy
    part: energy
    title: {th: พลังงาน, en: Energy}
    question: {th: ประหยัดพลังงานหรือไม่, en: Is energy saved?}
    side: outcome
    scale: practice
    source: office
actions:
  - id: write-plan
    title: {th: จัดทำแผน, en: Write the plan}
    text: {th: จัดทำแผนกับประชาชน, en: Write it with the people.}
    years: 1
  - {id: sort-waste, title: {th: คัดแยกขยะ, en: Sort waste}, text: {th: คัดแยกที่ต้นทาง, en: Sort at the source.}}
levels:
  - id: passed
    title: {th: ผ่าน, en: Passed}
    overall: 0.6
    parts: [{score: 0.7, group: smarts, count: 1, compulsory: [environment]}]
  - id: high
    title: {th: ดีเด่น, en: High}
    overall: 0.9
    parts: [{score: 0.7, group: smarts, count: 1, compulsory: [environment]}]
register: {months: 24, surveillance: 12, renewal_progress: 0.5}
"""


def write_packs(folder: Path) -> None:
    """The toy country and plan, and a pack with one set of criteria."""
    write_toy_packs(folder)
    (folder / "toycriteria").mkdir()
    (folder / "toycriteria" / "pack.yaml").write_text(PACK, "utf-8")
    (folder / "toycriteria" / "criteria.yaml").write_text(CRITERIA, "utf-8")


@dataclass(frozen=True)
class AssessmentWorld:
    """``town`` is the city's organisation, ``agency`` the certifying one; they share only the top of the tree.

    Of the town: ``reader``, ``filler`` and ``colleague`` (contributors), ``sender`` (reviewer). Of the agency:
    ``runner`` (reviewer), ``decider`` (publisher), ``markers`` (three contributors).
    """

    people: World
    workspace: Workspace
    town: Organisation
    agency: Organisation
    reader: Person
    filler: Person
    colleague: Person
    sender: Person
    runner: Person
    decider: Person
    markers: tuple[Person, Person, Person]
    city: City
    call: Call

    @property
    def criteria(self) -> CriteriaSet:
        """The set of the call, as its pack has it now."""
        return criteria_set(self.workspace.home, SET)

    def file(self, *, claimed: tuple[str, ...] = ("environment",), today: date = DAY) -> CityFile:
        """A draft of the city in the call."""
        made = open_file(acting_user=self.filler, call=self.call, city=self.city, today=today)
        return claim_parts(acting_user=self.filler, file=made, parts=claimed, revision=made.revision, today=today)

    def answer(self, file: CityFile, values: Mapping[str, int | None], by: Person | None = None) -> None:
        """First answers to some criteria."""
        for criterion, value in values.items():
            save_answer(acting_user=by or self.filler, file=file, criterion=criterion, value=value, text="", today=DAY)

    def filled(self, values: Mapping[str, int | None] | None = None) -> CityFile:
        """A draft with every answer and the evidence that it needs."""
        made = self.file()
        self.answer(made, values or {"c-plan": 2, "c-open": 1, "c-money": 1, "c-waste": 2})
        for criterion in ("c-plan", "c-money"):
            link(self, made, criterion)
        return made

    def submitted(self, values: Mapping[str, int | None] | None = None) -> CityFile:
        """A file that was sent."""
        return submit_file(acting_user=self.sender, file=self.filled(values), today=DAY)


def link(world: AssessmentWorld, file: CityFile, criterion: str, **more: Any) -> Any:
    """A link as evidence."""
    given = {"title": "หลักฐาน", "url": f"https://town.example/{criterion}", "today": DAY, **more}
    return attach_link(acting_user=world.filler, file=file, criterion=criterion, **given)


def build_assessment_world(workspace: Workspace) -> AssessmentWorld:
    """Everybody, a city that is the whole of A1 and not on the coast, and a published call."""
    people = build()
    town, agency = people.department, people.other
    filler = holding(Role.CONTRIBUTOR, town, name="filler")
    decider = holding(Role.PUBLISHER, agency, name="decider")
    city = create_city(
        acting_user=filler,
        organisation=town,
        code="alpha-one",
        name_th="เมืองเอหนึ่ง",
        name_en="Alpha One",
        area=A1,
        is_whole_area=True,
        facts={"coastal": {"value": False, "source": "survey", "as_of": "2025-01-01"}},
    )
    call = create_call(
        acting_user=decider,
        organisation=agency,
        criteria_id=SET,
        title_th="รอบปี 2569",
        title_en="Call of 2026",
        opens_on=date(2026, 1, 1),
        closes_on=date(2026, 6, 30),
    )
    call = publish_call(acting_user=decider, call=call, today=DAY)
    first, second, third = (holding(Role.CONTRIBUTOR, agency, name=f"marker{n}") for n in (1, 2, 3))
    return AssessmentWorld(
        people=people,
        workspace=workspace,
        town=town,
        agency=agency,
        reader=holding(Role.READER, town, name="reader"),
        filler=filler,
        colleague=holding(Role.CONTRIBUTOR, town, name="colleague"),
        sender=holding(Role.REVIEWER, town, name="sender"),
        runner=holding(Role.REVIEWER, agency, name="runner"),
        decider=decider,
        markers=(first, second, third),
        city=city,
        call=call,
    )
