"""Which customers' offers depend on prices that are nearly known, and what all others get."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dealwright.plan.personal.limit import Row
from dealwright.plan.personal.offers import NO_OFFER, Flags, Floats, Ints, PersonalOffers
from dealwright.plan.personal.priced import Part, chosen_weight, chunks, part_of, priced, respond

_REACH = 0.05  # of a price from a sample
_LEAST_REACH = 0.002  # of a typical price


@dataclass(frozen=True, slots=True)
class Window:
    """Prices within `reach` of `middle`, both (R,)."""

    middle: Floats
    reach: Floats

    @classmethod
    def around(cls, prices: Floats, *, typical: Floats) -> Window:
        """As far as a sample can be trusted."""
        return cls(prices, _REACH * prices + _LEAST_REACH * typical)

    def holds(self, prices: Floats) -> bool:
        """Whether the prices lie in it."""
        return bool((np.abs(prices - self.middle) <= self.reach).all())

    def widened(self, prices: Floats) -> Window:
        """Twice as wide, around other prices."""
        return Window(prices, 2.0 * self.reach)


@dataclass(frozen=True, slots=True)
class Screened:
    """`choice` (n,) is settled but for the customers `open` (their numbers); `part` holds these."""

    choice: Ints
    open: Ints
    part: Part

    @classmethod
    def whole(cls, part: Part) -> Screened:
        """Nobody is settled."""
        m = part.value.shape[1]
        return cls(np.full(m, NO_OFFER, dtype=np.int64), np.arange(m), part)


def typical_prices(part: Part) -> Floats:
    """(R,): where the typical offer is no longer worth its weight."""
    value = np.abs(part.value[np.isfinite(part.value)])
    worth = float(value.mean()) if value.size else 1.0
    sizes = [float(np.abs(weight[weight != 0]).mean()) if weight.any() else worth for weight in part.weight]
    return np.array([worth / size for size in sizes])


def screen(offers: PersonalOffers, rows: Sequence[Row], window: Window) -> Screened:
    """Settle every customer whose best offer is the same at all prices of the window."""
    most = np.array([row.most for row in rows], dtype=np.float64)
    choice = np.empty(offers.n_customers, dtype=np.int64)
    used, settled, still_open = np.zeros(len(rows)), 0.0, []
    for members in chunks(offers.n_customers):
        part = part_of(offers, rows, members, most)
        picked = respond(part, window.middle).choice
        choice[members] = picked
        weight = chosen_weight(part, picked)
        is_open = _depends(part, picked, weight, window)
        used += weight[:, ~is_open].sum(axis=1)
        value = part.value[picked, np.arange(len(picked))]
        settled += float(np.where(is_open | (picked == NO_OFFER), 0.0, value).sum())
        still_open.append(members.start + np.flatnonzero(is_open))
    numbers = np.concatenate(still_open)
    return Screened(choice, numbers, part_of(offers, rows, numbers, most - used, settled=settled))


def _depends(part: Part, choice: Ints, weight: Floats, window: Window) -> Flags:
    """Whether another offer could be better at some price of the window; (m,)."""
    left = priced(part, window.middle)
    has_none = choice == NO_OFFER
    best = np.where(has_none, 0.0, left[choice, np.arange(len(choice))])
    # No offer weighs nothing: the lead over it shrinks by what the chosen one's weight can cost more.
    lead = np.where(has_none, np.inf, best - window.reach @ np.abs(weight))
    for j in range(len(left)):
        could = left[j] + window.reach @ np.abs(part.weight[:, j] - weight)
        np.minimum(lead, np.where(choice == j, np.inf, best - could), out=lead)
    return np.asarray(lead <= 0, dtype=np.bool_)
