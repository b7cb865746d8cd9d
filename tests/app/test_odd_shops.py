"""Shops with odd tables: a clear refusal or sound numbers, never a crash or a silent lie."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from dealwright.adapters.memory import MemoryTables
from dealwright.app.demand.backtest_forecast import backtest_forecast
from dealwright.app.demand.forecast_demand import DemandForecast, forecast_demand
from dealwright.app.demand.read_panel import read_panel
from dealwright.app.demand.summarise_demand import forecast_document
from dealwright.core.errors import InputError
from dealwright.core.period import Grain
from dealwright.data import columns as c
from dealwright.data.panel import ADVERTISING
from dealwright.plan.scenario import Scenario, Scope
from known_shop import make_frames, make_panel

SCENARIO = Scenario.read("n_draws: 100\nscope: {least_selling_weeks: 8}")
FIRST = date(2022, 1, 3)
N = 6

Frames = dict[str, pd.DataFrame]


def frames(n_weeks: int = 60) -> Frames:
    return make_frames(make_panel(n=N, n_weeks=n_weeks, n_categories=2, base=20.0))


def learnt(shop: Frames) -> DemandForecast:
    return forecast_demand(MemoryTables(shop), SCENARIO, country="DE", seed=3)


def counted(shop: Frames, is_out: np.ndarray[Any, Any]) -> Frames:
    """Every product counted on Mondays, with empty shelves and no sales where `is_out` (n, T)."""
    sales = shop["sales"]
    week = (sales[c.SOLD_AT] - pd.Timestamp(FIRST)).dt.days // 7
    row = sales[c.SKU].str.removeprefix("sku-").astype(int)
    stock = pd.DataFrame(
        [
            (f"sku-{i}", FIRST + timedelta(weeks=t), 0 if is_out[i, t] else 50, "1")
            for i in range(N)
            for t in range(is_out.shape[1])
        ],
        columns=[c.SKU, c.COUNTED_ON, c.UNITS, c.STORE],
    )
    return shop | {"sales": sales[~is_out[row, week]], "stock": stock}


def test_weeks_of_empty_shelves_do_not_count_against_the_forecast_of_demand() -> None:
    is_out = np.random.default_rng(1).random((N, 60)) < 0.3
    full, empty = learnt(frames()), learnt(counted(frames(), is_out))
    assert full.score is not None
    assert empty.score is not None
    assert empty.score.blend.wape < full.score.blend.wape + 0.05
    assert abs(empty.score.blend.bias) < 0.15
    assert empty.response.baseline.mean() == pytest.approx(full.response.baseline.mean(), rel=0.1)


def test_a_stock_table_in_which_nothing_was_ever_on_the_shelf_is_refused() -> None:
    shop = frames()
    stock = counted(shop, np.zeros((N, 60), dtype=np.bool_))["stock"].assign(**{c.UNITS: 0})
    with pytest.raises(InputError, match="no product was on the shelf in any week"):
        learnt(shop | {"stock": stock})


def test_a_backtest_over_periods_of_empty_shelves_only_is_refused() -> None:
    shop = frames()
    stock = counted(shop, np.zeros((N, 60), dtype=np.bool_))["stock"].assign(**{c.UNITS: 0})
    with pytest.raises(InputError, match="nothing was sold with full shelves in the periods to be judged"):
        backtest_forecast(
            MemoryTables(shop | {"stock": stock}),
            Scope(least_selling_weeks=8),
            grain=Grain(),
            country="DE",
            minor_per_major=100,
            seed=1,
            cpu=lambda: 0.0,
            models=["mean4"],
        )


def test_a_rival_that_never_changes_its_prices_changes_nothing_however_dear_it_is() -> None:
    shop = frames()
    prices = pd.DataFrame(
        {c.SKU: shop["products"][c.SKU], c.STARTS_ON: FIRST, c.REGULAR_PRICE: 10**9, c.COMPETITOR: "rival"}
    )
    plain, beside = learnt(shop), learnt(shop | {"prices": prices})
    assert beside.response.baseline.mean() == pytest.approx(plain.response.baseline.mean(), rel=0.05)
    spread, other = (demand.response.baseline.std(axis=0).mean() for demand in (plain, beside))
    assert other == pytest.approx(spread, rel=0.2)


def test_products_that_sell_millions_of_units_a_week_are_forecast_as_such() -> None:
    shop = frames()
    many = shop["sales"].assign(**{c.QUANTITY: shop["sales"][c.QUANTITY] * 100_000})
    few, lots = learnt(shop), learnt(shop | {"sales": many})
    assert lots.response.baseline.mean() == pytest.approx(1e5 * few.response.baseline.mean(), rel=0.02)
    assert lots.fit.shop_elasticity == pytest.approx(few.fit.shop_elasticity, abs=0.1)


def test_a_shop_that_gives_everything_away_is_refused_and_does_not_count_as_promoted() -> None:
    shop = frames()
    free = shop["sales"].assign(**{c.NET_AMOUNT: 0, c.DISCOUNT_AMOUNT: 0})
    panel = read_panel(MemoryTables(shop | {"sales": free}), SCENARIO.scope, grain=Grain()).panel
    assert panel.depth.max() == 0.0
    assert panel.display.max() == 0.0
    with pytest.raises(InputError, match="the sales cannot tell what a promotion would do"):
        learnt(shop | {"sales": free})


def test_a_promotion_announced_as_free_leaves_a_price_to_take_a_logarithm_of() -> None:
    shop = frames()
    sales = shop["sales"]
    unsold = sales[(sales[c.SKU] != "sku-0") | (sales[c.DISCOUNT_AMOUNT] == 0)]
    announced = shop["promotions"].assign(**{c.DEPTH: 1.0})
    demand = learnt(shop | {"sales": unsold, "promotions": announced})
    assert demand.panel.depth.max() <= 0.9
    assert np.isfinite(demand.response.baseline).all()


def test_advertising_is_counted_in_the_shops_own_major_units() -> None:
    shop = frames()
    shop["ad_spend"] = pd.DataFrame({c.CHANNEL: ["tv"], c.SPENT_ON: [FIRST], c.SPEND_AMOUNT: [5000]})
    yen = forecast_demand(MemoryTables(shop), SCENARIO, country="JP", seed=3, minor_per_major=1)
    assert yen.panel.drivers[ADVERTISING][:, 0] == pytest.approx(np.log1p(5000))


def test_the_forecast_says_in_a_code_why_no_category_brings_another_sales() -> None:
    told = forecast_document(learnt(frames()))
    assert told["halo"]["n_pairs"] == 0
    assert told["halo"]["code"] in {"no_credible_halo", "no_pair_beyond_chance", "none_bought_together"}
    assert json.loads(json.dumps(told, allow_nan=False)) == told


@pytest.mark.parametrize(("n_weeks", "n_trials", "is_scored"), [(20, 1, False), (27, 2, False), (28, 3, True)])
def test_a_score_needs_a_trial_that_was_over_before_the_judged_one_began(
    n_weeks: int, n_trials: int, is_scored: bool
) -> None:
    demand = learnt(frames(n_weeks))
    assert len(demand.trials) == n_trials
    assert (demand.score is not None) == is_scored
    assert (forecast_document(demand)["coverage"] is not None) == is_scored


def test_the_order_of_rows_changes_no_number() -> None:
    shop = frames(40)
    shuffled = {name: rows.sample(frac=1, random_state=5) for name, rows in shop.items()}
    one, other = learnt(shop), learnt(shuffled)
    assert (one.response.baseline == other.response.baseline).all()
    assert (one.response.elasticity == other.response.elasticity).all()
