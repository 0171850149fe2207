"""How much of an index's ranking is noise: which choices move ranks, what would change the order."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from mudmai.core.composites import IndexGroup, IndexIndicator
from mudmai.core.errors import InputError
from mudmai.core.language import Text
from mudmai.workspace.index_results import ChoiceEffect, IndexView, LeftOut, NoiseView, OrderChange
from mudmai.workspace.indices import area_groups, result_of

if TYPE_CHECKING:
    from mudmai.methods.composite import CompositeResult
    from mudmai.workspace.workspace import Workspace

POINTS = 256
MOST_CHANGES = 10
_TOO_FEW_IN_BOTH = Text(
    "มีพื้นที่ที่มีคะแนนทั้งเมื่อมีและไม่มีตัวชี้วัดนี้ไม่ถึงสองแห่ง จึงเทียบอันดับไม่ได้",
    "fewer than two areas have a score both with and without it: there are no ranks to compare",
)
_CHOICES = {
    "normalisation": Text("วิธีปรับค่า", "normalisation"),
    "aggregation": Text("วิธีรวมคะแนน", "aggregation"),
    "missing": Text("วิธีจัดการค่าที่ขาด", "how gaps are treated"),
}


def index_noise(workspace: Workspace, view: IndexView, *, points: int = POINTS) -> NoiseView:
    """The sensitivity of the ranks of ``view`` to the choices behind them, remembered like the view itself.

    Sobol indices from ``points`` points by the view's seed; ranks without each indicator; the smallest shifts of weight
    that swap neighbours. Where the choices cannot be varied ``refused`` says why, and the rest is told all the same.
    """
    state = view.offered.pack.state
    weights = tuple(sorted(view.weights.items()))
    key = ("index_noise", view.release, state, view.index.id, view.year_ce, weights, view.seed, points)
    return workspace.remembered(key, lambda: _noise(view, points))


def _noise(view: IndexView, points: int) -> NoiseView:
    made = result_of(view)
    choices, refused = _choices(view, points)
    return NoiseView(view, choices, _changes(view, made), _left_out(view), refused)


def _choices(view: IndexView, points: int) -> tuple[tuple[ChoiceEffect, ...], Text | None]:
    from mudmai.methods.index_draws import prepare_draws  # SciPy loads where an index is computed
    from mudmai.methods.sensitivity import WEIGHTS, index_sensitivity

    if view.intervals_refused is not None:
        return (), view.intervals_refused
    try:
        engine = prepare_draws(view.figures.values, view.index, None, area_groups(view.figures))
        found = index_sensitivity(engine, seed=view.seed, points=points)
    except InputError as fault:
        return (), fault.message
    groups = {group.id: group for group in view.index.groups}
    effects = []
    for one in found.factors:
        if math.isnan(one.total):
            continue
        named = one.factor.removeprefix(WEIGHTS)
        title = _CHOICES.get(one.factor) or _weights_of(groups[named], view)
        effects.append(
            ChoiceEffect(
                one.factor, title, one.first, one.first_low, one.first_high, one.total, one.total_low, one.total_high
            )
        )
    return tuple(sorted(effects, key=lambda one: -one.total)), None


def _weights_of(group: IndexGroup, view: IndexView) -> Text:
    if group.id == view.index.root.id:
        return Text("น้ำหนักของทั้งดัชนี", "weights of the whole index")
    return Text(f"น้ำหนักในหมวด{group.title.th}", f"weights in “{group.title.en}”")


def _changes(view: IndexView, made: CompositeResult) -> tuple[OrderChange, ...]:
    """For neighbours in the ranking the smallest shift of weight that swaps them; the easiest first."""
    from mudmai.methods.sensitivity import swaps_of  # as above

    place = {area.code: n for n, area in enumerate(view.figures.areas)}
    items: dict[str, IndexGroup | IndexIndicator] = {
        child.id: child for group in view.index.groups for child in group.children
    }
    found = []
    for better, worse in pairwise(view.scored):
        if better.rank == worse.rank:
            continue
        ahead, behind = place[better.area.code], place[worse.area.code]
        swaps = [
            swap
            for group in view.index.groups
            if len(group.children) > 1
            for swap in swaps_of(made, ahead, behind, group.id)[:1]
        ]
        if swaps:
            least = min(swaps, key=lambda swap: swap.shift)
            taker, giver = items[least.taker].title, items[least.giver].title
            found.append(OrderChange(better, worse, giver, taker, least.shift))
    return tuple(sorted(found, key=lambda one: one.shift)[:MOST_CHANGES])


def _left_out(view: IndexView) -> tuple[LeftOut, ...]:
    from mudmai.methods.sensitivity import leave_one_out  # as above

    found = leave_one_out(view.figures.values, view.index, None, area_groups(view.figures))
    known = {one.id: one for one in view.index.indicators}
    told = []
    for one in found:
        item = known[one.indicator]
        counts = one.compared, one.gained, one.lost
        if one.ranks is None:
            told.append(LeftOut(item, None, None, one.reason))
        elif math.isnan(one.mean_shift):
            told.append(LeftOut(item, None, None, _TOO_FEW_IN_BOTH, *counts))
        else:
            told.append(LeftOut(item, one.mean_shift, int(one.largest_shift), None, *counts))
    return tuple(told)
