"""Offers for customers who arrive one by one, while what is left of the money is paced to last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dealwright.core.errors import InputError
from dealwright.plan.personal.dual import lowest_bound
from dealwright.plan.personal.exact_sum import ExactSum
from dealwright.plan.personal.limit import Budget, Limit, MostOffers, ReturnFloor, Row, all_rows
from dealwright.plan.personal.offers import NO_OFFER, Floats, Ints, PersonalOffers, joined
from dealwright.plan.personal.priced import Part, chosen_weight, part_of, priced, respond

_LAST_LOOKS = 32  # customers between two looks where little time is left
_TOLERANCE = 1e-5


@dataclass(frozen=True, slots=True)
class Pace:
    """How prices follow what is left.

    `expected_customers`: how many are expected in all; if more come, the limits still hold and the rest goes to
    those who come first; if fewer come, money is left. `window`: the customers last seen on whom prices are
    found; `look_every`: customers between two times (fewer at the start and towards the end).
    """

    expected_customers: int
    window: int = 2000
    look_every: int = 1000

    def __post_init__(self) -> None:
        given = {
            "expected_customers": self.expected_customers,
            "window": self.window,
            "look_every": self.look_every,
        }
        problems = [f"{name} is {value}; it must be 1 or more" for name, value in given.items() if value < 1]
        if problems:
            raise InputError(*problems)

    def left(self, seen: int) -> int:
        """How many customers still to plan for."""
        return max(self.expected_customers - seen, 1)

    def next_look(self, seen: int) -> int:
        """The count at which prices are found anew: often while little is known or little time is left."""
        return seen + min(self.look_every, max(seen, 1), max(self.left(seen) // 8, _LAST_LOOKS))


class OfferStream:
    """Decides for each customer on arrival, never beyond a limit, whatever comes.

    Limits that can be kept at every moment are allowed: Budget, ReturnFloor, MostOffers. `history`: customers like
    those to come, so that the first prices are good ones; without it the first customers teach them, and the very
    first pays none. The decisions depend on the order of arrival, not on how it is cut into batches, nor on chance.

    >>> offers = PersonalOffers(np.array([[5.0], [1.0], [6.0]]), np.ones((3, 1)))
    >>> stream = OfferStream([Budget(2)], Pace(expected_customers=3), history=offers)
    >>> stream.decide(offers)
    array([ 0, -1,  0])
    """

    def __init__(self, limits: Sequence[Limit], pace: Pace, *, history: PersonalOffers | None = None) -> None:
        wrong = [
            type(limit).__name__ for limit in limits if not isinstance(limit, Budget | ReturnFloor | MostOffers)
        ]
        if wrong or not limits:
            raise InputError(
                f"a stream keeps Budget, ReturnFloor and MostOffers; given {', '.join(wrong) or 'no limit'}. "
                "Shares of groups need all customers at once: use assign_offers"
            )
        if history is not None:
            all_rows(limits, history)
        self._limits, self._pace = tuple(limits), pace
        self._recent = [history] if history is not None else []
        self._seen = self._next_look = 0
        self._rows: tuple[Row, ...] = ()
        self._used: list[ExactSum] = []
        self._prices = np.zeros(0)

    @property
    def seen(self) -> int:
        """How many customers were decided on."""
        return self._seen

    @property
    def prices(self) -> Floats:
        """(R,): the prices of the limits now; empty before the first customer."""
        return self._prices.copy()

    @property
    def used(self) -> Floats:
        """(R,): what the offers given have used of each limit."""
        return np.array([total.value for total in self._used])

    def decide(self, arrived: PersonalOffers) -> Ints:
        """The choice (m,) for customers in their order of arrival."""
        rows = all_rows(self._limits, arrived)
        known = self._recent[0].n_offers if self._recent else arrived.n_offers
        if arrived.n_offers != known:
            raise InputError(
                f"{arrived.n_offers} offers arrived, {known} were known; a stream's offers stay the same"
            )
        if not self._rows:
            self._rows, self._used, self._prices = rows, [ExactSum() for _ in rows], np.zeros(len(rows))
        choice = np.full(arrived.n_customers, NO_OFFER, dtype=np.int64)
        start = 0
        while start < arrived.n_customers:
            if self._seen >= self._next_look:
                self._look()
            stop = min(arrived.n_customers, start + self._next_look - self._seen)
            batch = arrived.of(slice(start, stop))
            choice[start:stop] = self._decided(batch)
            self._recent.append(batch)
            self._seen += stop - start
            start = stop
        return choice

    def _look(self) -> None:
        """Find the prices at which the customers last seen would use up what is left, at the pace it must last."""
        self._next_look = self._pace.next_look(self._seen)
        if not self._recent:
            return
        recent = joined(self._recent)
        recent = recent.of(slice(max(recent.n_customers - self._pace.window, 0), None))
        self._recent = [recent]
        share = recent.n_customers / self._pace.left(self._seen)
        spare = np.array([row.most for row in self._rows]) - self.used
        part = part_of(recent, self._rows, slice(None), share * np.maximum(spare, 0.0))
        # A hair below, so that customers who are just worth it are served and not all put off.
        self._prices = lowest_bound(part, tolerance=_TOLERANCE).prices * (1.0 - 1e-9)

    def _decided(self, batch: PersonalOffers) -> Ints:
        """What each gets at the prices now; once a limit is near, what still fits."""
        most = np.array([row.most for row in self._rows], dtype=np.float64)
        part = part_of(batch, self._rows, slice(None), most)
        choice = respond(part, self._prices).choice
        weight = chosen_weight(part, choice)
        ahead = self.used + np.maximum(weight, 0.0).sum(axis=1)
        if (ahead > most * (1.0 - 1e-9)).any():
            return self._fitting(part)
        self._charge(weight[:, choice != NO_OFFER])
        return choice

    def _fitting(self, part: Part) -> Ints:
        """One customer after the other: the best offer that no limit refuses."""
        left = priced(part, self._prices)
        choice = np.full(left.shape[1], NO_OFFER, dtype=np.int64)
        for i in range(left.shape[1]):
            for j in np.argsort(-left[:, i], kind="stable"):
                if not left[j, i] > 0:
                    break
                if self._has_room(part.weight[:, j, i], part.most):
                    choice[i] = j
                    self._charge(part.weight[:, [j], [i]])
                    break
        return choice

    def _has_room(self, weight: Floats, most: Floats) -> bool:
        return all(
            more <= 0 or total.value_with(float(more)) <= cap
            for total, more, cap in zip(self._used, weight, most, strict=True)
        )

    def _charge(self, weight: Floats) -> None:
        for total, row in zip(self._used, weight, strict=True):
            for more in row.tolist():
                total.add(more)
