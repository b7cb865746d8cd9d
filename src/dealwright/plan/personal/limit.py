"""What limits the offers: money, return, numbers and fairness between groups, as rows of one linear form."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from dealwright.core.errors import InputError
from dealwright.plan.personal.offers import NO_OFFER, Flags, Floats, Ints, PersonalOffers, Reals

_DUST = 1e-9  # shares like 0.1 x 30 = 3.0000000000000004 must not ask for a fourth customer


class Charge(Enum):
    """Which cost a budget binds."""

    EXPECTED = "expected"  # what is spent on average; luck can make the bill larger
    WORST_CASE = "worst case"  # what is spent if every offer is redeemed; the bill cannot be larger


@dataclass(frozen=True, slots=True)
class Row:
    """The weights of all customers' offers sum to `most` or less.

    A cell weighs `customers[i] * offers[j] * (cost * c_ij + worst * w_ij + value * v_ij + count)`; `customers`
    (n,) and `offers` (J,) are 1 if None.
    """

    label: str
    most: float
    cost: float = 0.0
    worst: float = 0.0
    value: float = 0.0
    count: float = 0.0
    customers: Floats | None = None
    offers: Flags | None = None

    def weight(self, offers: PersonalOffers, part: slice | Ints) -> Floats:
        """(J, m): the weights of some customers; cells that are not eligible are not to be trusted."""
        total = np.full((offers.n_offers, len(offers.cost[part])), self.count)
        for factor, figures in self._figures(offers):
            total += factor * figures[part].T.astype(np.float64)
        if self.customers is not None:
            total *= self.customers[part]
        if self.offers is not None:
            total *= self.offers[:, None]
        return total

    def used(self, offers: PersonalOffers, choice: Ints) -> float:
        """What a choice (n,) uses of it; the sum is exactly rounded."""
        taken = np.flatnonzero(choice != NO_OFFER)
        total = np.full(len(taken), self.count)
        for factor, figures in self._figures(offers):
            total += factor * figures[taken, choice[taken]].astype(np.float64)
        if self.customers is not None:
            total *= self.customers[taken]
        if self.offers is not None:
            total *= self.offers[choice[taken]]
        return math.fsum(total.tolist())

    def _figures(self, offers: PersonalOffers) -> list[tuple[float, Reals]]:
        given = ((self.cost, offers.cost), (self.worst, offers.worst_cost), (self.value, offers.value))
        return [(factor, figures) for factor, figures in given if factor and figures is not None]


class Limit(Protocol):
    """A limit on all customers together."""

    def rows(self, offers: PersonalOffers) -> list[Row]:
        """Its rows for these offers; InputError if it does not fit them."""
        ...


@dataclass(frozen=True, slots=True)
class Budget:
    """The cost of the offers given stays within `minor` units of money.

    `charges` says which cost. EXPECTED binds the mean of the bill: half of the time it comes out higher.
    WORST_CASE binds face values as if everything were redeemed: never more, and usually much is left over.
    `offers` limits it to some of them, by number: a supplier's money for his own.
    """

    minor: int
    charges: Charge = Charge.EXPECTED
    offers: tuple[int, ...] | None = None
    name: str = "budget"

    def __post_init__(self) -> None:
        if isinstance(self.minor, bool) or not isinstance(self.minor, int) or self.minor <= 0:
            raise InputError(
                f"the {self.name} is {self.minor!r}; it must be a whole number of minor units above zero. "
                "To spend nothing, give no offers; for offers that pay for themselves, use ReturnFloor"
            )

    def rows(self, offers: PersonalOffers) -> list[Row]:
        """One row."""
        if self.charges is Charge.WORST_CASE and offers.worst_cost is None:
            raise InputError(
                f"the {self.name} charges the worst case, but worst_cost is not given; give face values"
            )
        is_worst = self.charges is Charge.WORST_CASE
        return [
            Row(
                f"{self.name} ({self.charges.value} cost)",
                float(self.minor),
                cost=float(not is_worst),
                worst=float(is_worst),
                offers=_flags(self.offers, offers),
            )
        ]


@dataclass(frozen=True, slots=True)
class ReturnFloor:
    """All offers together bring at least `least` units of value per unit of expected cost."""

    least: float = 1.0

    def __post_init__(self) -> None:
        if not math.isfinite(self.least) or self.least < 0:
            raise InputError(f"a return is a number from 0 up, like 1.5; given {self.least!r}")

    def rows(self, offers: PersonalOffers) -> list[Row]:
        """One row: the shortfall against the wanted return is not positive."""
        del offers
        return [Row(f"return of at least {self.least:g}", 0.0, cost=self.least, value=-1.0)]


@dataclass(frozen=True, slots=True)
class MostOffers:
    """At most `most` customers get one of `offers` (by number; None: any)."""

    most: int
    offers: tuple[int, ...] | None = None
    name: str = "offers"

    def __post_init__(self) -> None:
        if isinstance(self.most, bool) or not isinstance(self.most, int) or self.most < 0:
            raise InputError(f"the cap on {self.name} is {self.most!r}; it must be a whole number from 0 up")

    def rows(self, offers: PersonalOffers) -> list[Row]:
        """One row."""
        return [
            Row(f"at most {self.most} {self.name}", float(self.most), count=1.0, offers=_flags(self.offers, offers))
        ]


@dataclass(frozen=True, slots=True)
class GroupShares:
    """In every group the share of customers with an offer (one of `offers`, or any) is `least` to `most`.

    `group_of` (n,) numbers each customer's group from 0; -1 is in none. Numbers of customers are rounded inwards:
    a share of at least 0.5 of 3 customers is 2 of them. A group without customers limits nothing.
    """

    group_of: NDArray[np.integer]
    least: float = 0.0
    most: float = 1.0
    names: tuple[str, ...] = ()
    offers: tuple[int, ...] | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.least <= self.most <= 1:
            raise InputError(f"shares must be 0 <= least <= most <= 1; given least {self.least}, most {self.most}")
        group_of = self.group_of
        if group_of.ndim != 1 or not np.issubdtype(group_of.dtype, np.integer) or (group_of < -1).any():
            raise InputError("group_of must be one whole number per customer, from 0 up, or -1 for none")

    def rows(self, offers: PersonalOffers) -> list[Row]:
        """Up to two rows per group."""
        if len(self.group_of) != offers.n_customers:
            raise InputError(
                f"group_of has {len(self.group_of)} customers, the offers {offers.n_customers}; they must agree"
            )
        flags = _flags(self.offers, offers)
        sizes = np.bincount(self.group_of[self.group_of >= 0])
        rows = []
        for group, size in enumerate(sizes):
            is_member = (self.group_of == group).astype(np.float64)
            name = self.names[group] if group < len(self.names) else f"group {group}"
            fewest, most = math.ceil(self.least * size - _DUST), math.floor(self.most * size + _DUST)
            if fewest > 0:
                label = f"{name}: at least {self.least:.0%} with an offer"
                rows.append(Row(label, -float(fewest), count=-1.0, customers=is_member, offers=flags))
            if most < size:
                label = f"{name}: at most {self.most:.0%} with an offer"
                rows.append(Row(label, float(most), count=1.0, customers=is_member, offers=flags))
        return rows


def all_rows(limits: Iterable[Limit], offers: PersonalOffers) -> tuple[Row, ...]:
    """The rows of all limits; all that do not fit the offers are told at once."""
    rows: list[Row] = []
    problems: list[str] = []
    for limit in limits:
        try:
            rows += limit.rows(offers)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(*problems)
    return tuple(rows)


def _flags(numbers: Sequence[int] | None, offers: PersonalOffers) -> Flags | None:
    if numbers is None:
        return None
    unknown = sorted({number for number in numbers if not 0 <= number < offers.n_offers})
    if unknown or not numbers:
        raise InputError(f"offers are numbered 0 to {offers.n_offers - 1}; a limit names {unknown or 'none'}")
    flags = np.zeros(offers.n_offers, dtype=np.bool_)
    flags[list(numbers)] = True
    return flags
