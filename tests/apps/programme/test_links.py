"""Links to clauses of plans: suggested, confirmed, refused, weighted; money by clause that always adds up."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mudmai.apps.programme.area_money import Held
from mudmai.apps.programme.clause_money import plan_sums, plans_told
from mudmai.apps.programme.domain.links import (
    LinkDecision,
    add_link,
    confirm_link,
    decide_links,
    refuse_link,
    set_weights,
)
from mudmai.apps.programme.domain.links_suggesting import project_text, suggest_links, taught_links
from mudmai.apps.programme.kept_columns import register_columns
from mudmai.apps.programme.link_shares import confirmed_links
from mudmai.apps.programme.models import LinkState, PlanLink, Project
from mudmai.apps.programme.queries import totals
from mudmai.apps.registry.models import AuditEntry, Role
from mudmai.apps.registry.policy import NotAllowed
from mudmai.core.errors import InputError, UnknownNameError
from mudmai.core.plan_clauses import clause_tree, clauses_of, link_parts
from mudmai.core.plans import Plan
from mudmai.exchange.packs.load import load_pack
from mudmai.exchange.packs.pack import shipped_packs
from mudmai.workspace import Workspace
from mudmai.workspace.plan_links import suggest
from mudmai.workspace.project_files import read_project_file
from tests.apps.programme.programme_world import ProgrammeWorld, money
from tests.apps.registry.small_world import holding

PLAN = "th-m8"


@pytest.fixture(scope="module")
def plan() -> Plan:
    found = load_pack(shipped_packs() / "th-m8").plan
    assert found is not None
    return found


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace of the shipped packs."""
    return Workspace.open(tmp_path_factory.mktemp("home"))


