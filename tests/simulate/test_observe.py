from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from dealwright.core.errors import InputError
from dealwright.data import columns as c
from dealwright.data.panel import COMPETITOR, COST
from dealwright.data.tables import Kind, contract
from dealwright.simulate.observe import frames, panel, sales_frame
from dealwright.simulate.run import Shop, run_shop
from dealwright.simulate.setup import SMALL

SETUP = replace(SMALL, n_shoppers=500, n_weeks=30, stock_out_share=0.3)


@pytest.fixture(scope="module")
def shop() -> Shop:
    return run_shop(SETUP, seed=6, with_lines=True)


@pytest.fixture(scope="module")
def tables(shop: Shop) -> dict[str, pd.DataFrame]:
    return frames(shop)


def test_tables_hold_what_their_contracts_ask(tables: dict[str, pd.DataFrame]) -> None:
    assert sorted(tables) == ["costs", "prices", "products", "promotions", "sales", "stock", "stores"]
    for name, table in tables.items():
        agreed = contract(name)
        assert set(agreed.required) <= set(table.columns) <= set(agreed.names)
        assert len(table) > 0
        assert not table[agreed.required].isna().any().any()


def test_money_and_units_in_tables_are_whole(tables: dict[str, pd.DataFrame]) -> None:
    for name, table in tables.items():
        whole = [x.name for x in contract(name).columns if x.kind in (Kind.MONEY, Kind.UNITS) and x.name in table]
        assert (table[whole].dtypes == np.int64).all()
        assert (table[whole] >= 0).all().all()


def test_order_lines_add_up_to_the_units_sold(shop: Shop, tables: dict[str, pd.DataFrame]) -> None:
    sales = tables["sales"]
    week = (pd.to_datetime(sales[c.SOLD_AT]) - pd.Timestamp("2022-01-03")).dt.days // 7
    laid = sales.groupby([c.SKU, week])[c.QUANTITY].sum().unstack(fill_value=0).reindex(columns=range(30))
    assert np.array_equal(laid.fillna(0).to_numpy(), shop.units)
    assert sales[c.NET_AMOUNT].sum() == np.nansum(panel(shop).revenue)


def test_an_order_is_one_visit_of_one_shopper(tables: dict[str, pd.DataFrame]) -> None:
    visits = tables["sales"].groupby(c.ORDER)[[c.CUSTOMER, c.STORE, c.SOLD_AT]].nunique()
    assert (visits == 1).all().all()


def test_the_panel_shows_what_records_show(shop: Shop) -> None:
    seen = panel(shop)
    assert np.array_equal(seen.units, shop.units)
    assert seen.starts == shop.world.starts[:30]
    assert seen.market_units.sum() == seen.units.sum()
    assert np.array_equal(seen.depth, shop.world.offers.depth[:, :30])
    assert seen.drivers[COMPETITOR].shape == seen.units.shape


def test_weeks_with_empty_shelves_are_known_from_stock_records(shop: Shop) -> None:
    seen = panel(shop)
    ran_out = (shop.on_shelf < 1).any(axis=1)
    assert np.array_equal(seen.availability < 1 - 1e-9, ran_out)
    assert np.array_equal(seen.is_active, seen.availability >= 0.5)
    assert 0 < (~seen.is_active).sum() < ran_out.sum()


def test_sold_units_over_time_on_the_shelf_come_close_to_what_was_wanted(shop: Shop) -> None:
    seen = panel(shop)
    wanted, naive = shop.wanted_units[seen.is_active].sum(), seen.units[seen.is_active].sum()
    corrected = (seen.units / seen.availability)[seen.is_active].sum()
    assert abs(corrected - wanted) < abs(naive - wanted)


def test_a_shop_that_kept_no_lines_says_so() -> None:
    shop = run_shop(replace(SETUP, stock_out_share=0.0, has_competitor=False), seed=6)
    with pytest.raises(InputError, match="with_lines=True"):
        sales_frame(shop)
    assert sorted(frames(shop)) == ["costs", "prices", "products", "promotions", "stores"]
    assert list(panel(shop).drivers) == [COST]
    assert frames(shop)["prices"][c.COMPETITOR].isna().all()
