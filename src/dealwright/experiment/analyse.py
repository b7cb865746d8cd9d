"""What a campaign changed, where chance decided who got it: differences of arms with intervals.

Every function takes customers, one number each: who was counted at several visits is summed up first, so that
visits of one customer are never taken for independent ones. These intervals are for one look, at the planned end;
while a campaign runs, `monitor` watches.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri, stdtr, stdtrit

from dealwright.core.errors import InputError
from dealwright.core.estimate import Estimate

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Effect:
    """`difference` of treatment minus hold-out per customer, `relative` to the hold-out (None where that is not
    above zero), and the probability `p_value` of a difference as large if there were none."""

    difference: Estimate
    relative: Estimate | None
    p_value: float
    n_treated: int
    n_held: int


def by_customer(customers: NDArray[np.str_], values: Floats) -> tuple[NDArray[np.str_], Floats]:
    """Rows summed up by customer: the names in order, and the sums."""
    names, place = np.unique(customers, return_inverse=True)
    return names, np.bincount(place, values, minlength=len(names)).astype(np.float64)


def difference_in_means(treated: Floats, held: Floats, *, level: float = 0.9) -> Effect:
    """Difference of two means of unequal variances (Welch 1947), one value per customer.

    The relative one is by the delta method, the arms being independent. InputError with fewer than two customers in
    an arm.
    """
    _check(treated, held, level)
    return _effect(_Arm.of(treated), _Arm.of(held), level=level, method="difference in means, Welch")


def difference_in_shares(
    n_treated: int, bought_treated: int, n_held: int, bought_held: int, *, level: float = 0.9
) -> Effect:
    """Difference of two shares of customers, by Newcombe's hybrid of Wilson intervals (1998), also near 0 and 1."""
    for n, bought in ((n_treated, bought_treated), (n_held, bought_held)):
        if n < 1 or not 0 <= bought <= n:
            raise InputError(f"buyers are 0 to as many as there are customers, at least one; given {bought} of {n}")
    _check_level(level)
    a, b = bought_treated / n_treated, bought_held / n_held
    a_low, a_high = _wilson(bought_treated, n_treated, level)
    b_low, b_high = _wilson(bought_held, n_held, level)
    low = a - b - float(np.hypot(a - a_low, b_high - b))
    high = a - b + float(np.hypot(a_high - a, b - b_low))
    pooled = (bought_treated + bought_held) / (n_treated + n_held)
    error = float(np.sqrt(pooled * (1 - pooled) * (1 / n_treated + 1 / n_held)))
    p_value = 1.0 if error == 0 else float(2 * ndtr(-abs(a - b) / error))
    difference = Estimate(a - b, low, high, level, "difference of shares, Newcombe")
    return Effect(difference, _ratio_of_shares(a, b, n_treated, n_held, level), p_value, n_treated, n_held)


@dataclass(frozen=True, slots=True)
class Reduced:
    """An effect after variance reduction; `variance_left` is the share of the variance that is still there."""

    effect: Effect
    variance_left: float


def difference_with_history(
    treated: Floats, held: Floats, *, treated_before: Floats, held_before: Floats, level: float = 0.9
) -> Reduced:
    """The difference once what customers did *before* the campaign is taken off (CUPED).

    Deng, Xu, Kohavi and Walker 2013. `*_before` is one number per customer, (n,) or several, (n, k), from before
    the assignment took effect: later ones would take part of the effect away. Coefficients are those of a pooled
    regression with an arm of its own (Lin 2013 for unequal arms: each arm its own slope).
    """
    _check(treated, held, level)
    before = [np.atleast_2d(one.T).T for one in (treated_before, held_before)]
    for values, known in zip((treated, held), before, strict=True):
        if len(values) != len(known):
            raise InputError(
                f"{len(known)} customers have a history and {len(values)} a result; give the same ones"
            )
        if len(values) <= known.shape[1] + 2:
            raise InputError("an arm has too few customers for so many histories; leave some out")
    middle = np.concatenate(before).mean(axis=0)
    arms = [_adjusted(values, known - middle) for values, known in zip((treated, held), before, strict=True)]
    effect = _effect(arms[0], arms[1], level=level, method="difference in means with history (CUPED)")
    plain = np.var(treated, ddof=1) / len(treated) + np.var(held, ddof=1) / len(held)
    left = (arms[0].variance + arms[1].variance) / plain if plain > 0 else 1.0
    return Reduced(effect, float(left))


