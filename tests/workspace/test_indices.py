"""Indices over a release: what is computed, refused and walked back; nothing is scored that has no figures."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import pytest

from mudmai.core.errors import InputError, UnknownNameError
from mudmai.workspace import Workspace
from mudmai.workspace.index_noise import index_noise
from mudmai.workspace.index_results import IndexView
from mudmai.workspace.index_shelf import index_shelf, indices_of_area
from mudmai.workspace.index_tracing import index_area
from mudmai.workspace.indices import compute_index, list_indices, read_weights
from tests.workspace.toy_packs import write_toy_packs

TOY = """\
indices:
  - id: toy
    version: "1"
    title: {{th: ดัชนี, en: Toy}}
    experimental: true
    note: {{th: คือ, en: Is}}
    is_not: {{th: ไม่ใช่, en: Is not}}
    area_system: land
    level: region
    period: 2020
    aggregation: {aggregation}
    normalisation: {normalisation}
    coverage_floor: 0.5
    missing: reweight
    indicators:
      - {{id: cash, title: {{th: เงิน, en: Cash}}, formula: "{formula}", unit: baht, direction: more, low: 0,
         high: 200, note: {{th: ก, en: a}}}}
      - {{id: rate, title: {{th: อัตรา, en: Rate}}, formula: money / 2, unit: baht, direction: less, low: 0,
         high: 200, note: {{th: ข, en: b}}}}
