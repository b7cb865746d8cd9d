"""Laws of demand that a stock is held against: normal, Poisson, negative binomial, or draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.stats import nbinom, norm, poisson

from dealwright.supply.given import Given

Floats = NDArray[np.float64]


class DemandLaw(Protocol):
    """How much may be asked for in one stretch of time, in units. Methods take numbers or arrays."""

    @property
    def mean(self) -> float:
        """Expected units."""
        ...

    def share_below(self, units: Floats | float) -> Floats:
        """Probability that no more than `units` are asked for."""
        ...

    def quantile(self, share: Floats | float) -> Floats:
        """The fewest units that meet all demand with probability `share`."""
        ...

    def shortage(self, units: Floats | float) -> Floats:
        """Expected units asked for beyond `units`."""
        ...


@dataclass(frozen=True, slots=True)
class NormalDemand:
    """Symmetric around `mean`, with standard deviation `sd` above 0; fits large volumes."""

    mean: float
    sd: float

    def __post_init__(self) -> None:
        given = Given()
        given.number("mean", self.mean, is_open=True)
        given.number("sd", self.sd, is_open=True)
        given.require()

    def share_below(self, units: Floats | float) -> Floats:
        """The normal distribution function."""
        return np.asarray(norm.cdf(units, self.mean, self.sd), dtype=np.float64)

    def quantile(self, share: Floats | float) -> Floats:
        """The normal quantile; not rounded to whole units."""
        return np.asarray(norm.ppf(share, self.mean, self.sd), dtype=np.float64)

    def shortage(self, units: Floats | float) -> Floats:
        """The normal loss function.

        >>> round(float(NormalDemand(120, 10).shortage(120.0)), 4)  # 10 / sqrt(2 pi)
        3.9894
        """
        z = (np.asarray(units, dtype=np.float64) - self.mean) / self.sd
        return np.asarray(np.maximum(self.sd * (norm.pdf(z) - z * norm.sf(z)), 0.0), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class PoissonDemand:
    """Customers come one by one, independently; the variance equals `mean`, above 0."""

    mean: float

    def __post_init__(self) -> None:
        given = Given()
        given.number("mean", self.mean, is_open=True)
        given.require()

    def share_below(self, units: Floats | float) -> Floats:
        """The Poisson distribution function."""
        return np.asarray(poisson.cdf(units, self.mean), dtype=np.float64)

    def quantile(self, share: Floats | float) -> Floats:
        """The Poisson quantile, in whole units."""
        return np.asarray(poisson.ppf(share, self.mean), dtype=np.float64)

    def shortage(self, units: Floats | float) -> Floats:
        """The Poisson loss function: d P(d) = mean P(d - 1) turns the sum into two tail probabilities."""
        least = np.floor(units)
        above = self.mean * poisson.sf(least - 1, self.mean) - units * poisson.sf(least, self.mean)
        return np.asarray(np.maximum(above, 0.0), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class NegativeBinomialDemand:
    """Counts more uneven than Poisson: the variance is mean + mean² / `size`; both above 0."""

    mean: float
    size: float

    def __post_init__(self) -> None:
        given = Given()
        given.number("mean", self.mean, is_open=True)
        given.number("size", self.size, is_open=True)
        given.require()

    @property
    def _p(self) -> float:
        return self.size / (self.size + self.mean)

    def share_below(self, units: Floats | float) -> Floats:
        """The negative binomial distribution function."""
        return np.asarray(nbinom.cdf(units, self.size, self._p), dtype=np.float64)

    def quantile(self, share: Floats | float) -> Floats:
        """The negative binomial quantile, in whole units."""
        return np.asarray(nbinom.ppf(share, self.size, self._p), dtype=np.float64)

    def shortage(self, units: Floats | float) -> Floats:
        """The negative binomial loss function: d P(d; r) = mean P(d - 1; r + 1)."""
        least = np.floor(units)
        beyond = self.mean * nbinom.sf(least - 1, self.size + 1, self._p)
        above = beyond - units * nbinom.sf(least, self.size, self._p)
        return np.asarray(np.maximum(above, 0.0), dtype=np.float64)


class DrawnDemand:
    """Each of the draws, (D,), is equally likely: demand as a forecast gives it, with no shape assumed."""

    __slots__ = ("_tail", "units")

    def __init__(self, draws: NDArray[np.generic]) -> None:
        given = Given()
        read = given.array("draws", draws, (None,))
        given.require()
        self.units: Floats = np.sort(read)
        """The draws, smallest first."""
        self._tail = np.append(np.cumsum(self.units[::-1])[::-1], 0.0)

    @classmethod
    def over(cls, draws: NDArray[np.generic], n_periods: int) -> DrawnDemand:
        """Demand over any `n_periods` in a row of (D, T): every such window of every draw is one draw.

        >>> DrawnDemand.over(np.array([[1, 2, 3]]), 2).units
        array([3., 5.])
        """
        given = Given()
        read = given.array("draws", draws, (None, None))
        n_periods = given.whole("n_periods", n_periods, low=1)
        given.rule(
            f"n_periods is {n_periods} and the draws are {read.shape[1]} periods long; give longer draws",
            is_kept=n_periods <= read.shape[1],
        )
        given.require()
        return cls(np.lib.stride_tricks.sliding_window_view(read, n_periods, axis=1).sum(axis=2).ravel())

    @property
    def mean(self) -> float:
        """Mean of the draws."""
        return float(self.units.mean())

    def share_below(self, units: Floats | float) -> Floats:
        """Share of the draws that do not exceed `units`."""
        return np.searchsorted(self.units, units, side="right") / len(self.units)

    def quantile(self, share: Floats | float) -> Floats:
        """The smallest draw that at least `share` of the draws do not exceed."""
        n = len(self.units)
        # The rounding keeps 0.95 x 20 = 19.000000000000004 at the 19th draw.
        rank = np.ceil(np.round(np.asarray(share) * n, 9)).astype(np.int64) - 1
        return np.asarray(self.units[np.clip(rank, 0, n - 1)], dtype=np.float64)

    def shortage(self, units: Floats | float) -> Floats:
        """Mean over the draws of what is asked for beyond `units`."""
        n = len(self.units)
        served = np.searchsorted(self.units, units, side="right")
        above = (self._tail[served] - units * (n - served)) / n
        return np.asarray(np.maximum(above, 0.0), dtype=np.float64)


N_POINTS = 2000


def likely_points(law: DemandLaw) -> Floats:
    """Units of demand that are all about equally likely: the draws, or the middles of 2000 equal shares."""
    if isinstance(law, DrawnDemand):
        return law.units
    return law.quantile((np.arange(N_POINTS) + 0.5) / N_POINTS)
