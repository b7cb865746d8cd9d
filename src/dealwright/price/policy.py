"""Which price to ask when so many units are left and so many periods remain, if demand is a matter of chance.

Stochastic dynamic programming over the stock left. Demand of a period is drawn anew each period: from Poisson
distributions, or from given draws. With `never_rises` and `n_changes` it is the markdown policy.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln

from dealwright.core.errors import InputError
from dealwright.core.estimate import Estimate
from dealwright.price.given import Floats, Ints, refuse, wrong
from dealwright.price.ladder import Ladder


@dataclass(frozen=True, slots=True, eq=False)
class ChanceDemand:
    """Probability of each number of units wanted, (T, K, N + 1); the last entry is N units or more."""

    probability: Floats

    @classmethod
    def poisson(cls, rates: Floats, *, most: int) -> ChanceDemand:
        """From expected units (T, K), or (D, T, K) draws of them, counted up to `most`.

        Draws are mixed within each period, which treats what we do not know as new in every period.
        """
        refuse(wrong("rates", rates, least=0), wrong("most", most, least=0))
        rates = np.asarray(rates, dtype=np.float64)
        if rates.ndim not in (2, 3):
            raise InputError(
                f"rates have {rates.ndim} dimensions; give (periods, rungs) or (draws, periods, rungs)"
            )
        rates = rates if rates.ndim == 3 else rates[None]
        units = np.arange(most, dtype=np.float64)
        log_rate = np.log(np.maximum(rates, 1e-300))[..., None]
        below = np.exp(units * log_rate - rates[..., None] - gammaln(units + 1)).mean(axis=0)
        rest = np.clip(1.0 - below.sum(axis=-1, keepdims=True), 0.0, None)
        return cls(np.concatenate([below, rest], axis=-1))

    @classmethod
    def from_draws(cls, units: Ints, *, most: int) -> ChanceDemand:
        """From draws (D, T, K) of whole units wanted, each equally likely."""
        refuse(wrong("units", units, least=0), wrong("most", most, least=0))
        capped = np.minimum(np.asarray(units, dtype=np.int64), most)
        if capped.ndim != 3:
            raise InputError(f"units have {capped.ndim} dimensions; give (draws, periods, rungs)")
        counts = (capped[..., None] == np.arange(most + 1)).mean(axis=0)
        return cls(np.asarray(counts, dtype=np.float64))


@dataclass(frozen=True, slots=True, eq=False)
class PricePolicy:
    """What to ask in every state.

    `rung` (T, J, K + 1, S + 1) is the rung for period, price changes left, rung of the period before (K: none yet)
    and units left; `worth` has the same shape and one period more: expected money from there on, minor units.
    `single_rung` stays all the time and earns `single_value`.
    """

    ladder: Ladder
    demand: ChanceDemand
    rung: Ints
    worth: Floats
    single_rung: int
    single_value: float

    @property
    def value(self) -> float:
        """Expected money from the whole stock, salvage included."""
        return float(self.worth[0, -1, -1, -1])

    def price(
        self, period: int, units_left: int, *, last: int | None = None, changes_left: int | None = None
    ) -> int:
        """What to ask now; `last` is the price of the period before, `changes_left` matters if they are limited."""
        n_periods, n_left, n_last, n_units = self.rung.shape
        if not (0 <= period < n_periods and 0 <= units_left < n_units):
            raise InputError(
                f"the policy covers periods 0 to {n_periods - 1} and 0 to {n_units - 1} units; "
                f"asked for period {period} with {units_left} units"
            )
        before = n_last - 1 if last is None else self.ladder.prices.index(self.ladder.nearest(last))
        left = n_left - 1 if changes_left is None else min(max(changes_left, 0), n_left - 1)
        return self.ladder.prices[int(self.rung[period, left, before, units_left])]

    def play(self, rng: np.random.Generator, *, n: int = 1000, salvage: float = 0.0) -> Estimate:
        """The mean of `n` futures played with this policy, with the range single futures fall into (80 %)."""
        prices = self.ladder.array
        n_periods, n_left, n_last, n_units = self.rung.shape
        left = np.full(n, n_units - 1)
        changes, last, money = np.full(n, n_left - 1), np.full(n, n_last - 1), np.zeros(n)
        sums = np.cumsum(self.demand.probability, axis=-1)
        for t in range(n_periods):
            rung = self.rung[t, changes, last, left]
            wanted = (rng.random(n)[:, None] > sums[t, rung]).sum(axis=1)
            sold = np.minimum(wanted, left)
            money += prices[rung] * sold
            left = left - sold
            changes = np.where((last != n_last - 1) & (rung != last), np.maximum(changes - 1, 0), changes)
            last = rung
        return Estimate.from_draws(money + salvage * left, method=f"{n} futures played")


def best_policy(
    ladder: Ladder,
    demand: ChanceDemand,
    *,
    stock: int,
    salvage: float = 0.0,
    never_rises: bool = False,
    n_changes: int | None = None,
) -> PricePolicy:
    """The policy that earns most on average: price * units sold, plus `salvage` per unit left at the end.

    With `never_rises` a price never rises; with `n_changes` it changes at most so often after the first period.
    Demand must be counted at least up to `stock`.
    """
    _check(ladder, demand, stock, salvage, n_changes)
    chance = demand.probability[:, :, : stock + 1].copy()
    chance[..., -1] += demand.probability[:, :, stock + 1 :].sum(axis=-1)
    n_periods, n_rungs, _ = chance.shape
    # Without limits neither the last price nor the changes left matter: one slice of each is solved, and shared.
    n_left = 1 if n_changes is None else n_changes + 1
    remembers = never_rises or n_changes is not None
    worth = np.empty((n_periods + 1, n_left, n_rungs + 1, stock + 1))
    rung = np.empty((n_periods, n_left, n_rungs + 1, stock + 1), dtype=np.int64)
    worth[-1] = salvage * np.arange(stock + 1)
    prices = ladder.array
    for t in range(n_periods - 1, -1, -1):
        followed = [[worth[t + 1, left, k if remembers else 0] for k in range(n_rungs)] for left in range(n_left)]
        stacked = np.array([[_expected(chance[t, k], prices[k], w[k]) for k in range(n_rungs)] for w in followed])
        for left in range(n_left):
            for last in range(n_rungs + 1):
                options = _options(stacked, left, last, never_rises=never_rises, counts=n_changes is not None)
                rung[t, left, last] = options.argmax(axis=0)
                worth[t, left, last] = options.max(axis=0)
    alone = [_alone(chance[:, k], prices[k], salvage) for k in range(n_rungs)]
    single = int(np.argmax(alone))
    return PricePolicy(ladder, ChanceDemand(chance), rung, worth, single, float(alone[single]))


def _check(ladder: Ladder, demand: ChanceDemand, stock: int, salvage: float, n_changes: int | None) -> None:
    refuse(
        wrong("stock", stock, least=0),
        wrong("salvage", salvage, least=0),
        wrong("n_changes", n_changes or 0, least=0),
    )
    n_rungs, n_counted = demand.probability.shape[1:]
    problems = []
    if n_rungs != len(ladder.prices):
        problems.append(
            f"demand is given for {n_rungs} prices and the ladder has {len(ladder.prices)}; make them agree"
        )
    if n_counted <= stock:
        problems.append(
            f"demand is counted up to {n_counted - 1} units and the stock is {stock}; count up to {stock}"
        )
    refuse(problems)


def _options(stacked: Floats, left: int, last: int, *, never_rises: bool, counts: bool) -> Floats:
    """Expected money of each rung (K, S + 1) in a state; minus infinity where it may not be taken."""
    n_rungs = stacked.shape[1]
    if last == n_rungs or not (never_rises or counts):
        return np.asarray(stacked[left])
    options = np.array(stacked[left])
    rungs = np.arange(n_rungs)
    if counts:
        options = np.array(stacked[max(left - 1, 0)])
        options[last] = stacked[left, last]
        if left == 0:
            options[rungs != last] = -np.inf
    if never_rises:
        options[rungs > last] = -np.inf
    return options


def _expected(chance: Floats, price: float, after: Floats) -> Floats:
    """Money now and later for every stock (S + 1,), if `chance` (S + 1,) is the demand of this period."""
    n = len(chance)
    units = np.arange(n)
    later = np.convolve(chance, after)[:n] - chance * after[0]
    now = price * (np.cumsum(chance * units) - chance * units)
    sells_out = 1.0 - (np.cumsum(chance) - chance)
    return np.asarray(now + later + sells_out * (price * units + after[0]))


def _alone(chance: Floats, price: float, salvage: float) -> float:
    """Expected money of a price that stays; `chance` is (T, S + 1)."""
    worth = salvage * np.arange(chance.shape[1], dtype=np.float64)
    for t in range(len(chance) - 1, -1, -1):
        worth = _expected(chance[t], price, worth)
    return float(worth[-1])
