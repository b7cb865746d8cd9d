"""What the shop offers in each week: price cuts, displays, mailers, and when it decided on them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dealwright.core.errors import InputError
from dealwright.simulate.setup import Setup

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

DEPTHS = np.array([0.10, 0.15, 0.20, 0.25, 0.30, 0.40])
SUPPORT_CHANCE = 0.4
"""Display, and independently mailer, of a price cut."""
BARE_SUPPORT_CHANCE = 0.03
"""Display or mailer without a price cut, so that their effects can be told apart."""
COMPLIANCE = 0.85
"""Share of stores that put up the display they were asked for."""
LAST_CHANCE = 0.35
"""A promotion goes on for a second week."""
REST_WEEKS = 2
"""Clear weeks after a promotion of a product."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """`depth` and `mailer` (n, T), `display` (n, stores, T): shares between 0 and 1.

    Depth is rounded to a hundredth of a per cent when it meets a price.
    """

    depth: Floats
    display: Floats
    mailer: Floats

    def __post_init__(self) -> None:
        n, n_weeks = self.depth.shape
        if self.mailer.shape != (n, n_weeks) or self.display.shape[::2] != (n, n_weeks):
            raise InputError(
                "a calendar has depth and mailer (n, T) and display (n, stores, T); "
                f"given {self.depth.shape}, {self.mailer.shape} and {self.display.shape}"
            )
        if not all(((array >= 0) & (array <= 1)).all() for array in (self.depth, self.display, self.mailer)):
            raise InputError("depth, display and mailer of a calendar are shares between 0 and 1")

    @classmethod
    def none(cls, n: int, n_stores: int, n_weeks: int) -> Calendar:
        """No promotion at all."""
        return cls(np.zeros((n, n_weeks)), np.zeros((n, n_stores, n_weeks)), np.zeros((n, n_weeks)))

    @classmethod
    def everywhere(cls, depth: Floats, display: Floats, mailer: Floats, *, n_stores: int) -> Calendar:
        """Arrays (n, T); the same in all stores."""
        return cls(depth, np.repeat(display[:, None, :], n_stores, axis=1), mailer)

    @property
    def is_offered(self) -> Flags:
        """Whether the product has any promotion in the week, (n, T)."""
        return np.asarray((self.depth > 0) | (self.mailer > 0) | (self.display.max(axis=1) > 0))

    def between(self, first: int, after: int) -> Calendar:
        """The weeks from `first` up to, not including, `after`."""
        return Calendar(self.depth[:, first:after], self.display[:, :, first:after], self.mailer[:, first:after])

    def then(self, later: Calendar) -> Calendar:
        """This calendar, followed by another."""
        return Calendar(
            np.concatenate([self.depth, later.depth], axis=1),
            np.concatenate([self.display, later.display], axis=2),
            np.concatenate([self.mailer, later.mailer], axis=1),
        )

    def without(self, product: int, *, after: int | None = None) -> Calendar:
        """The same, with nothing offered on `product` in any week, or in those up to, not including, `after`."""
        depth, display, mailer = self.depth.copy(), self.display.copy(), self.mailer.copy()
        depth[product, :after] = 0.0
        display[product, :, :after] = 0.0
        mailer[product, :after] = 0.0
        return Calendar(depth, display, mailer)

    def with_depth(self, product: int, week: int, depth: float) -> Calendar:
        """The same, with the price of `product` cut in one week."""
        depths = self.depth.copy()
        depths[product, week] = depth
        return replace(self, depth=depths)


def past_offers(setup: Setup, hidden: Floats, trade_deal: Flags, rng: np.random.Generator) -> Calendar:
    """The calendar of all weeks, (n, T): none after the history.

    Suppliers' `trade_deal`s (n, T) make price cuts likelier. So does `hidden` demand (n, T), which is in standard
    deviations, if the setup says so: then a buyer who feels a good week coming cuts deeper as well.
    """
    n, n_weeks = hidden.shape
    felt = setup.endogeneity * hidden
    # Each promotion lasts and is followed by rest, so it must start more rarely than it is to be seen.
    length = 1 + LAST_CHANCE
    start = setup.promoted_share / (length - setup.promoted_share * (length + REST_WEEKS - 1))
    lean = 1.4 * trade_deal - 0.3
    chance = 1 / (1 + np.exp(-(np.log(start / (1 - start)) + lean + felt))) if start > 0 else np.zeros_like(felt)
    draw, rung, goes_on = rng.random((n_weeks, n)), rng.random((n_weeks, n)), rng.random((n_weeks, n))
    depth = np.zeros((n, n_weeks))
    is_free_from = np.zeros(n, dtype=np.int64)
    for t in range(setup.n_weeks):
        starts = (draw[t] < chance[:, t]) & (is_free_from <= t)
        step = np.clip(np.floor(rung[t] * len(DEPTHS) + 1.2 * felt[:, t]), 0, len(DEPTHS) - 1).astype(np.int64)
        is_long = starts & (goes_on[t] < LAST_CHANCE) & (t + 1 < setup.n_weeks)
        depth[starts, t] = DEPTHS[step[starts]]
        depth[is_long, min(t + 1, n_weeks - 1)] = DEPTHS[step[is_long]]
        is_free_from[starts] = t + 1 + REST_WEEKS
        is_free_from[is_long] += 1
    return _supported(setup, depth, rng)


def _supported(setup: Setup, depth: Floats, rng: np.random.Generator) -> Calendar:
    """Displays and mailers: some with price cuts, a few without."""
    n, n_weeks = depth.shape
    is_past = np.arange(n_weeks) < setup.n_weeks
    chance = np.where(depth > 0, SUPPORT_CHANCE, BARE_SUPPORT_CHANCE if setup.promoted_share > 0 else 0.0) * is_past
    on_display, in_mailer = rng.random((2, n, n_weeks)) < chance
    is_put_up = rng.random((n, setup.n_stores, n_weeks)) < COMPLIANCE
    return Calendar(depth, (on_display[:, None, :] & is_put_up).astype(np.float64), in_mailer.astype(np.float64))


def paid_prices(regular: NDArray[np.int64], depth: Floats) -> NDArray[np.int64]:
    """Minor units paid at a depth; the cut is rounded down, in whole numbers.

    >>> paid_prices(np.array([199]), np.array([0.25]))
    array([150])
    """
    per_myriad = np.rint(depth * 10_000).astype(np.int64)
    return np.asarray(regular - regular * per_myriad // 10_000, dtype=np.int64)
