"""How kept totals of customers change when order lines come: only those whom the lines name, by what they add."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import ibis

from dealwright.customer.profile import profile_of_totals
from dealwright.customer.profile_state import GROUP, PAID, SPENDING, ProfileState, one_row_each
from dealwright.customer.profile_totals import (
    N_GROUPS,
    PAID_ON_TOP,
    TOP_GROUP,
    group_totals,
    joined_totals,
    order_totals,
    with_coupons,
    with_expected,
    with_more,
)
from dealwright.data import columns as c

NUMBER = "number"
_IS_KNOWN, _N_NEW, _PLACE = "is_known", "n_new", "place"
_TOP = (N_GROUPS, TOP_GROUP, PAID_ON_TOP)


@dataclass(frozen=True, slots=True)
class KeptTables:
    """What is kept of the order lines counted so far; customers and groups are numbers, which compare fast.

    `customers` (customer_id, number) and `names` (name, group) say which; `skus` (sku, group) is every product
    sold. `orders`, `groups` and `wares` are those of `ProfileState`, one state's rows after the other's, so that a
    key may be there more than once. `totals` has a row per customer, see `profile_totals.customer_totals`, with the
    names of top groups. `coupons` is None where redemptions were not known.
    """

    customers: ibis.Table
    skus: ibis.Table
    names: ibis.Table
    orders: ibis.Table
    groups: ibis.Table
    wares: ibis.Table
    totals: ibis.Table
    coupons: ibis.Table | None = None


def numbered(new: ibis.Table, name: str, *, known: ibis.Table | None, number: str = NUMBER) -> ibis.Table:
    """The values of column `name` that `known` does not have, each once, numbered on from there by name."""
    values = new.select(name).distinct()
    first = 0
    if known is not None:
        values, first = values.anti_join(known, name), known.count().as_scalar()
    place = ibis.row_number().over(ibis.window(order_by=name)) + first
    return values.mutate(**{number: place.cast("int32")})


def with_numbers(lines: ibis.Table, customers: ibis.Table) -> ibis.Table:
    """The lines with the number of their customer instead of the name."""
    rows = lines.inner_join(customers, c.CUSTOMER).drop(c.CUSTOMER)
    return rows.rename({c.CUSTOMER: NUMBER})


def grown_totals(kept: KeptTables | None, added: ProfileState, names: ibis.Table) -> ibis.Table:
    """The totals of the customers of `added`, with what was `kept` of them before; those of all lines together.

    `names` (name, group) are those of all groups. Orders of these customers are counted again, since an order may
    come in two batches. What was paid in a group only grows: so the top one is that of before, or one added to.
    """
    if kept is None:
        groups = group_totals(_named(added.groups, names))
        return joined_totals(added.spending, order_totals(added.orders), groups)
    whom = added.spending.select(c.CUSTOMER)
    before = kept.totals.semi_join(whom, c.CUSTOMER).select(c.CUSTOMER, *SPENDING, *_TOP)
    orders = kept.orders.semi_join(whom, c.CUSTOMER).union(added.orders.select(*kept.orders.columns))
    return joined_totals(
        _grown_spending(added.spending, before),
        order_totals(one_row_each(orders)),
        _grown_groups(whom, before, _touched(kept.groups, whom, added.groups, names)),
    )


def profiles_of(kept: KeptTables, at: date, *, customers: ibis.Table | None = None) -> ibis.Table:
    """`profile.profile` of all lines counted so far, as of the day `at`. What depends on the day or on what others
    buy is worked out here, so that nothing kept grows old.
    """
    totals = with_expected(kept.totals, kept.groups, kept.wares).rename({NUMBER: c.CUSTOMER})
    named = totals.inner_join(kept.customers, NUMBER).drop(NUMBER)
    return profile_of_totals(with_coupons(named, kept.coupons), at, customers=customers)


def _named(groups: ibis.Table, names: ibis.Table) -> ibis.Table:
    rows = groups.inner_join(names, GROUP)
    return rows.drop(GROUP).rename({GROUP: c.NAME})


def _grown_spending(added: ibis.Table, before: ibis.Table) -> ibis.Table:
    rows = added.left_join(before.select(c.CUSTOMER, *SPENDING), c.CUSTOMER, rname="{name}_before")
    return rows.select(
        c.CUSTOMER,
        **{name: rows[name] + rows[f"{name}_before"].fill_null(0) for name in SPENDING},
    )


def _touched(kept: ibis.Table, whom: ibis.Table, added: ibis.Table, names: ibis.Table) -> ibis.Table:
    """`group_totals` of the groups added to, all that was ever paid in them; and how many of them are new."""
    keys = (c.CUSTOMER, GROUP)
    # To look for customers first and for pairs among theirs takes half the time. DuckDB would look for pairs at
    # once, were these not found by a number that only the first look yields.
    theirs = kept.inner_join(whom.mutate(**{_PLACE: -whom[c.CUSTOMER]}), c.CUSTOMER)
    before = theirs.semi_join(added.mutate(**{_PLACE: -added[c.CUSTOMER]}), (_PLACE, GROUP)).select(*keys, PAID)
    rows = before.mutate(**{_IS_KNOWN: True}).union(added.select(*keys, PAID).mutate(**{_IS_KNOWN: False}))
    pairs = rows.group_by(*keys).agg(**{PAID: rows[PAID].sum(), _IS_KNOWN: rows[_IS_KNOWN].any()})
    n_new = pairs.group_by(c.CUSTOMER).agg(**{_N_NEW: (~pairs[_IS_KNOWN]).sum()})
    return with_more(group_totals(_named(pairs.drop(_IS_KNOWN), names)), n_new)


def _grown_groups(whom: ibis.Table, before: ibis.Table, touched: ibis.Table) -> ibis.Table:
    rows = with_more(with_more(whom, before.select(c.CUSTOMER, *_TOP)), touched.rename(_ADDED))
    paid, paid_added = rows[PAID_ON_TOP], rows[f"{PAID_ON_TOP}_added"]
    name, name_added = rows[TOP_GROUP], rows[f"{TOP_GROUP}_added"]
    is_overtaken = paid.isnull() | (paid_added > paid) | ((paid_added == paid) & (name_added < name))
    is_overtaken = is_overtaken.fill_null(False)  # nothing was bought but something brought back
    return rows.select(
        c.CUSTOMER,
        **{
            N_GROUPS: (rows[N_GROUPS].fill_null(0) + rows[_N_NEW].fill_null(0)).nullif(0),
            TOP_GROUP: ibis.ifelse(is_overtaken, name_added, name),
            PAID_ON_TOP: ibis.ifelse(is_overtaken, paid_added, paid),
        },
    )


_ADDED = {f"{name}_added": name for name in _TOP}
