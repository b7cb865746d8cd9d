"""From a shop's tables to its panel: which series are in it and what is known of them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from dealwright.adapters.memory import MemoryTables
from dealwright.app.demand.read_panel import History, read_panel
from dealwright.core.errors import InputError
from dealwright.core.period import Grain
from dealwright.data import columns as c
from dealwright.data.panel import ADVERTISING, COMPETITOR
from dealwright.plan.scenario import Scope

MONDAY = date(2024, 1, 1)
N_WEEKS = 12
SCOPE = Scope(least_selling_weeks=10)


def line(day: date, sku: str, store: str, units: int) -> dict[str, object]:
    return {
        c.ORDER: f"{day} {sku} {store}",
        c.SOLD_AT: datetime.combine(day, datetime.min.time()),
        c.SKU: sku,
        c.QUANTITY: units,
        c.NET_AMOUNT: 100 * units,
        c.STORE: store,
    }


def sales() -> pd.DataFrame:
    """Tea sells three a day in A and one each Monday in B; jam one a day in B, for the first five weeks only."""
    days = [MONDAY + timedelta(days=k) for k in range(7 * N_WEEKS)]
    return pd.DataFrame(
        [line(day, "tea", "A", 3) for day in days]
        + [line(day, "tea", "B", 1) for day in days[::7]]
        + [line(day, "jam", "B", 1) for day in days[:35]]
        + [line(day, "milk", "B", 1) for day in days[7:63:7]]
    )


def read(*, grain: Grain | None = None, **tables: pd.DataFrame) -> History:
    return read_panel(MemoryTables({"sales": sales(), **tables}), SCOPE, grain=grain or Grain())


def test_the_chain_counts_all_stores_and_leaves_out_what_sold_too_little() -> None:
    history = read()
    assert history.panel.series == ["tea"]
    assert history.panel.units.tolist() == [[22.0] * N_WEEKS]
    assert history.left_out["not sold in the last weeks"] == 1  # jam
    assert history.left_out["sold in too few weeks"] == 1  # milk
    # What is not in the panel still took sales from what is.
    assert history.panel.market_units[0, :2].tolist() == [29.0, 30.0]


def test_stores_are_series_of_their_own() -> None:
    history = read(grain=Grain(by_store=True))
    assert history.panel.series == ["tea @ A", "tea @ B"]
    assert history.panel.units.tolist() == [[21.0] * N_WEEKS, [1.0] * N_WEEKS]
    assert history.panel.market_units[:, 0].tolist() == [21.0, 8.0]


def test_days_are_periods_and_weeks_are_still_what_enough_history_is_counted_in() -> None:
    history = read(grain=Grain(period_days=1, by_store=True))
    assert history.panel.series == ["tea @ A", "tea @ B"]
    assert history.panel.units.sum(axis=1).tolist() == [3.0 * 7 * N_WEEKS, 1.0 * N_WEEKS]
    assert history.panel.starts[:2] == (MONDAY, MONDAY + timedelta(days=1))


def test_a_product_sold_too_rarely_in_every_single_store_is_told_apart_from_one_that_sells_nowhere() -> None:
    frame = sales().query("sku == 'tea' and store_id == 'A'").reset_index(drop=True)
    frame[c.STORE] = [f"store {k % 7}" for k in range(len(frame))]  # each weekday in a store of its own
    shop = MemoryTables({"sales": frame[frame[c.STORE] != "store 0"]})
    assert len(read_panel(shop, SCOPE, grain=Grain(by_store=True)).panel.series) == 6
    moving = MemoryTables({"sales": frame.assign(**{c.STORE: [f"store {k // 14}" for k in range(len(frame))]})})
    with pytest.raises(InputError, match="in 11 weeks in any single store"):
        read_panel(moving, Scope(least_selling_weeks=11), grain=Grain(by_store=True))


def test_everything_the_shop_knows_of_a_period_is_in_the_panel() -> None:
    week = MONDAY + timedelta(weeks=4)
    end = week + timedelta(days=6)
    promotions = {
        c.SKU: "tea",
        c.STARTS_ON: week,
        c.ENDS_ON: end,
        c.STORE: "A",
        c.DISPLAY: True,
        c.MECHANIC: "gift",
    }
    history = read(
        promotions=pd.DataFrame([promotions]),
        prices=pd.DataFrame([{c.SKU: "tea", c.STARTS_ON: MONDAY, c.REGULAR_PRICE: 120, c.COMPETITOR: "rival"}]),
        ad_spend=pd.DataFrame([{c.CHANNEL: "tv", c.SPENT_ON: week, c.SPEND_AMOUNT: 10_000}]),
        stock=pd.DataFrame([{c.SKU: "tea", c.COUNTED_ON: week, c.UNITS: 0, c.STORE: "A"}]),
        grain=Grain(by_store=True),
    )
    panel = history.panel
    assert panel.display[:, 3:6].tolist() == [[0.0, 1.0, 0.0], [0.0, 1.0, 0.0]]  # B reports none: the chain's share
    assert panel.mechanics["gift"][0, 3:6].tolist() == [0.0, 1.0, 0.0]
    assert panel.drivers[COMPETITOR] == pytest.approx(np.full((2, N_WEEKS), np.log(1.2)))
    assert np.expm1(panel.drivers[ADVERTISING][1, 3:7]) == pytest.approx([0, 100, 100 / np.sqrt(2), 50])
    assert panel.availability[:, 4].tolist() == [0.0, 1.0]
    assert panel.is_active[:, 4].tolist() == [False, True]
    assert history.n_stock_out_periods == 1


def test_money_spent_before_the_first_week_is_still_felt_and_after_the_last_is_not() -> None:
    days = [MONDAY - timedelta(weeks=2), MONDAY + timedelta(weeks=N_WEEKS)]
    spent = pd.DataFrame({c.CHANNEL: "tv", c.SPENT_ON: days, c.SPEND_AMOUNT: [20_000, 99_000]})
    pressure = read(ad_spend=spent).panel.drivers[ADVERTISING]
    assert np.expm1(pressure[0, [0, 2]]) == pytest.approx([100, 50])


def test_own_regular_prices_alone_are_no_competition() -> None:
    own = pd.DataFrame([{c.SKU: "tea", c.STARTS_ON: MONDAY, c.REGULAR_PRICE: 120}])
    assert read(prices=own).panel.drivers == {}


def test_the_same_shop_gives_the_same_panel_whatever_the_order_of_its_rows() -> None:
    shuffled = MemoryTables({"sales": sales().sample(frac=1.0, random_state=1)})
    grain = Grain(by_store=True)
    one, other = read(grain=grain).panel, read_panel(shuffled, SCOPE, grain=grain).panel
    assert one.series == other.series
    for name in ("units", "price", "depth", "market_units"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name


def test_a_week_cut_off_by_the_data_is_no_week_but_one_day_may_be_missing() -> None:
    whole = sales()
    for days, weeks in ((1, N_WEEKS), (2, N_WEEKS - 1)):
        end = pd.Timestamp(MONDAY) + pd.Timedelta(weeks=N_WEEKS) - pd.Timedelta(days=days)
        history = read_panel(MemoryTables({"sales": whole[whole[c.SOLD_AT] < end]}), SCOPE, grain=Grain())
        assert len(history.panel.starts) == weeks


def test_a_misspelled_department_is_named_before_anything_is_laid_out() -> None:
    products = pd.DataFrame({c.SKU: ["tea"], c.DEPARTMENT: ["DRINKS"], c.CATEGORY: ["hot"]})
    shop = MemoryTables({"sales": sales(), "products": products})
    with pytest.raises(InputError, match="did you mean 'DRINKS'"):
        read_panel(shop, Scope(excluded_departments=("DRINK",)), grain=Grain())


def test_sales_without_stores_cannot_be_told_apart_by_store() -> None:
    shop = MemoryTables({"sales": sales().drop(columns=c.STORE)})
    with pytest.raises(InputError, match="no sale names its store"):
        read_panel(shop, SCOPE, grain=Grain(by_store=True))
