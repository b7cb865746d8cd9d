"""The best shelf prices under demand and rules."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from dealwright.app.prices.price_facts import PriceFacts, price_facts
from dealwright.app.prices.price_rules import PriceRules, ruled
from dealwright.app.prices.priced_shop import PricedShop, priced_shop
from dealwright.app.prices.set_prices import PriceAim, PriceList, set_prices
from dealwright.core.errors import InputError
from known_demand import SCENARIO, known_demand, known_tables

ALL = np.ones(6, dtype=np.bool_)


@cache
def facts() -> PriceFacts:
    first = known_demand().response.weeks[0]
    return price_facts(known_demand().panel, known_tables(), SCENARIO, on=first, currency="EUR")


@cache
def priced(text: str = "", *, basket_rise: float | None = 0.0, chance: float = 0.8, few: bool = False) -> PriceList:
    rules = ruled(PriceRules.read(text), known_demand().panel, currency="EUR")
    products = np.array([sku == "sku-1" for sku in facts().skus]) if few else ALL
    aim = PriceAim(products, chance, basket_rise)
    return set_prices(known_demand(), facts(), rules, aim, currency="EUR", seed=1)


def shop(text: str = "") -> PricedShop:
    rules = ruled(PriceRules.read(text), known_demand().panel, currency="EUR")
    return priced_shop(known_demand(), facts(), rules, products=ALL, seed=1)


def by_sku(found: PriceList) -> pd.DataFrame:
    return found.table.set_index("sku")


def test_prices_of_today_are_those_of_the_shop() -> None:
    assert {one.price_minor for one in facts().standing} == {500}
    assert {one.unit_cost_minor for one in facts().standing} == {350}
    assert facts().n_costs_assumed == facts().n_prices_inferred == 6


def test_every_new_price_keeps_every_rule() -> None:
    table = priced("{largest_change: [{share: 0.05}], ending: [{digits: '9'}]}", basket_rise=None).table
    moved = table[table["new_price"] != table["price"]]
    assert len(moved) > 0
    assert (np.abs(moved["new_price"] / moved["price"] - 1) <= 0.05 + 1e-9).all()
    assert {f"{price:.2f}"[-1] for price in moved["new_price"]} == {"9"}


def test_what_customers_buy_today_gets_no_dearer_than_allowed() -> None:
    assert priced(basket_rise=None).basket_change > 0.02
    assert priced(basket_rise=0.0).basket_change <= 1e-6
    assert priced(basket_rise=0.02).basket_change <= 0.02 + 1e-6


def test_the_more_the_basket_may_cost_the_more_is_earned() -> None:
    gains = [priced(basket_rise=rise).gain.value for rise in (0.0, 0.02, None)]
    assert gains == sorted(gains)
    assert priced(basket_rise=None).basket_price == 0.0


def test_a_rule_that_holds_a_price_back_is_named_with_what_it_costs() -> None:
    row = by_sku(priced("{largest_change: [{share: 0.02}], ending: []}", basket_rise=None)).iloc[0]
    assert row["holds"] == "largest_change"
    assert row["rule"] == "a price moves by at most 2.0% at once"
    assert "2.0%" in row["rule_zh"]
    assert row["worth"] > 0


def test_where_nothing_is_better_surely_enough_prices_stay() -> None:
    never = priced(chance=0.999999, basket_rise=0.0)
    assert set(never.table["verdict"]) <= {"unsure", "best"}
    assert never.gain.value == 0.0


def test_a_price_below_the_floor_must_move_and_its_digits_alone_force_nothing() -> None:
    forced = priced("{floor: [{least: 5.20}]}", basket_rise=None)
    assert set(forced.table["verdict"]) == {"forced"}
    assert (forced.table["new_price"] >= 5.20).all()
    assert "forced" not in set(priced("ending: [{digits: '9'}]").table["verdict"])


def test_only_named_products_change() -> None:
    found = priced(basket_rise=None, few=True)
    assert list(found.table["sku"]) == ["sku-1"]


def test_relations_are_kept() -> None:
    gap = "{brand_gap: [{cheaper: sku-0, dearer: sku-1, least: 0.04}], ending: []}"
    table: Any = by_sku(priced(gap, basket_rise=None))
    assert table.loc["sku-1", "new_price"] >= 1.04 * table.loc["sku-0", "new_price"] - 1e-9


def test_relations_that_no_price_keeps_are_refused() -> None:
    with pytest.raises(InputError, match="no rungs keep all of"):
        priced("brand_gap: [{cheaper: sku-0, dearer: sku-1, least: 0.9}]", basket_rise=None)


def test_a_dearer_unit_cost_never_lowers_the_best_price() -> None:
    table = priced(basket_rise=None).table
    assert (table["price_if_cost_higher"] >= table["price_if_cost_lower"]).all()


def test_what_neighbours_gain_is_part_of_the_sum_and_counted_once() -> None:
    one = shop()
    dearer = one.today.copy()
    dearer[0] += 1
    near = float(one.near(one.today)[0])
    alone = (one.worth(0, near)[:, dearer[0]] - one.worth(0, near)[:, one.today[0]]).mean()
    together = (one.together(dearer) - one.together(one.today)).mean()
    assert together == pytest.approx(alone)


def test_the_gain_is_the_mean_over_draws_within_its_range() -> None:
    gain = priced(basket_rise=None).gain
    assert 0 < gain.low < gain.value < gain.high
