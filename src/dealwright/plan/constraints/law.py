"""The law on announced reductions: a cut counts against the lowest price of the days before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

import numpy as np

from dealwright.core.errors import InputError
from dealwright.plan.constraints.building import everywhere, shelf_price
from dealwright.plan.constraints.products import EVERYTHING, Products
from dealwright.plan.constraints.protocol import Flags, Floats, ForbidsNothing, Ints, Rows
from dealwright.plan.problem import PlanningProblem


@dataclass(frozen=True, slots=True, eq=False)
class PriorPrice(ForbidsNothing):
    """A price is announced as cut only if it is below the lowest price of the `days` before the cut began.

    So that after a deep promotion no shallower one is announced for as long: 30 days in the EU (98/6/EC art 6a), 7
    in China. Promoted weeks that follow one another are one cut, whose price may stay or fall but not rise.
    `lowest_before` (n, T) is the lowest price of the past within the `days` before each week, minor units, NaN if
    the past does not reach there (see `lowest_price_before`). Offers without a price cut announce nothing.
    `has_events`: promoted weeks may follow one another (there is an `EventLength`).
    """

    days: int
    lowest_before: Floats
    products: Products = EVERYTHING
    has_events: bool = False

    def __post_init__(self) -> None:
        if self.days < 1:
            raise InputError(f"the lowest price of {self.days} days is not known; give 30 (EU), 7 (China) or more")

    code: ClassVar[str] = "prior_price"

    def params(self) -> dict[str, object]:
        """What the sentence needs."""
        return {"days": self.days, "products": self.products.name}

    def forbids(self, problem: PlanningProblem) -> Flags | None:
        """Cuts that are none beside the prices of the past."""
        no_cut = shelf_price(problem)[:, None, :] >= self.lowest_before[:, :, None] - 1e-9
        cuts = everywhere(problem, (problem.terms.shelf_depth > 0) & self.products.flags(problem)[:, None])
        return np.asarray(no_cut & cuts)

    def rows(self, problem: PlanningProblem) -> Rows:
        """Per product, pair of weeks and price: not this price or lower first and this price or higher later.

        For every price the earlier week's lower ones and the later week's higher ones exclude one another, so each
        row is a clique. Weeks apart may hold equal prices if all between are promoted: then they are one cut.
        """
        pairs = [
            (earlier, later)
            for later in range(problem.shape[1])
            for earlier in range(later)
            if (problem.weeks[later] - problem.weeks[earlier]).days < self.days + 7
        ]
        cuts = _Cuts.of(problem, np.flatnonzero(self.products.flags(problem)))
        return Rows.joined([cuts.rows(problem, earlier, later, self.has_events) for earlier, later in pairs])


@dataclass(frozen=True, slots=True)
class _Cuts:
    """Prices of the offers that cut them: `offers` (J,), `price` (m, J), `level` (m, L) the distinct prices."""

    products: Ints
    offers: Ints
    price: Floats
    level: Floats

    @classmethod
    def of(cls, problem: PlanningProblem, products: Ints) -> _Cuts:
        """Of m products; offers that share a depth or mechanic share its price and differ in support only."""
        is_cut = (problem.terms.shelf_depth > 0)[products]
        offers = np.flatnonzero(is_cut.any(axis=0))
        price = np.where(is_cut, shelf_price(problem)[products], np.nan)[:, offers]
        cuts = [(problem.offers[k].depth, problem.offers[k].mechanic) for k in offers]
        level = [price[:, cuts.index(cut)] for cut in sorted(dict.fromkeys(cuts), key=lambda cut: cut[0])]
        return cls(products, offers, price, np.stack(level, axis=1) if level else np.empty((len(products), 0)))

    def rows(self, problem: PlanningProblem, earlier: int, later: int, has_events: bool) -> Rows:
        """One row per product and level."""
        price, at = self.price[:, None, :], self.level[:, :, None]
        # In the next week of the same cut the price may stay; after a clear week it may not.
        is_same_cut = has_events and later == earlier + 1
        first = price < at - 1e-9 if is_same_cut else price <= at + 1e-9
        parts = [
            self._entries(problem, first, earlier, 1.0),
            self._entries(problem, price >= at - 1e-9, later, 1.0),
        ]
        between = range(earlier + 1, later) if has_events else range(0)
        every = np.ones(first.shape, dtype=np.bool_)
        parts += [self._entries(problem, every, week, -1.0 / len(between)) for week in between]
        n_levels = self.level.shape[1]
        return Rows.of(
            [f"{problem.skus[i]}, week of {problem.weeks[later]}" for i in self.products for _ in range(n_levels)],
            row=np.concatenate([part.row for part in parts]),
            cells=np.concatenate([part.cells for part in parts]),
            weights=np.concatenate([part.weights for part in parts]),
            high=1.0,
        )

    def _entries(self, problem: PlanningProblem, flags: Flags, week: int, weight: float) -> _Entries:
        """An entry for each flag (m, L, J)."""
        _, n_weeks, n_offers = problem.shape
        product, level, offer = np.nonzero(flags)
        cells = (self.products[product] * n_weeks + week) * n_offers + self.offers[offer]
        return _Entries(product * flags.shape[1] + level, cells, np.full(len(cells), weight))


@dataclass(frozen=True, slots=True)
class _Entries:
    row: Ints
    cells: Ints
    weights: Floats


def lowest_price_before(
    price: Floats, starts: Sequence[date], weeks: Sequence[date], *, days: int, period_days: int = 7
) -> Floats:
    """The lowest past price within `days` before each of `weeks`, (n, T); NaN where the past does not reach.

    `price` (n, P) is what a unit cost in the periods that began on `starts`, NaN if it was not on sale.
    """
    out = np.full((len(price), len(weeks)), np.nan)
    for t, week in enumerate(weeks):
        since = week - timedelta(days=days)
        counts = [start < week and start + timedelta(days=period_days) > since for start in starts]
        seen = price[:, np.array(counts, dtype=np.bool_)] if len(starts) else price[:, :0]
        if seen.shape[1]:
            lowest = np.where(np.isnan(seen), np.inf, seen).min(axis=1)
            out[:, t] = np.where(np.isfinite(lowest), lowest, np.nan)
    return out
