"""Suggestions of links: real budget lines that were read one by one, and what becomes of odd questions.

``budget_lines_checked.csv`` has the ids of lines drawn at random and, for each, every sub-strategy that is right
for it (a line of a project on tourism can serve the region's economy and the community's). Some lines say so little
("office supplies") that only the name of their project speaks. The texts are read from the shared data.
100 lines were drawn ``before`` the pack's words were written and 50 others ``after``: only those are unseen.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from mudmai.core.errors import PackError, UnknownNameError
from mudmai.core.plans import Plan
from mudmai.exchange.packs.link_words import read_link_words
from mudmai.exchange.packs.load import load_pack
from mudmai.exchange.packs.pack import shipped_packs
from mudmai.workspace import Workspace
from mudmai.workspace.plan_links import Suggestion, suggest, suggest_in

CHECKED = Path(__file__).parent / "budget_lines_checked.csv"
BILL = (
    Path(__file__).parents[2].parent / "shared" / "data" / "stats" / "budget_fy2022_province_and_cluster_projects.csv"
)


@pytest.fixture(scope="module")
def plan() -> Plan:
    found = load_pack(shipped_packs() / "th-m8").plan
    assert found is not None
    return found


@pytest.fixture(scope="module")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return Workspace.open(tmp_path_factory.mktemp("home"))


def checked_lines(drawn: str) -> tuple[list[str], list[set[str]]]:
    """The texts of the checked lines and the sub-strategies that are right for them."""
    if not BILL.is_file():
        pytest.skip("the budget lines of the shared data are not here")
    with BILL.open(encoding="utf-8-sig", newline="") as file:
        rows = {row["ITEM_ID"]: row for row in csv.DictReader(file)}
    with CHECKED.open(encoding="utf-8", newline="") as file:
        checked = [one for one in csv.DictReader(file) if one["drawn"] == drawn]
    columns = ("PROJECT", "CATEGORY_LV4", "ITEM_DESCRIPTION")
    texts = [" · ".join(rows[one["item_id"]][name] for name in columns) for one in checked]
    return texts, [set(one["strategies"].split()) for one in checked]


@pytest.fixture(scope="module")
def lines() -> tuple[list[str], list[set[str]]]:
    return checked_lines("before")


def hits(found: tuple[tuple[Suggestion, ...], ...], right: list[set[str]], most: int) -> int:
    return sum(any(one.id in answers for one in told[:most]) for told, answers in zip(found, right, strict=True))


def report(name: str, first: int, three: int, of: int) -> None:
    print(f"{name}: first suggestion right for {first} of {of}, one of the first three for {three}")


def test_the_sample_is_whole(plan: Plan, lines: tuple[list[str], list[set[str]]]) -> None:
    known = {one.id for one in plan.strategies if one.parent}
    assert len(lines[0]) == 100
    assert all(right and right <= known for right in lines[1])


def test_the_plan_s_own_words_alone_say_little(plan: Plan, lines: tuple[list[str], list[set[str]]]) -> None:
    """Lines speak of roads and fertiliser, the plan of capacity and mechanisms: this is why packs add words."""
    found = suggest_in(plan, lines[0], {})
    first, three = hits(found, lines[1], 1), hits(found, lines[1], 3)
    report("words of the plan alone", first, three, 100)
    assert 10 <= first < 60
    assert sum(1 for told in found if told) < 60, "for most lines nothing is alike enough to be suggested"


def test_with_the_words_of_the_pack(plan: Plan, lines: tuple[list[str], list[set[str]]]) -> None:
    """The words were written by someone who knows such budgets and had seen these lines: see the next test."""
    found = suggest_in(plan, lines[0], read_link_words(shipped_packs() / "th-m8", plan))
    first, three = hits(found, lines[1], 1), hits(found, lines[1], 3)
    report("with the words of the pack", first, three, 100)
    assert first >= 90
    assert three >= 95
    assert all(one.words for told in found for one in told[:1])


def test_lines_that_the_words_were_not_written_for(plan: Plan) -> None:
    """50 more lines, drawn when the words were done."""
    texts, right = checked_lines("after")
    found = suggest_in(plan, texts, read_link_words(shipped_packs() / "th-m8", plan))
    first, three = hits(found, right, 1), hits(found, right, 3)
    report("unseen lines, with the words of the pack", first, three, 50)
    assert len(texts) == 50
    assert first >= 40
    assert three >= 45


def test_what_people_confirmed_teaches(plan: Plan, lines: tuple[list[str], list[set[str]]]) -> None:
    """Half of the lines confirmed, the other half asked, and the other way round; no words of the pack."""
    texts, right = lines
    first = three = alone = 0
    for odd in (0, 1):
        taught = [(text, min(ids)) for n, (text, ids) in enumerate(zip(texts, right, strict=True)) if n % 2 == odd]
        asked = [n for n in range(100) if n % 2 != odd]
        found = suggest_in(plan, [texts[n] for n in asked], {}, confirmed=taught)
        untaught = suggest_in(plan, [texts[n] for n in asked], {})
        answers = [right[n] for n in asked]
        first, three = first + hits(found, answers, 1), three + hits(found, answers, 3)
        alone += hits(untaught, answers, 1)
    report("after half was confirmed", first, three, 100)
    assert first >= 75
    assert first > alone + 20


def test_confidence_is_a_share_and_ranks(plan: Plan, lines: tuple[list[str], list[set[str]]]) -> None:
    found = suggest_in(plan, lines[0], read_link_words(shipped_packs() / "th-m8", plan))
    for told in found:
        shares = [one.confidence for one in told]
        assert shares == sorted(shares, reverse=True)
        assert sum(shares) <= 1 + 1e-9
        assert all(0 < one.likeness <= 1 for one in told)


@pytest.mark.parametrize("level", ["goal", "indicator", "strategy", "sub_strategy", "upward"])
def test_every_level_of_a_plan_answers(starter: Workspace, level: str) -> None:
    text = "พัฒนาเมืองอัจฉริยะที่น่าอยู่ ประชาชนทุกกลุ่มมีคุณภาพชีวิตที่ดี"
    ((best, *_),) = suggest(starter, [text], level=level)  # type: ignore[arg-type]
    assert best.level == level
    assert 0 < best.confidence <= 1


def test_a_road_is_infrastructure_for_the_words_that_both_have(starter: Workspace) -> None:
    ((best, *_),) = suggest(starter, ["ก่อสร้างถนนลาดยาง ทางหลวงหมายเลข 12"], "th-m8")
    assert best.id == "S3.1"
    assert any("ทางหลวง" in word for word in best.words)


def test_nothing_alike_is_no_suggestion(starter: Workspace) -> None:
    assert suggest(starter, ["", "zzzz qqqq"]) == ((), ())


def test_plans_levels_and_clauses_that_are_not_there(starter: Workspace, plan: Plan) -> None:
    with pytest.raises(UnknownNameError):
        suggest(starter, ["ถนน"], "no-plan")
    with pytest.raises(UnknownNameError):
        suggest(starter, ["ถนน"], level="chapter")  # type: ignore[arg-type]
    with pytest.raises(UnknownNameError):
        suggest_in(plan, ["ถนน"], {}, confirmed=[("ถนน", "S9.9")])


def test_words_for_a_clause_that_the_plan_lacks_are_a_fault_of_the_pack(plan: Plan, tmp_path: Path) -> None:
    (tmp_path / "links.yaml").write_text("links:\n  S9.9: [ถนน]\n", encoding="utf-8")
    with pytest.raises(PackError) as fault:
        read_link_words(tmp_path, plan)
    assert "S9.9" in fault.value.problems[0].message.en
    assert fault.value.problems[0].where.line == 2
    assert read_link_words(tmp_path / "nothing", plan) == {}
