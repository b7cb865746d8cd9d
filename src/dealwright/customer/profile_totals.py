"""What each customer's own orders say, whatever the day is and whatever others buy."""

from __future__ import annotations

import ibis

from dealwright.customer.profile_state import (
    COUPONS,
    FIRST_AT,
    GROUP,
    LAST_AT,
    PAID,
    PAID_ON_DEAL,
    ProfileState,
)
from dealwright.data import columns as c

FIRST_DAY, LAST_DAY = "first_day", "last_day"
ORDERS = "orders"
PARTS_OF_DAY = ("night", "morning", "afternoon", "evening")
"""Six hours each, from midnight."""
WEEKEND = "weekend"
N_CHANNELS, N_STORES = "n_channels", "n_stores"
MAIN_CHANNEL, ORDERS_ON_MAIN = "main_channel", "orders_on_main"
N_GROUPS, TOP_GROUP, PAID_ON_TOP = "n_groups", "top_group", "paid_on_top"
DEAL_PART, EXPECTED = "deal_part", "expected"
MILLIONTHS = 1_000_000
"""Parts are whole millionths, so that what is expected is a sum of whole numbers."""
COUNTS, ONCE = "counts", 1

_SATURDAY = 5
LESS, NAME = "less", "name"


def customer_totals(state: ProfileState) -> ibis.Table:
    """One row per customer: whole numbers, days and names. What needs an order is missing where there is none.

    Of equals, the first by name is the main channel or the top group.
    """
    return joined_totals(state.spending, order_totals(state.orders), group_totals(state.groups))


def joined_totals(spending: ibis.Table, *more: ibis.Table) -> ibis.Table:
    """`customer_totals` from its parts: `ProfileState.spending`, and tables of a row per customer."""
    for part in more:
        spending = with_more(spending, part)
    return spending


def order_totals(orders: ibis.Table) -> ibis.Table:
    """When, where and how often each customer orders: a row per customer of `ProfileState.orders`."""
    counted = orders.mutate(**{COUNTS: ONCE})
    places = (channel_totals(orders_by(c.CHANNEL, counted)), store_totals(orders_by(c.STORE, counted)))
    return joined_totals(visit_totals(counted), *places)


def visit_totals(orders: ibis.Table) -> ibis.Table:
    """When and how often each customer orders, each row `counts` as 1, or as -1 where it is taken back.

    Days are not taken back: what is taken back must be there otherwise, as early and as late.
    """
    counts, hour, day = orders[COUNTS], orders[FIRST_AT].hour(), orders[FIRST_AT].day_of_week.index()
    within = {name: (hour >= 6 * part) & (hour < 6 * (part + 1)) for part, name in enumerate(PARTS_OF_DAY)}
    within[WEEKEND] = day >= _SATURDAY
    return orders.group_by(c.CUSTOMER).agg(
        **{
            ORDERS: counts.sum(),
            FIRST_DAY: orders[FIRST_AT].min().date(),
            LAST_DAY: orders[LAST_AT].max().date(),
            **{name: ibis.ifelse(is_within, counts, 0).sum() for name, is_within in within.items()},
        }
    )


# What is distinct is counted by grouping twice: DuckDB's count of distinct names costs several times as much.


def orders_by(place: str, orders: ibis.Table) -> ibis.Table:
    """How many orders each customer placed in each channel or store that is known, by what they `counts` as."""
    known = orders.filter(orders[place].notnull())
    return known.group_by(c.CUSTOMER, place).agg(**{ORDERS: known[COUNTS].sum()})


def channel_totals(placed: ibis.Table) -> ibis.Table:
    """How many channels each customer orders in, and the main one; of rows of `orders_by`, which add up."""
    by_channel = _added_up(c.CHANNEL, placed)
    main = ibis.struct({LESS: -by_channel[ORDERS], NAME: by_channel[c.CHANNEL]})
    found = by_channel.group_by(c.CUSTOMER).agg(**{N_CHANNELS: by_channel.count()}, main=main.min())
    return found.select(
        c.CUSTOMER, N_CHANNELS, **{MAIN_CHANNEL: found.main[NAME], ORDERS_ON_MAIN: -found.main[LESS]}
    )


def store_totals(placed: ibis.Table) -> ibis.Table:
    """How many stores each customer orders in; of rows of `orders_by`, which add up."""
    by_store = _added_up(c.STORE, placed)
    return by_store.group_by(c.CUSTOMER).agg(**{N_STORES: by_store.count()})


def group_totals(groups: ibis.Table, *, count: str | None = None) -> ibis.Table:
    """How many groups each customer buys from (those of which `count` holds), and the one they paid most for."""
    top = ibis.struct({LESS: -groups[PAID], NAME: groups[GROUP]})
    n = groups.count() if count is None else groups[count].sum()
    found = groups.group_by(c.CUSTOMER).agg(**{N_GROUPS: n}, top=top.min())
    return found.select(c.CUSTOMER, N_GROUPS, **{TOP_GROUP: found.top[NAME], PAID_ON_TOP: -found.top[LESS]})


def deal_parts(wares: ibis.Table) -> ibis.Table:
    """Of what all paid in each group, the part paid on discounted lines: group, deal_part (whole millionths)."""
    sums = wares.group_by(GROUP).agg(**{name: wares[name].sum() for name in (PAID, PAID_ON_DEAL)})
    sold = sums.filter(sums[PAID_ON_DEAL] > 0)
    return sold.select(GROUP, **{DEAL_PART: ((sold[PAID_ON_DEAL] * MILLIONTHS) // sold[PAID]).cast("int64")})


def with_expected(totals: ibis.Table, groups: ibis.Table, wares: ibis.Table) -> ibis.Table:
    """The totals with `expected`: what each customer would have paid on discounted lines, had those been the same
    part of what they paid in each group as with all customers; millionths of minor units.
    """
    rows = groups.inner_join(deal_parts(wares), GROUP)
    expected = rows.group_by(c.CUSTOMER).agg(**{EXPECTED: (rows[PAID] * rows[DEAL_PART]).sum()})
    more = with_more(totals, expected)
    return more.mutate(**{EXPECTED: more[EXPECTED].fill_null(0)})


def with_coupons(totals: ibis.Table, coupons: ibis.Table | None) -> ibis.Table:
    """The totals with how many coupons each customer used; missing where redemptions are not known (None)."""
    if coupons is None:
        return totals.mutate(**{COUPONS: ibis.null("int64")})
    used = coupons.group_by(c.CUSTOMER).agg(**{COUPONS: coupons[COUPONS].sum()})
    more = with_more(totals, used)
    return more.mutate(**{COUPONS: more[COUPONS].fill_null(0)})


def with_more(rows: ibis.Table, more: ibis.Table) -> ibis.Table:
    """The rows with what `more` knows of the same customers."""
    return rows.left_join(more, c.CUSTOMER).drop(f"{c.CUSTOMER}_right")


def _added_up(place: str, placed: ibis.Table) -> ibis.Table:
    sums = placed.group_by(c.CUSTOMER, place).agg(**{ORDERS: placed[ORDERS].sum()})
    return sums.filter(sums[ORDERS] > 0)
