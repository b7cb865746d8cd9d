"""Which customer gets which personal offer within a budget, from a file of what each is worth and costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dealwright.app.plain import plain_estimate, plain_row
from dealwright.app.ports import Landing
from dealwright.app.recommend.tell_offer_limits import ToldLimit, tell_offer_limits
from dealwright.app.shop.read_listed import read_listed
from dealwright.core.errors import InputError
from dealwright.core.estimate import Estimate
from dealwright.core.money import exponent
from dealwright.data import columns as c
from dealwright.data.delivery import Source
from dealwright.data.tables import Column, Kind, TableContract
from dealwright.plan.personal.allocation import Allocation, bill
from dealwright.plan.personal.batch import assign_offers
from dealwright.plan.personal.explain import Explanation, explain_offer
from dealwright.plan.personal.limit import Budget, Charge, GroupShares, Limit, MostOffers, ReturnFloor
from dealwright.plan.personal.offers import NO_OFFER, PersonalOffers

Floats = NDArray[np.float64]

OFFER, VALUE, COST, FACE_VALUE, GROUP = "offer", "value", "cost", "face_value", "group"
LOW, HIGH = "value_low", "value_high"
AMOUNTS = (VALUE, COST, FACE_VALUE, LOW, HIGH)
OFFERS = TableContract(
    "offers",
    "what each offer is worth and costs with each customer: one row per customer and offer",
    "personal offers within a budget",
    (
        Column(c.CUSTOMER, Kind.NAME, is_required=True),
        Column(OFFER, Kind.NAME, is_required=True),
        # Text, because expected amounts have fractions of the smallest coin, which money has not.
        Column(VALUE, Kind.NAME, is_required=True),
        Column(COST, Kind.NAME, is_required=True),
        Column(FACE_VALUE, Kind.NAME),
        Column(LOW, Kind.NAME),
        Column(HIGH, Kind.NAME),
        Column(GROUP, Kind.NAME),
    ),
    key=(c.CUSTOMER, OFFER),
)
"""Read like a table of the shop, and never kept. A customer without a row for an offer may not get it."""
_MOST_MISTAKES = 10
LEVEL = 0.8


@dataclass(frozen=True, slots=True)
class OfferLimits:
    """What all offers together must keep; the budget binds the expected cost or, if `is_worst_case`, face values.

    In every group the share of customers with an offer lies between `least_share` and `most_share`.
    """

    budget_minor: int
    is_worst_case: bool = False
    least_return: float | None = None
    most_offers: int | None = None
    least_share: float = 0.0
    most_share: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class ListedOffers:
    """What a file says: customers and groups in their order, and the offers in minor units.

    `value_low` and `value_high` (n, J) are bounds of the value, None where the file has none.
    """

    customers: tuple[str, ...]
    offers: PersonalOffers
    value_low: Floats | None
    value_high: Floats | None
    group_of: NDArray[np.int64] | None
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class AllocatedOffers:
    """Who gets what. `table` has a row per customer with an offer: customer_id, offer, value, cost (major units).

    `by_offer` counts them. `value` carries bounds where the file has them: all estimates off to the same side,
    which is wider than if each erred by itself. `bill` is what the offers will cost, with the range of 8 in 10
    campaigns, where face values are known.
    """

    currency: str
    listed: ListedOffers
    limits: tuple[Limit, ...]
    allocation: Allocation
    table: pd.DataFrame
    by_offer: pd.DataFrame
    value: Estimate | None
    bill: Estimate | None

    def explain(self, customer: str) -> Explanation:
        """Why a customer got an offer, or none; amounts in minor units. InputError for one who is not listed."""
        if customer not in self.listed.customers:
            raise InputError.unknown("listed customer", customer, self.listed.customers)
        return explain_offer(
            self.listed.customers.index(customer), self.listed.offers, self.limits, self.allocation
        )

    def told_limits(self) -> list[ToldLimit]:
        """How far each limit is used, money in major units."""
        per_major = 10 ** exponent(self.currency)
        return tell_offer_limits(self.limits, self.listed.offers, self.allocation, per_major=per_major)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON, money in major units; who gets what stands in the table alone."""
        per_major, found = 10 ** exponent(self.currency), self.allocation
        return {
            "currency": self.currency,
            "n_customers": self.listed.offers.n_customers,
            "n_with_offer": found.n_with_offer,
            "n_without_offer": self.listed.offers.n_customers - found.n_with_offer,
            "value": found.value / per_major,
            "value_range": None if self.value is None else plain_estimate(self.value),
            "cost": found.cost / per_major,
            "bill": None if self.bill is None else plain_estimate(self.bill),
            "bound": found.bound / per_major,
            "gap": found.gap,
            "offers": [plain_row(row) for row in self.by_offer.to_dict("records")],
            "limits": [one.to_dict() for one in self.told_limits()],
        }


