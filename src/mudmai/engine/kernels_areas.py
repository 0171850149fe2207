"""Kernels over the hierarchy: aggregates of children, parents, ranks among siblings, crosswalks.

Arrays are [areas, periods], NaN = missing. Sums run in the system's order of areas, one after the other
(``np.bincount`` adds in sequence), so that a result does not depend on how many periods or formulas are computed
together: evaluating one year, all years or one part of the formulas elsewhere gives the same bits.
"""

from __future__ import annotations

import numpy as np

from mudmai.core.formulas.nodes import ChildrenFunction
from mudmai.engine.cubes import Bools, Families, Floats, Ints, Passage


def group_sums(values: Floats, families: Families) -> Floats:
    """[members, periods] → [groups, periods]; a NaN makes the sum of its group NaN."""
    width, groups = values.shape[1], families.owner_rows.size
    cells = families.cells(width)
    summed = np.bincount(cells, weights=values.ravel(), minlength=groups * width).astype(np.float64, copy=False)
    return summed.reshape(groups, width)


def of_parent(values: Floats, parents: Ints) -> Floats:
    """The parent's values on every row; missing at roots."""
    result = values[parents]
    result[parents < 0] = np.nan
    return result


def share_of_parent(values: Floats, parents: Ints) -> Floats:
    """100 x / parent(x), per cent; a parent of zero is missing."""
    with np.errstate(all="ignore"):
        hundredfold = 100.0 * values
        hundredfold[np.isinf(hundredfold)] = np.nan
        share = hundredfold / of_parent(values, parents)
    share[np.isinf(share)] = np.nan
    return share


def of_children(
    function: ChildrenFunction,
    values: Floats,
    weights: Floats | None,
    families: Families,
    valid: Bools | None,
    min_coverage: float,
) -> Floats:
    """An aggregate over children, written on the rows of their owners; missing on all other rows.

    ``valid`` is [areas, periods] or None (all valid). Children with a missing value or weight count against
    ``min_coverage``, the share of valid children that must be present; at least one must be.
    """
    result = np.full(values.shape, np.nan)
    if not families.members.size or not values.shape[1]:
        return result
    x = families.gather(values)
    w = families.gather(weights) if weights is not None else None
    sizes: Floats = families.sizes[:, None].astype(np.float64)
    with np.errstate(all="ignore"):
        if valid is None and min_coverage >= 1.0:  # the rule: all children must be there, so NaN may run through
            found = _aggregate(function, x, w, families, None, sizes)
        else:
            living = None if valid is None else valid[families.members]
            absent = np.isnan(x) if w is None else np.isnan(x) | np.isnan(w)
            absent = absent if living is None else absent | ~living
            asked = sizes if living is None else group_sums(living.astype(np.float64), families)
            present = group_sums((~absent).astype(np.float64), families)
            x, w = np.where(absent, np.nan, x), None if w is None else np.where(absent, np.nan, w)
            found = _aggregate(function, x, w, families, absent, present)
            found = np.where((present > 0) & (present / asked >= min_coverage), found, np.nan)
    found[np.isinf(found)] = np.nan
    result[families.owner_rows] = found
    return result


def _aggregate(
    function: ChildrenFunction, x: Floats, w: Floats | None, families: Families, absent: Bools | None, present: Floats
) -> Floats:
    """[members, periods] → [groups, periods]. ``absent`` None: nobody may be absent, a NaN makes its group NaN."""
    match function:
        case ChildrenFunction.SUM | ChildrenFunction.COUNT:
            return group_sums(_filled(x, absent, 0.0), families)
        case ChildrenFunction.MEAN:
            return group_sums(_filled(x, absent, 0.0), families) / present
        case ChildrenFunction.WEIGHTED_MEAN:
            assert w is not None
            return _weighted_mean(_filled(x, absent, 0.0), _filled(w, absent, 0.0), families)
        case ChildrenFunction.MIN:
            return np.minimum.reduceat(_filled(x, absent, np.inf), families.starts, axis=0)
        case ChildrenFunction.MAX:
            return np.maximum.reduceat(_filled(x, absent, -np.inf), families.starts, axis=0)
        case ChildrenFunction.GINI:
            return gini(x, w, families, present)
        case ChildrenFunction.THEIL:
            return theil(_filled(x, absent, 0.0), _filled(_ones(x) if w is None else w, absent, 0.0), families)


def _ones(x: Floats) -> Floats:
    return np.ones(x.shape)


def _filled(values: Floats, absent: Bools | None, filler: float) -> Floats:
    return values if absent is None else np.where(absent, filler, values)


def _any(mask: Bools, families: Families) -> Bools:
    """[members, periods] → [groups, periods]: is it true of any member?"""
    return np.logical_or.reduceat(mask, families.starts, axis=0)


def _weighted_mean(x: Floats, w: Floats, families: Families) -> Floats:
    mean = group_sums(x * w, families) / group_sums(w, families)
    unfit = w < 0
    if unfit.any():
        mean[_any(unfit, families)] = np.nan
    return mean


