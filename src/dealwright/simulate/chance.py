"""The dice of each shopper, category and week: the same in every world that is compared."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dealwright.core.rng import stream
from dealwright.simulate.shopper import Reals

KEEPS_WEEKDAY = 0.7


@dataclass(frozen=True, slots=True)
class Dice:
    """What chance decides for each of N shoppers in one category and week; arrays are (N,), uniform on [0, 1).

    `taste` (N, m + 1) are exponential: the option with the least taste / exp(utility) is taken, which is to choose
    by utility plus a Gumbel shock; the last option is to buy nothing.
    """

    looks: Reals
    amount: Reals
    roams: Reals
    switches: Reals
    taste: Reals


@dataclass(frozen=True, slots=True)
class Chance:
    """Where dice come from: `purpose` names the run."""

    seed: int
    purpose: tuple[str, ...]
    n_shoppers: int

    def dice(self, category: int, week: int, n_products: int) -> Dice:
        """Of one category in one week."""
        rng = stream(self.seed, *self.purpose, "category", str(category), str(week))
        uniform = rng.random((4, self.n_shoppers), dtype=np.float32)
        taste = rng.standard_exponential((self.n_shoppers, n_products + 1), dtype=np.float32)
        return Dice(uniform[0], uniform[1], uniform[2], uniform[3], taste)

    def arrival(self, weekday: NDArray[np.int64], week: int) -> Reals:
        """When in the week each shopper comes, as a share of the week: mostly on the weekday they like."""
        rng = stream(self.seed, *self.purpose, "arrival", str(week))
        keeps, any_moment, hour = rng.random((3, self.n_shoppers), dtype=np.float32)
        usual_moment = (weekday + hour) / np.float32(7)
        moment = np.where(keeps < KEEPS_WEEKDAY, usual_moment, any_moment)
        # Rounding must not carry Sunday's last second into the next week.
        return np.asarray(np.minimum(moment, np.nextafter(np.float32(1), np.float32(0))), dtype=np.float32)

    def comes(self, visit: Reals, week: int) -> NDArray[np.bool_]:
        """Who comes in a week."""
        dice = stream(self.seed, *self.purpose, "visit", str(week)).random(self.n_shoppers, dtype=np.float32)
        return np.asarray(dice < visit)
