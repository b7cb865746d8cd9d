"""How long a fall of a given size stays unseen: told before launch, by the test that will watch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.stats import invgauss

from dealwright.core.errors import InputError
from dealwright.monitor.sequential import USUAL_MIXTURE, Floats, Mixture, buyer_bet, family_bound

_LONGEST = 10**7  # looks; beyond, a fall is as good as invisible


@dataclass(frozen=True, slots=True)
class Traffic:
    """What comes to a campaign at each look: customers per arm, and the share of the hold-out that buys."""

    treated: float
    held: float
    conversion: float

    def __post_init__(self) -> None:
        if not (self.treated > 0 and self.held > 0 and 0 < self.conversion < 1):
            raise InputError(
                f"customers per look are above 0 and conversion between 0 and 1; given {self.treated}, {self.held} "
                f"and {self.conversion}"
            )


@dataclass(frozen=True, slots=True)
class Delay:
    """Looks until a fall is told in half of all cases, and in nine of ten; None beyond ten million."""

    median: float | None
    ninth_decile: float | None


def detection_delay(
    traffic: Traffic,
    *,
    fall: float,
    level: float = 0.05,
    n_tests: int = 1,
    tolerated: float = 0.0,
    mixture: Mixture = USUAL_MIXTURE,
) -> Delay:
    """When a relative `fall` of conversion is told by `monitor.sequential.buyers_log_e`.

    Each part of the mixture grows on average by its Kullback-Leibler gain; their sum meets the bound at some look.
    The stake's logarithm wanders like Brownian motion whose variance is twice that growth, so the look at which it
    first gets there has an inverse Gaussian distribution around it (Wald 1947). Half a look is
    added, as alarms come at whole ones.
    """
    if not 0 < fall < 1:
        raise InputError(f"the fall is a share between 0 and 1; given {fall}")
    bound = family_bound(level, n_tests)
    growths, variances = _moments(traffic, fall=fall, tolerated=tolerated, mixture=mixture)
    weights = np.log(np.array(mixture.weights))

    def reached(n_looks: float) -> float:
        return float(np.logaddexp.reduce(weights + growths * n_looks)) - bound

    if growths.max() <= 0 or reached(_LONGEST) < 0:
        return Delay(None, None)
    n_looks = brentq(reached, 0.0, _LONGEST)
    leading = int(np.argmax(weights + growths * n_looks))
    climbed = growths[leading] * n_looks
    shape = climbed**2 / variances[leading]
    median, late = invgauss.ppf([0.5, 0.9], n_looks / shape, scale=shape)
    return Delay(float(median) + 0.5, float(late) + 0.5)


def _moments(traffic: Traffic, *, fall: float, tolerated: float, mixture: Mixture) -> tuple[Floats, Floats]:
    """Mean and variance, by part of the mixture, of what the stake's logarithm gains at a look (Poisson buyers)."""
    buyers = np.array([traffic.treated * traffic.conversion * (1 - fall), traffic.held * traffic.conversion])
    share = traffic.treated / (traffic.treated + traffic.held)
    bets = [buyer_bet(share, fall=one, tolerated=tolerated) for one in mixture.falls]
    gains = np.array([[bet.treated, bet.held] for bet in bets])
    return gains @ buyers, gains**2 @ buyers
