"""Composite methods against published numbers: UNDP's indices, entropy weights, Saaty's examples, kappa.

UNDP, *Human Development Report 2023/24*, composite indices time series; a few rows stand here, so that a checkout alone
proves something, all are read where ../shared/data is beside it.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from mudmai.core.composites import Aggregation, CompositeIndex, Normalisation
from mudmai.methods.agreement import agreement_of_table
from mudmai.methods.composite import compute
from mudmai.methods.human_development import (
    education_index,
    gender_inequality_index,
    health_index,
    human_development_index,
    income_index,
    inequality_adjusted_index,
)
from mudmai.methods.weights import ahp_weights, entropy_weights
from tests.methods.small_index import group, index, indicator

FILE = Path(__file__).resolve().parents[2].parent / "shared/data/methods/composite/hdr2023_24_hdi_components.csv"
needs_shared = pytest.mark.skipif(not FILE.exists(), reason="../shared/data is not beside this checkout")
YEARS = (1990, 2000, 2010, 2015, 2022)

THAILAND = (79.68, 15.58131027, 8.834560711, 16886.51113)
LUXEMBOURG = (82.591, 14.19705009, 12.9600811, 78554.2364)
SOMALIA = (56.107, 7.647232333, 1.900300026, 1072.201461)


def hdi_index() -> CompositeIndex:
    """The HDI as a declaration."""
    schooling = group(
        "education",
        indicator("eys", goalposts=(0.0, 18.0), cap=True),
        indicator("mys", goalposts=(0.0, 15.0), cap=True),
        aggregation=Aggregation.ARITHMETIC,
    )
    found: CompositeIndex = index(
        indicator("le", goalposts=(20.0, 85.0), cap=True),
        schooling,
        indicator("gnipc", goalposts=(100.0, 75_000.0), log=True, cap=True),
        how=Aggregation.GEOMETRIC,
        normalisation=Normalisation.GOALPOSTS,
    )
    return found


def columns(*names: str) -> list[np.ndarray]:
    with FILE.open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    return [np.array([float(row[name]) if row[name] else np.nan for row in rows]) for name in names]


def worst(found: np.ndarray, published: np.ndarray) -> tuple[int, float]:
    """How many published values there are, and the largest distance; each of them must have been found."""
    there = ~np.isnan(published)
    assert not np.isnan(found[there]).any()
    return int(there.sum()), float(abs(found - published)[there].max())


def test_a_few_values_by_function_and_by_declaration():
    rows = np.array([THAILAND, LUXEMBOURG, SOMALIA])
    published = [0.803, 0.927, 0.380]
    assert human_development_index(*rows.T) == pytest.approx(published, abs=0.0005)
    assert compute(rows, hdi_index()).score == pytest.approx(published, abs=0.0005)
    le, eys, mys, gni = THAILAND
    losses = (0.070619612, 0.1595436, 0.2170993)
    found = inequality_adjusted_index(health_index(le), education_index(eys, mys), income_index(gni), losses)
    assert float(found) == pytest.approx(0.681, abs=0.0009)
    gii = gender_inequality_index(
        28.60043381, 31.585, (49.31797153, 53.02398051), (13.97557666, 86.02442334), (59.86, 75.96)
    )
    assert float(gii) == pytest.approx(0.310, abs=0.0005)


@needs_shared
def test_all_values_of_the_human_development_index():
    total = 0
    for year in YEARS:
        *parts, published = columns(*(f"{name}_{year}" for name in ("le", "eys", "mys", "gnipc", "hdi")))
        by_function = human_development_index(*parts)
        count, far = worst(by_function, published)
        assert far < 0.0005
        total += count
        declared = compute(np.column_stack(parts), hdi_index())
        assert declared.score == pytest.approx(by_function, abs=1e-12, nan_ok=True)
        assert all((reason is None) == bool(ok) for reason, ok in zip(declared.reasons, declared.scored, strict=True))
    assert total == 949


@needs_shared
def test_all_values_of_the_inequality_adjusted_index():
    names = ("le", "eys", "mys", "gnipc", "ineq_le", "ineq_edu", "ineq_inc", "ihdi")
    le, eys, mys, gni, *losses, published = columns(*(f"{name}_2022" for name in names))
    shares = losses[0] / 100, losses[1] / 100, losses[2] / 100
    found = inequality_adjusted_index(health_index(le), education_index(eys, mys), income_index(gni), shares)
    count, far = worst(found, published)
    assert count == 176 and far < 0.0009


@needs_shared
def test_all_values_of_the_gender_inequality_index():
    names = ("mmr", "abr", "se_f", "se_m", "pr_f", "pr_m", "lfpr_f", "lfpr_m", "gii")
    mmr, abr, se_f, se_m, pr_f, pr_m, work_f, work_m, published = columns(*(f"{name}_2022" for name in names))
    count, far = worst(gender_inequality_index(mmr, abr, (se_f, se_m), (pr_f, pr_m), (work_f, work_m)), published)
    assert count == 177 and far < 0.0005


def test_entropy_weights():
    assert entropy_weights([[1, 2], [4, 16]]) == pytest.approx([0.358889, 0.641111], abs=5e-7)


HOUSE = [
    [1, 5, 3, 7, 6, 6, 1 / 3, 1 / 4],
    [1 / 5, 1, 1 / 3, 5, 3, 3, 1 / 5, 1 / 7],
    [1 / 3, 3, 1, 6, 3, 4, 6, 1 / 5],
    [1 / 7, 1 / 5, 1 / 6, 1, 1 / 3, 1 / 4, 1 / 7, 1 / 8],
    [1 / 6, 1 / 3, 1 / 3, 3, 1, 1 / 2, 1 / 5, 1 / 6],
    [1 / 6, 1 / 3, 1 / 4, 4, 2, 1, 1 / 5, 1 / 6],
    [3, 5, 1 / 6, 7, 5, 5, 1, 1 / 2],
    [4, 7, 5, 8, 6, 6, 2, 1],
]
DRINKS = [
    [1, 9, 5, 2, 1, 1, 1 / 2],
    [1 / 9, 1, 1 / 3, 1 / 9, 1 / 9, 1 / 9, 1 / 9],
    [1 / 5, 3, 1, 1 / 3, 1 / 4, 1 / 3, 1 / 9],
    [1 / 2, 9, 3, 1, 1 / 2, 1, 1 / 3],
    [1, 9, 4, 2, 1, 2, 1 / 2],
    [1, 9, 3, 1, 1 / 2, 1, 1 / 3],
    [2, 9, 9, 3, 2, 3, 1],
]


def test_ahp_buying_a_house():
    """Saaty (1990), *European Journal of Operational Research* 48, 9-26: comparisons that contradict each other."""
    found = ahp_weights(HOUSE)
    assert found.weights == pytest.approx([0.173, 0.054, 0.188, 0.018, 0.031, 0.036, 0.167, 0.333], abs=0.0006)
    assert found.largest_eigenvalue == pytest.approx(9.669, abs=0.0006)
    assert found.consistency_index == pytest.approx(0.238, abs=0.0006)
    assert found.consistency_ratio == pytest.approx(0.169, abs=0.0006) and not found.consistent


def test_ahp_drinks():
    """Saaty (2008), *International Journal of Services Sciences* 1, 83-98: the consumption of drinks, ratio 0.022."""
    found = ahp_weights(DRINKS)
    assert found.weights == pytest.approx([0.177, 0.019, 0.042, 0.116, 0.190, 0.129, 0.327], abs=0.001)
    assert found.consistent


def test_kappa_of_fleiss():
    """Fleiss (1981), *Statistical Methods for Rates and Proportions*, 2nd ed., p. 213: 100 patients, two raters.

    By hand: p_o = (75 + 4 + 10)/100 = .89; p_e = .80 x .80 + .10 x .05 + .10 x .15 = .66; (.89 - .66)/.34 = .676.
    """
    found = agreement_of_table([[75, 1, 4], [5, 4, 1], [0, 0, 10]], weights="none")
    assert (found.observed, found.expected) == pytest.approx((0.89, 0.66))
    assert found.kappa == pytest.approx(0.676, abs=0.0005) and found.exact == pytest.approx(0.89)
    assert found.error == pytest.approx(0.0877, abs=0.00005)


def test_kappa_of_dermatologists():
    """SAS/STAT user's guide, PROC FREQ, "Agreement Study": simple kappa .3449, its error .0724, .2030 to .4868."""
    found = agreement_of_table([[10, 4, 1, 0], [5, 10, 12, 2], [2, 4, 12, 5], [0, 2, 6, 13]], weights="none")
    assert [found.kappa, found.error] == pytest.approx([0.3449, 0.0724], abs=0.00005)
    assert [found.low, found.high] == pytest.approx([0.2030, 0.4868], abs=0.00005)


def test_weighted_kappa_of_couples():
    """Agresti (1990), table 2.10, as computed by R's vcd: unweighted .1293 (.06860), equal spacing .2374 (.07832)."""
    table = [[7, 7, 2, 3], [2, 8, 3, 7], [1, 5, 4, 9], [2, 8, 9, 14]]
    plain, linear = (agreement_of_table(table, weights=name) for name in ("none", "linear"))
    assert [plain.kappa, plain.error] == pytest.approx([0.1293, 0.0686], abs=0.00005)
    assert [linear.kappa, linear.error] == pytest.approx([0.2374, 0.07832], abs=0.00005)
