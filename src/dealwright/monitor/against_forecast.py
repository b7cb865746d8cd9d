"""Whether sales left the forecast's range, when no hold-out is there to compare with.

What is assumed, and is not with a hold-out: in each block of time (an hour, a day), given the blocks before, sales
are on average not below the forecast's low end (not above its high end), and their variance is at most `dispersion`
times their mean. Weather or a competitor that moves many blocks together breaks the first; therefore `dispersion`
is measured over blocks with their correlation in it, on weeks without the campaign, and blocks should be as long as
such weather. It is an approximation; a hold-out needs none of it.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.special import gammaincinv

from dealwright.core.errors import InputError
from dealwright.monitor.sequential import USUAL_MIXTURE, Floats, Mixture, mixed_log_e

LEAST_BLOCKS = 8  # to measure a dispersion


def below_log_e(actual: Floats, low: Floats, *, dispersion: float, mixture: Mixture = USUAL_MIXTURE) -> Floats:
    """The stake against "what is sold is on average at least `low`"; both (..., blocks).

    The likelihood ratio of `dispersion` times a Poisson count; counts that are negative binomial with that variance
    let it grow more slowly still, as they are more skewed.
    """
    _check(actual, low, dispersion)

    def growth(fall: float) -> Floats:
        return np.asarray((actual * np.log1p(-fall) + low * fall) / dispersion)

    return mixed_log_e(growth, mixture)


def above_log_e(actual: Floats, high: Floats, *, dispersion: float, mixture: Mixture = USUAL_MIXTURE) -> Floats:
    """The stake against "what is sold is on average at most `high`"; rises of the mixture's sizes are bet on.

    Upwards a Poisson count would be too trusting, so the bet is priced as if counts were negative binomial.
    """
    _check(actual, high, dispersion)

    def growth(rise: float) -> Floats:
        step = np.log1p(rise) / dispersion
        if dispersion == 1.0:
            return np.asarray(actual * step - high * rise)
        excess = dispersion - 1.0
        price = -np.log1p(-excess * np.expm1(step)) / excess
        return np.asarray(actual * step - high * price)

    return mixed_log_e(growth, mixture)


def dispersion_of(actual: Floats, expected: Floats) -> float:
    """Variance over mean of blocks (blocks,) around what was expected of them, at least 1, with a margin.

    Blocks that miss together count as such: the variance is that of long sums (Bartlett weights over the square
    root of the number of blocks; Newey and West 1987). As it rests on few independent sums, its upper 90 % limit is
    given. InputError if there are fewer than 8 blocks.
    """
    is_used = expected > 0
    actual, expected = actual[is_used], expected[is_used]
    n = len(actual)
    if n < LEAST_BLOCKS:
        raise InputError(f"a dispersion needs {LEAST_BLOCKS} blocks with something expected; given {n}")
    level = actual.sum() / expected.sum()
    if level <= 0:
        return 1.0
    miss = (actual - level * expected) / np.sqrt(level * expected)
    reach = math.ceil(math.sqrt(n))
    alone = float(miss @ miss)
    together = alone + 2 * sum(
        (1 - lag / (reach + 1)) * float(miss[lag:] @ miss[:-lag]) for lag in range(1, reach + 1)
    )
    return max(1.0, _upper(alone / (n - 1), n - 1.0), _upper(together / (n - 1), 1.5 * n / reach))


def _upper(variance: float, freedom: float) -> float:
    """The upper 90 % limit of a variance measured with so many degrees of freedom."""
    return variance * freedom / float(2 * gammaincinv(freedom / 2, 0.1))


def _check(actual: Floats, expected: Floats, dispersion: float) -> None:
    problems = []
    if actual.shape != expected.shape:
        problems.append(f"{actual.shape} blocks were sold and {expected.shape} expected; give as many")
    if (expected < 0).any() or not np.isfinite(expected).all():
        problems.append("what is expected is 0 or more, and finite")
    if not dispersion >= 1:
        problems.append(f"dispersion is at least 1, that of a Poisson count; given {dispersion}")
    if problems:
        raise InputError(*problems)
