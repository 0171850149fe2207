"""Packs: what is loaded, and that every fault is told with file, line and key."""

# ruff: noqa: E501 - the table of faults is read by rows

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from mudmai.core.errors import PackError, Problem
from mudmai.core.periods import Period
from mudmai.core.plans import Form, Projection
from mudmai.exchange.packs import check_pack, load_pack, load_packs, schema_json, shipped_packs
from mudmai.exchange.packs.kept import read_packs
from mudmai.exchange.packs.kept import write_packs as write_packs_as_json
from mudmai.exchange.packs.schema import FILES
from tests.exchange.pack_samples import write_packs


def problems_of(directory: Path) -> tuple[Problem, ...]:
    with pytest.raises(PackError) as caught:
        load_pack(directory)
    return caught.value.problems


def line_of(path: Path, text: str) -> int:
    """The line of ``path`` on which ``text`` stands first."""
    return next(n for n, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if text in line)


def test_a_sound_pack_is_loaded_with_all_it_says(tmp_path: Path) -> None:
    pack = load_pack(write_packs(tmp_path))
    assert (pack.id, pack.kind, pack.requires, pack.fiscal_year_starts) == ("demo", "plan", ("places",), 10)
    assert pack.plan is not None
    assert (pack.plan.first, pack.plan.last, pack.plan.version) == (Period.year(2020), Period.year(2024), "1")
    growth, piles = pack.plan.indicators
    assert growth.areas == ("A", "B")
    assert [r.id for r in growth.readings] == ["one-year", "two-years"]
    assert {code: rule.target for code, rule in piles.exceptions.items()} == {"A": 100.0, "B": 50.0}
    assert piles.rule_for("A").form is Form.CUMULATIVE_BY
    assert piles.rule_for("A").deadline == Period.year(2024)
    assert pack.plan.situation[0].stated == {"A": 12.5}
    assert dict(pack.definitions) == {"money_per_head": "money / people"}
    assert [p.name for p in pack.data_files] == ["money.csv"]
    series = pack.catalogue.series["people"]
    assert series.break_periods == {Period.year(2015)}
    assert series.dimensions[0].labels["M"].th == "ชาย"


def test_the_catalogue_holds_what_the_required_pack_brings(tmp_path: Path) -> None:
    catalogue = load_pack(write_packs(tmp_path)).catalogue
    assert catalogue.area_systems["five"].find("AA").code == "A"
    assert catalogue.area_systems["five"].by_code["B"].valid_from == date(2011, 3, 23)
    assert [(k.origin, k.weight) for k in catalogue.crosswalks["five", "two"].links] == [("A", 1.0), ("B", 0.5)]


def test_a_sound_pack_has_no_problems_in_its_data(tmp_path: Path) -> None:
    assert check_pack(write_packs(tmp_path)) == ()


def test_the_projection_is_the_packs_choice(tmp_path: Path) -> None:
    folder = write_packs(tmp_path)
    assert [i.projection for i in load_pack(folder).plan.indicators] == [Projection.DRIFT] * 2
    plan = folder / "plan.yaml"
    text = plan.read_text("utf-8")
    plan.write_text(text.replace("    default_reading: all", "    projection: none\n    default_reading: all"), "utf-8")
    assert check_pack(folder) == ()
    assert load_pack(folder).plan.indicator("I2").projection is Projection.NONE