def allocate_offers(listed: ListedOffers, limits: OfferLimits, *, currency: str, seed: int) -> AllocatedOffers:
    """At most one offer per customer for the most value within all limits, with a proof of how good that is."""
    rows = _limits(listed, limits)
    found = assign_offers(listed.offers, rows, seed=seed)
    per_major, offers = 10 ** exponent(currency), listed.offers
    taken = np.flatnonzero(found.choice != NO_OFFER)
    chosen = found.choice[taken]
    names = np.array(offers.names, dtype=object)
    table = pd.DataFrame(
        {
            c.CUSTOMER: np.array(listed.customers, dtype=object)[taken],
            OFFER: names[chosen],
            VALUE: offers.value[taken, chosen] / per_major,
            COST: offers.cost[taken, chosen] / per_major,
        }
    )
    by_offer = table.groupby(OFFER, sort=False).agg(n=(VALUE, "size"), value=(VALUE, "sum"), cost=(COST, "sum"))
    cost = None
    if offers.worst_cost is not None:
        minor = bill(found.choice, offers)
        cost = Estimate(
            minor.value / per_major, minor.low / per_major, minor.high / per_major, minor.level, minor.method
        )
    return AllocatedOffers(
        currency=currency,
        listed=listed,
        limits=rows,
        allocation=found,
        table=table,
        by_offer=by_offer.reindex([name for name in offers.names if name in by_offer.index]).reset_index(),
        value=_value(listed, taken, chosen, per_major),
        bill=cost,
    )


def _value(
    listed: ListedOffers, taken: NDArray[np.int64], chosen: NDArray[np.int64], per_major: int
) -> Estimate | None:
    if listed.value_low is None or listed.value_high is None:
        return None
    low, value, high = (
        float(figures[taken, chosen].sum()) / per_major
        for figures in (listed.value_low, listed.offers.value, listed.value_high)
    )
    return Estimate(value, low, high, LEVEL, "as if all estimates erred to the same side")


def _limits(listed: ListedOffers, asked: OfferLimits) -> tuple[Limit, ...]:
    made: list[Limit] = [Budget(asked.budget_minor, Charge.WORST_CASE if asked.is_worst_case else Charge.EXPECTED)]
    if asked.least_return is not None:
        made.append(ReturnFloor(asked.least_return))
    if asked.most_offers is not None:
        made.append(MostOffers(asked.most_offers))
    if asked.least_share > 0 or asked.most_share < 1:
        if listed.group_of is None:
            raise InputError(f"shares of groups need the column {GROUP!r}; add it, or leave the shares out")
        made.append(GroupShares(listed.group_of, asked.least_share, asked.most_share, listed.groups))
    return tuple(made)


def read_offers(source: Source, *, landing: Landing, currency: str, time_zone: str) -> ListedOffers:
    """A file with the columns of `OFFERS`, amounts in major units; InputError lists rows that cannot be used."""
    rows = read_listed(OFFERS, source, landing=landing, currency=currency, time_zone=time_zone)
    if rows.empty:
        raise InputError(f"{source.place} holds no offer; give one row for each customer and offer")
    amounts = _amounts(rows, source)
    customers, who = _numbered(rows[c.CUSTOMER])
    names, what = _numbered(rows[OFFER])
    shape, per_major = (len(customers), len(names)), 10 ** exponent(currency)

    def laid_out(name: str) -> Floats:
        cells = np.full(shape, np.nan)
        cells[who, what] = amounts[name] * per_major
        return cells

    is_listed = np.zeros(shape, dtype=np.bool_)
    is_listed[who, what] = True
    group_of, groups = _groups(rows, who, len(customers), source)
    return ListedOffers(
        customers=customers,
        offers=PersonalOffers(
            laid_out(VALUE),
            laid_out(COST),
            laid_out(FACE_VALUE) if FACE_VALUE in amounts else None,
            eligible=is_listed,
            names=names,
        ),
        value_low=laid_out(LOW) if LOW in amounts and HIGH in amounts else None,
        value_high=laid_out(HIGH) if LOW in amounts and HIGH in amounts else None,
        group_of=group_of,
        groups=groups,
    )


def _amounts(rows: pd.DataFrame, source: Source) -> dict[str, Floats]:
    """The columns of amounts that the file has, as numbers; each must be whole in itself."""
    read, mistakes = {}, list[str]()
    for name in AMOUNTS:
        if name not in (VALUE, COST) and rows[name].isna().all():
            continue
        numbers = pd.to_numeric(rows[name], errors="coerce").to_numpy(dtype=np.float64)
        bad = ~np.isfinite(numbers) | ((numbers < 0) & (name in (COST, FACE_VALUE)))
        mistakes += [
            f"{source.place}: {name} of {rows[OFFER].iloc[k]} for {rows[c.CUSTOMER].iloc[k]} is "
            f"{rows[name].iloc[k]!r}; give a number like 0.75{' from 0 up' if name in (COST, FACE_VALUE) else ''}"
            for k in np.flatnonzero(bad)[:_MOST_MISTAKES]
        ]
        read[name] = numbers
    if mistakes:
        raise InputError(*mistakes)
    return read


def _numbered(column: pd.Series) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """The values in the order they first stand, and the number of each row's."""
    codes, values = pd.factorize(column.astype(str))
    return tuple(map(str, values)), codes.astype(np.int64)


def _groups(
    rows: pd.DataFrame, who: NDArray[np.int64], n: int, source: Source
) -> tuple[NDArray[np.int64] | None, tuple[str, ...]]:
    if rows[GROUP].isna().all():
        return None, ()
    codes, values = pd.factorize(rows[GROUP])
    group_of = np.full(n, -1, dtype=np.int64)
    group_of[who] = codes
    if (group_of[who] != codes).any():
        raise InputError(f"{source.place}: some customers stand in two groups; give each one group in all rows")
    return group_of, tuple(map(str, values))
