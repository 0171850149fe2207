"""Inequality measures against published values: EU-SILC (laeken, rb050 weights) and the states of Mexico."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from mudmai.methods.inequality import gini, theil_parts, theil_t

FOLDER = Path(__file__).resolve().parents[2].parent / "shared/data/methods/inequality"
needs_shared = pytest.mark.skipif(not FOLDER.exists(), reason="../shared/data is not beside this checkout")

EUSILC = {
    "Burgenland": 32.05489, "Carinthia": 25.49448, "Lower Austria": 25.93737, "Salzburg": 25.01652,
    "Styria": 23.71190, "Tyrol": 25.24881, "Upper Austria": 25.49202, "Vienna": 28.94944,
}  # fmt: skip
MEXICO_T = [0.20894344, 0.15222451, 0.10472941, 0.10194725, 0.09560113, 0.10511256, 0.10660832]
MEXICO_BETWEEN = [0.0345889, 0.02816853, 0.05260921, 0.05931219, 0.03205257, 0.02963731, 0.03635872]


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@needs_shared
def test_weighted_gini_of_eusilc_and_its_regions():
    by_region: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for row in _rows("eusilc_laeken.csv"):
        by_region[row["db040"]].append((float(row["eqIncome"]), float(row["rb050"])))
    everyone = np.array([pair for pairs in by_region.values() for pair in pairs])
    assert 100 * gini(everyone[:, 0], everyone[:, 1]) == pytest.approx(26.48962, abs=5e-6)
    assert by_region.keys() - EUSILC.keys() == {"Vorarlberg"}  # no published value at hand
    found = {region: 100 * gini(*np.array(by_region[region]).T) for region in EUSILC}
    assert found == pytest.approx(EUSILC, abs=5e-6)


@needs_shared
def test_theil_of_mexico_and_its_part_between_regions():
    rows = _rows("mexico.csv")
    regions = [row["hanson98"] for row in rows]
    years = [f"pcgdp{year}" for year in range(1940, 2001, 10)]
    parts = [theil_parts([float(row[year]) for row in rows], regions) for year in years]
    assert [p.total for p in parts] == pytest.approx(MEXICO_T, abs=5e-9)
    assert [p.between for p in parts] == pytest.approx(MEXICO_BETWEEN, abs=5e-9)
    assert all(p.between + p.within == pytest.approx(p.total) for p in parts)
    assert gini([float(row["pcgdp1940"]) for row in rows]) == pytest.approx(0.35372371, abs=5e-9)


def test_grouped_incomes():
    found = gini([500, 1500, 2500, 4000, 7500, 15000], [1000, 1200, 1600, 400, 200, 600])
    assert found == pytest.approx(0.5278, abs=5e-5)


def test_gini_is_the_mean_absolute_difference():
    rng = np.random.default_rng(7)
    x, w = rng.lognormal(size=40), rng.integers(1, 9, 40).astype(float)
    slow = (w[:, None] * w * abs(x[:, None] - x)).sum() / (2 * w.sum() ** 2 * (w @ x / w.sum()))
    assert gini(x, w) == pytest.approx(slow, rel=1e-12)
    assert gini(np.repeat(x, w.astype(int))) == pytest.approx(slow, rel=1e-12)


def test_missing_is_missing_and_never_skipped():
    assert np.isnan(gini([1, 2, np.nan]))
    assert np.isnan(theil_t([1, 2, 3], [1, np.nan, 1]))
    assert np.isnan(gini([-1, 2]))
    assert np.isnan(gini([0, 0]))
    assert theil_t([0, 2]) == pytest.approx(np.log(2))
    assert gini([5, 5, 5]) == 0.0
    with pytest.raises(ValueError, match="one length"):
        gini([1, 2], [1])


def test_an_empty_group_and_an_empty_weight_do_not_count():
    assert theil_parts([1, 3, 99], ["a", "b", "c"], [1, 1, 0]).total == pytest.approx(theil_t([1, 3]))
