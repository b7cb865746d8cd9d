"""Unit price by quantity: what to ask of those who buy one and of those who buy many.

Customers of a type value the first unit most; each buys the quantity whose worth exceeds what it costs by most.
Quantity prices are the same for everyone: customers sort themselves.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np

from dealwright.core.errors import InputError
from dealwright.price.given import Floats, Ints, refuse, wrong
from dealwright.price.ladder import Ladder

_MOST_TABLES = 500_000


@dataclass(frozen=True, slots=True, eq=False)
class Wants:
    """What the m-th unit is worth (J, Q) to customers of type j (minor units, falling), and their number (J,)."""

    worth: Floats
    customers: Floats

    def __post_init__(self) -> None:
        refuse(wrong("worth", self.worth, least=0), wrong("customers", self.customers, least=0))
        if np.ndim(self.worth) != 2 or np.shape(self.worth)[:1] != np.shape(self.customers):
            raise InputError(
                f"worth has shape {np.shape(self.worth)}, customers {np.shape(self.customers)}; "
                "give a row of worths and one number of customers per type"
            )
        if (np.diff(self.worth, axis=1) > 0).any():
            raise InputError("a later unit is worth more than an earlier one; worths must not rise along a row")

    @classmethod
    def from_quantities(
        cls,
        quantities: Sequence[float],
        customers: Sequence[float],
        *,
        at_price: float,
        elasticity: float,
        most: int,
    ) -> Wants:
        """Types that want `quantities` at the unit price `at_price`, and more if it is lower.

        One per cent less per unit makes them want `elasticity` per cent more, so the m-th unit is worth
        at_price * (m / quantity)^(-1 / elasticity); at most `most` units are bought.
        """
        refuse(
            wrong("quantities", quantities, above=0),
            wrong("at_price", at_price, above=0),
            wrong("elasticity", elasticity, above=0),
            wrong("most", most, least=1),
        )
        units = np.arange(1, most + 1) / np.asarray(quantities, dtype=np.float64)[:, None]
        return cls(np.asarray(at_price * units ** (-1 / elasticity)), np.asarray(customers, dtype=np.float64))


@dataclass(frozen=True, slots=True)
class TierTable:
    """From `starts[i]` units on, every unit costs `prices[i]`; what all customers buy and bring, minor units.

    `single_price` is the best price without tiers and `single_value` what it brings.
    """

    starts: tuple[int, ...]
    prices: tuple[int, ...]
    bought: tuple[int, ...]
    value: float
    single_price: int
    single_value: float

    def unit_price(self, quantity: int) -> int:
        """What a unit costs if `quantity` are bought."""
        if quantity < 1:
            raise InputError(f"at least 1 unit is bought; given {quantity}")
        return self.prices[sum(start <= quantity for start in self.starts) - 1]


def best_tiers(ladder: Ladder, wants: Wants, *, starts: Sequence[int], unit_cost: float = 0.0) -> TierTable:
    """The unit prices for the tiers starting at `starts` that bring most over cost, exactly.

    All falling choices of rungs are tried, so tiers are never worse than the best single price. A customer who is
    indifferent buys more. InputError if starts do not begin with 1 and rise, or there are too many choices.
    """
    refuse(wrong("unit cost", unit_cost, least=0))
    if list(starts) != sorted(set(starts)) or not starts or starts[0] != 1:
        raise InputError(f"tiers start at 1 and rise, like [1, 6, 12]; given {list(starts)}")
    n_tables = math.comb(len(ladder.prices) + len(starts) - 1, len(starts))
    if n_tables > _MOST_TABLES:
        raise InputError(
            f"{n_tables:,} tier tables are too many; take at most {_MOST_TABLES:,}: fewer tiers or rungs"
        )
    tables = np.array(list(combinations_with_replacement(ladder.prices[::-1], len(starts))), dtype=np.float64)
    tier_of = np.searchsorted(np.asarray(starts), np.arange(1, wants.worth.shape[1] + 1), side="right") - 1
    values = np.array([_value(table[tier_of], wants, unit_cost)[0] for table in tables])
    best = int(np.argmax(values))
    is_single = (tables == tables[:, :1]).all(axis=1)
    single = int(np.argmax(np.where(is_single, values, -np.inf)))
    bought = _value(tables[best][tier_of], wants, unit_cost)[1]
    return TierTable(
        starts=tuple(starts),
        prices=tuple(int(price) for price in tables[best]),
        bought=tuple(int(quantity) for quantity in bought),
        value=float(values[best]),
        single_price=int(tables[single, 0]),
        single_value=float(values[single]),
    )


def _value(unit_price: Floats, wants: Wants, unit_cost: float) -> tuple[float, Ints]:
    """What all bring, and what each type buys, if q units cost `unit_price[q - 1]` each."""
    quantities = np.arange(wants.worth.shape[1] + 1)
    paid = quantities * np.concatenate([[0.0], unit_price])
    enjoyed = np.concatenate([np.zeros((len(wants.worth), 1)), np.cumsum(wants.worth, axis=1)], axis=1)
    surplus = np.round(enjoyed - paid, 6)  # so that those who are indifferent are not told apart by floating point
    bought = len(quantities) - 1 - np.argmax(surplus[:, ::-1], axis=1)
    return float((wants.customers * (paid - unit_cost * quantities)[bought]).sum()), bought
