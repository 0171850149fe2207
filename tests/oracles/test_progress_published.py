"""Progress measures against the results that Statistics Canada publishes for its own series."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from mudmai.methods.progress import Progress, canada_progress, escap_status_index, limit_factor, un_chart_ratio

PUBLISHED = (
    Path(__file__).resolve().parents[2].parent
    / "shared/data/methods/trend/canada_cif_indicator_calculation_components.yml"
)


def _published() -> list[tuple[str, dict[str, object]]]:
    if not PUBLISHED.exists():
        return []
    document = yaml.safe_load(PUBLISHED.read_text(encoding="utf-8"))
    return [
        (series, parts)
        for indicator in document.values()
        for series, parts in indicator.items()
        if isinstance(parts, dict)
    ]


@pytest.mark.skipif(
    not PUBLISHED.exists(), reason="../shared/data is not beside this checkout: published series absent"
)
def test_all_published_series_are_reproduced():
    rows = _published()
    available = 0
    for series, row in rows:
        found = canada_progress(
            row["base_value"], row["base_year"], row["current_value"], row["current_year"], row["direction"],
            target=row["target"], target_year=row["target_year"], limit=row["limit"],
        )  # fmt: skip
        assert found.status.value == row["status"], series
        if row["status"] == "not_available":
            assert (found.value, found.score) == (None, None), series
            continue
        available += 1
        assert found.value == pytest.approx(row["progress_value"], rel=1e-12, abs=1e-15), series
        assert found.score == pytest.approx(row["score"], rel=1e-9, abs=1e-12), series
    assert (len(rows), available) == (132, 125)


def test_not_available_is_never_a_number():
    assert canada_progress(None, 2015, 10, 2020, 1).status is Progress.NOT_AVAILABLE
    assert canada_progress(10, 2015, 10, 2015, 1).status is Progress.NOT_AVAILABLE
    assert canada_progress(0, 2015, 10, 2020, 1).status is Progress.NOT_AVAILABLE
    assert un_chart_ratio(10, 2015, None, 2020, 20).ratio is None
    assert escap_status_index(10, 12, 10, 1) is None


def test_limits_slow_the_thresholds():
    assert limit_factor(66.6, 100, 1) == pytest.approx(1 - 0.666**4.44)
    assert limit_factor(250, 100, -1) == 1.0
    assert limit_factor(150, 100, -1) == pytest.approx(1 - 0.5**4.44)


def test_chart_ratio_by_hand():
    # 100 → 110 in five years is 1.1 ** (1/5) a year; ten more years make 110 * 1.1 ** 2 = 133.1
    found = un_chart_ratio(100, 2015, 110, 2020, 150)
    assert found.expected == pytest.approx(133.1)
    assert found.ratio == pytest.approx(33.1 / 50)
    assert found.status.value == "fair_progress"
    assert un_chart_ratio(100, 2015, 101, 2020, 150).status.value == "limited_or_no_progress"


def test_escap_index_counts_backwards_steps():
    assert escap_status_index(20, 10, 50, 1) == pytest.approx(-10 / 3)
    assert escap_status_index(40, 30, 20, -1) == 5.0
