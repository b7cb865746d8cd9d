"""Products without history are forecast from what they are like, with ranges that hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from dealwright.core.errors import InputError
from dealwright.core.rng import stream
from dealwright.data import columns as c
from dealwright.data.panel import Panel
from dealwright.demand.features import Offers
from dealwright.demand.fit import fit_response
from dealwright.demand.new_products import forecast_new, learn_levels, settled
from dealwright.demand.posterior import Fit
from known_shop import Truth, make_panel

N, N_KNOWN = 120, 80


def branded(seed: int = 0) -> Panel:
    """A shop where brand "big" sells four times as much as brand "small"."""
    panel = make_panel(n=N, n_weeks=60, n_categories=2, seed=seed, truth=Truth(switching=0.0))
    factor = np.where(np.random.default_rng([seed, 9]).random(N) < 0.5, 4.0, 1.0)
    units = panel.units * factor[:, None]
    products = panel.products.assign(**{c.BRAND: np.where(factor > 1, "big", "small")})
    listed = units * panel.price
    return replace(
        panel,
        products=products,
        units=units,
        list_value=np.where(units > 0, listed, np.nan),
        revenue=np.where(units > 0, listed * (1 - panel.depth), np.nan),
    )


@pytest.fixture(scope="module")
def shop() -> Panel:
    return branded()


@pytest.fixture(scope="module")
def panel(shop: Panel) -> Panel:
    return shop.rows(np.arange(N_KNOWN))


@pytest.fixture(scope="module")
def fit(panel: Panel) -> Fit:
    return fit_response(panel, country="US")


def new_row(**changes: object) -> pd.DataFrame:
    row = {c.SKU: "new", c.CATEGORY: "category 0", c.BRAND: "big", c.IS_OWN_LABEL: False, c.REGULAR_PRICE: 500}
    return pd.DataFrame([{**row, **changes}])


def ahead(panel: Panel, horizon: int) -> list[date]:
    return [panel.starts[-1] + timedelta(weeks=k + 1) for k in range(horizon)]


def test_ranges_hold_what_products_left_out_of_the_shop_really_sold(shop: Panel, panel: Panel, fit: Fit) -> None:
    hidden = shop.rows(np.arange(N_KNOWN, N))
    last = slice(50, 60)
    products = hidden.products.assign(**{c.CATEGORY: [f"category {k}" for k in hidden.category_of]})
    products[c.REGULAR_PRICE] = 500
    made = forecast_new(
        fit,
        panel,
        products,
        starts=shop.starts[last],
        offers=Offers(hidden.depth[:, last], hidden.display[:, last], hidden.mailer[:, last]),
        rng=stream(1, "new"),
    )
    sold = hidden.units[:, last].ravel()
    inside = (sold >= made.units["low"]) & (sold <= made.units["high"])
    assert 0.7 <= inside.mean() <= 0.92
    assert made.units["mean"].sum() == pytest.approx(sold.sum(), rel=0.12)


def test_the_coverage_of_left_out_products_is_measured(fit: Fit, panel: Panel) -> None:
    levels = learn_levels(fit, panel)
    assert levels.n_products == N_KNOWN
    assert 0.7 <= levels.coverage <= 0.9


def test_a_product_of_the_strong_brand_is_expected_to_sell_more(fit: Fit, panel: Panel) -> None:
    products = pd.concat([new_row(sku="one"), new_row(sku="two", **{c.BRAND: "small"})], ignore_index=True)
    made = forecast_new(
        fit, panel, products, starts=ahead(panel, 2), offers=Offers.none(2, 2), rng=stream(1, "new")
    )
    assert made.units[c.SKU].tolist() == ["one", "one", "two", "two"]
    assert made.units[c.PERIOD].tolist() == ahead(panel, 2) * 2
    one, two = made.units["mean"].to_numpy().reshape(2, 2)
    assert (one / two).mean() == pytest.approx(4.0, rel=0.2)
    assert (made.units["low"] < made.units["mean"]).all()
    assert (made.units["mean"] < made.units["high"]).all()


def test_a_promoted_new_product_sells_as_much_more_as_its_category_answers(fit: Fit, panel: Panel) -> None:
    none = np.zeros((1, 3))
    depth = np.array([[0.3, 0.0, 0.0]])
    without, with_cut = (
        forecast_new(
            fit, panel, new_row(), starts=ahead(panel, 3), offers=Offers(d, none, none), rng=stream(1, "new")
        )
        .units["mean"]
        .to_numpy()
        for d in (none, depth)
    )
    category = next(f for f in fit.categories if panel.category_of[f.rows[0]] == 0)
    assert with_cut[0] / without[0] == pytest.approx(0.7 ** -category.shared("elasticity"), rel=0.05)
    assert with_cut[1] <= without[1]


def test_a_new_subcategory_is_answered_for_by_its_category_and_a_known_one_by_itself(shop: Panel) -> None:
    names = [f"sub {i % 4}" for i in range(N)]
    panel = replace(shop, products=shop.products.assign(**{c.SUBCATEGORY: names}))
    fit = fit_response(panel, country="US")
    one = np.array([[0.3]])
    none = np.zeros((1, 1))

    def lift(subcategory: str) -> float:
        row = new_row(**{c.SUBCATEGORY: subcategory})
        cut, usual = (
            forecast_new(
                fit, panel, row, starts=ahead(panel, 1), offers=Offers(d, none, none), rng=stream(1, "new")
            )
            .units["mean"]
            .iloc[0]
            for d in (one, none)
        )
        return float(np.log(cut / usual))

    category = next(f for f in fit.categories if panel.category_of[f.rows[0]] == 0)
    alone = category.shared("elasticity")
    row = int(np.flatnonzero(np.array(names)[category.rows] == "sub 2")[0])
    group = alone + float(category.mode.group[category.nested.group_of[row], 0])
    assert lift("sub 2") / -np.log(0.7) == pytest.approx(group, abs=0.1)
    assert lift("never seen") / -np.log(0.7) == pytest.approx(alone, abs=0.1)


def test_the_same_seed_gives_the_same_forecast(fit: Fit, panel: Panel) -> None:
    made = [
        forecast_new(fit, panel, new_row(), starts=ahead(panel, 2), offers=Offers.none(1, 2), rng=stream(3, "x"))
        for _ in range(2)
    ]
    pd.testing.assert_frame_equal(made[0].units, made[1].units)


def test_rows_of_new_products_may_carry_any_index(fit: Fit, panel: Panel) -> None:
    products = pd.concat([new_row(sku="one"), new_row(sku="two", **{c.BRAND: "small"})])
    made = forecast_new(
        fit, panel, products, starts=ahead(panel, 2), offers=Offers.none(2, 2), rng=stream(1, "new")
    )
    assert made.units[c.SKU].tolist() == ["one", "one", "two", "two"]


def test_in_a_panel_of_stores_a_new_product_is_forecast_for_a_store(shop: Panel) -> None:
    # The second half of the shop is taken for the same products in another store, which sells half as much.
    skus = [f"sku-{i % 60}" for i in range(N)]
    stores = ["large" if i < 60 else "small" for i in range(N)]
    halved = np.where(np.array(stores)[:, None] == "small", np.floor(shop.units / 2), shop.units)
    brands = np.array(shop.products[c.BRAND])
    products = shop.products.assign(**{c.SKU: skus, c.STORE: stores, c.BRAND: [brands[i % 60] for i in range(N)]})
    panel = replace(shop, products=products, units=halved)
    fit = fit_response(panel, country="US")
    both = pd.concat([new_row(**{c.STORE: name}) for name in ("large", "small")], ignore_index=True)
    made = forecast_new(fit, panel, both, starts=ahead(panel, 1), offers=Offers.none(2, 1), rng=stream(1, "new"))
    assert made.levels.n_products == 60
    assert made.units[c.STORE].tolist() == ["large", "small"]
    assert made.units["mean"].iloc[0] > 1.3 * made.units["mean"].iloc[1]


def test_products_that_no_longer_sell_teach_nothing_of_a_new_one(panel: Panel) -> None:
    units = panel.units.copy()
    units[3, -8:] = 0
    short = panel.is_active.copy()
    short[5, :-7] = False
    rows = settled(replace(panel, units=units, is_active=short))
    assert 3 not in rows
    assert 5 not in rows
    assert len(rows) == N_KNOWN - 2


def test_everything_wrong_with_new_products_is_told_at_once(fit: Fit, panel: Panel) -> None:
    products = pd.concat(
        [
            new_row(sku="a", **{c.CATEGORY: "catgory 0"}),
            new_row(sku="b", **{c.REGULAR_PRICE: np.nan}),
            new_row(sku="sku-0"),
            new_row(sku="d"),
            new_row(sku="d"),
        ],
        ignore_index=True,
    )
    with pytest.raises(InputError) as told:
        forecast_new(fit, panel, products, starts=ahead(panel, 2), offers=Offers.none(1, 2), rng=stream(1, "x"))
    text = str(told.value)
    assert "did you mean 'category 0'?" in text
    assert "'b' has no regular price above 0" in text
    assert "'sku-0' has sold before" in text
    assert "'d' is listed more than once" in text
    assert "offers' depth has the shape (1, 2); products and periods are (5, 2)" in text


def test_new_products_without_price_column_are_refused(fit: Fit, panel: Panel) -> None:
    bare = new_row().drop(columns=[c.REGULAR_PRICE])
    with pytest.raises(InputError, match="no column 'regular_price'"):
        forecast_new(fit, panel, bare, starts=ahead(panel, 1), offers=Offers.none(1, 1), rng=stream(1, "x"))


def test_no_new_product_at_all_is_refused(fit: Fit, panel: Panel) -> None:
    with pytest.raises(InputError, match="there is no new product"):
        forecast_new(
            fit, panel, new_row().iloc[:0], starts=ahead(panel, 1), offers=Offers.none(0, 1), rng=stream(1, "x")
        )


def test_a_shop_with_too_few_settled_products_cannot_be_compared_with(panel: Panel) -> None:
    few = panel.rows(np.arange(6))
    with pytest.raises(InputError, match="6 products have been on sale"):
        learn_levels(fit_response(few, country="US"), few)
