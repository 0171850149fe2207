"""The reference evaluator against published inequality of Mexico's states, 1940-2000 (see ../shared/design/methods.md).

The country is a three-level area system: nation, region (``hanson98``), state. So the published total, between-region
part and Gini are each one formula.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from mudmai.core.areas import Area, AreaSystem
from mudmai.core.formulas.check import check
from mudmai.core.formulas.reference import ReferenceEvaluator
from mudmai.core.language import same
from mudmai.core.observations import Dims
from mudmai.core.periods import Frequency, Period
from mudmai.core.series import Catalogue, Series

TABLE = Path(__file__).resolve().parents[2].parent / "shared/data/methods/inequality/mexico.csv"
pytestmark = pytest.mark.skipif(not TABLE.exists(), reason="../shared/data is not beside this checkout")

YEARS = range(1940, 2001, 10)
THEIL = [0.20894344, 0.15222451, 0.10472941, 0.10194725, 0.09560113, 0.10511256, 0.10660832]
BETWEEN = [0.0345889, 0.02816853, 0.05260921, 0.05931219, 0.03205257, 0.02963731, 0.03635872]


@pytest.fixture(scope="module")
def mexico() -> tuple[Catalogue, ReferenceEvaluator]:
    with TABLE.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    regions = sorted({row["hanson98"] for row in rows})
    areas = [Area("MX", same("Mexico"), "nation")]
    areas += [Area(f"R{r}", same(r), "region", "MX") for r in regions]
    areas += [Area(row["State"], same(row["State"]), "state", f"R{row['hanson98']}") for row in rows]
    system = AreaSystem("mx", same("Mexico"), tuple(areas))
    income = Series("income", same("income per head"), "mx", Frequency.ANNUAL, "number")
    catalogue = Catalogue(area_systems={"mx": system}, series={"income": income})
    figures = {(row["State"], year): float(row[f"pcgdp{year}"]) for row in rows for year in YEARS}

    def lookup(series: str, dims: Dims, area: str, period: Period) -> float | None:
        return figures.get((area, period.year_ce))

    return catalogue, ReferenceEvaluator(catalogue, lookup)


def ask(mexico: tuple[Catalogue, ReferenceEvaluator], text: str, year: int) -> float | None:
    catalogue, evaluator = mexico
    return evaluator.cell(check(text, catalogue), "MX", Period.year(year)).value


def test_theil_of_the_states(mexico: tuple[Catalogue, ReferenceEvaluator]) -> None:
    found = [ask(mexico, "children_theil(income, level=state)", year) for year in YEARS]
    assert found == pytest.approx(THEIL, abs=5e-9)


def test_theil_between_regions(mexico: tuple[Catalogue, ReferenceEvaluator]) -> None:
    text = "children_theil(children_mean(income), weight=children_count(income > 0))"
    assert [ask(mexico, text, year) for year in YEARS] == pytest.approx(BETWEEN, abs=5e-9)


def test_gini_of_the_states(mexico: tuple[Catalogue, ReferenceEvaluator]) -> None:
    assert ask(mexico, "children_gini(income, level=state)", 1940) == pytest.approx(0.35372371, abs=5e-9)
