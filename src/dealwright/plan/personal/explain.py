"""Why a customer got an offer, or none, and what came second."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dealwright.core.errors import InputError
from dealwright.plan.personal.allocation import Allocation
from dealwright.plan.personal.limit import Limit, all_rows
from dealwright.plan.personal.offers import NO_OFFER, PersonalOffers
from dealwright.plan.personal.priced import part_of, priced

_NOTHING = "no offer"


@dataclass(frozen=True, slots=True)
class Weighed:
    """One offer for one customer: `limits_cost` is what it takes from limits, at their prices."""

    offer: str
    value: float
    cost: float
    limits_cost: float

    @property
    def left(self) -> float:
        """Value less what it takes from limits: the most of it wins."""
        return self.value - self.limits_cost


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a customer got, and what they would have got otherwise; minor units, expected."""

    chosen: Weighed
    runner_up: Weighed
    barred: tuple[str, ...]
    binding: tuple[tuple[str, float], ...]

    @property
    def lead(self) -> float:
        """By how much the chosen offer wins; below zero if it was changed to keep a limit or to use it up."""
        return self.chosen.left - self.runner_up.left

    def __str__(self) -> str:
        chosen, second = self.chosen, self.runner_up
        priced_at = ", ".join(f"{label} at {price:.3g} a unit" for label, price in self.binding) or "nothing binds"
        why = "wins" if self.lead >= 0 else "stands, to keep a limit or to use it up,"
        barred = f" Not allowed: {', '.join(self.barred)}." if self.barred else ""
        return f"{_figures(chosen)} {why} against {_figures(second)}. Prices: {priced_at}.{barred}"


def explain_offer(
    customer: int, offers: PersonalOffers, limits: Sequence[Limit], allocation: Allocation
) -> Explanation:
    """Why this customer (by number) got what they got; `allocation` must be of the same offers and limits."""
    if not 0 <= customer < offers.n_customers:
        raise InputError(f"customers are numbered 0 to {offers.n_customers - 1}; given {customer}")
    rows = all_rows(limits, offers)
    if len(rows) != len(allocation.limits) or len(allocation.choice) != offers.n_customers:
        raise InputError("the allocation is of other offers or limits; give those it was made with")
    members = np.array([customer])
    part = part_of(offers, rows, members, np.zeros(len(rows)))
    left = priced(part, allocation.prices)[:, 0]
    is_open = np.isfinite(left)
    listed = {
        j: Weighed(
            offers.names[j],
            float(offers.value[customer, j]),
            float(offers.cost[customer, j]),
            float(offers.value[customer, j]) - float(left[j]),
        )
        for j in np.flatnonzero(is_open).tolist()
    }
    listed[NO_OFFER] = Weighed(_NOTHING, 0.0, 0.0, 0.0)
    chosen = listed.pop(int(allocation.choice[customer]))
    # A customer who may get nothing at all is compared with nothing.
    runner_up = max(listed.values(), key=lambda way: way.left, default=chosen)
    barred = tuple(name for name, is_allowed in zip(offers.names, is_open, strict=True) if not is_allowed)
    binding = tuple((limit.label, limit.price) for limit in allocation.limits if limit.price > 0)
    return Explanation(chosen, runner_up, barred, binding)


def _figures(way: Weighed) -> str:
    return f"{way.offer} (value {way.value:.2f}, cost {way.cost:.2f}, {way.left:.2f} after limits)"
