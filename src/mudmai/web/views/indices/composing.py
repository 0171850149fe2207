"""How the score of one area is put together: groups and single indicators with the weight that each has there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mudmai.core.composites import Aggregation, IndexGroup, IndexIndicator, MissingRule, Normalisation
from mudmai.core.language import Text
from mudmai.web.preferences import Preferences
from mudmai.workspace.index_results import AreaScore, IndexView


@dataclass(frozen=True, slots=True)
class Composed:
    """A group, or an indicator that lies in none. ``score`` is scaled; None: there is none.

    ``weight`` is that in the whole index, ``here`` what it comes to in this area (None: it does not count here).
    ``within``: the group that a group lies in, None at the top.
    """

    title: Text
    score: float | None
    weight: float
    here: float | None
    within: Text | None

    @property
    def weight_percent(self) -> float:
        """``weight`` in per cent."""
        return 100 * self.weight

    @property
    def here_percent(self) -> float | None:
        """``here`` in per cent."""
        return None if self.here is None else 100 * self.here


@dataclass(frozen=True, slots=True)
class Composition:
    """``sum``: the score as a sum in figures, "" where it is none; ``spread``: weights of what lacks went elsewhere."""

    rows: tuple[Composed, ...]
    sum: str
    spread: bool


def composition(view: IndexView, row: AreaScore, here: Preferences) -> Composition:
    """What the score of ``row`` is made of, by the weights of ``view``."""
    rows = tuple(_composed(view, row, view.index.root, 1.0, 1.0, None))
    counted = [(one.here, one.score) for one in rows if one.within is None and one.here and one.score is not None]
    told = ""
    if row.score is not None and view.index.aggregation is Aggregation.ARITHMETIC:
        parts = [f"{here.number(100 * weight, 1)}% × {here.number(score, 1)}" for weight, score in counted]
        told = f"{' + '.join(parts)} = {here.number(row.score, 1)}"
    lacks = any(one.normalised is None for one in row.stages)
    spread = row.score is not None and lacks and view.index.missing is MissingRule.REWEIGHT
    return Composition(rows, told, spread)


def _composed(
    view: IndexView, row: AreaScore, group: IndexGroup, weight: float, here: float | None, within: Text | None
) -> Iterator[Composed]:
    """The children of ``group`` that are groups, with theirs; indicators of the top only."""
    scores = {child.id: _score(view, row, child) for child in group.children}
    there = sum(view.weights[name] for name, score in scores.items() if score is not None)
    whole = there if view.index.missing is MissingRule.REWEIGHT else 1.0
    for child in group.children:
        score, local = scores[child.id], view.weights[child.id]
        share = here * local / whole if here is not None and score is not None and abs(whole) > 1e-12 else None
        if isinstance(child, IndexGroup):
            yield Composed(child.title, score, weight * local, share, within)
            yield from _composed(view, row, child, weight * local, share, child.title)
        elif within is None:
            yield Composed(child.title, score, weight * local, share, None)


def _score(view: IndexView, row: AreaScore, item: IndexGroup | IndexIndicator) -> float | None:
    if isinstance(item, IndexGroup):
        return row.groups.get(item.id)
    found = next(one.normalised for one in row.stages if one.indicator == item.id)
    scale = 1.0 if view.index.normalisation is Normalisation.ZSCORE else view.index.scale
    return None if found is None else found * scale
