"""Where a likelihood of positive parameters is highest, and which parameters are nearly as likely."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.stats import norm
from threadpoolctl import threadpool_limits

from dealwright.core.estimate import Estimate
from dealwright.customer.lifetime.histories import Floats

LEAST, MOST = 1e-4, 1e7
"""Parameters are looked for between these: beyond, customers are as good as all alike, or nobody ever leaves."""
KNOWN_WITHIN = 2.0
"""Where the data say nothing of a parameter, its logarithm is taken to be known within this standard deviation: a
factor of seven either way of what customers usually are. It moves no estimate, and no interval the data narrow."""
METHOD = "maximum likelihood; interval by a normal approximation, in logarithms"
_STEP = 1e-4

Told = tuple[float, Floats]
"""A value, and its derivatives (k,)."""


@dataclass(frozen=True, slots=True)
class Peak:
    """`params` (k,) of the highest `log_likelihood`, and the parameters as they may be.

    The logarithms of these are normal with mean `centre` (k,) and `covariance` (k, k).
    """

    names: tuple[str, ...]
    params: Floats
    log_likelihood: float
    centre: Floats
    covariance: Floats

    def drawn(self, n: int, rng: np.random.Generator) -> Floats:
        """(n, k): parameters as they may be."""
        logs = rng.multivariate_normal(self.centre, self.covariance, size=n, method="eigh")
        return np.exp(np.clip(logs, np.log(LEAST), np.log(MOST)))

    def estimates(self, *, level: float = 0.8) -> dict[str, Estimate]:
        """Each parameter by name; a range holds its value also where the data say so little that beliefs decide."""
        reach = norm.ppf((1 + level) / 2) * np.sqrt(np.diag(self.covariance))
        low, high = np.exp(self.centre - reach), np.exp(self.centre + reach)
        ends = np.minimum(low, self.params), np.maximum(high, self.params)
        return {
            name: Estimate(float(value), float(low), float(high), level, METHOD)
            for name, value, low, high in zip(self.names, self.params, *ends, strict=True)
        }

    def rescaled(self, factors: Floats) -> Peak:
        """The same in other units, in which parameters are `factors` (k,) times as large."""
        return Peak(
            self.names, self.params * factors, self.log_likelihood, self.centre + np.log(factors), self.covariance
        )


def highest(log_likelihood: Callable[[Floats], Told], starts: Sequence[Floats], *, names: tuple[str, ...]) -> Peak:
    """The best of what L-BFGS finds from `starts`, the first of which is what customers usually are.

    `log_likelihood` takes parameters (k,) and is a sum over independent observations.
    """
    usual = np.log(starts[0])
    scale = max(abs(log_likelihood(starts[0])[0]), 1.0)

    def likely(logs: Floats) -> Told:
        params = np.exp(logs)
        value, gradient = log_likelihood(params)
        return -value / scale, -gradient * params / scale

    def believed(logs: Floats) -> Told:
        value, gradient = likely(logs)
        off = (logs - usual) / KNOWN_WITHIN
        return value + float(off @ off) / 2 / scale, gradient + off / KNOWN_WITHIN / scale

    # One thread: work in small parts costs several times the CPU on many.
    with threadpool_limits(limits=1):
        value, best = min((_lowest(likely, np.log(start)) for start in starts), key=lambda found: found[0])
        _, centre = _lowest(believed, np.clip(best, usual - 3, usual + 3))
        covariance = _covariance(believed, centre, scale)
    return Peak(names, np.exp(best), -value * scale, centre, covariance)


def _lowest(descend: Callable[[Floats], Told], start: Floats) -> Told:
    bounds = [(np.log(LEAST), np.log(MOST))] * len(start)
    options = {"maxiter": 1000, "ftol": 1e-14, "gtol": 1e-9}
    found = minimize(descend, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options)
    return float(found.fun), np.asarray(found.x)


def _covariance(descend: Callable[[Floats], Told], logs: Floats, scale: float) -> Floats:
    """Inverse of the observed information, never more than `KNOWN_WITHIN` in any direction."""
    steps = np.eye(len(logs)) * _STEP
    rows = np.array([(descend(logs + step)[1] - descend(logs - step)[1]) / (2 * _STEP) for step in steps])
    values, vectors = np.linalg.eigh(scale * (rows + rows.T) / 2)
    variances = 1.0 / np.maximum(values, KNOWN_WITHIN**-2)
    return np.asarray((vectors * variances) @ vectors.T)
