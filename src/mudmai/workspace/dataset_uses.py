"""Which indicators rest on a dataset, and which datasets stand behind an indicator."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from mudmai.core.datasets import DatasetRecord
from mudmai.core.plans import Indicator, Plan

if TYPE_CHECKING:
    from mudmai.workspace.shelf import Shelf
    from mudmai.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Use:
    """An indicator of a plan that reads a dataset."""

    plan: Plan
    indicator: Indicator


def uses_of(workspace: Workspace, record: DatasetRecord) -> tuple[Use, ...]:
    """The indicators of all plans with a reading that reads one of the dataset's series."""
    return indicators_reading(workspace, frozenset(record.dataset.series))


def indicators_reading(workspace: Workspace, mine: frozenset[str]) -> tuple[Use, ...]:
    """The indicators of all plans with a reading that reads one of these series."""
    shelf = workspace.shelf
    return tuple(
        Use(plan, one)
        for plan in shelf.plans
        for one in plan.indicators
        if mine & _series_behind(_Content(shelf), plan.id, one.id)
    )


def open_datasets_behind(
    workspace: Workspace, plan: str, indicator: str, reading: str | None = None
) -> tuple[DatasetRecord, ...]:
    """The open datasets whose series the reading (any, without one) of the indicator reads, in the catalogue's order.

    None for an indicator that the packs no longer have (a link of before may show it).
    """
    shelf = workspace.shelf
    if not any(one.id == indicator for known in shelf.plans if known.id == plan for one in known.indicators):
        return ()
    series = _series_behind(_Content(shelf), plan, indicator, reading)
    return tuple(one for one in workspace.dataset_catalogue().open if series & set(one.holding.series))


class _Content:
    """A shelf that equals another of equal content."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Content) and other.shelf.digest == self.shelf.digest

    def __hash__(self) -> int:
        return hash(self.shelf.digest)


@lru_cache(maxsize=512)
def _series_behind(content: _Content, plan_id: str, indicator_id: str, reading_id: str | None = None) -> frozenset[str]:
    from mudmai.core.formulas.check import check  # formulas load where they are used

    shelf = content.shelf
    plan = shelf.plan(plan_id)
    one = plan.indicator(indicator_id)
    definitions = shelf.definitions_of(plan)
    return frozenset(
        leaf.series
        for reading in one.readings
        if reading_id in (None, reading.id)
        for leaf in check(reading.formula, shelf.catalogue, definitions, one.area_system, one.unit).series
    )
