"""UNDP's human development indices from their components, after the technical notes of the Human Development Report.

Arrays in, arrays out, one element per country or area; a missing component (NaN) leaves the index missing.

Source: UNDP, *Human Development Report 2023/24*, technical notes 1 (HDI), 2 (IHDI) and 4 (GII).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
LIFE = (20.0, 85.0)
"""Goalposts of life expectancy at birth, years."""
EXPECTED_SCHOOLING = (0.0, 18.0)
MEAN_SCHOOLING = (0.0, 15.0)
INCOME = (100.0, 75_000.0)
"""Goalposts of gross national income per head, constant international dollars (PPP)."""
LEAST_DEATHS, MOST_DEATHS, LEAST_SHARE = 10.0, 1000.0, 0.1
"""GII: maternal deaths per 100,000 births are limited to these; the smallest share of seats, percent."""


def _between(values: ArrayLike, posts: tuple[float, float]) -> Floats:
    x = np.asarray(values, dtype=np.float64)
    return np.clip((x - posts[0]) / (posts[1] - posts[0]), 0.0, 1.0)


def health_index(life_expectancy: ArrayLike) -> Floats:
    """Health, 0..1: (LE - 20)/65."""
    return _between(life_expectancy, LIFE)


def education_index(expected_years: ArrayLike, mean_years: ArrayLike) -> Floats:
    """Education, 0..1: the mean of expected years over 18 and mean years over 15, each at most 1."""
    return (_between(expected_years, EXPECTED_SCHOOLING) + _between(mean_years, MEAN_SCHOOLING)) / 2


def income_index(income: ArrayLike) -> Floats:
    """Income, 0..1: (ln GNI - ln 100)/(ln 75,000 - ln 100)."""
    return _between(np.log(np.asarray(income, dtype=np.float64)), (float(np.log(INCOME[0])), float(np.log(INCOME[1]))))


def human_development_index(
    life_expectancy: ArrayLike, expected_years: ArrayLike, mean_years: ArrayLike, income: ArrayLike
) -> Floats:
    """HDI: the geometric mean of health, education and income.

    >>> human_development_index(85, 18, 15, 75000).round(6).tolist()
    1.0
    """
    product = health_index(life_expectancy) * education_index(expected_years, mean_years) * income_index(income)
    return np.asarray(np.cbrt(product))


def inequality_adjusted_index(
    health: ArrayLike,
    education: ArrayLike,
    income: ArrayLike,
    losses: tuple[ArrayLike, ArrayLike, ArrayLike],
) -> Floats:
    """IHDI: the geometric mean of the three indices, each less its share lost to inequality (Atkinson, 0..1).

    >>> inequality_adjusted_index(1, 1, 1, (0.1, 0.1, 0.1)).round(6).tolist()
    0.9
    """
    parts = [
        np.asarray(part, dtype=np.float64) * (1 - np.asarray(loss, dtype=np.float64))
        for part, loss in zip((health, education, income), losses, strict=True)
    ]
    return np.asarray(np.cbrt(parts[0] * parts[1] * parts[2]))


def atkinson_loss(values: ArrayLike) -> float:
    """The share lost to inequality with aversion 1: 1 - geometric mean / mean. NaN where a value is missing or <= 0.

    >>> round(atkinson_loss([1, 4]), 6)
    0.2
    """
    x = np.asarray(values, dtype=np.float64)
    if not len(x) or np.isnan(x).any() or (x <= 0).any():
        return float("nan")
    return float(1 - np.exp(np.log(x).mean()) / x.mean())


def gender_inequality_index(
    maternal_deaths: ArrayLike,
    adolescent_births: ArrayLike,
    schooling: tuple[ArrayLike, ArrayLike],
    seats: tuple[ArrayLike, ArrayLike],
    work: tuple[ArrayLike, ArrayLike],
) -> Floats:
    """GII, 0 (women and men fare alike) to 1: 1 - HARM(G_F, G_M) / G.

    ``maternal_deaths`` per 100,000 births (limited to 10..1000), ``adolescent_births`` per 1,000 women of 15-19;
    ``schooling`` (at least some secondary), ``seats`` in parliament (0.1 where none) and ``work`` (labour force): pairs
    women, men, percent.
    """
    deaths = np.clip(np.asarray(maternal_deaths, dtype=np.float64), LEAST_DEATHS, MOST_DEATHS)
    births = np.asarray(adolescent_births, dtype=np.float64)
    school = [np.asarray(side, dtype=np.float64) / 100 for side in schooling]
    parliament = [np.maximum(np.asarray(side, dtype=np.float64), LEAST_SHARE) / 100 for side in seats]
    labour = [np.asarray(side, dtype=np.float64) / 100 for side in work]
    power = [np.sqrt(seat * taught) for seat, taught in zip(parliament, school, strict=True)]
    care = np.sqrt(LEAST_DEATHS / deaths / births)
    women, men = np.cbrt(care * power[0] * labour[0]), np.cbrt(power[1] * labour[1])
    together = 2 / (1 / women + 1 / men)
    even = np.cbrt((care + 1) / 2 * (power[0] + power[1]) / 2 * (labour[0] + labour[1]) / 2)
    return np.asarray(1 - together / even)
