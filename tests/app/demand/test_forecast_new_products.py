"""Products without history: their forecast, whom they are like, and what is refused before anything is learnt."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from dealwright.adapters.memory import MemoryTables
from dealwright.app.demand.basis import Basis
from dealwright.app.demand.forecast_demand import DemandForecast
from dealwright.app.demand.forecast_new_products import forecast_new_products, told_of
from dealwright.app.demand.read_new_products import NEW_PRODUCTS
from dealwright.core.errors import InputError
from dealwright.data import columns as c
from dealwright.data.panel import Panel
from dealwright.plan.scenario import Scenario
from known_shop import make_frames, make_panel


def branded(panel: Panel) -> Panel:
    """Even products are of one brand, odd ones of another; each costs a little more than the one before."""
    number = [int(sku.removeprefix("sku-")) for sku in panel.skus]
    brands = ["Acme" if i % 2 == 0 else "Best" for i in number]
    price = 400.0 + 10.0 * np.array(number)[:, None] + np.zeros_like(panel.price)
    return replace(panel, products=panel.products.assign(**{c.BRAND: brands}), price=price)


@pytest.fixture(scope="module")
def basis() -> Basis:
    frames = make_frames(branded(make_panel(n=14, n_weeks=36, n_categories=3, base=30.0)), n_customers=60)
    scenario = Scenario.read("n_draws: 60\nweeks: 3\nscope: {least_selling_weeks: 8}")
    return Basis(MemoryTables(frames), scenario, country="US", seed=3)


@pytest.fixture(scope="module")
def demand(basis: Basis) -> DemandForecast:
    learnt = basis.learn(basis.read())
    return replace(learnt, panel=branded(learnt.panel))


def launch(*rows: dict[str, Any]) -> pd.DataFrame:
    blank: dict[str, Any] = dict.fromkeys(NEW_PRODUCTS.names)
    return pd.DataFrame(
        [blank | {c.SKU: "new", c.CATEGORY: "category 0", c.REGULAR_PRICE: 480} | row for row in rows]
    )


def test_every_coming_week_has_units_with_a_range(demand: DemandForecast) -> None:
    made = told_of(demand, launch({}, {c.SKU: "other"}), seed=1, minor_per_major=100)
    assert made.weeks == demand.response.weeks
    for product in made.products:
        assert len(product.units) == 3
        assert all(0 <= units.low < units.value < units.high for units in product.units)
    assert made.products[0].price == 4.80
    assert made.n_learnt_from == 14


def test_who_shares_most_names_is_most_similar_and_of_those_who_is_nearest_in_price(demand: DemandForecast) -> None:
    (product,) = told_of(
        demand, launch({c.BRAND: "Acme", c.REGULAR_PRICE: 495}), seed=1, minor_per_major=100
    ).products
    # Of category 0 are 0, 3, 6, 9 and 12; 0, 6 and 12 are of the brand, at 4.00, 4.60 and 5.20.
    assert [one.sku for one in product.similar] == ["sku-12", "sku-6", "sku-0"]
    assert product.similar[0].shared == ("category=category 0", "brand=Acme")
    assert product.similar[0].price == 5.20
    i = demand.panel.skus.index("sku-12")
    assert product.similar[0].sells == demand.panel.units[i, demand.panel.is_active[i]][-8:].mean()


def test_a_product_without_a_name_goes_by_its_number(demand: DemandForecast) -> None:
    made = told_of(demand, launch({}, {c.SKU: "b", c.NAME: "Green tea"}), seed=1, minor_per_major=100)
    assert [product.name for product in made.products] == ["new", "Green tea"]


def test_the_document_is_plain_values_and_names_what_is_assumed(demand: DemandForecast) -> None:
    made = told_of(demand, launch({}), seed=1, minor_per_major=100)
    told = json.loads(json.dumps(made.to_dict(), allow_nan=False))
    assert told["assumptions"] == ["settled", "no_promotion", "not_known_from_launches"]
    assert len(told["products"][0]["units"]) == len(told["weeks"]) == 3


def test_all_mistakes_are_told_before_anything_is_learnt(basis: Basis) -> None:
    said: list[str] = []
    wrong = launch({c.CATEGORY: "category O"}, {c.SKU: "sku-3"})
    with pytest.raises(InputError) as refused:
        forecast_new_products(basis, wrong, progress=lambda what, _: said.append(what))
    assert len(refused.value.problems) == 2
    assert "no category with sales is called 'category O'; did you mean 'category " in refused.value.problems[0]
    assert refused.value.problems[1].startswith("'sku-3' has sold before")
    assert said == ["laying sales out by product and week"]