@pytest.fixture(autouse=True)
def _site(held: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """The shipped plan; the pack's words are read from its folder."""
    for module in ("links", "links_suggesting", "public_summary"):
        monkeypatch.setattr(f"mudmai.apps.programme.domain.{module}.workspace", lambda: held)


def link(world: ProgrammeWorld, project: Project, clause: str, weight: str | None = None) -> PlanLink:
    part = None if weight is None else Decimal(weight)
    return add_link(acting_user=world.officer, project=project, plan=PLAN, clause=clause, weight=part)


def satang(sums: Any, clause: str, kind: str = "own", stage: str = "planned") -> int:
    found: int = getattr(sums.clauses[clause], kind).get(stage, 0)
    return found


def refusal(code: str, **given: Any) -> InputError:
    do = given.pop("do")
    with pytest.raises(InputError) as found:
        do(**given)
    assert found.value.code == code
    return found.value


def test_a_link_by_hand_reaches_every_level_and_is_logged(world: ProgrammeWorld, plan: Plan) -> None:
    road = world.project()
    before = AuditEntry.objects.count()
    clauses = clauses_of(plan)
    one_of_each = {one.level: id for id, one in clauses.items()}
    assert set(one_of_each) == {"strategy", "sub_strategy", "goal", "indicator", "upward"}
    for level, clause in one_of_each.items():
        made = link(world, road, clause)
        assert (made.level, made.state, made.confidence, made.decided_by) == (level, "confirmed", None, world.officer)
    assert AuditEntry.objects.count() == before + 5
    refusal("project", do=link, world=world, project=road, clause=one_of_each["goal"])
    with pytest.raises(UnknownNameError):
        link(world, road, "S9.9")
    with pytest.raises(UnknownNameError):
        add_link(acting_user=world.officer, project=road, plan="no-plan", clause="S1.1")


def test_who_may_link(world: ProgrammeWorld, plan: Plan) -> None:
    road = world.project()
    reader = holding(Role.READER, world.people.department, name="reader")
    stranger = holding(Role.ADMINISTRATOR, world.people.other, name="stranger")
    for person in (reader, stranger):
        with pytest.raises(NotAllowed):
            add_link(acting_user=person, project=road, plan=plan.id, clause="S1.1")
        with pytest.raises(NotAllowed):
            suggest_links(acting_user=person, programme=world.programme, plan=plan.id)
    assert not PlanLink.objects.exists()


def test_two_editors_the_second_is_told_and_nothing_of_it_is_done(world: ProgrammeWorld, plan: Plan) -> None:
    one, two = (link(world, world.project(title), "S1.1") for title in ("ถนน ก", "ถนน ข"))
    refuse_link(acting_user=world.reviewer, link=one, revision=one.revision, reason="ไม่เกี่ยว")
    stale = [LinkDecision(one.pk, one.revision, True), LinkDecision(two.pk, two.revision, False)]
    told = refusal(
        "project_changed", do=decide_links, acting_user=world.officer, programme=world.programme, decisions=stale
    )
    assert "ไม่ใช่ข้อนี้" in told.problems[0].message.th and "ถนน ก" in told.problems[0].message.th
    two.refresh_from_db()
    assert two.state == LinkState.CONFIRMED


def test_taking_a_confirmed_link_away_needs_a_reason(world: ProgrammeWorld, plan: Plan) -> None:
    made = link(world, world.project(), "S1.1")
    refusal("reason_needed", do=refuse_link, acting_user=world.officer, link=made, revision=made.revision)
    gone = refuse_link(acting_user=world.officer, link=made, revision=made.revision, reason="ผิดข้อ")
    assert (gone.state, gone.reason, gone.revision) == ("refused", "ผิดข้อ", made.revision + 1)
    back = confirm_link(acting_user=world.officer, link=gone, revision=gone.revision)
    assert back.state == "confirmed"


def test_weights_make_the_whole_at_most(world: ProgrammeWorld, plan: Plan) -> None:
    road = world.project()
    one, two = link(world, road, "S1.1", "0.7"), link(world, road, "S2.1")
    given_ = {"acting_user": world.officer, "project": road, "revisions": {one.pk: one.revision, two.pk: two.revision}}
    told = refusal("sharing", do=set_weights, weights={one.pk: Decimal("0.7"), two.pk: Decimal("0.5")}, **given_)
    assert "120" in told.message.th
    refusal("sharing", do=set_weights, weights={one.pk: Decimal("-0.1")}, **given_)
    refusal("sharing", do=set_weights, weights={one.pk: Decimal("NaN")}, **given_)
    refusal("sharing", do=link, world=world, project=road, clause="S3.1", weight="0.4")
    set_weights(weights={one.pk: Decimal("0.7"), two.pk: Decimal("0.3")}, **given_)
    two.refresh_from_db()
    assert two.weight == Decimal("0.3")
    refusal("project_changed", do=set_weights, weights={two.pk: None}, **given_)
    assert link(world, road, "G1", "1").weight == 1, "goals are a family of their own"


def test_money_by_clause_adds_up_and_the_rest_has_no_link(world: ProgrammeWorld, plan: Plan) -> None:
    shared = world.project("แบ่งสองข้อ", budget=[money(2024, "100.01"), money(2024, "10.00", "disbursed")])
    link(world, shared, "S1.1", "0.5")
    link(world, shared, "S2.1", "0.25")
    whole = world.project("ไม่แบ่ง", budget=[money(2024, "7.00")])
    link(world, whole, "S1.1")
    link(world, whole, "S1")  # says no more than S1.1
    link(world, whole, "S2")
    alone = world.project("ข้อเดียว", budget=[money(2025, "3.00")])
    link(world, alone, "S2.1")
    world.project("ไม่มีข้อ", budget=[money(2025, "1.00")])
    subs = plan_sums(Project.objects.all(), plan)["sub_strategy"]
    assert subs.adds_up and subs.grand == {"planned": 11101, "disbursed": 1000}
    assert satang(subs, "S1.1") == 5001 and satang(subs, "S1.1", "undivided") == 700
    assert satang(subs, "S2.1") == 2500 + 300 and satang(subs, "S2.1", stage="disbursed") == 250
    assert subs.clauses["S1.1"].projects == 2 and subs.clauses["S2.1"].projects == 2
    assert subs.unlinked == {"planned": 2500 + 100, "disbursed": 250} and subs.unlinked_projects == 1
    top = plan_sums(Project.objects.all(), plan)["strategy"]
    assert top.adds_up and satang(top, "S1") == 5001 and satang(top, "S1", "undivided") == 700
    tree = clause_tree(plan, "strategies")
    found = totals(strategies=(tree, "sub_strategy"), links=confirmed_links(None, plan, "sub_strategy"))
    assert found.adds_up and found.grand == 12101
    told = plans_told(whole_register(), [plan])[plan.id]
    assert told["S1.1"]["stages"] == {"planned": "50.01", "disbursed": "5.00"}
    assert told["S1.1"]["undivided"] == {"planned": "7.00"} and told["S1"]["projects"] == 2
    assert "S3.1" not in told


def whole_register() -> Held:
    columns = register_columns()
    return Held(columns, np.ones(len(columns.keys), bool), None)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["A", "B", "C", "D"]), st.none() | st.integers(1, 250000)),
        max_size=4,
        unique_by=lambda one: one[0],
    )
)
def test_parts_always_make_one(links: list[tuple[str, int | None]]) -> None:
    given_ = [(id, None if part is None else Decimal(part) / 1_000_000) for id, part in links]
    parts = link_parts(given_, {"B": "A"})
    assert sum(part for _, part in parts) == 1
    assert all(part > 0 for _, part in parts)


