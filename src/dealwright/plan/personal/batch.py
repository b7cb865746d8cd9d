"""The best offers for all customers at once, with a proof of how good they are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from dealwright.core.errors import InfeasibleError, InputError
from dealwright.core.rng import stream
from dealwright.plan.personal.allocation import Allocation, LimitPrice
from dealwright.plan.personal.dual import conflict, lowest_bound
from dealwright.plan.personal.limit import Limit, Row, all_rows
from dealwright.plan.personal.offers import Floats, Ints, PersonalOffers
from dealwright.plan.personal.priced import part_of, proven_bound
from dealwright.plan.personal.repair import admissible
from dealwright.plan.personal.screen import Screened, Window, screen, typical_prices

SMALL = 60_000  # customers; fewer are solved whole
_SAMPLE = 20_000
_TOLERANCE = 1e-10
_WIDEST = 6  # times the window is widened before all customers are weighed


@dataclass(frozen=True, slots=True)
class _Solved:
    choice: Ints
    prices: Floats


def assign_offers(offers: PersonalOffers, limits: Sequence[Limit], *, seed: int = 0) -> Allocation:
    """At most one offer per customer, for the most value within all limits together.

    Prices of the limits are found on a sample and then on the customers whose offer depends on them; these prices
    prove an upper bound over all customers, and the choice at them is repaired and filled up. `seed` picks the
    sample; another seed can change the answer only within the gap that is reported.

    Raises InputError if a limit does not fit the offers, InfeasibleError with the smallest conflict if no choice
    keeps all limits.
    """
    rows = all_rows(limits, offers)
    solved = _windowed(offers, rows, seed=seed) if offers.n_customers > SMALL else None
    if solved is None:
        solved = _whole(offers, rows)
    return _told(offers, rows, solved, proven_bound(offers, rows, solved.prices))


def _most(rows: Sequence[Row]) -> Floats:
    return np.array([row.most for row in rows], dtype=np.float64)


def _whole(offers: PersonalOffers, rows: Sequence[Row]) -> _Solved:
    """All customers weighed together."""
    part = part_of(offers, rows, slice(None), _most(rows))
    dual = lowest_bound(part, tolerance=_TOLERANCE)
    if dual.is_impossible:
        raise InfeasibleError(conflict(part, rows))
    choice = _kept(offers, rows, Screened.whole(part), dual.prices)
    if choice is None:
        raise InputError(
            "no choice that keeps all limits was found, and none of them was proven to contradict the others; "
            "loosen the shares that groups must get, or raise a budget"
        )
    return _Solved(choice, dual.prices)


def _windowed(offers: PersonalOffers, rows: Sequence[Row], *, seed: int) -> _Solved | None:
    """Only customers whose offer depends on prices within a window are weighed; None if no window does."""
    n = offers.n_customers
    members = np.sort(stream(seed, "personal offers", "sample").choice(n, _SAMPLE, replace=False))
    sample = part_of(offers, rows, members, _most(rows) * (_SAMPLE / n))
    found = lowest_bound(sample, tolerance=1e-6)
    if found.is_impossible:
        return None
    window = Window.around(found.prices, typical=typical_prices(sample))
    for _ in range(_WIDEST):
        screened = screen(offers, rows, window)
        dual = lowest_bound(screened.part, tolerance=_TOLERANCE)
        if not dual.is_impossible and window.holds(dual.prices):
            choice = _kept(offers, rows, screened, dual.prices)
            if choice is not None:
                return _Solved(choice, dual.prices)
        window = window.widened(dual.prices if not dual.is_impossible else window.middle)
    return None


def _kept(offers: PersonalOffers, rows: Sequence[Row], screened: Screened, prices: Floats) -> Ints | None:
    """A choice (n,) near the one at `prices` that keeps every row, its sums exactly rounded; None if not found."""
    part = screened.part
    reach = np.maximum(np.abs(part.most), np.abs(part.weight).max(axis=(1, 2), initial=0.0) * part.value.shape[1])
    for hair in (0.0, 1e-12):  # left free if sums in another order overstep by rounding
        mended = admissible(replace(part, most=part.most - hair * reach), prices)
        if mended is None:
            return None
        choice = screened.choice.copy()
        choice[screened.open] = mended
        if all(row.used(offers, choice) <= row.most for row in rows):
            return choice
    return None


def _told(offers: PersonalOffers, rows: Sequence[Row], solved: _Solved, bound: float) -> Allocation:
    choice = solved.choice
    limits = tuple(
        LimitPrice(row.label, float(price), row.used(offers, choice), row.most)
        for row, price in zip(rows, solved.prices, strict=True)
    )
    assert all(limit.spare >= 0 for limit in limits), "a limit is overstepped"
    value = math.fsum(offers.chosen(choice, offers.value).tolist())
    cost = math.fsum(offers.chosen(choice, offers.cost).tolist())
    assert value <= bound, f"a choice worth {value} is above its bound {bound}"
    return Allocation(choice, value, cost, bound, limits)
