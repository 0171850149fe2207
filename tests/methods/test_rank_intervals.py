"""Rank intervals and draws: against the plain computation of each draw, and what must hold at the edges."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mudmai.core.composites import Aggregation, CompositeIndex, MissingRule, Normalisation, Uncertainty, WeightNoise
from mudmai.core.errors import InputError
from mudmai.methods.composite import competition_ranks, score_tree
from mudmai.methods.index_draws import choices_of, noisy_weights, prepare_draws, rank_rows
from mudmai.methods.index_stages import stages_of
from mudmai.methods.rank_intervals import rank_intervals
from tests.methods.small_index import group, index, indicator

ALL = Uncertainty(
    (Normalisation.ZSCORE, Normalisation.RANK),
    (Aggregation.GEOMETRIC, Aggregation.HARMONIC, Aggregation.COPELAND),
    (MissingRule.MEDIAN,),
)


def declared(**more: object) -> CompositeIndex:
    more.setdefault("uncertainty", ALL)
    more.setdefault("missing", MissingRule.REWEIGHT)
    return index(
        group("g", indicator("a"), indicator("b", direction=-1), indicator("c")),
        group("h", indicator("d"), indicator("e"), aggregation=Aggregation.ARITHMETIC),
        indicator("f"),
        floor=0.05, coverage_floor=0.4, **more,
    )  # fmt: skip


def figures(areas: int = 30, gaps: float = 0.1) -> np.ndarray:
    chance = np.random.default_rng(8)
    x = np.round(np.exp(chance.normal(size=(areas, 1)) + chance.normal(size=(areas, 6))), 3)
    return np.where(chance.random(x.shape) < gaps, np.nan, x)


@pytest.mark.parametrize("gaps", [0.0, 0.15])
def test_every_draw_equals_the_plain_computation(gaps: float):
    values, one = figures(gaps=gaps), declared()
    engine = prepare_draws(values, one)
    chance = np.random.default_rng(1)
    draws = 2 * len(engine.choices)
    weights = {
        g: noisy_weights(w, draws, WeightNoise.DIRICHLET, 0.4, chance) for g, w in engine.nominal_weights().items()
    }
    found = engine.ranks(np.arange(draws) % len(engine.choices), weights)
    assert len(engine.choices) == len(choices_of(one)) == 3 * 4 * 2
    for draw in range(draws):
        how = engine.choices[draw % len(engine.choices)]
        stages = stages_of(values, one, normalisation=how.normalisation, missing=how.missing)
        own = {g: w[draw] for g, w in weights.items()}
        tree = score_tree(stages, one, aggregation=how.aggregation, missing=how.missing, weights=own)
        if how.aggregation is Aggregation.COPELAND:
            continue  # compares the ranked areas among each other only: below
        assert found[draw].tolist() == competition_ranks(tree.scores["root"][engine.areas]).tolist(), how


def test_copeland_draws_equal_the_plain_computation_where_all_areas_are_ranked():
    values, one = figures(gaps=0.0), declared(uncertainty=Uncertainty(), how=Aggregation.COPELAND)
    engine = prepare_draws(values, one)
    assert len(engine.areas) == len(values)
    assert engine.nominal_ranks().tolist() == engine.nominal.ranks.tolist()


def test_without_noise_and_alternatives_the_interval_is_the_rank():
    engine = prepare_draws(figures(), declared(uncertainty=Uncertainty(spread=0.0)))
    found = rank_intervals(engine, seed=1, draws=20)
    for side in (found.low, found.median, found.high, found.mean, found.nominal):
        assert side[engine.areas].tolist() == engine.nominal.ranks[engine.areas].tolist()
    assert set(found.ahead.tolist()) <= {0.5, 1.0}


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1000), st.floats(1e-9, 1e-7), st.sampled_from([WeightNoise.UNIFORM, WeightNoise.DIRICHLET]))
def test_the_interval_closes_on_the_rank_as_noise_fades(seed: int, spread: float, noise: WeightNoise):
    engine = prepare_draws(figures(12), declared(uncertainty=Uncertainty(noise=noise, spread=spread)))
    found = rank_intervals(engine, seed=seed, draws=20)
    ranked = engine.areas
    assert (found.low[ranked] <= found.nominal[ranked]).all() and (found.nominal[ranked] <= found.high[ranked]).all()


def test_same_seed_same_draws_and_shares_are_shares():
    engine = prepare_draws(figures(), declared())
    one, other, third = (rank_intervals(engine, seed=s, draws=200, top_k=5) for s in (3, 3, 4))
    assert one.low.tolist() == other.low.tolist() and one.mean.tolist() != third.mean.tolist()
    ranked = engine.areas
    assert (one.low[ranked] <= one.median[ranked]).all() and (one.median[ranked] <= one.high[ranked]).all()
    assert ((one.ahead >= 0) & (one.ahead <= 1)).all() and len(one.ahead) == len(one.order) - 1
    assert one.top[ranked].sum() >= 5 - 1e-9  # ties may add
    assert np.isnan(one.low[np.setdiff1d(np.arange(30), ranked)]).all()


def test_areas_without_a_score_stay_out_and_so_do_those_that_an_alternative_leaves_without():
    values = figures(12, 0.0)
    values[0] = np.nan
    values[1, :4] = np.nan
    values[2, 0] = np.nan
    labels = ["n", "n", "w", *["n"] * 9]
    one = declared(uncertainty=Uncertainty(missing=(MissingRule.GROUP_MEAN,)))
    engine = prepare_draws(values, one, area_groups=labels)
    found = rank_intervals(engine, seed=1, draws=20)
    assert found.left_out == (2,)  # nobody in its group has a figure to put in
    assert np.flatnonzero(np.isnan(found.low)).tolist() == [0, 1, 2]
    assert found.nominal[engine.areas].max() <= 9


def test_ranks_of_rows():
    scores = np.random.default_rng(3).normal(size=(7, 500))
    scores[:, 10] = scores[:, 20] = scores[:, 30]
    scores[0, 40] = scores[0, 41] + 1e-14
    found = rank_rows(scores)
    assert all(row.tolist() == competition_ranks(s).tolist() for row, s in zip(found, scores, strict=True))
    assert rank_rows(np.zeros((2, 4))).tolist() == [[1] * 4] * 2
    assert rank_rows(np.array([[1e9, 2e9, -5.0]])).tolist() == [[2, 1, 3]]


@pytest.mark.parametrize("noise", [WeightNoise.UNIFORM, WeightNoise.DIRICHLET])
def test_noisy_weights_lie_around_their_own(noise: WeightNoise):
    own = np.array([0.25, 0.25, 0.5, 0.0])
    drawn = noisy_weights(own, 40_000, noise, 0.3, np.random.default_rng(5))
    assert drawn.sum(axis=1) == pytest.approx(1) and (drawn[:, 3] == 0).all()
    assert drawn.mean(axis=0) == pytest.approx(own, abs=0.003)
    if noise is WeightNoise.DIRICHLET:
        assert drawn[:, 0].std() / 0.25 == pytest.approx(0.3, abs=0.01)  # an average weight of four


def test_refused():
    engine = prepare_draws(figures(), declared())
    with pytest.raises(InputError, match="number of draws"):
        rank_intervals(engine, seed=1, draws=5)
    with pytest.raises(InputError, match="in pairs"):
        prepare_draws(figures(1001, 0.0), declared(how=Aggregation.COPELAND))
