"""A choice that keeps every limit, near to what customers would choose at given prices.

Prices leave two things undone: customers who are indifferent at them all fall to one side, so that limits are
overstepped or money is left. Moves from one offer to another mend both, those that lose or gain most per use first.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dealwright.plan.personal.offers import NO_OFFER, Flags, Floats, Ints
from dealwright.plan.personal.priced import Part, priced, respond

_MOST_ROUNDS = 300


@dataclass(frozen=True, slots=True)
class _Ways:
    """All that a choice could be changed to: K offers, "no offer" the last.

    `value` and `reduced` (value less priced weights) are (K, m), -inf where not allowed; `weight` is (R, K, m).
    """

    value: Floats
    reduced: Floats
    weight: Floats
    most: Floats

    def spare(self, chosen: Ints) -> Floats:
        """(R,): what the rows have left."""
        return np.asarray(self.most - self._now(self.weight, chosen).sum(axis=-1), dtype=np.float64)

    def uses(self, chosen: Ints) -> Floats:
        """(R, K, m): how much more each row is used after each move."""
        return np.asarray(self.weight - self._now(self.weight, chosen)[:, None, :], dtype=np.float64)

    def gains(self, chosen: Ints) -> Floats:
        """(K, m): how much value each move adds."""
        return np.asarray(self.value - self._now(self.value, chosen), dtype=np.float64)

    def losses(self, chosen: Ints) -> Floats:
        """(K, m): how much value less priced weights each move takes."""
        return np.asarray(self._now(self.reduced, chosen) - self.reduced, dtype=np.float64)

    @staticmethod
    def _now(figures: Floats, chosen: Ints) -> Floats:
        return np.asarray(figures[..., chosen, np.arange(len(chosen))], dtype=np.float64)


def admissible(part: Part, prices: Floats) -> Ints | None:
    """A choice (m,) for `part` that keeps all its rows, near the one at `prices`; None if none was found."""
    nothing = np.zeros((1, part.value.shape[1]))
    ways = _Ways(
        np.vstack([part.value, nothing]),
        np.vstack([priced(part, prices), nothing]),
        np.concatenate([part.weight, np.zeros((len(part.most), *nothing.shape))], axis=1),
        part.most,
    )
    choice = respond(part, prices).choice
    chosen: Ints | None = np.where(choice == NO_OFFER, len(part.value), choice)
    # What no offer at all would break is met first, at the expense of the rest; then the rest is.
    is_demand = part.most < 0
    for wanted, kept in ((is_demand, is_demand), (~is_demand, np.ones_like(is_demand))):
        chosen = _mended(ways, chosen, wanted, kept) if chosen is not None else None
    if chosen is None:
        return None
    chosen = _filled(ways, chosen)
    return np.where(chosen == len(part.value), NO_OFFER, chosen)


def _mended(ways: _Ways, chosen: Ints, wanted: Flags, kept: Flags) -> Ints | None:
    """Moves until the `wanted` rows are kept, without breaking `kept` ones (further); None if stuck."""
    for _ in range(_MOST_ROUNDS):
        spare = ways.spare(chosen)
        short = np.where(wanted, np.maximum(-spare, 0.0), 0.0)
        if not short.any():
            return chosen
        r = int((short / np.maximum(np.abs(ways.weight).max(axis=(1, 2)), 1e-300)).argmax())
        use = ways.uses(chosen)
        others = kept.copy()
        others[r] = False
        frees = -use[r]
        can = (frees > 0) & _fits(use[others], spare[others]) & np.isfinite(ways.value)
        score = np.where(can, ways.losses(chosen) / np.where(can, np.minimum(frees, short[r]), 1.0), np.inf)
        offers, order = _best_first(score)
        frees_now, use_now = frees[offers, order], use[:, offers, order]
        n_enough = int(np.searchsorted(np.cumsum(frees_now), short[r])) + 1
        n_taken = min(n_enough, _n_fitting(use_now[others], spare[others]))
        if not n_taken or not len(order):
            return None
        chosen = _moved(chosen, order[:n_taken], offers[:n_taken])
    return None


def _filled(ways: _Ways, chosen: Ints) -> Ints:
    """Moves that add value and fit into what is left, most value per priced use first, until there is none."""
    for _ in range(_MOST_ROUNDS):
        spare, use, gains = ways.spare(chosen), ways.uses(chosen), ways.gains(chosen)
        can = (gains > 0) & _fits(use, spare)
        if not can.any():
            break
        # A move gains its value less what it forgoes at the prices; the smallest forgone comes first.
        score = np.where(can, ways.losses(chosen) / np.where(can, gains, 1.0), np.inf)
        offers, order = _best_first(score)
        n_taken = _n_fitting(use[:, offers, order], spare)
        chosen = _moved(chosen, order[:n_taken], offers[:n_taken])
    return chosen


def _fits(use: Floats, spare: Floats) -> Flags:
    """(K, m): moves that leave every row kept, or no more broken than it is."""
    room = np.maximum(spare, 0.0)[:, None, None]
    return np.asarray((use <= room).all(axis=0), dtype=np.bool_)


def _best_first(score: Floats) -> tuple[Ints, Ints]:
    """Each customer's best move, and the customers who have one, best first."""
    best = score.argmin(axis=0)
    at_best = score[best, np.arange(len(best))]
    order = np.argsort(at_best, kind="stable")
    order = order[np.isfinite(at_best[order])]
    return best[order], order


def _n_fitting(use: Floats, spare: Floats) -> int:
    """How many of the moves, taken in order, fit into every row together; `use` is (R, moves)."""
    over = np.cumsum(np.maximum(use, 0.0), axis=1) > np.maximum(spare, 0.0)[:, None]
    is_over = over.any(axis=0)
    return int(is_over.argmax()) if is_over.any() else use.shape[1]


def _moved(chosen: Ints, customers: Ints, offers: Ints) -> Ints:
    after = chosen.copy()
    after[customers] = offers
    return after
