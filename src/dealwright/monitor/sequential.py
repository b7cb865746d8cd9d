"""Whether a figure has truly fallen, asked at every look: tests whose false alarms do not grow with looking.

Each test is an e-process: a stake that, while all is well, does not grow on average whatever the moment one stops.
By Ville's inequality it ever reaches 1/a in at most a share a of healthy campaigns (Ramdas, Grünwald, Vovk and
Shafer 2023, "Game-theoretic statistics and safe anytime-valid inference"). Alternatives of several sizes are mixed
(Robbins 1970), as nobody knows beforehand how large the harm will be. All arrays are (..., looks), time last, and
so are the results: the logarithm of the stake after each look.

There is no other kind of test here: one that is right at a single look cannot be chosen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr

from dealwright.core.errors import InputError
from dealwright.core.estimate import Estimate

Floats = NDArray[np.float64]

_LEARNT = 10  # buyers, before the common rate is trusted for a bet
_CANARY_LOOKS = 30  # before a treated arm smaller than the hold-out is bet on
_EFFECT = 0.1  # relative; the size of change for which intervals are narrowest
_STRENGTH = 0.3  # of a shift a look, in standard deviations; for which the test of means is quickest


@dataclass(frozen=True, slots=True)
class Mixture:
    """The relative falls that are bet on, each with its share of the stake."""

    falls: tuple[float, ...] = (0.05, 0.1, 0.2, 0.4, 0.8)
    weights: tuple[float, ...] = (0.15, 0.25, 0.35, 0.2, 0.05)

    def __post_init__(self) -> None:
        if len(self.falls) != len(self.weights) or not all(0 < fall < 1 for fall in self.falls):
            raise InputError(f"falls are shares between 0 and 1, with a weight each; given {self.falls}")
        if any(weight <= 0 for weight in self.weights) or abs(sum(self.weights) - 1) > 1e-9:
            raise InputError(f"weights are above 0 and sum to 1; given {self.weights}")


USUAL_MIXTURE = Mixture()


@dataclass(frozen=True, slots=True)
class Counts:
    """One arm: `n_exposed` customers seen first at each look, `n_buyers` of them who bought."""

    n_exposed: Floats
    n_buyers: Floats

    def __post_init__(self) -> None:
        if self.n_exposed.shape != self.n_buyers.shape:
            raise InputError(f"exposed {self.n_exposed.shape} and buyers {self.n_buyers.shape} differ in shape")
        if (self.n_buyers < 0).any() or (self.n_buyers > self.n_exposed).any():
            raise InputError("buyers are 0 to as many as were exposed, at every look; see settled()")


@dataclass(frozen=True, slots=True)
class Totals:
    """One arm: how many customers came at each look, and what they brought in all (money, units)."""

    n_customers: Floats
    total: Floats


def settled(n_exposed: Floats, n_buyers: Floats) -> Counts:
    """Buyers no more than exposed at any look: those who come to buy later than they saw wait for the next look.

    >>> settled(np.array([2.0, 0.0, 5.0]), np.array([0.0, 1.0, 1.0])).n_buyers.tolist()
    [0.0, 0.0, 2.0]
    """
    excess = np.cumsum(n_buyers - n_exposed, axis=-1)
    waiting = excess - np.minimum(np.minimum.accumulate(excess, axis=-1), 0.0)  # Lindley's queue
    return Counts(n_exposed, n_buyers + _before(waiting) - waiting)


def buyers_log_e(
    treated: Floats, held: Floats, *, share: float, tolerated: float = 0.0, mixture: Mixture = USUAL_MIXTURE
) -> Floats:
    """The stake against the same as `conversion_log_e`, from the buyers of each look alone, when chance decided
    that a customer is treated with probability `share`.

    If the campaign changes nothing, each buyer is a treated one with that probability, whoever bought before, at
    whatever hour, however long after the first sight: a likelihood ratio of that coin against one that falls on
    treated buyers less often needs no other assumption (in the manner of Lindon and Malek 2022, "Anytime-valid
    inference for multinomial count data"). With tolerance the coin is that of rates of 1 - tolerated to 1. It is
    slower than `conversion_log_e` by about the share of customers who buy. Count each buyer once.
    """
    if not 0 < share < 1:
        raise InputError(f"share is between 0 and 1; given {share}")

    def growth(fall: float) -> Floats:
        bet = buyer_bet(share, fall=fall, tolerated=tolerated)
        return np.asarray(treated * bet.treated + held * bet.held)

    return mixed_log_e(growth, mixture)


@dataclass(frozen=True, slots=True)
class BuyerBet:
    """What the logarithm of the stake gains by each treated buyer, and by each held-out one."""

    treated: float
    held: float


def buyer_bet(share: float, *, fall: float, tolerated: float = 0.0) -> BuyerBet:
    """The bet on treated customers buying `fall` less often than is tolerated."""
    fine, bet = (
        share * ratio / (share * ratio + 1 - share) for ratio in (1 - tolerated, (1 - tolerated) * (1 - fall))
    )
    return BuyerBet(float(np.log(bet / fine)), float(np.log((1 - bet) / (1 - fine))))


def conversion_log_e(
    treated: Counts, held: Counts, *, tolerated: float = 0.0, mixture: Mixture = USUAL_MIXTURE
) -> Floats:
    """The stake against "treated customers buy at least (1 - tolerated) times as often as held-out ones".

    A likelihood ratio of both arms against the closest rates that are still fine, block by block (Turner, Ly and
    Grünwald 2024, "Generic E-variables for exact sequential k-sample tests that allow for optional stopping"). With
    rates a and b, na and nb customers, r = 1 - tolerated and bets ka < 0 < kb where na ka r + nb kb = 0, a look
    multiplies the stake on average by (1 + ka (a - r t))^na (1 + kb (b - t))^nb <= exp(na ka (a - r b)) <= 1
    whenever a >= r b, whatever a and b are at that look. So rates may follow the hour, the day and each other: only
    the two arms must be concurrent, and customers buy at once or not at all, independently given their arm and the
    moment. Who is counted at many looks, or buys long after being counted as exposed, breaks that, the more the
    more customers buy; where chance assigned the arms, `buyers_log_e` does not mind. The common rate is estimated
    from earlier looks; a poor estimate costs speed, not validity. Nothing is bet before ten have bought.
    """
    n_all, bought = treated.n_exposed + held.n_exposed, treated.n_buyers + held.n_buyers
    earlier = _before(np.cumsum(bought, axis=-1))
    rate = (earlier + 0.5) / (_before(np.cumsum(n_all, axis=-1)) + 1.0)
    is_bet = (earlier >= _LEARNT) & (treated.n_exposed > 0) & (held.n_exposed > 0)
    share = treated.n_exposed / np.maximum(n_all, 1.0)

    def growth(fall: float) -> Floats:
        bet = bet_on(rate, share, fall=fall, tolerated=tolerated)
        return np.where(is_bet, _gain(treated, bet.treated) + _gain(held, bet.held), 0.0)

    return mixed_log_e(growth, mixture)


@dataclass(frozen=True, slots=True)
class ArmBet:
    """What the logarithm of the stake gains by each customer of an arm who buys, and by each who does not."""

    by_buyer: Floats
    by_other: Floats


@dataclass(frozen=True, slots=True)
class Bet:
    """A bet on a fall, arm by arm."""

    treated: ArmBet
    held: ArmBet


def bet_on(rate: Floats, share: Floats, *, fall: float, tolerated: float = 0.0) -> Bet:
    """The bet on treated customers buying `fall` less often than is tolerated, where the share `rate` of all buys
    and the share `share` of customers is treated."""
    fine = 1 - tolerated
    b = np.clip(rate / (1 - share * (1 - fine * (1 - fall))), 1e-9, 0.999)
    a = b * fine * (1 - fall)
    closest = _closest_fine(share, a, b, fine)
    return Bet(_arm_bet(a, fine * closest), _arm_bet(b, closest))


def _arm_bet(rate: Floats, fine: Floats) -> ArmBet:
    return ArmBet(np.asarray(np.log(rate / fine)), np.asarray(np.log((1 - rate) / (1 - fine))))


def _gain(arm: Counts, bet: ArmBet) -> Floats:
    return np.asarray(arm.n_buyers * bet.by_buyer + (arm.n_exposed - arm.n_buyers) * bet.by_other)


def mean_log_e(treated: Totals, held: Totals, *, tolerated: float = 0.0, strength: float = _STRENGTH) -> Floats:
    """The stake against "a treated customer brings at least (1 - tolerated) times what a held-out one brings".

    For money, whose spread is unknown and whose tails are heavy. Let X be the difference of the arms' means at a
    look, scaled by what earlier looks say of its size. Where the arms are alike X is as often and as far above as
    below zero, so exp(-c sum X - c^2 sum X^2 / 2) does not grow on average, for every c > 0 (de la Peña 1999, "A
    general class of exponential inequalities for martingales and ratios"); a half-normal mixture over c is taken in
    closed form (Robbins 1970; Howard, Ramdas, McAuliffe and Sekhon 2021). No variance is estimated, and what moves
    both arms (the hour, the weather) cancels. Exact for arms of equal size without tolerance. Unequal arms skew the
    difference: with the smaller hold-out that makes the test careful. Where the treated arm is the smaller one (a
    canary) sum X^2 is replaced by the sum of max(X^2, (X^2 + 2 v) / 3), v being the variance seen so far (Delyon
    2009, "Exponential inequalities for sums of weakly dependent variables", needs no symmetry), and nothing is bet
    in the first 30 looks: then validity rests on v, and is approximate.
    """
    n_a, n_b = treated.n_customers, held.n_customers
    is_seen = (n_a > 0) & (n_b > 0)
    difference = treated.total / np.maximum(n_a, 1.0) - (1 - tolerated) * held.total / np.maximum(n_b, 1.0)
    x = np.where(is_seen, difference * np.sqrt(n_a * n_b / np.maximum(n_a + n_b, 1.0)), 0.0)
    n_seen, is_canary = np.cumsum(is_seen, axis=-1), n_a < n_b
    size = _before(np.sqrt(np.cumsum(x**2, axis=-1) / np.maximum(n_seen, 1)))
    is_bet = (size > 0) & is_seen & ~(is_canary & (n_seen <= _CANARY_LOOKS))
    z = np.divide(x, size, out=np.zeros_like(x), where=is_bet)
    charge = np.where(is_canary & is_bet, np.maximum(z**2, (z**2 + 2) / 3), z**2)
    total, squares = np.cumsum(z, axis=-1), np.cumsum(charge, axis=-1)
    spread = 1 + strength**2 * squares
    lean = -strength * total / np.sqrt(spread)
    return np.asarray(np.log(2) - np.log(spread) / 2 + lean**2 / 2 + log_ndtr(lean))


def family_bound(level: float, n_tests: int) -> float:
    """What the logarithm of a stake must reach for an alarm, if `n_tests` are watched and at most a share `level`
    of healthy campaigns may alarm in any of them: e-Bonferroni, right however the tests depend on one another.

    >>> round(family_bound(0.05, 1), 4), round(family_bound(0.05, 3), 4)
    (2.9957, 4.0943)
    """
    if not 0 < level < 1 or n_tests < 1:
        raise InputError(f"level is between 0 and 1 and n_tests at least 1; given {level} and {n_tests}")
    return float(np.log(n_tests / level))


def averaged_log_e(log_stakes: Sequence[Floats]) -> Floats:
    """One stake against "all is well everywhere": the average of stakes is a stake, however they depend on one
    another (Vovk and Wang 2021, "E-values: calibration, combination and applications")."""
    return np.asarray(np.logaddexp.reduce(list(log_stakes), axis=0) - np.log(len(log_stakes)))


def always_valid_p(log_e: Floats) -> Floats:
    """The p-value that holds at every look at once: one over the largest stake so far."""
    return np.asarray(np.minimum(1.0, np.exp(-np.maximum.accumulate(log_e, axis=-1))))


def relative_change(treated: Counts, held: Counts, *, level: float = 0.95) -> Estimate | None:
    """Treated over held-out conversion, minus 1, with an interval that may be read at any look.

    A normal mixture around the logarithm of the ratio (Robbins 1970; asymptotic: Waudby-Smith, Arbour, Sinha,
    Kennedy and Ramdas 2024). None while an arm has no buyers, or none but buyers.
    """
    bought = np.array([treated.n_buyers.sum(), held.n_buyers.sum()])
    n = np.array([treated.n_exposed.sum(), held.n_exposed.sum()])
    if (bought <= 0).any():
        return None
    variance = float((1 / bought - 1 / n).sum())
    prior = _EFFECT**2
    if variance <= 0:  # everybody buys
        return None
    reach = np.sqrt(variance * (prior + variance) / prior * (np.log1p(prior / variance) - 2 * np.log(1 - level)))
    middle = float(np.log(bought[0] / n[0]) - np.log(bought[1] / n[1]))
    low, value, high = (float(np.expm1(middle + step)) for step in (-reach, 0.0, reach))
    return Estimate(value, low, high, level, "always-valid interval, normal mixture")


def mixed_log_e(growth: Callable[[float], Floats], mixture: Mixture) -> Floats:
    """The stake that is split over the mixture's falls; `growth(fall)` is each look's gain in logarithms."""
    total: Floats | None = None
    for fall, weight in zip(mixture.falls, mixture.weights, strict=True):
        one = np.cumsum(growth(fall), axis=-1) + np.log(weight)
        total = one if total is None else np.logaddexp(total, one)
    assert total is not None
    return total


def _before(running: Floats) -> Floats:
    """What was known before each look; 0 before the first."""
    return np.concatenate([np.zeros_like(running[..., :1]), running[..., :-1]], axis=-1)


def _closest_fine(share: Floats, a: Floats, b: Floats, ratio: float) -> Floats:
    """The hold-out's rate t such that rates (ratio t, t) are the closest to (a, b), in likelihood, that do no harm.

    The smaller root of ratio t^2 - (share (a + ratio) + (1 - share)(1 + ratio b)) t + share a + (1 - share) b = 0.
    """
    middle = share * (a + ratio) + (1 - share) * (1 + ratio * b)
    last = share * a + (1 - share) * b
    return np.asarray(2 * last / (middle + np.sqrt(np.maximum(middle**2 - 4 * ratio * last, 0.0))))
