"""How many customers an experiment needs, how long that takes, and which effects it can see at all."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from dealwright.core.errors import InputError


@dataclass(frozen=True, slots=True)
class Design:
    """An experiment looked at once: `level` is the share of effects seen where there is none (two-sided), `power`
    that of true effects seen, `holdout_share` that of customers held out."""

    level: float = 0.1
    power: float = 0.8
    holdout_share: float = 0.1

    def __post_init__(self) -> None:
        problems = [
            f"{name} is between 0 and 1; given {value}"
            for name, value in (("level", self.level), ("power", self.power), ("holdout_share", self.holdout_share))
            if not 0 < value < 1
        ]
        if problems:
            raise InputError(*problems)

    @property
    def _reach(self) -> float:
        return float(norm.ppf(1 - self.level / 2) + norm.ppf(self.power))

    @property
    def _spread(self) -> float:
        """Variance of the difference, times customers, over the variance of one."""
        return 1 / (self.holdout_share * (1 - self.holdout_share))

    def smallest_effect(self, n_customers: int, *, deviation: float) -> float:
        """The smallest difference per customer that is seen with the design's power.

        `deviation` is the standard deviation of one customer's value. Normal approximation.

        >>> round(Design(0.05, 0.8, 0.5).smallest_effect(6_280, deviation=1.0), 4)
        0.0707
        """
        if n_customers < 1 or deviation <= 0:
            raise InputError(f"give customers and a deviation above 0; given {n_customers} and {deviation}")
        return self._reach * deviation * math.sqrt(self._spread / n_customers)

    def customers_for(self, effect: float, *, deviation: float) -> int:
        """The customers in all arms together for a difference of `effect` per customer to be seen."""
        if effect == 0 or deviation <= 0:
            raise InputError("give an effect other than 0 and a deviation above 0")
        return math.ceil(self._spread * (self._reach * deviation / effect) ** 2)

    def days_for(self, effect: float, *, deviation: float, customers_per_day: float, weekly: bool = True) -> int:
        """The days until so many customers came, each counted once; whole weeks unless `weekly` is False, as
        weekdays differ."""
        if customers_per_day <= 0:
            raise InputError(f"customers_per_day is above 0; given {customers_per_day}")
        days = math.ceil(self.customers_for(effect, deviation=deviation) / customers_per_day)
        return math.ceil(days / 7) * 7 if weekly else days


def deviation_of_share(share: float) -> float:
    """The standard deviation of one customer who buys with this probability."""
    if not 0 < share < 1:
        raise InputError(f"a conversion is between 0 and 1; given {share}")
    return math.sqrt(share * (1 - share))


def deviation_with_history(deviation: float, *, correlation: float) -> float:
    """What is left of a deviation once a history with this correlation is taken off (CUPED)."""
    if not -1 <= correlation <= 1:
        raise InputError(f"a correlation is -1 to 1; given {correlation}")
    return deviation * float(np.sqrt(1 - correlation**2))
