"""What a dataset declares about counts that are too small to be shown; see ``docs/explanation/disclosure.md``."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SeriesSum:
    """``total`` is the sum of the ``parts`` (series ids) in every area and period."""

    total: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DisclosureRule:
    """``counts`` are the series that count people or things; a count below ``threshold`` is small (zero only with
    ``hide_zeros``). Nobody may narrow a small count down to less than ``protection`` between lowest and highest.

    ``dimensions`` are those whose parts add up to the total; ``along`` are series that are worked out from the counts
    (rates, shares) and hidden wherever a count of the same area, period and dimensions is.
    """

    counts: tuple[str, ...]
    threshold: float = 5.0
    protection: float = 5.0
    hide_zeros: bool = False
    dimensions: tuple[str, ...] = ()
    along: tuple[str, ...] = ()
    sums: tuple[SeriesSum, ...] = ()
