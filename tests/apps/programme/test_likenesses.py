"""Alike projects: found with their reasons, decided once, counted once; a decision may be taken back by another."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mudmai.apps.programme.domain import likenesses as do
from mudmai.apps.programme.domain.likely_pairs import Described, Reason, likely_pairs
from mudmai.apps.programme.domain.projects import (
    ProjectChange,
    create_programme,
    load_form_book,
    projection_faults,
    release_programme,
    revise,
)
from mudmai.apps.programme.models import LikenessDecision, Project, RevisionEvent
from mudmai.apps.registry.models import AuditEntry, Role
from mudmai.apps.registry.policy import NotAllowed
from mudmai.core.errors import InputError
from mudmai.exchange.forms import shipped_form_layouts
from mudmai.exchange.forms.reader import read_form_book
from mudmai.exchange.sheets.workbook import open_workbook
from tests.apps.programme.form_books import raw
from tests.apps.programme.programme_world import ProgrammeWorld
from tests.apps.registry.small_world import holding
from tests.exchange.forms.plan_workbook import write_plan_workbook


def find(world: ProgrammeWorld) -> None:
    found = likely_pairs(do.described(Project.objects.all()))
    do.keep_pairs(do.FoundPairs(tuple(found), do.ledger_mark(), None, Project.objects.count()))


@pytest.fixture
def pair(world: ProgrammeWorld) -> tuple[Project, Project]:
    first = world.project("ก่อสร้างถนนสายบ้านใหม่ หมู่ที่ 4", output="1 สาย")
    second = world.project("ก่อสร้างถนน สายบ้านใหม่ หมู่ที่ ๔", output="1 สาย")
    world.project("ก่อสร้างถนนสายบ้านใหม่ หมู่ที่ 5", output="1 สาย")
    find(world)
    low, high = sorted((first, second), key=lambda one: one.pk.hex)
    return low, high


def counted(world: ProgrammeWorld) -> int:
    return world.programme.projects.filter(state="active").count()


def test_a_pair_is_found_with_its_reasons_and_other_numbers_are_other_projects(world: ProgrammeWorld, pair) -> None:
    (found,) = do.undecided_pairs(world.officer)
    assert (found.first, found.second) == (pair[0].pk.hex, pair[1].pk.hex)
    assert {Reason.TITLE, Reason.MONEY, Reason.OUTPUT, Reason.OFFICE} <= set(found.reasons)
    assert found.score == 1.0
    assert do.undecided_pairs(world.officer, world.programme) == [found]


def test_a_duplicate_counts_once_and_is_not_asked_again(world: ProgrammeWorld, pair) -> None:
    low, high = pair
    with pytest.raises(InputError) as told:
        do.decide(acting_user=world.officer, first=low, second=high, verdict="duplicate", stays=high)
    assert told.value.code == "reason_needed"
    do.decide(acting_user=world.officer, first=high, second=low, verdict="duplicate", stays=high, reason="ซ้ำ", score=1)
    low.refresh_from_db()
    assert (low.state, low.successor_id, counted(world)) == ("duplicate", high.pk, 2)
    assert do.undecided_pairs(world.officer) == []
    find(world)
    assert do.undecided_pairs(world.officer) == []
    assert projection_faults(world.programme) == []


def test_a_decision_is_taken_back_by_another_and_the_log_keeps_both(world: ProgrammeWorld, pair) -> None:
    low, high = pair
    do.decide(acting_user=world.officer, first=low, second=high, verdict="duplicate", stays=low, reason="ซ้ำ")
    with pytest.raises(InputError) as told:
        do.decide(acting_user=world.officer, first=low, second=high, verdict="different")
    assert told.value.code == "reason_needed"
    do.decide(acting_user=world.officer, first=low, second=high, verdict="duplicate", stays=high, reason="อีกทาง")
    assert (low.state, high.state) == ("duplicate", "active")
    do.decide(acting_user=world.officer, first=low, second=high, verdict="different", reason="ดูแบบแล้ว คนละสาย")
    assert (low.state, high.state, counted(world)) == ("active", "active", 3)
    assert LikenessDecision.objects.get().verdict == "different"
    find(world)
    assert do.undecided_pairs(world.officer) == []
    kept = AuditEntry.objects.filter(action="project.alike").order_by("sequence")
    assert [one.new["verdict"] for one in kept] == ["duplicate", "duplicate", "different"]
    assert kept[2].old["stays"] == str(high.pk)
    assert projection_faults(world.programme) == []


@pytest.mark.parametrize("verdict", ["continued", "different"])
def test_what_is_no_duplicate_is_remembered_and_the_ledger_is_left_alone(world, pair, verdict: str) -> None:
    events = RevisionEvent.objects.count()
    do.decide(acting_user=world.officer, first=pair[1], second=pair[0], verdict=verdict)
    assert LikenessDecision.objects.get().verdict == verdict
    assert RevisionEvent.objects.count() == events
    assert do.undecided_pairs(world.officer) == []
    assert do.decisions_on(world.officer).get().first_id == pair[0].pk


def test_who_may_decide(world: ProgrammeWorld, pair) -> None:
    reader = holding(Role.READER, world.people.department, name="reading")
    stranger = holding(Role.PUBLISHER, world.people.other, name="stranger") if hasattr(world.people, "other") else None
    for person in filter(None, (reader, stranger)):
        assert do.undecided_pairs(person) == []
        with pytest.raises(NotAllowed):
            do.decide(acting_user=person, first=pair[0], second=pair[1], verdict="different")
    release_programme(acting_user=world.publisher, programme=world.programme, reason="")
    assert do.undecided_pairs(world.officer) == []  # a released plan is changed by a reviewer
    assert len(do.undecided_pairs(world.reviewer)) == 1


def test_refusals(world: ProgrammeWorld, pair) -> None:
    low, high = pair
    for more, code in (
        ({"verdict": "same"}, "likeness"),
        ({"verdict": "different", "second": low}, "likeness"),
        ({"verdict": "duplicate", "stays": world.project("อื่น"), "reason": "x"}, "likeness"),
    ):
        with pytest.raises(InputError) as told:
            do.decide(**{"acting_user": world.officer, "first": low, "second": high, **more})
        assert told.value.code == code
    stale = Project.objects.get(pk=low.pk)
    revise(
        acting_user=world.officer,
        programme=world.programme,
        kind="changed",
        decided_on=do.timezone.localdate(),
        reason="x",
        changes=[ProjectChange(low, {"output": "2 สาย"})],
    )
    with pytest.raises(InputError) as told:
        do.decide(acting_user=world.officer, first=stale, second=high, verdict="different")
    assert told.value.code == "project_changed"
    assert not LikenessDecision.objects.exists()


def test_places_and_years_speak(world: ProgrammeWorld) -> None:
    def one(key: str, *, place: str = "", **years: int) -> Described:
        own = frozenset({place} if place else ())
        planned = {int(year[1:]): amount for year, amount in years.items()}
        return Described(key, "p", "o", "ขุดลอกคลองหนองบัว", own_places=own, places=own, planned=planned)

    (same,) = likely_pairs([one("a", place="x", y2024=5), one("b", place="x", y2025=5)])
    assert {Reason.PLACE, Reason.OTHER_YEARS} <= set(same.reasons)
    assert likely_pairs([one("a", place="x", y2024=5), one("b", place="y", y2024=6)]) == []


def test_queries_do_not_grow(world: ProgrammeWorld) -> None:
    counts = []
    for n in range(2):
        for k in range(3 + 20 * n):
            for _ in range(2):
                world.project(f"ติดตั้งโคมไฟถนนจุดที่ {n * 100 + k}")
        find(world)
        with CaptureQueriesContext(connection) as told:
            found = do.undecided_pairs(world.officer)
            do.projects_by_id({key for one in found[:10] for key in (one.first, one.second)})
        counts.append(len(told))
    assert counts[0] == counts[1]


def test_planted_duplicates_in_the_plan_workbook(world: ProgrammeWorld, tmp_path: Path) -> None:
    """40 of 1,200 projects are entered again elsewhere, with slips of the pen; all others are to be left in peace."""
    write_plan_workbook(tmp_path / "plan.xlsx")
    (layouts,) = shipped_form_layouts()
    book = read_form_book(open_workbook(tmp_path / "plan.xlsx"), layouts)
    programme = create_programme(
        acting_user=world.officer, organisation=world.people.department, title_th="แผน", first_year=2023, last_year=2027
    )
    load_form_book(acting_user=world.officer, programme=programme, book=book, raw=raw())
    rows = do.described(Project.objects.all())
    planted = plant(rows, random.Random(5))
    found = {(one.first, one.second) for one in likely_pairs([*rows, *(copy for _, copy in planted)])}
    wanted = {tuple(sorted((one.id, copy.id))) for one, copy in planted}
    hits = found & wanted
    print(f"{len(rows)} projects: precision {len(hits)}/{len(found)}, recall {len(hits)}/{len(wanted)}")
    assert len(hits) >= 0.9 * len(wanted)
    assert len(hits) >= 0.9 * len(found)


def plant(rows: list[Described], chance: random.Random) -> list[tuple[Described, Described]]:
    """Copies as they happen: word for word, another spelling, another year, other money, words added."""
    made = []
    for n, one in enumerate(chance.sample([row for row in rows if row.planned], 40)):
        title, planned = one.title, dict(one.planned or {})
        match n % 5:
            case 1:
                title = title[:10] + title[11:]
            case 2:
                planned = {year + 1: amount for year, amount in planned.items()}
            case 3:
                planned = {year: amount * 2 for year, amount in planned.items()}
            case 4:
                title = f"{title} ในเขตเทศบาล"
        made.append((one, Described(f"{n:032x}", one.programme, "another", title, planned=planned, output=one.output)))
    return made
