"""A programme in the small country: an officer who edits, a reviewer who revises, a publisher who releases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from mudmai.apps.programme.domain.projects import create_programme, create_project
from mudmai.apps.programme.models import Programme, Project
from mudmai.apps.registry.models import Person, Role
from mudmai.core.areas import Area, AreaSystem, crosswalk_by_code
from mudmai.core.language import Text, same
from mudmai.core.series import Catalogue
from tests.apps.registry.small_world import World, build, holding

DAY = date(2023, 10, 1)


@cache
def catalogue() -> Catalogue:
    """Two systems that meet at the provinces; P4 was split off P3 in October 2024."""

    def area(code: str, level: str, parent: str | None, born: date | None = None) -> Area:
        return Area(code, same(code), level, parent, valid_from=born)

    one = [area("TH", "kingdom", None), area("N", "region", "TH"), area("S", "region", "TH")]
    two = [area("TH", "kingdom", None), area("A", "region", "TH"), area("B", "region", "TH")]
    for code, (up, other) in {"P1": ("N", "A"), "P2": ("N", "B"), "P3": ("S", "B"), "P4": ("S", "B")}.items():
        born = date(2024, 10, 1) if code == "P4" else None
        one.append(area(code, "province", up, born))
        two.append(area(code, "province", other, born))
    one += [area(f"{up}{n}", "district", up) for up in ("P1", "P2", "P3") for n in "ab"]
    systems = {
        "one": AreaSystem("one", same("One"), tuple(one)),
        "two": AreaSystem("two", same("Two"), tuple(two)),
    }
    walk = crosswalk_by_code(systems["two"], systems["one"], ["province", "kingdom"], Text("-", "-"))
    return Catalogue(area_systems=systems, crosswalks={("two", "one"): walk})


@dataclass(frozen=True)
class ProgrammeWorld:
    """Who and what there is."""

    people: World
    officer: Person
    reviewer: Person
    publisher: Person
    programme: Programme

    def project(self, title: str = "ถนนสายหลัก", **facts: Any) -> Project:
        """A project of the programme, in the plan from its first day."""
        return create_project(
            acting_user=self.officer,
            programme=self.programme,
            facts={"title": title, "budget": [money(2024, "100.00")], **facts},
            kind="original",
            decided_on=DAY,
        )


def money(year: int, amount: str | None, stage: str = "planned", source: str = "") -> dict[str, Any]:
    """A budget line."""
    return {"fiscal_year": year, "stage": stage, "amount": amount, "source_of_fund": source}


def build_programme_world() -> ProgrammeWorld:
    """A draft of the fiscal years 2024 to 2028."""
    people = build()
    officer = holding(Role.CONTRIBUTOR, people.department, name="officer")
    programme = create_programme(
        acting_user=officer,
        organisation=people.department,
        title_th="แผนพัฒนาท้องถิ่น",
        title_en="Local plan",
        first_year=2024,
        last_year=2028,
    )
    return ProgrammeWorld(
        people,
        officer,
        holding(Role.REVIEWER, people.department, name="reviewer"),
        holding(Role.PUBLISHER, people.department, name="publisher"),
        programme,
    )
