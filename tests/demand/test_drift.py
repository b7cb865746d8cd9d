"""Drift is told by the periods around, and told apart from chance."""

from __future__ import annotations

import numpy as np
import pytest

from dealwright.demand.drift import Memory, drift_without, learn_memory


def wandering(n: int, n_periods: int, *, spread: float, kept: float, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    out = rng.normal(0.0, spread, (n, n_periods))
    for t in range(1, n_periods):
        out[:, t] = kept * out[:, t - 1] + np.sqrt(1 - kept**2) * out[:, t]
    return out


def test_memory_and_spread_of_known_drift_are_found_under_chance() -> None:
    drift = wandering(400, 100, spread=0.3, kept=0.8, seed=1)
    chance = np.random.default_rng(2).normal(0.0, 0.4, drift.shape)
    found = learn_memory(drift + chance, np.full(drift.shape, 0.16))
    assert found.spread == pytest.approx(0.3, abs=0.02)
    assert found.kept == pytest.approx(0.8, abs=0.03)


def test_pure_chance_has_no_drift() -> None:
    chance = np.random.default_rng(3).normal(0.0, 0.4, (400, 100))
    found = learn_memory(chance, np.full(chance.shape, 0.16))
    assert found.spread < 0.08
    assert (drift_without(chance, np.full(chance.shape, 0.16), Memory(0.0, 0.5)) == 0.0).all()


def test_a_period_says_nothing_of_its_own_drift() -> None:
    rows = wandering(3, 30, spread=0.3, kept=0.7, seed=4)
    other = rows.copy()
    other[:, 12] += 5.0
    memory, variance = Memory(0.3, 0.7), np.full(rows.shape, 0.1)
    before, after = (drift_without(r, variance, memory) for r in (rows, other))
    assert after[:, 12] == pytest.approx(before[:, 12])
    assert (after[:, 11] > before[:, 11]).all()


def test_the_drift_is_the_best_guess_from_all_other_periods() -> None:
    memory, variance = Memory(0.5, 0.6), 0.2
    rows = wandering(1, 6, spread=0.5, kept=0.6, seed=5)
    gap = np.abs(np.subtract.outer(np.arange(6), np.arange(6)))
    signal = 0.25 * 0.6**gap
    for t in range(6):
        others = [s for s in range(6) if s != t]
        seen = signal[np.ix_(others, others)] + variance * np.eye(5)
        expected = signal[t, others] @ np.linalg.solve(seen, rows[0, others])
        assert drift_without(rows, np.full((1, 6), variance), memory)[0, t] == pytest.approx(expected)


def test_what_is_unknown_does_not_count() -> None:
    rows = np.array([[0.5, 9.0, 0.5]])
    variance = np.array([[0.1, 1e9, 0.1]])
    low = drift_without(np.array([[0.5, 0.0, 0.5]]), variance, Memory(0.4, 0.8))
    assert drift_without(rows, variance, Memory(0.4, 0.8))[0, 2] == pytest.approx(low[0, 2], abs=1e-6)
