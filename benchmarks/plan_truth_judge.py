"""What plans truly earn, beside what was promised of them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from dealwright.app.plan.plan_promise import learn_stray, promise_of_choice
from dealwright.core.estimate import Estimate
from dealwright.demand.features import Offers
from dealwright.plan.value import Economics
from plan_truth_ways import OURS, PER_MAJOR, Given, promised_draws

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LEVEL = 0.9


class Truth(Protocol):
    """A shop that can be asked what it would sell."""

    def units(self, offers: Offers) -> Floats:
        """Expected units (n, T + weeks after), nothing being offered in the weeks after."""
        ...

    def charged(self, offers: Offers) -> Floats:
        """The share of the usual price that shoppers are truly spared, (n, T)."""
        ...


@dataclass(frozen=True, slots=True)
class Judged:
    """One seed; money in major units, against no promotion.

    `promised` is what our plan claims, at `LEVEL`, `flattery` what was taken off it because choosing flatters;
    `none` is the profit of no promotion, `gains` what each way truly adds to it; `held` are shares of what is known
    of the shop inside its ranges; `causes` sum to what was promised less what is true. No plan truly adds more than
    `most` (infinite where nothing is proven).
    """

    seed: int
    promised: Estimate
    flattery: float
    none: float
    gains: Mapping[str, float]
    held: Mapping[str, float]
    causes: Mapping[str, float] = field(default_factory=dict)
    most: float = math.inf

    @property
    def expected(self) -> float:
        """What the model expected of our plan, before anything was taken off."""
        return self.promised.value + self.flattery

    @property
    def is_held(self) -> bool:
        """Whether the promise's range holds what our plan truly earns."""
        return self.promised.low <= self.gains[OURS] <= self.promised.high


def judged(
    seed: int,
    given: Given,
    truth: Truth,
    ways: Mapping[str, Offers],
    choice: Ints,
    held: Mapping[str, float] | None = None,
) -> Judged:
    """Let the true shop say what every way earns; `choice` (n, T) is our plan's."""
    units = {name: truth.units(offers) for name, offers in ways.items()}
    profit = {
        name: profit_of(units[name], truth.charged(offers), offers, given.economics)
        for name, offers in ways.items()
    }
    stray = learn_stray(given.demand)
    promise = promise_of_choice(given.problem, given.response, choice, given.limits, stray, seed=seed)
    draws = promised_draws(given, ways[OURS]) + promise.correction / PER_MAJOR
    return Judged(
        seed=seed,
        promised=Estimate.from_draws(draws, level=LEVEL),
        flattery=promise.flattery / PER_MAJOR,
        none=profit["none"],
        gains={name: profit[name] - profit["none"] for name in ways},
        held=held or {},
    )


def profit_of(units: Floats, depth: Floats, offers: Offers, economics: Economics) -> float:
    """Major units kept of `units` (n, T + weeks after), sold at `depth` (n, T)."""
    n, n_weeks = depth.shape
    later = np.zeros((n, units.shape[1] - n_weeks))
    margin = economics.margin(np.concatenate([depth, later], axis=1))
    support = economics.vehicle_cost(offers.display, offers.mailer).sum()
    return float(((margin * units).sum() - support) / PER_MAJOR)
