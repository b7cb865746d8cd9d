"""How kept totals of customers change when order lines come: only those whom the lines name, by what they add."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import ibis

from dealwright.customer.profile import profile_of_totals
from dealwright.customer.profile_state import GROUP, PAID, SPENDING, one_row_each
from dealwright.customer.profile_totals import (
    COUNTS,
    FIRST_DAY,
    LAST_DAY,
    LESS,
    N_GROUPS,
    N_STORES,
    NAME,
    ONCE,
    ORDERS,
    PAID_ON_TOP,
    PARTS_OF_DAY,
    TOP_GROUP,
    WEEKEND,
    channel_totals,
    group_totals,
    joined_totals,
    store_totals,
    visit_totals,
    with_coupons,
    with_expected,
    with_more,
)
from dealwright.data import columns as c

NUMBER = "number"
_BEFORE, _IS_NEW, _PLACE, _TOP = "before", "is_new", "place", "top"
_SUMS = (*SPENDING, ORDERS, *PARTS_OF_DAY, WEEKEND, N_STORES, N_GROUPS)


@dataclass(frozen=True, slots=True)
class KeptTables:
    """What is kept of the order lines counted so far; customers and groups are numbers, which compare fast.

    `customers` (customer_id, number) and `names` (name, group) say which; `skus` (sku, group) is every product
    sold. `orders`, `groups` and `wares` are those of `ProfileState`, one state's rows after the other's, so that a
    key may be there more than once; so are `channels` and `stores`, see `profile_totals.orders_by`. `totals` has a
    row per customer, see `profile_totals.customer_totals`, with the names of top groups. `coupons` is None where
    redemptions were not known.
    """

    customers: ibis.Table
    skus: ibis.Table
    names: ibis.Table
    orders: ibis.Table
    channels: ibis.Table
    stores: ibis.Table
    groups: ibis.Table
    wares: ibis.Table
    totals: ibis.Table
    coupons: ibis.Table | None = None


@dataclass(frozen=True, slots=True)
class Growth:
    """What order lines add: `spending` and `groups` of `ProfileState`, `changes` see `changed_orders`, and
    `channels` and `stores` by these, see `profile_totals.orders_by`.
    """

    spending: ibis.Table
    groups: ibis.Table
    changes: ibis.Table
    channels: ibis.Table
    stores: ibis.Table


def numbered(new: ibis.Table, name: str, *, known: ibis.Table | None, number: str = NUMBER) -> ibis.Table:
    """The values of column `name`, each once, with its number in `known`; others are numbered on by name."""
    values = new.select(name).distinct()
    if known is None:
        place = ibis.row_number().over(ibis.window(order_by=name))
        return values.mutate(**{number: place.cast("int32")})
    rows = values.left_join(known, name).select(name, number)
    place = ibis.row_number().over(ibis.window(order_by=(rows[number].notnull(), name)))
    on = place + known.count().as_scalar()
    return rows.select(name, **{number: rows[number].coalesce(on).cast("int32")})


def with_numbers(lines: ibis.Table, customers: ibis.Table) -> ibis.Table:
    """The lines with the number of their customer instead of the name."""
    rows = lines.inner_join(customers, c.CUSTOMER).drop(c.CUSTOMER)
    return rows.rename({c.CUSTOMER: NUMBER})


def changed_orders(added: ibis.Table, known: ibis.Table | None) -> ibis.Table:
    """The orders that `added` are as all their lines make them, which `counts` 1; and -1 each as `known` before.

    An order may come in two batches; it is then of another first line, channel or store than it was.
    """
    if known is None:
        return added.mutate(**{COUNTS: ONCE})
    before = one_row_each(known.semi_join(added, (c.CUSTOMER, c.ORDER)).select(*added.columns))
    now = one_row_each(before.union(added))
    return now.mutate(**{COUNTS: ONCE}).union(before.mutate(**{COUNTS: -ONCE}))


def grown_totals(kept: KeptTables | None, added: Growth, names: ibis.Table) -> ibis.Table:
    """The totals of the customers of `added`, with what was `kept` of them before; those of all lines together.

    `names` (name, group) are those of all groups.
    """
    visits = visit_totals(added.changes)
    if kept is None:
        places = (channel_totals(added.channels), store_totals(added.stores))
        return joined_totals(added.spending, visits, *places, group_totals(_named(added.groups, names)))
    whom = added.spending.select(c.CUSTOMER)
    n_stores, groups = _more_stores(kept.stores, added.stores, whom), _more_groups(kept.groups, added.groups, whom)
    more = joined_totals(added.spending, visits, n_stores, group_totals(_named(groups, names), count=_IS_NEW))
    channels = kept.channels.semi_join(whom, c.CUSTOMER).union(added.channels.select(*kept.channels.columns))
    return with_more(_summed(kept.totals.semi_join(whom, c.CUSTOMER), more), channel_totals(channels))


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


def _summed(before: ibis.Table, added: ibis.Table) -> ibis.Table:
    """What adds up. What was paid in a group only grows: so the top one is that of before, or one added to."""
    columns = (c.CUSTOMER, *_SUMS, FIRST_DAY, LAST_DAY)
    rows = _with_top(before).select(*columns, _TOP).union(_with_top(added).select(*columns, _TOP))
    found = rows.group_by(c.CUSTOMER).agg(
        **{name: rows[name].sum().cast(before[name].type()) for name in _SUMS},
        **{FIRST_DAY: rows[FIRST_DAY].min(), LAST_DAY: rows[LAST_DAY].max(), _TOP: rows[_TOP].min()},
    )
    top = found[_TOP]
    return found.mutate(**{TOP_GROUP: top[NAME], PAID_ON_TOP: -top[LESS]}).drop(_TOP)


def _with_top(totals: ibis.Table) -> ibis.Table:
    top = ibis.struct({LESS: -totals[PAID_ON_TOP], NAME: totals[TOP_GROUP]})
    return totals.mutate(**{_TOP: ibis.ifelse(totals[TOP_GROUP].isnull(), ibis.null(top.type()), top)})


def _more_stores(kept: ibis.Table, added: ibis.Table, whom: ibis.Table) -> ibis.Table:
    rows = _with_before(added, ORDERS, by=c.STORE, kept=kept, whom=whom)
    before = rows[_BEFORE].fill_null(0)
    more = (before + rows[ORDERS] > 0).cast("int64") - (before > 0).cast("int64")
    return rows.group_by(c.CUSTOMER).agg(**{N_STORES: more.sum()})


def _more_groups(kept: ibis.Table, added: ibis.Table, whom: ibis.Table) -> ibis.Table:
    """All that was ever paid in the groups that are `added` to, and whether they are new."""
    rows = _with_before(added, PAID, by=GROUP, kept=kept, whom=whom)
    paid = rows[PAID] + rows[_BEFORE].fill_null(0)
    return rows.select(c.CUSTOMER, GROUP, **{PAID: paid, _IS_NEW: rows[_BEFORE].isnull()})


def _with_before(added: ibis.Table, amount: str, *, by: str, kept: ibis.Table, whom: ibis.Table) -> ibis.Table:
    """Rows of customers and what they are told apart `by`, with the same amount of what was `kept` before."""
    # To look for customers first and for pairs among theirs takes half the time. DuckDB would look for pairs at
    # once, were these not found by a number that only the first look yields.
    theirs = kept.inner_join(whom.mutate(**{_PLACE: -whom[c.CUSTOMER]}), c.CUSTOMER)
    same = theirs.semi_join(added.mutate(**{_PLACE: -added[c.CUSTOMER]}), (_PLACE, by))
    before = same.group_by(c.CUSTOMER, by).agg(**{_BEFORE: same[amount].sum()})
    return added.left_join(before, (c.CUSTOMER, by)).select(c.CUSTOMER, by, amount, _BEFORE)