@dataclass(frozen=True, slots=True)
class _Arm:
    """A mean, its variance, and the degrees of freedom of that."""

    mean: float
    variance: float
    freedom: float
    n: int

    @classmethod
    def of(cls, values: Floats) -> _Arm:
        n = len(values)
        return cls(float(values.mean()), float(values.var(ddof=1)) / n, n - 1.0, n)


def _adjusted(values: Floats, known: Floats) -> _Arm:
    """The mean where history is that of all customers, by the arm's own regression."""
    design = np.column_stack([np.ones(len(values)), known])
    solved, *_ = np.linalg.lstsq(design, values, rcond=None)
    residual = values - design @ solved
    freedom = len(values) - design.shape[1]
    # Of the intercept, so that an arm whose history is unusual counts as less sure.
    leverage = float(np.linalg.pinv(design.T @ design)[0, 0])
    return _Arm(float(solved[0]), float(residual @ residual) / freedom * leverage, float(freedom), len(values))


def _effect(treated: _Arm, held: _Arm, *, level: float, method: str) -> Effect:
    value, variance = treated.mean - held.mean, treated.variance + held.variance
    if variance == 0:
        raise InputError("all customers of each arm are alike; there is no chance to measure an effect against")
    freedom = variance**2 / (treated.variance**2 / treated.freedom + held.variance**2 / held.freedom)
    error = float(np.sqrt(variance))
    reach = float(stdtrit(freedom, (1 + level) / 2)) * error
    difference = Estimate(value, value - reach, value + reach, level, method)
    p_value = float(2 * stdtr(freedom, -abs(value) / error))
    return Effect(difference, _relative(treated, held, freedom, level), p_value, treated.n, held.n)


def _relative(treated: _Arm, held: _Arm, freedom: float, level: float) -> Estimate | None:
    if held.mean <= 0:
        return None
    ratio = treated.mean / held.mean
    error = float(np.sqrt(treated.variance + ratio**2 * held.variance)) / held.mean
    reach = float(stdtrit(freedom, (1 + level) / 2)) * error
    return Estimate(ratio - 1, ratio - 1 - reach, ratio - 1 + reach, level, "ratio of means, delta method")


def _ratio_of_shares(a: float, b: float, n_a: int, n_b: int, level: float) -> Estimate | None:
    if a <= 0 or b <= 0:
        return None
    reach = float(ndtri((1 + level) / 2) * np.sqrt((1 - a) / (a * n_a) + (1 - b) / (b * n_b)))
    ratio = a / b
    low, high = (float(ratio * np.exp(step) - 1) for step in (-reach, reach))
    return Estimate(ratio - 1, low, high, level, "ratio of shares, Katz")


def _wilson(bought: int, n: int, level: float) -> tuple[float, float]:
    z, share = float(ndtri((1 + level) / 2)), bought / n
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    reach = z / (1 + z**2 / n) * float(np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)))
    return middle - reach, middle + reach


def _check(treated: Floats, held: Floats, level: float) -> None:
    problems = [
        f"the {name} arm has {len(arm)} customers; at least two are needed to see how they differ"
        for name, arm in (("treated", treated), ("held-out", held))
        if len(arm) < 2
    ]
    if not all(np.isfinite(arm).all() for arm in (treated, held)):
        problems.append("some values are not finite numbers; leave those customers out, in both arms alike")
    if problems:
        raise InputError(*problems)
    _check_level(level)


def _check_level(level: float) -> None:
    if not 0 < level < 1:
        raise InputError(f"level is between 0 and 1; given {level}")
