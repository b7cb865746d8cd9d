"""Units of a product over the stores."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd
import pytest

from dealwright.adapters.memory import MemoryTables
from dealwright.app.supply.allocate_stock import Pool, allocate_stock
from dealwright.core.errors import InputError
from dealwright.data import columns as c
from known_shop import make_frames, make_panel
from shop_stock import situation


def two_stores(*, north_share: float = 0.75, counted: int | None = None) -> MemoryTables:
    """Store N sells three quarters of everything, store S the rest."""
    panel = make_panel(n=6, n_weeks=60, n_categories=2, base=30.0)
    frames = make_frames(panel)
    sales = frames["sales"]
    every = round(1 / (1 - north_share))
    sales[c.STORE] = ["S" if i % every == 0 else "N" for i in range(len(sales))]
    if counted is not None:
        day = panel.starts[-1] + timedelta(days=6)
        frames["stock"] = pd.DataFrame({c.SKU: ["sku-1"], c.UNITS: [counted], c.STORE: ["N"], c.COUNTED_ON: [day]})
    return MemoryTables(frames)


def test_units_go_where_the_product_sells_and_none_are_lost() -> None:
    found = allocate_stock(situation(), Pool("sku-1", 40), two_stores(), seed=1)
    units = found.table.set_index(c.STORE)[c.UNITS]
    assert units["N"] > 1.5 * units["S"] > 0
    assert units.sum() + found.kept == 40
    assert found.value.low <= found.value.value <= found.value.high


def test_what_a_store_has_already_is_not_sent_again() -> None:
    full = allocate_stock(situation(), Pool("sku-1", 20), two_stores(counted=500), seed=1)
    units = full.table.set_index(c.STORE)[c.UNITS]
    assert units["N"] == 0
    assert units["S"] > 0
    assert full.n_counted == 1


def test_every_shelf_gets_its_minimum_in_whole_packs() -> None:
    found = allocate_stock(situation(), Pool("sku-1", 40, minimum=7, pack=6), two_stores(), seed=1)
    assert (found.table[c.UNITS] >= 7).all()
    assert (found.table[c.UNITS] % 6 == 0).all()


def test_unknown_products_and_weeks_beyond_the_forecast_are_refused() -> None:
    with pytest.raises(InputError, match="no forecast product is called 'sku-9'"):
        allocate_stock(situation(), Pool("sku-9", 40), two_stores(), seed=1)
    with pytest.raises(InputError, match="9 weeks are to be served and 4 are forecast; give 1 to 4"):
        allocate_stock(situation(), Pool("sku-1", 40, n_weeks=9), two_stores(), seed=1)


def test_sales_that_name_no_store_are_refused() -> None:
    panel = make_panel(n=6, n_weeks=60, n_categories=2, base=30.0)
    frames = make_frames(panel)
    frames["sales"] = frames["sales"].drop(columns=c.STORE)
    with pytest.raises(InputError, match="name no store"):
        allocate_stock(situation(), Pool("sku-1", 40), MemoryTables(frames), seed=1)
