"""What a shopper finds in a category in one week."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dealwright.simulate.offers import Calendar, paid_prices
from dealwright.simulate.shopper import Reals
from dealwright.simulate.world import Ints, World


@dataclass(frozen=True, slots=True)
class Shelf:
    """m products; arrays are (m,), `display` is (stores, m).

    `products` are their numbers in the world, `price` what a pack costs in minor units, `pain` its utility lost to
    a shopper of thrift 1, `better` how much cheaper it is than at the competitor, `fancy` this week's utility.
    `deal` is the deepest cut. `appetite` multiplies what people use this week.
    """

    category: int
    products: Ints
    pack_units: Reals
    price: Ints
    depth: Reals
    pain: Reals
    better: Reals
    fancy: Reals
    display: Reals
    mailer: Reals
    deal: float
    appetite: float


class Shelves:
    """The shelves of a world under a calendar whose first week is `first_week` of the world."""

    def __init__(self, world: World, calendar: Calendar, *, first_week: int = 0) -> None:
        weeks = slice(first_week, first_week + calendar.depth.shape[1])
        regular = world.regular[:, weeks]
        paid = paid_prices(regular, calendar.depth)
        first_unit_price = world.regular[:, 0] / world.pack_units
        usual = np.array([first_unit_price[ours].mean() for ours in world.members])[world.category_of]
        pain = world.price_pain[world.category_of] / (world.pack_units * usual)
        self._world, self._calendar, self._first_week, self._price = world, calendar, first_week, paid
        self._members = world.members
        self._pain = (paid * pain[:, None] - world.price_pain[world.category_of, None]).astype(np.float32)
        self._better = (1 - paid / world.competitor[:, weeks]).astype(np.float32) * world.setup.has_competitor

    def at(self, category: int, week: int) -> Shelf:
        """The shelf of a category in a week, counted from the world's first."""
        ours, t, calendar = self._members[category], week - self._first_week, self._calendar
        depth = calendar.depth[ours, t]
        return Shelf(
            category=category,
            products=ours,
            pack_units=self._world.pack_units[ours].astype(np.float32),
            price=self._price[ours, t],
            depth=depth.astype(np.float32),
            pain=self._pain[ours, t],
            better=self._better[ours, t],
            fancy=self._world.fancy[ours, week].astype(np.float32),
            display=calendar.display[ours, :, t].T.astype(np.float32),
            mailer=calendar.mailer[ours, t].astype(np.float32),
            deal=float(depth.max()),
            appetite=float(self._world.appetite[category, week]),
        )