def test_suggestions_are_no_links_until_confirmed_and_refusals_are_remembered(
    world: ProgrammeWorld, plan: Plan
) -> None:
    ask = {"acting_user": world.officer, "programme": world.programme, "plan": plan.id}
    one = world.project("ก่อสร้างถนนคอนกรีตเสริมเหล็กเชื่อมโยงแหล่งท่องเที่ยว")
    other = world.project("ฝึกอบรมเจ้าหน้าที่ท้องถิ่นด้านระบบข้อมูล")
    done = suggest_links(**ask)
    assert done.projects == 2 and 2 <= done.suggestions <= 6
    first = one.links.order_by("-confidence")[0]
    assert first.state == "suggested" and 0 < first.confidence <= 1 and first.words
    assert not confirmed_links(None, plan, "sub_strategy")
    refuse_link(acting_user=world.officer, link=first, revision=first.revision)
    confirmed = other.links.order_by("-confidence")[0]
    confirm_link(acting_user=world.officer, link=confirmed, revision=confirmed.revision)
    kept = set(one.links.filter(state="suggested").values_list("pk", flat=True))
    suggest_links(**ask)
    first.refresh_from_db()
    assert first.state == "refused"
    assert first.clause not in one.links.filter(state="suggested").values_list("clause", flat=True)
    assert kept & set(one.links.filter(state="suggested").values_list("pk", flat=True)), "they keep their place"
    assert not other.links.filter(state="suggested").exists(), "a linked project is not asked again"
    assert taught_links(world.officer, plan, "sub_strategy")[0][1] == confirmed.clause


def test_queries_of_suggesting_and_of_sums_do_not_grow(world: ProgrammeWorld, plan: Plan) -> None:
    from django.db import connection

    def queries(do: Any) -> int:
        with CaptureQueriesContext(connection) as seen:
            do()
        return len(seen)

    ask = {"acting_user": world.officer, "programme": world.programme, "plan": plan.id}
    decided: list[PlanLink] = []

    def confirm() -> None:
        chosen = [LinkDecision(one.pk, one.revision, True) for one in decided]
        decide_links(acting_user=world.officer, programme=world.programme, decisions=chosen)

    counts = []
    for n in range(3):
        for k in range(1 + 5 * n):
            world.project(f"ก่อสร้างถนนสายที่ {n}{k} เชื่อมโยงแหล่งท่องเที่ยว")
        world.project(f"ปรับปรุงถนน {n}")
        asked = queries(lambda: suggest_links(**ask))
        decided = list(PlanLink.objects.filter(state="suggested"))
        counts.append((asked, queries(confirm), queries(lambda: plan_sums(Project.objects.all(), plan))))
    assert counts[1] == counts[2], "from the first confirmed link on, which teaches"


CHECKED = Path(__file__).parents[2] / "workspace" / "budget_lines_checked.csv"
BILL = (
    Path(__file__).parents[3].parent / "shared" / "data" / "stats" / "budget_fy2022_province_and_cluster_projects.csv"
)


def test_projects_of_the_real_bill_get_the_right_clauses(held: Workspace, plan: Plan) -> None:
    """The checked lines, asked as the register does: by project, whose title and lines speak together."""
    if not BILL.is_file():
        pytest.skip("the budget lines of the shared data are not here")
    book = read_project_file(held, BILL).book
    rows = [Project(title=one.fields["title"], extra={"lines": one.fields["lines"]}) for one in book.projects]
    of = {line.rsplit(" · ", 1)[-1]: one for one in rows for line in one.extra["lines"].splitlines()}
    with CHECKED.open(encoding="utf-8", newline="") as file:
        checked = list(csv.DictReader(file))
    for drawn, least, least_three in (("before", 78, 94), ("after", 36, 44)):
        some = [one for one in checked if one["drawn"] == drawn]
        found = suggest(held, [project_text(of[one["item_id"]]) for one in some], plan)
        right = [set(one["strategies"].split()) for one in some]
        first = sum(bool(told) and told[0].id in answers for told, answers in zip(found, right, strict=True))
        three = sum(any(one.id in answers for one in told) for told, answers in zip(found, right, strict=True))
        print(f"{drawn}: first suggestion right for {first} of {len(some)}, one of the first three for {three}")
        assert first >= least and three >= least_three
