"""What each customer's own orders say, whatever the day is."""

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

_SATURDAY = 5
_COUNTS = (ORDERS, *PARTS_OF_DAY, WEEKEND)


def deal_parts(state: ProfileState) -> ibis.Table:
    """Of what all paid in each group, the part paid on discounted lines: group, deal_part (whole millionths)."""
    sold = state.wares.filter(state.wares[PAID_ON_DEAL] > 0)
    return sold.select(GROUP, **{DEAL_PART: ((sold[PAID_ON_DEAL] * MILLIONTHS) // sold[PAID]).cast("int64")})


def customer_totals(state: ProfileState, parts: ibis.Table) -> ibis.Table:
    """One row per customer who bought something: whole numbers, days and names.

    `parts` are `deal_parts`; `expected` is what the customer would have paid on discounted lines had those been the
    same part of what they paid in each group (millionths of a minor unit). Of equals, the first by name is the main
    channel or the top group.
    """
    places = _places(state.orders)
    totals = _with(_visits(places), _channels(places))
    totals = totals.inner_join(state.spending, c.CUSTOMER)
    totals = _with(totals, _wares(state.groups, parts))
    if state.coupons is None:
        return totals.mutate(**{COUPONS: ibis.null("int64")})
    with_coupons = _with(totals, state.coupons)
    return with_coupons.mutate(**{COUPONS: with_coupons[COUPONS].fill_null(0)})


def renewed_totals(known: ibis.Table, named: ProfileState, parts: ibis.Table) -> ibis.Table:
    """The totals once new lines came: those `known` before but of whom `named`, see `profile_state.merge_named`.

    `parts` must be those that `known` was made with: they are a standard that is kept, so that new lines change
    the totals of those they name only.
    """
    again = customer_totals(named, parts)
    return known.anti_join(named.customers(), c.CUSTOMER).union(again.select(*known.columns))


def _with(rows: ibis.Table, more: ibis.Table) -> ibis.Table:
    return rows.left_join(more, c.CUSTOMER).drop(f"{c.CUSTOMER}_right")


def channel_orders(state: ProfileState) -> ibis.Table:
    """How many orders each customer placed by each channel: customer_id, channel, orders, share of their orders."""
    placed = state.orders.group_by(c.CUSTOMER, c.CHANNEL).agg(**{ORDERS: state.orders.count()})
    of_all = placed[ORDERS].sum().over(ibis.window(group_by=c.CUSTOMER))
    return placed.mutate(share=placed[ORDERS] / of_all).order_by(c.CUSTOMER, c.CHANNEL)


def _places(orders: ibis.Table) -> ibis.Table:
    """Orders by customer, channel and store: few rows, so that what is distinct is cheap to count."""
    hour, day = orders[FIRST_AT].hour(), orders[FIRST_AT].day_of_week.index()
    parts = {name: ((hour >= 6 * part) & (hour < 6 * (part + 1))).sum() for part, name in enumerate(PARTS_OF_DAY)}
    return orders.group_by(c.CUSTOMER, c.CHANNEL, c.STORE).agg(
        **{
            ORDERS: orders.count(),
            FIRST_DAY: orders[FIRST_AT].min().date(),
            LAST_DAY: orders[LAST_AT].max().date(),
            **parts,
            WEEKEND: (day >= _SATURDAY).sum(),
        }
    )


def _visits(places: ibis.Table) -> ibis.Table:
    return places.group_by(c.CUSTOMER).agg(
        **{
            FIRST_DAY: places[FIRST_DAY].min(),
            LAST_DAY: places[LAST_DAY].max(),
            **{name: places[name].sum() for name in _COUNTS},
            N_CHANNELS: places[c.CHANNEL].nunique(),
            N_STORES: places[c.STORE].nunique(),
        }
    )


def _channels(places: ibis.Table) -> ibis.Table:
    known = places.filter(places[c.CHANNEL].notnull())
    by_channel = known.group_by(c.CUSTOMER, c.CHANNEL).agg(**{ORDERS: known[ORDERS].sum()})
    main = ibis.struct({"less": -by_channel[ORDERS], "name": by_channel[c.CHANNEL]})
    found = by_channel.group_by(c.CUSTOMER).agg(main=main.min())
    return found.select(c.CUSTOMER, **{MAIN_CHANNEL: found.main["name"], ORDERS_ON_MAIN: -found.main["less"]})


def _wares(groups: ibis.Table, parts: ibis.Table) -> ibis.Table:
    rows = groups.left_join(parts, GROUP).select(*groups.columns, DEAL_PART)
    top = ibis.struct({"less": -rows[PAID], "name": rows[GROUP]})
    found = rows.group_by(c.CUSTOMER).agg(
        **{N_GROUPS: rows.count(), EXPECTED: (rows[PAID] * rows[DEAL_PART].fill_null(0)).sum()},
        top=top.min(),
    )
    return found.select(
        c.CUSTOMER, N_GROUPS, EXPECTED, **{TOP_GROUP: found.top["name"], PAID_ON_TOP: -found.top["less"]}
    )