def test_packs_are_kept_as_json_and_come_back_equal(tmp_path: Path) -> None:
    demo = write_packs(tmp_path)
    folders = {"demo": demo, "places": demo.parent / "places"}
    packs = load_packs(folders)
    assert [p.id for p in packs] == ["places", "demo"]
    told = write_packs_as_json(packs)
    again = read_packs(told, folders)
    assert again == packs
    assert [list(p.catalogue.series) for p in again] == [list(p.catalogue.series) for p in packs]
    shared = again[1].catalogue.area_systems["five"]
    assert shared is again[0].catalogue.area_systems["five"], "what packs share is shared"
    shipped = {name: shipped_packs() / name for name in ("th-areas", "th-register", "th-m8")}
    assert read_packs(write_packs_as_json(load_packs(shipped)), shipped) == load_packs(shipped)
    for wrong in ("", "[]x", '[{"id": "demo"}]', "[1]", told[: len(told) // 2], told.replace('"2020"', "[]")):
        with pytest.raises(ValueError, match="kept packs"):
            read_packs(wrong, folders)


# file, old, new → code, text on the faulty line (in that file), key, what the message says
FAULTS = [
    # shape
    ("demo/plan.yaml", "default_reading: one-year", "default_readng: one-year", "pack_unknown_key", "default_readng", "indicators[0].default_readng", "unknown key"),
    ("demo/plan.yaml", "    unit: percent\n    area_system: five\n    areas: {level: region}", "    area_system: five\n    areas: {level: region}", "pack_missing_key", "- id: I1", "indicators[0].unit", "indicators[0] (I1)"),
    ("demo/plan.yaml", "th: เงินเติบโต, ", "", "pack_missing_key", "Money grows", "indicators[0].title.th", "“th” is missing"),
    ("demo/plan.yaml", "{th: เงินเติบโต, en: Money grows}", '{th: เงินเติบโต, en: ""}', "pack_text", "เงินเติบโต", "indicators[0].title.en", "English text is missing"),
    ("demo/plan.yaml", "{th: เงินเติบโต, en: Money grows}", '{th: "  ", en: Money grows}', "pack_text", "Money grows", "indicators[0].title.th", "Thai text is missing"),
    ("demo/plan.yaml", "form: parent", "form: parents", "pack_value", "parents", "indicators[0].rule.form", "parents"),
    ("demo/plan.yaml", "target: 100}", 'target: "100"}', "pack_value", '"100"', "indicators[1].targets[0].target", "must be a number"),
    ("demo/plan.yaml", "target: 100}", "target: 100,000}", "pack_value", "area: A, target", None, "a comma cut a number"),
    ("demo/plan.yaml", "first: 2020", "first: 2563", "pack_period", "2563", "plan.first", "Buddhist year"),
    ("demo/plan.yaml", "first: 2020", "first: soon", "pack_period", "soon", "plan.first", "not a period"),
    ("demo/plan.yaml", "areas: {level: region}", "areas: 7", "pack_value", "areas: 7", "indicators[0].areas", ""),
    ("demo/pack.yaml", 'version: "1"', "version: 1.0", "pack_value", "version", "version", "must be text"),
    ("demo/sources.yaml", "    title:", "    url: ftp://x\n    title:", "pack_value", "ftp", "sources[0].url", "not well formed"),
    # unknown ids
    ("demo/plan.yaml", "goal: G1", "goal: G9", "pack_unknown_id", "G9", "indicators[0].goal", "unknown goal"),
    ("demo/plan.yaml", "unit: percent", "unit: percents", "pack_unknown_id", "percents", "indicators[0].unit", "unknown unit"),
    ("demo/plan.yaml", "area_system: five", "area_system: six", "pack_unknown_id", "six", "indicators[0].area_system", "area system"),
    ("demo/plan.yaml", "level: region", "level: regions", "pack_unknown_id", "regions", "indicators[0].areas.level", "level"),
    ("demo/plan.yaml", "areas: [A, B]", "areas: [A, B, C]", "pack_unknown_id", "A, B, C", "indicators[1].areas[2]", "“C”"),
    ("demo/plan.yaml", "- {area: B, target: 50}", "- {area: Z, target: 50}", "pack_unknown_id", "area: Z", "indicators[1].targets[1].area", "“Z”"),
    ("demo/plan.yaml", "parent: S1", "parent: S9", "pack_unknown_id", "S9", "strategies[1].parent", "parent strategy"),
    ("demo/plan.yaml", "goals: [G1]", "goals: [G2]", "pack_unknown_id", "[G2]", "strategies[1].goals[0]", "unknown goal"),
    ("demo/plan.yaml", "stated: {A: 12.5}", "stated: {B: 12.5}", "pack_unknown_id", "12.5", "situation[0].stated.B", "area of this fact"),
    ("demo/plan.yaml", "  source: office", "  source: offices", "pack_unknown_id", "offices", "plan.source", "unknown source"),
    ("demo/series.yaml", "source: office", "source: offices", "pack_unknown_id", "offices", "series[0].source", "unknown source"),
    ("demo/series.yaml", "method: counted", "method: guessed", "pack_unknown_id", "guessed", "series[0].method", "unknown method"),
    ("demo/series.yaml", "unit: baht", "unit: bath", "pack_unknown_id", "bath", "series[0].unit", "unknown unit"),
    ("demo/series.yaml", "area_system: five", "area_system: fife", "pack_unknown_id", "fife", "series[0].area_system", "area system"),
    ("demo/series.yaml", "{rule: sum}", "{rule: weighted_mean, weight: peoples}", "pack_unknown_id", "peoples", "series[0].aggregation.weight", "unknown series"),
    ("places/areas.yaml", "destination: two", "destination: three", "pack_unknown_id", "three", "crosswalks[0].destination", "area system"),
    # twice
    ("demo/plan.yaml", "id: I2", "id: I1", "pack_duplicate", None, "indicators[1].id", "stands twice"),
    ("demo/plan.yaml", "id: two-years", "id: one-year", "pack_duplicate", None, "indicators[0].readings[1].id", "stands twice"),
    ("demo/plan.yaml", "    goal: G1", "    goal: G1\n    goal: G1", "pack_duplicate", None, "indicators[0].goal", "stands twice"),
    ("demo/series.yaml", "id: people", "id: money", "pack_duplicate", None, "series[1].id", "stands twice"),
    ("demo/derived.yaml", "id: money_per_head", "id: money", "pack_duplicate", "id: money", "formulas[0].id", "name of a series"),
    ("demo/units.yaml", "id: baht", "id: percent", "pack_duplicate", "percent", "units[0].id", "built-in"),
    ("demo/plan.yaml", "- {area: B, target: 50}", "- {area: B, target: 50}\n      - {area: A, target: 70}", "pack_two_targets", "target: 70", "indicators[1].targets[2].area", "two targets for the area A (the other on line"),
    ("demo/plan.yaml", "    default_reading: all", '    exceptions:\n      - area: B\n        rule: {form: absolute, operator: "<", target: 1}\n    default_reading: all', "pack_two_targets", "- area: B", "indicators[1].exceptions[0].area", "two targets for the area B"),
    # rules
    ("demo/plan.yaml", "default_reading: one-year", "default_reading: monthly", "pack_reading", "monthly", "indicators[0].default_reading", "not listed"),
    ("demo/plan.yaml", "base: 2020, deadline: 2024", "base: 2020, deadline: 2019", "pack_deadline", "deadline: 2019", "indicators[1].rule.deadline", "2019 comes before the start 2020"),
    ("demo/plan.yaml", "default_reading: one-year", "projection: trend\n    default_reading: one-year", "pack_rule", "projection", "indicators[0].projection", "has no deadline"),
    ("demo/plan.yaml", "    default_reading: all", "    projection: guess\n    default_reading: all", "pack_value", "guess", "indicators[1].projection", "“guess”"),
    ("demo/plan.yaml", ", deadline: 2024", "", "pack_rule", "cumulative_by", "indicators[1].rule.deadline", "needs deadline"),
    ("demo/plan.yaml", "      - {area: B, target: 50}\n", "", "pack_rule", "cumulative_by", "indicators[1].rule.target", "needs target"),
    ("demo/plan.yaml", "{form: parent,", "{form: parent, target: 3,", "pack_rule", "target: 3", "indicators[0].rule.target", "has no target"),
    ("demo/plan.yaml", "last: 2024", "last: 2019", "pack_period", "last: 2019", "plan.last", "before first"),
    ("demo/series.yaml", "period: 2015", "period: 2015-Q1", "pack_period", "2015-Q1", "series[1].breaks[0].period", "not annual"),
    ("demo/series.yaml", "minimum: 0", "minimum: 200", "pack_value", "200", "series[1].minimum", "above the maximum"),
    # formulas
    ("demo/plan.yaml", "growth(money_per_head)", "growth(money_per_hat)", "pack_", "money_per_hat", "indicators[0].readings[0].formula", "money_per_hat"),
    ("demo/plan.yaml", "growth(money_per_head)", "growth(money_per_head", "pack_formula", "growth(money_per_head", "indicators[0].readings[0].formula", ""),
    ("demo/plan.yaml", "formula: growth(money_per_head)", "formula: money_per_head", "pack_unit_clash", "formula: money_per_head", "indicators[0].readings[0].formula", ""),
    ("demo/plan.yaml", "cumulative(money, since=2020)", 'crosswalk(money, "two")', "pack_area_system_clash", "crosswalk", "indicators[1].readings[0].formula", ""),
    ("demo/plan.yaml", "formula: share_of_parent(money)", "formula: money", "pack_unit_clash", "formula: money", "situation[0].formula", ""),
    ("demo/derived.yaml", "money / people", "money + people", "pack_unit_clash", "money + people", "formulas[0].formula", ""),
    ("demo/derived.yaml", "money / people", "money_per_head + 1", "pack_cycle", "money_per_head + 1", "formulas[0].formula", ""),
    # area tables
    ("places/five.csv", "B,บี,Beta,region,K,", "B,บี,Beta,region,X,", "pack_area_system", None, None, "unknown parent X"),
    ("places/five.csv", "A,เอ,", "A,,", "pack_areas", "A,,", "name_th", "name_th is empty"),
    ("places/five.csv", ",,02", ",,01", "pack_areas", "Beta", "aliases", "01 already stands for A (line 3)"),
    ("places/five.csv", "2011-03-23", "2554-03-23", "pack_areas", "Beta", "valid_from", "Common Era"),
    ("places/five.csv", "code,name_th", "id,name_th", "pack_areas", "id,name_th", None, "wrong head"),
    ("places/five.csv", "A,เอ,Alpha,region,K,,,01|AA", "A,เอ,Alpha,region,K", "pack_areas", "Alpha", None, "5 cells, expected 8"),
    ("places/five-to-two.csv", "B,Z,0.5", "B,Z,1.5", "pack_areas", "1.5", "weight", "1.5"),
    ("places/five-to-two.csv", "B,Z,0.5", "C,Z,0.5", "pack_areas", "C,Z", "origin", "no area C in five"),
    ("places/areas.yaml", "table: two.csv", "table: ../demo/plan.yaml", "pack_file", "../demo", "systems[1].table", "no table"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "spot", "key", "said"), FAULTS, ids=[f"{f[3]}:{f[2].strip()[:40]}" for f in FAULTS]
)
def test_each_fault_names_file_line_and_key(
    tmp_path: Path, file: str, old: str, new: str, code: str, spot: str | None, key: str | None, said: str
) -> None:
    directory = write_packs(tmp_path, (file, old, new))
    found = [p for p in problems_of(directory) if p.code.startswith(code) and said in p.message.en]
    assert found, [(p.code, p.message.en) for p in problems_of(directory)]
    problem = found[0]
    assert problem.where.file == file
    if spot is not None:
        assert problem.where.line == line_of(tmp_path / file, spot)
    if key is not None:
        assert problem.where.field == key
    for text in (problem.message, problem.remedy):
        assert text.th
        assert text.en


def test_one_fault_is_told_once(tmp_path: Path) -> None:
    directory = write_packs(tmp_path, ("demo/plan.yaml", "goal: G1", "goal: G9"))
    assert [p.code for p in problems_of(directory)] == ["pack_unknown_id"]


def test_a_value_of_a_wrong_type_is_told_once(tmp_path: Path) -> None:
    directory = write_packs(tmp_path, ("demo/plan.yaml", "areas: {level: region}", "areas: 7"))
    assert [p.where.field for p in problems_of(directory)] == ["indicators[0].areas"]


def test_faults_of_several_files_are_told_together(tmp_path: Path) -> None:
    directory = write_packs(
        tmp_path,
        ("demo/plan.yaml", "goal: G1", "gaol: G1"),
        ("demo/units.yaml", "label:", "lable:"),
        ("demo/series.yaml", "series:\n", "series:\n\t\n"),
    )
    assert {p.where.file for p in problems_of(directory)} >= {"demo/plan.yaml", "demo/units.yaml", "demo/series.yaml"}


def test_an_unknown_key_names_the_near_one(tmp_path: Path) -> None:
    directory = write_packs(tmp_path, ("demo/plan.yaml", "default_reading: one-year", "default_readng: one-year"))
    remedy = next(p.remedy.en for p in problems_of(directory) if p.code == "pack_unknown_key")
    assert remedy.startswith("did you mean default_reading?")


def test_a_pack_that_requires_one_that_is_not_there(tmp_path: Path) -> None:
    directory = write_packs(tmp_path, ("demo/pack.yaml", "[places]", "[places, nowhere]"))
    problem = problems_of(directory)[0]
    assert (problem.where.file, problem.where.line, problem.where.field) == ("demo/pack.yaml", 5, "requires[1]")
    assert "nowhere" in problem.message.en


def test_packs_that_require_each_other(tmp_path: Path) -> None:
    directory = write_packs(tmp_path, ("places/pack.yaml", "kind: areas\n", "kind: areas\nrequires: [demo]\n"))
    assert any("in a circle: demo → places → demo" in p.message.en for p in problems_of(directory))


def test_folder_name_kind_and_stray_files(tmp_path: Path) -> None:
    directory = write_packs(tmp_path, ("demo/pack.yaml", "pack: demo", "pack: other"))
    (directory / "indicator.yaml").write_text("a: 1\n", encoding="utf-8")
    messages = [p.message.en for p in problems_of(directory)]
    assert messages == ["the file indicator.yaml is not part of a pack"]
    (directory / "indicator.yaml").unlink()
    assert [p.message.en for p in problems_of(directory)] == ["the id other is not the folder's name demo"]
    (directory / "plan.yaml").unlink()
    assert any("kind plan has a plan.yaml" in p.message.en for p in problems_of(directory))


def test_a_folder_that_is_no_pack(tmp_path: Path) -> None:
    assert [p.message.en for p in check_pack(tmp_path)] == ["there is no pack.yaml"]


def test_data_that_do_not_validate_are_found_by_check_only(tmp_path: Path) -> None:
    directory = write_packs(tmp_path, ("demo/data/money.csv", "five,A,2019,money,10", "five,Q,2019,money,10"))
    assert load_pack(directory).id == "demo"
    problems = check_pack(directory)
    assert [(p.where.file, p.where.row) for p in problems] == [("demo/data/money.csv", 2)]


def test_the_same_fact_in_two_files(tmp_path: Path) -> None:
    directory = write_packs(tmp_path)
    text = (directory / "data" / "money.csv").read_text(encoding="utf-8")
    (directory / "data" / "again.csv").write_text("\n".join(text.splitlines()[:2]) + "\n", encoding="utf-8")
    assert [(p.code, p.where.file) for p in check_pack(directory)] == [("pack_data", "demo/data/money.csv")]


def test_schema_of_every_file() -> None:
    schemas = schema_json()
    assert set(schemas) == set(FILES)
    json.dumps(schemas)
    rule = schemas["plan.yaml"]["$defs"]["RulePart"]
    assert rule["additionalProperties"] is False
    assert {"form", "operator"} == set(rule["required"])


def test_reference_page_is_up_to_date() -> None:
    root = Path(__file__).resolve().parents[2]
    run = subprocess.run(
        [sys.executable, str(root / "scripts" / "reference_packs.py"), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stderr.strip()) == (0, "")