def theil(x: Floats, w: Floats, families: Families) -> Floats:
    """Theil's T of each group; ``w`` is 0 for the absent. x < 0, w < 0, a total weight or a mean of 0 are missing."""
    total = group_sums(w, families)
    mean = group_sums(w * x, families) / total
    relative = x / mean[families.group]
    term = np.where(x == 0.0, 0.0, relative * np.log(np.where(x == 0.0, 1.0, relative)))
    index = group_sums(_blanked(w / total[families.group] * term), families)
    unfit = (x < 0) | (w < 0)
    if unfit.any():
        index[_any(unfit, families)] = np.nan
    index[~np.isfinite(mean) | (mean == 0) | (total == 0)] = np.nan
    return index


def _blanked(values: Floats) -> Floats:
    return np.where(np.isfinite(values), values, 0.0)  # groups that are undefined are marked so by their mean


def gini(x: Floats, w: Floats | None, families: Families, present: Floats) -> Floats:
    """Gini of each group; NaN marks the absent. Same refusals as :func:`theil`.

    ``present`` [groups, 1 or periods] is how many have a value; a group with fewer is missing.

    With values sorted and W_k the weight of the k smallest, the sum over pairs of w_i w_j |x_i - x_j| is twice the sum
    over k of (x_{k+1} - x_k) W_k (W - W_k): all terms are non-negative, so nothing cancels.
    """
    result = np.full((families.owner_rows.size, x.shape[1]), np.nan)
    x = x if w is None else x + 0.0 * w  # whose weight is missing is absent
    for table, groups in zip(families.size_classes, families.class_groups, strict=True):
        values = _table(x, table)
        fewer = np.count_nonzero(~np.isnan(values), axis=2) < present[groups]
        if w is None:
            values.sort(axis=2)  # NaN last
            below = np.arange(1.0, table.shape[1] + 1.0)[None, None, :]
            total = np.count_nonzero(~np.isnan(values), axis=2)[:, :, None].astype(np.float64)
            mass = np.nansum(values, axis=2)
            spread = np.diff(values, axis=2) * below[..., :-1] * (total - below[..., :-1])
            negative = np.any(values < 0, axis=2)
        else:
            weights = _table(w, table)
            order = np.argsort(values, axis=2, kind="stable")
            values = np.take_along_axis(values, order, axis=2)
            weights = np.nan_to_num(np.take_along_axis(weights, order, axis=2))
            below = np.cumsum(weights, axis=2)
            total = below[..., -1:]
            mass = np.nansum(values * weights, axis=2)
            spread = np.diff(values, axis=2) * below[..., :-1] * np.maximum(total - below[..., :-1], 0.0)
            negative = np.any((values < 0) | (weights < 0), axis=2)
        index = np.nansum(spread, axis=2) / (total[..., 0] * mass)
        index[negative | fewer | (mass == 0) | (total[..., 0] == 0)] = np.nan
        result[groups] = index
    return result


def _table(values: Floats, table: Ints) -> Floats:
    """[members, periods] → [groups, periods, width], missing where the table says "nobody"."""
    extended = np.vstack([values, np.full((1, values.shape[1]), np.nan)])
    return np.ascontiguousarray(extended[table].transpose(0, 2, 1))


def rank(values: Floats, families: Families, valid: Bools | None, ascending: bool) -> Floats:
    """1 for the largest (or smallest) among valid siblings with a value; ties share the better rank."""
    result = np.full(values.shape, np.nan)
    if not values.shape[1]:
        return result
    x = families.gather(values)
    if valid is not None:
        x = np.where(valid[families.members], x, np.nan)
    placed = np.full((families.members.size + 1, values.shape[1]), np.nan)
    for table in families.size_classes:
        key = _table(x if ascending else -x, table)
        order = np.argsort(key, axis=2, kind="stable")
        key = np.take_along_axis(key, order, axis=2)
        place = np.broadcast_to(np.arange(1.0, table.shape[1] + 1.0), key.shape).copy()
        place[..., 1:][key[..., 1:] == key[..., :-1]] = 0.0
        place = np.maximum.accumulate(place, axis=2)
        place[np.isnan(key)] = np.nan
        ranks = np.empty_like(place)
        np.put_along_axis(ranks, order, place, axis=2)
        placed[table] = ranks.transpose(0, 2, 1)
    result[families.members] = placed[:-1]
    return result


def crosswalked(values: Floats, passage: Passage, areas: int, additive: bool) -> Floats:
    """Values carried to the ``areas`` rows of another system: weighted sums of additive ones, others one to one."""
    width = values.shape[1]
    result = np.full((areas, width), np.nan)
    if not additive:
        result[passage.single_destination] = values[passage.single_origin]
        return result
    if not passage.weights.size or not width:
        return result
    rows, slot = np.unique(passage.destination_rows, return_inverse=True)
    with np.errstate(all="ignore"):
        carried = values[passage.origin_rows] * passage.weights[:, None]
        carried[passage.origin_rows < 0] = np.nan
        cells = (slot[:, None] * width + np.arange(width)[None, :]).ravel()
        total = np.bincount(cells, weights=carried.ravel(), minlength=rows.size * width).reshape(rows.size, width)
    total[np.isinf(total)] = np.nan
    result[rows] = total
    return result
