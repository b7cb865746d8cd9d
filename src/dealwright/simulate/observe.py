"""What the shop's own records show: the panel, and the tables that a shop would deliver."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dealwright.core.errors import InputError
from dealwright.data import columns as c
from dealwright.data.panel import COMPETITOR, COST, Panel
from dealwright.simulate.offers import paid_prices
from dealwright.simulate.run import Shop
from dealwright.simulate.world import Floats, Ints

LEAST_AVAILABILITY = 0.5
"""Below it, sales of the week say too little of what was wanted to be counted as demand."""
OPENING_HOUR, CLOSING_HOUR = 8, 20
COMPETITOR_NAME = "competitor"


def panel(shop: Shop, *, least_availability: float = LEAST_AVAILABILITY) -> Panel:
    """The shop's history, one series per product, chain-wide.

    Stock records say on which day a shelf ran empty: `availability` is the mean over stores, weighted by what they
    usually sell, of the days with stock over seven; the day on which a shelf ran empty counts half. Weeks below
    `least_availability` are not `is_active`.
    `market_of` are the categories. Nothing in it tells what was wanted and not sold.
    """
    world, setup = shop.world, shop.world.setup
    n_weeks = setup.n_weeks
    offers = world.offers.between(0, n_weeks)
    regular = world.regular[:, :n_weeks]
    units = shop.units
    is_sold = units > 0
    paid = paid_prices(regular, offers.depth)
    store_share = shop.sold.sum(axis=(0, 2)) / max(int(shop.sold.sum()), 1)
    availability = np.einsum("nst,s->nt", days_on_shelf(shop), store_share) / 7
    return Panel(
        products=products_frame(shop),
        starts=world.starts[:n_weeks],
        period_days=7,
        units=units,
        revenue=np.where(is_sold, units * paid, np.nan),
        list_value=np.where(is_sold, units * regular, np.nan),
        price=regular.astype(np.float64),
        depth=offers.depth,
        display=np.einsum("nst,s->nt", offers.display, store_share),
        mailer=offers.mailer,
        is_active=np.asarray(availability >= least_availability),
        is_depth_known=is_sold,
        availability=availability,
        drivers=_drivers(shop),
        categories=tuple(_category_name(k) for k in range(setup.n_categories)),
        category_of=world.category_of,
        market_of=world.category_of,
        market_units=np.stack([units[ours].sum(axis=0) for ours in world.members]),
    )


def _drivers(shop: Shop) -> dict[str, Floats]:
    world, n_weeks = shop.world, shop.world.setup.n_weeks
    drivers = {COST: np.log(world.unit_cost[:, :n_weeks] / world.regular[:, :n_weeks])}
    return drivers | ({COMPETITOR: log_competitor_price(shop)} if world.setup.has_competitor else {})


def days_on_shelf(shop: Shop) -> Floats:
    """Days of the week with stock, (n, stores, T): 7 or, if the shelf was found empty, 0.5 to 6.5."""
    whole = np.floor(shop.on_shelf.astype(np.float64) * 7)
    return np.where(shop.on_shelf < 1, whole + 0.5, 7.0)


def log_competitor_price(shop: Shop) -> Floats:
    """Log of the competitor's price over our regular price, (n, T)."""
    n_weeks = shop.world.setup.n_weeks
    return np.asarray(np.log(shop.world.competitor[:, :n_weeks] / shop.world.regular[:, :n_weeks]))


def frames(shop: Shop) -> dict[str, pd.DataFrame]:
    """The shop's history as canonical tables: products, stores, promotions, prices, costs, stock.

    `sales` is there if the shop kept its order lines. Amounts are whole minor units.
    """
    tables = {
        "products": products_frame(shop),
        "stores": pd.DataFrame({c.STORE: _store_names(shop), c.NAME: _store_names(shop)}),
        "promotions": _promotions(shop),
        "prices": _prices(shop),
        "costs": _costs(shop),
    }
    if (shop.left >= 0).any():
        tables["stock"] = _stock(shop)
    return tables if shop.lines is None else {**tables, "sales": sales_frame(shop)}


def products_frame(shop: Shop) -> pd.DataFrame:
    """The catalogue, in the order of the arrays."""
    world = shop.world
    return pd.DataFrame(
        {
            c.SKU: [_sku(i) for i in range(world.setup.n_products)],
            c.NAME: [f"product {i}" for i in range(world.setup.n_products)],
            c.CATEGORY: [_category_name(k) for k in world.category_of.tolist()],
            c.SUBCATEGORY: [f"subcategory {k}" for k in world.subcategory_of.tolist()],
            c.BRAND: [f"brand {b}" for b in world.brand_of.tolist()],
            c.IS_OWN_LABEL: world.is_own_label,
            c.PACK_SIZE: [f"{units} units" for units in world.pack_units.tolist()],
        }
    )