"""


@pytest.fixture(scope="module")
def view(thailand: Workspace) -> IndexView:
    return compute_index(thailand, "province-base")


def test_a_score_is_the_weighted_mean_of_its_normalised_figures(view: IndexView) -> None:
    """Worked out by hand from the figures in the starter files: Khon Kaen, 2019, which has all six."""
    row = view.row_of("TH-40")
    assert row is not None
    assert row.score is not None
    stages = {stage.indicator: stage for stage in row.stages}
    cells = starter_cells("nesdc_accounts", "TH-40")
    per_head = {y: cells["grp_cvm", y] / cells["population", y] * 1000 for y in ("2014", "2019")}
    assert stages["product"].raw == pytest.approx(per_head["2019"])
    growth = 100 * ((per_head["2019"] / per_head["2014"]) ** 0.2 - 1)
    assert stages["growth"].raw == pytest.approx(growth)
    product = math.log(per_head["2019"] / 25000) / math.log(350000 / 25000)
    low = view.index.floor or 0.0
    assert stages["product"].normalised == pytest.approx(low + (1 - low) * product)
    assert stages["growth"].normalised == pytest.approx(low + (1 - low) * (growth + 5) / 13)
    whole = sum(stage.weight * (stage.normalised or 0) for stage in row.stages)
    assert row.score == pytest.approx(100 * whole)
    assert sum(stage.weight for stage in row.stages) == pytest.approx(1)


def starter_cells(name: str, area: str) -> dict[tuple[str, str], float]:
    from mudmai.exchange.packs import shipped_packs

    with (shipped_packs() / "th-m8" / "data" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["area"] == area]
    return {(row["series"], row["period"]): float(row["value"]) for row in rows}


def test_areas_below_the_floor_have_no_score_and_say_why(view: IndexView) -> None:
    assert len(view.rows) == 77
    assert view.unscored
    for row in view.unscored:
        assert (row.score, row.rank, row.span) == (None, None, None)
        assert row.known < 0.8 * len(view.figures.used)
        assert row.reason is not None
        assert str(row.known) in row.reason.en
    assert all(row.reason is None for row in view.scored)


def test_ranks_are_intervals_that_the_same_seed_repeats(thailand: Workspace, view: IndexView) -> None:
    spans = [row.span for row in view.scored]
    assert all(span is not None and 1 <= span.low <= span.median <= span.high <= span.out_of for span in spans)
    assert view.mean_width is not None
    assert view.mean_width > 1
    again = compute_index(thailand, "province-base", seed=view.seed, draws=view.draws)
    other = compute_index(thailand, "province-base", seed=view.seed + 1)
    assert [row.span for row in again.rows] == [row.span for row in view.rows]
    assert [row.span for row in other.rows] != [row.span for row in view.rows]
    assert compute_index(thailand, "province-base", draws=0).rows[0].span is None


def test_noise_names_what_moves_ranks(thailand: Workspace, view: IndexView) -> None:
    noise = index_noise(thailand, view)
    assert noise.refused is None
    assert {"normalisation", "aggregation", "missing", "weights:province-base"} <= {c.choice for c in noise.choices}
    totals = [one.total for one in noise.choices]
    assert totals == sorted(totals, reverse=True)
    assert {one.indicator.id for one in noise.left_out} == {one.id for one in view.index.indicators}
    for one in noise.left_out:
        assert one.compared is not None and one.lost is not None and one.most_shift is not None
        assert one.compared + one.lost == len(view.scored)
        assert one.most_shift < one.compared
    assert all(one.better.score >= one.worse.score for one in noise.changes)  # type: ignore[operator]
    assert index_noise(thailand, view) is noise


def test_weights_are_moved_in_full_or_as_points(thailand: Workspace, view: IndexView) -> None:
    moved = compute_index(thailand, "province-base", weights={"base": 0.25, "work": 0.4})
    assert not moved.own_weights
    assert moved.effective["product"] == pytest.approx(0.25 * 0.6)
    points = compute_index(
        thailand, "province-base", weights={"base": 25, "work": 40, "investment": 15, "gini": 20}, shares=True
    )
    assert [row.score for row in points.rows] == pytest.approx([row.score for row in moved.rows])
    assert "w.base=25" in moved.permalink
    some = compute_index(thailand, "province-base", weights={"growth": 30}, shares=True)  # beside 60 for product
    assert some.weights["product"] == pytest.approx(2 / 3)
    assert some.weights["base"] == pytest.approx(view.weights["base"])
    assert view.own_weights


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        ({"base": 0.5}, "add up to 1.15, not 1"),
        ({"product": 0.0, "growth": 0.0}, "all zero"),
        ({"product": 1e308, "growth": 1e308}, "above 1000"),
    ],
)
def test_weights_that_do_not_sum_are_refused(thailand: Workspace, weights: dict[str, float], said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        compute_index(thailand, "province-base", weights=weights)
    assert caught.value.code == "index_weights"


def test_unknown_things_are_told_with_known_ones(thailand: Workspace, view: IndexView) -> None:
    with pytest.raises(UnknownNameError, match="province-bas") as caught:
        compute_index(thailand, "province-bas")
    assert "province-base" in caught.value.remedy.en
    with pytest.raises(UnknownNameError):
        compute_index(thailand, "province-base", weights={"wealth": 1.0})
    with pytest.raises(UnknownNameError):
        index_area(thailand, view, "TH-99")
    with pytest.raises(InputError, match="level region") as outside:
        index_area(thailand, view, "NESDC-NE")
    assert outside.value.code == "area_outside_level"
    with pytest.raises(InputError, match="no figure in any area"):
        compute_index(thailand, "province-base", year=2020)
    with pytest.raises(InputError, match="1980"):
        compute_index(thailand, "province-base", year=1980)
    with pytest.raises(InputError, match="draws"):
        compute_index(thailand, "province-base", draws=7)


@pytest.mark.parametrize("text", ["a", "a=x", "a=0.5,a=0.5", "a=-1", "=1", "a=nan"])
def test_unreadable_weights_are_refused(text: str) -> None:
    with pytest.raises(InputError, match="weight"):
        read_weights(text)


def test_a_score_is_walked_back_to_its_cells(thailand: Workspace, view: IndexView) -> None:
    found = index_area(thailand, view, "TH-40")
    (product,) = [one for one in found.work if one.indicator.id == "product"]
    assert [group.id for group in product.groups] == ["base"]
    assert {one.series for one in product.inputs} == {"grp_cvm", "population"}
    assert all(one.locator and one.source is not None for one in product.inputs)
    assert product.with_numbers is not None
    without = index_area(thailand, view, "TH-18")
    missing = [one for one in without.work if one.stage.raw is None]
    assert {one.indicator.id for one in missing} == {"investment", "gini"}
    assert all(one.reason is not None for one in missing)


def test_a_permanent_link_keeps_the_packs_of_then(thailand: Workspace, view: IndexView) -> None:
    thailand.keep_packs()
    held = compute_index(thailand, "province-base", release=view.release, packs=view.offered.pack.state)
    assert [row.score for row in held.rows] == [row.score for row in view.rows]
    assert view.offered.pack.state in view.permalink


def test_areas_know_their_indices(thailand: Workspace) -> None:
    assert [one.id for one in indices_of_area(thailand, "TH-40")] == ["province-base"]
    assert indices_of_area(thailand, "NESDC-NE") == ()
    assert [one.id for one in list_indices(thailand)] == ["province-base"]


def toy_index(tmp_path: Path, **changes: str) -> Workspace:
    write_toy_packs(tmp_path / "shipped")
    told = {"aggregation": "arithmetic", "normalisation": "goalposts", "formula": "money", **changes}
    (tmp_path / "shipped" / "toyplan" / "indices.yaml").write_text(TOY.format(**told), "utf-8")
    workspace = Workspace.open(tmp_path / "home", shipped=tmp_path / "shipped")
    workspace.init()
    return workspace


def test_any_pack_may_declare_one(tmp_path: Path) -> None:
    view = compute_index(toy_index(tmp_path), "toy")
    assert {row.area.code for row in view.rows} == {"A", "B"}
    assert view.intervals_refused is not None  # fewer than three areas


def test_a_constant_indicator_is_refused(tmp_path: Path) -> None:
    workspace = toy_index(tmp_path, normalisation="minmax", formula="money * 0 + 5")
    with pytest.raises(InputError) as caught:
        compute_index(workspace, "toy")
    assert caught.value.code == "index_constant"


def test_negative_values_are_refused_under_a_geometric_mean(tmp_path: Path) -> None:
    workspace = toy_index(tmp_path, aggregation="geometric", formula="0 - money")
    with pytest.raises(InputError) as caught:
        compute_index(workspace, "toy")
    assert caught.value.code == "index_not_positive"


def test_a_faulty_file_is_left_out_and_told(tmp_path: Path) -> None:
    workspace = toy_index(tmp_path, formula="nothing")
    shelf = index_shelf(workspace)
    assert shelf.offered == ()
    assert shelf.faults[0].problems[0].where.file == "toyplan/indices.yaml"
    with pytest.raises(InputError, match="toyplan"):
        compute_index(workspace, "toy")
