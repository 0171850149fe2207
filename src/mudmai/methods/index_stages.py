"""The figures of a composite index on their way to comparable ones: divided, treated, filled, normalised.

Each stage is kept, areas x indicators in the order of ``index.indicators``. Outliers are treated only where the
normalisation depends on the other areas' extremes or spread (min-max, z-scores, ranks): goalposts and targets are fixed
marks, which a treatment would move areas against.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mudmai.core import composite_words as words
from mudmai.core.composites import CompositeIndex, MissingRule, Normalisation, choice_problems
from mudmai.core.errors import InputError, Problem
from mudmai.methods.normalise import normalise, refuse
from mudmai.methods.treatment import TreatedColumn, treat

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
_TREATED = (Normalisation.MINMAX, Normalisation.ZSCORE, Normalisation.RANK)


@dataclass(frozen=True)
class Stages:
    """Tables [areas, indicators]. ``filled`` is ``treated`` with the figures put in, which ``imputed`` marks.

    ``treated`` stands on the logarithmic scale where the indicator declares ``log``. ``treatments`` are by indicator
    id, of those that were looked at.
    """

    raw: Floats
    denominated: Floats
    treated: Floats
    filled: Floats
    imputed: Flags
    normalised: Floats
    treatments: Mapping[str, TreatedColumn]

    @property
    def present(self) -> Flags:
        """Where there is a true figure."""
        return ~np.isnan(self.denominated)


def stages_of(
    values: ArrayLike,
    index: CompositeIndex,
    denominators: Mapping[str, ArrayLike] | None = None,
    area_groups: ArrayLike | None = None,
    *,
    normalisation: Normalisation | None = None,
    missing: MissingRule | None = None,
) -> Stages:
    """All stages up to comparable figures. See :func:`mudmai.methods.composite.compute` for the arguments.

    ``normalisation`` and ``missing`` stand for the index's own. A denominator of zero leaves the figure missing.
    """
    method = normalisation or index.normalisation
    refuse(choice_problems(index, method, set()))
    raw = checked(values, index)
    divided = _divided(raw, index, denominators or {})
    refuse(_figure_problems(divided, index))
    treated, treatments = _treated(divided, index, method)
    filled = _filled(treated, missing or index.missing, area_groups)
    imputed = np.isnan(treated) & ~np.isnan(filled)
    return Stages(
        raw, divided, treated, filled, imputed, normalise(filled, index.indicators, method, index.floor), treatments
    )


def checked(values: ArrayLike, index: CompositeIndex) -> Floats:
    """``values`` as a table of the index; refuses another shape."""
    raw = np.array(values, dtype=np.float64)
    if raw.ndim != 2 or raw.shape[1] != len(index.indicators):
        found = " x ".join(str(side) for side in raw.shape)
        raise InputError(
            words.VALUES_SHAPE.format(found=found, needed=len(index.indicators)),
            remedy=words.GIVE_VALUES,
            code="index_values",
        )
    return raw


def _divided(raw: Floats, index: CompositeIndex, denominators: Mapping[str, ArrayLike]) -> Floats:
    divided = raw.copy()
    for column, indicator in enumerate(index.indicators):
        if indicator.denominator is None:
            continue
        below = np.asarray(denominators.get(indicator.id, ()), dtype=np.float64)
        if below.shape != (len(raw),):
            said = words.NO_DENOMINATOR.format(id=indicator.id)
            raise InputError(said, remedy=words.GIVE_VALUES, code="index_values")
        divided[:, column] = raw[:, column] / np.where(below == 0, np.nan, below)
    return divided


def _figure_problems(divided: Floats, index: CompositeIndex) -> Iterator[Problem]:
    for column, indicator in enumerate(index.indicators):
        x = divided[:, column]
        if np.isnan(x).all():
            yield Problem("index_all_missing", words.ALL_MISSING.format(id=indicator.id), words.DROP_INDICATOR)
        elif np.isinf(x).any():
            yield Problem("index_values", words.NOT_FINITE.format(id=indicator.id), words.GIVE_VALUES)
        elif indicator.log and (x <= 0).any():
            said = words.NO_LOGARITHM.format(id=indicator.id, count=int((x <= 0).sum()))
            yield Problem("index_not_positive", said, words.NO_LOG)


def _treated(divided: Floats, index: CompositeIndex, method: Normalisation) -> tuple[Floats, dict[str, TreatedColumn]]:
    treated, found = divided.copy(), {}
    for column, indicator in enumerate(index.indicators):
        x = np.log(divided[:, column]) if indicator.log else divided[:, column]
        if index.treatment is not None and indicator.treat and method in _TREATED:
            found[indicator.id] = treat(x, index.treatment, allow_log=not indicator.log)
            x = found[indicator.id].values
        treated[:, column] = x
    return treated, found


def _filled(treated: Floats, missing: MissingRule, area_groups: ArrayLike | None) -> Floats:
    """With the mean or median of the area's group put in; rows without any figure stay empty."""
    if not missing.imputes:
        return treated
    labels = np.zeros(len(treated), dtype=np.int64) if area_groups is None else np.asarray(area_groups)
    if labels.shape != (len(treated),):
        raise InputError(words.GROUPS_SHAPE, remedy=words.GIVE_VALUES, code="index_values")
    filled = treated.copy()
    some = ~np.isnan(treated).all(axis=1)
    for label in np.unique(labels):
        inside = np.flatnonzero((labels == label) & some)
        block = treated[inside]
        known = np.flatnonzero(~np.isnan(block).all(axis=0))
        middle = np.nanmean if missing is MissingRule.GROUP_MEAN else np.nanmedian
        put = middle(block[:, known], axis=0)
        filled[np.ix_(inside, known)] = np.where(np.isnan(block[:, known]), put, block[:, known])
    return filled