def sales_frame(shop: Shop) -> pd.DataFrame:
    """Order lines: one order for each visit. InputError if the shop did not keep them."""
    lines = shop.lines
    if lines is None:
        raise InputError("the shop kept no order lines; run it with with_lines=True")
    world = shop.world
    regular = world.regular[lines.product, lines.week]
    paid = paid_prices(regular, world.offers.depth[lines.product, lines.week])
    first = np.datetime64(world.starts[0].isoformat(), "s")
    order = [f"{shopper}-{week}" for shopper, week in zip(lines.shopper.tolist(), lines.week.tolist(), strict=True)]
    table = pd.DataFrame(
        {
            c.ORDER: order,
            c.SOLD_AT: first + _seconds(lines.week, lines.moment),
            c.SKU: np.array([_sku(i) for i in range(world.setup.n_products)], dtype=object)[lines.product],
            c.QUANTITY: lines.packs,
            c.NET_AMOUNT: lines.packs * paid,
            c.DISCOUNT_AMOUNT: lines.packs * (regular - paid),
            c.CUSTOMER: [str(shopper) for shopper in lines.shopper.tolist()],
            c.STORE: np.array(_store_names(shop), dtype=object)[shop.people.home_store[lines.shopper]],
        }
    )
    return table.sort_values([c.SOLD_AT, c.ORDER, c.SKU], ignore_index=True)


def _seconds(week: Ints, moment: NDArray[np.float32]) -> NDArray[np.timedelta64]:
    """Since the first week's midnight; shops are open from morning to evening."""
    day = np.floor(moment.astype(np.float64) * 7)
    in_day = moment.astype(np.float64) * 7 - day
    hours = OPENING_HOUR + in_day * (CLOSING_HOUR - OPENING_HOUR)
    return ((week * 7 + day) * 86_400 + hours * 3_600).astype("timedelta64[s]")


def _promotions(shop: Shop) -> pd.DataFrame:
    """One row per product, store and week with an offer: stores differ in what displays they put up."""
    offers = shop.world.offers
    i, s, t = np.nonzero(
        np.repeat((offers.depth + offers.mailer > 0)[:, None, :], offers.display.shape[1], axis=1)
        | (offers.display > 0)
    )
    return pd.DataFrame(
        {
            c.SKU: [_sku(k) for k in i.tolist()],
            c.STARTS_ON: [shop.world.starts[week] for week in t.tolist()],
            c.ENDS_ON: [shop.world.starts[week] + timedelta(days=6) for week in t.tolist()],
            c.STORE: [_store_name(k) for k in s.tolist()],
            c.MECHANIC: ["percent_off" if depth > 0 else None for depth in offers.depth[i, t].tolist()],
            c.DEPTH: offers.depth[i, t],
            c.DISPLAY: offers.display[i, s, t] > 0,
            c.MAILER: offers.mailer[i, t] > 0,
        }
    )


def _prices(shop: Shop) -> pd.DataFrame:
    """Own regular prices from each change on; the competitor's of each week, if somebody looks."""
    own = _since_change(shop, shop.world.regular, c.REGULAR_PRICE).assign(**{c.COMPETITOR: None})
    if not shop.world.setup.has_competitor:
        return own
    theirs = _since_change(shop, shop.world.competitor, c.REGULAR_PRICE).assign(**{c.COMPETITOR: COMPETITOR_NAME})
    return pd.concat([own.astype({c.COMPETITOR: object}), theirs], ignore_index=True)


def _costs(shop: Shop) -> pd.DataFrame:
    return _since_change(shop, shop.world.unit_cost, c.UNIT_COST)


def _since_change(shop: Shop, values: Ints, column: str) -> pd.DataFrame:
    """A row for the first week of the history and for each week in which a value differs from the week before."""
    past = values[:, : shop.world.setup.n_weeks]
    i, t = np.nonzero(np.diff(past, axis=1, prepend=past[:, :1] - 1))
    return pd.DataFrame(
        {
            c.SKU: [_sku(k) for k in i.tolist()],
            c.STARTS_ON: [shop.world.starts[week] for week in t.tolist()],
            column: past[i, t],
        }
    )


def _stock(shop: Shop) -> pd.DataFrame:
    """Counted on the day on which a shelf was found empty, else on the last day of the week."""
    days = np.floor(days_on_shelf(shop)).astype(np.int64)
    i, s, t = np.nonzero(shop.left >= 0)
    ran_out = shop.on_shelf[i, s, t] < 1
    day = np.where(ran_out, days[i, s, t], 6)
    return pd.DataFrame(
        {
            c.SKU: [_sku(k) for k in i.tolist()],
            c.COUNTED_ON: [
                shop.world.starts[week] + timedelta(days=d)
                for week, d in zip(t.tolist(), day.tolist(), strict=True)
            ],
            c.UNITS: shop.left[i, s, t].astype(np.int64),
            c.STORE: [_store_name(k) for k in s.tolist()],
        }
    )


def _sku(product: int) -> str:
    return f"sku-{product:03d}"


def _category_name(category: int) -> str:
    return f"category {category:02d}"


def _store_name(store: int) -> str:
    return str(store + 1)


def _store_names(shop: Shop) -> list[str]:
    return [_store_name(store) for store in range(shop.world.setup.n_stores)]
