"""Weights: edges, faults and what must be told. Published cases stand in tests/oracles."""

from __future__ import annotations

import numpy as np
import pytest

from mudmai.methods.weights import ahp_weights, budget_weights, entropy_weights, equal_weights, pca_weights

NAN = float("nan")


def test_all_add_up_to_one():
    x = np.random.default_rng(1).random((20, 4))
    for found in (equal_weights(4), entropy_weights(x), pca_weights(x).weights, budget_weights(x[:3])):
        assert found.sum() == pytest.approx(1) and found.shape == (4,)


def test_entropy_edges():
    assert entropy_weights([[1, 5], [3, 5]]) == pytest.approx([1, 0])
    assert entropy_weights([[0, 1], [2, 2]])[0] > 0.5
    assert entropy_weights([[1, 2], [4, 16], [NAN, NAN]]) == pytest.approx(entropy_weights([[1, 2], [4, 16]]))
    for bad in ([[1, -2], [4, 16]], [[0, 2], [0, 16]], [[NAN, 2], [4, 16]], [[1, 2], [1, 2]]):
        with pytest.raises(ValueError, match=r"entropy|same everywhere"):
            entropy_weights(bad)


def test_pca_by_hand_and_faults():
    # two items, correlation r: loadings alike, explained (1 + r)/2
    x = np.array([[1.0, 1.0], [2.0, 3.0], [3.0, 2.0], [NAN, 9.0]])
    found = pca_weights(x)
    assert found.weights == pytest.approx([0.5, 0.5]) and found.explained == pytest.approx(0.75)
    assert found.negative == ()
    for bad in ([[1, 2], [2, 3]], [[1, 2], [1, 3], [1, 4]], [[1, 3], [2, 2], [3, 1]]):
        with pytest.raises(ValueError, match=r"principal component"):
            pca_weights(bad)


def test_negative_loadings_are_named():
    chance = np.random.default_rng(2)
    x = chance.normal(size=(50, 1))
    assert pca_weights(np.hstack([x, x + chance.normal(size=(50, 1)) / 9, -x])).negative == (2,)


def test_ahp_edges():
    assert ahp_weights([[1]]).weights.tolist() == [1]
    two = ahp_weights([[1, 4], [0.25, 1]])
    assert two.weights == pytest.approx([0.8, 0.2]) and two.consistency_ratio == 0 and two.consistent
    big = ahp_weights(np.ones((16, 16)))
    assert np.isnan(big.consistency_ratio) and not big.consistent
    for bad in ([[1, 2]], [[1, 2], [2, 1]], [[1, -2], [-0.5, 1]], [[1, NAN], [1, 1]]):
        with pytest.raises(ValueError, match="comparisons"):
            ahp_weights(bad)


def test_budget_counts_every_expert_the_same():
    assert budget_weights([[1, 1], [0, 1000]]).tolist() == [0.25, 0.75]
    with pytest.raises(ValueError, match="every expert"):
        budget_weights([[0, 0]])
