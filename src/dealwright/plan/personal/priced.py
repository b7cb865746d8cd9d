"""What customers get if limits have prices: for each the offer with the most value less priced weights."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from dealwright.plan.personal.limit import Row
from dealwright.plan.personal.offers import CHUNK, NO_OFFER, Floats, Ints, PersonalOffers

_EPS = float(np.finfo(np.float64).eps)


@dataclass(frozen=True, slots=True)
class Part:
    """Some customers, ready for arithmetic.

    `value` (J, m), -inf where not eligible; `weight` (R, J, m), 0 there; `most` (R,) is what these customers may
    use; `settled` is the value of customers who are not among them, because what they get is known.
    """

    value: Floats
    weight: Floats
    most: Floats
    settled: float = 0.0

    @property
    def least_value(self) -> float:
        """No choice whatever is worth less."""
        lowest = np.where(np.isfinite(self.value), self.value, 0.0).min(axis=0)
        return self.settled + float(np.minimum(lowest, 0.0).sum())


@dataclass(frozen=True, slots=True)
class Response:
    """At some prices: `choice` (m,), its value less priced weights `best` (m,), what it uses of each row (R,)."""

    choice: Ints
    best: Floats
    used: Floats


def part_of(
    offers: PersonalOffers, rows: Sequence[Row], members: slice | Ints, most: Floats, *, settled: float = 0.0
) -> Part:
    """The figures of some customers as a part."""
    value = offers.value[members].T.astype(np.float64)
    weight = np.empty((len(rows), *value.shape))
    for r, row in enumerate(rows):
        weight[r] = row.weight(offers, members)
    if offers.eligible is not None:
        barred = ~offers.eligible[members].T
        value[barred] = -np.inf
        weight[:, barred] = 0.0
    return Part(value, weight, most, settled)


def chunks(n: int) -> Iterator[slice]:
    """Slices that together cover n customers."""
    return (slice(start, min(start + CHUNK, n)) for start in range(0, n, CHUNK))


def priced(part: Part, prices: Floats) -> Floats:
    """(J, m): value less what the weights cost at these prices."""
    left = part.value.copy()
    for price, weight in zip(prices, part.weight, strict=True):
        if price:
            left -= price * weight
    return left


def respond(part: Part, prices: Floats) -> Response:
    """What each customer gets; among equals no offer first, then the lowest number, so the answer is one."""
    left = priced(part, prices)
    best = np.zeros(left.shape[1])
    choice = np.full(left.shape[1], NO_OFFER, dtype=np.int64)
    for j, candidate in enumerate(left):
        np.copyto(choice, j, where=candidate > best)
        np.maximum(best, candidate, out=best)
    return Response(choice, best, chosen_weight(part, choice).sum(axis=1))


def chosen_weight(part: Part, choice: Ints) -> Floats:
    """(R, m): what each customer uses of each row."""
    picked = part.weight[:, choice, np.arange(len(choice))]
    picked[:, choice == NO_OFFER] = 0.0
    return picked


def dual_value(part: Part, prices: Floats, response: Response) -> float:
    """No admissible choice is worth more, up to rounding."""
    return part.settled + float(response.best.sum()) + float(prices @ part.most)


def proven_bound(offers: PersonalOffers, rows: Sequence[Row], prices: Floats) -> float:
    """No admissible choice is worth more, rounding included: over all customers, in float64, at any prices.

    Sums are exactly rounded; the rounding of each customer's figures is bounded and added.
    """
    assert (prices >= 0).all(), "only prices from zero up prove a bound"
    most = np.array([row.most for row in rows], dtype=np.float64)
    terms = [float(price * cap) for price, cap in zip(prices, most, strict=True)]
    rounding = _EPS * math.fsum(abs(term) for term in terms)
    for members in chunks(offers.n_customers):
        part = part_of(offers, rows, members, most)
        best = respond(part, prices).best
        terms.append(math.fsum(best.tolist()))
        largest = float(np.abs(part.value[np.isfinite(part.value)]).max(initial=0.0))
        largest += float(prices @ np.abs(part.weight).max(axis=(1, 2), initial=0.0))
        rounding += len(best) * (2 * len(rows) + 3) * _EPS * largest
    total = math.fsum(terms)
    return total + rounding + (len(terms) + 2) * _EPS * abs(total)
