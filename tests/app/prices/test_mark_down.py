"""Falling prices that clear stock by a day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from dealwright.app.prices.mark_down import Clearance, MarkdownPlan, mark_down, stock_of
from dealwright.core.errors import InputError
from known_demand import known_demand, known_tables
from shop_stock import counted_tables, plan

SKUS = ("sku-1", "sku-2")


def cleared(units: float, **changes: Any) -> MarkdownPlan:
    by = known_demand().response.weeks[-1] + timedelta(days=7)
    given: dict[str, Any] = {"by": by, "skus": SKUS, "depths": (0.1, 0.2, 0.3)}
    asked = Clearance(**(given | changes))
    return mark_down(known_demand(), plan(is_empty=True), np.full(6, units), asked, currency="EUR", seed=1)


def test_what_sells_by_itself_keeps_its_price() -> None:
    found = cleared(20)
    assert set(found.table["price"]) == {5.0}
    assert found.gain.value == 0.0
    assert (found.products["left"] < 1).all()


def test_prices_never_rise_and_stand_on_the_ladder() -> None:
    found = cleared(250)
    for _, path in found.table.groupby("sku"):
        assert (np.diff(path["price"]) <= 0).all()
    assert set(found.labels) <= {500, 449, 399, 349}
    assert found.table["depth"].max() <= 0.31


def test_a_markdown_brings_more_than_holding_and_leaves_less() -> None:
    found = cleared(250, salvage_share=0.0)
    assert (found.products["left"] < found.products["left_if_held"]).all()
    assert (found.products["gain"] > 0).all()
    assert found.gain.value == pytest.approx(found.products["gain"].sum())
    assert found.value.value == pytest.approx(found.products["money"].sum())
    assert found.score == pytest.approx(found.bound)


def test_units_sold_and_left_are_the_stock() -> None:
    found = cleared(250)
    sold = found.table.groupby("sku")["units"].sum()
    assert np.allclose(sold + found.products.set_index("sku")["left"], 250)


def test_a_higher_salvage_asks_for_smaller_cuts() -> None:
    deep, shallow = (cleared(250, salvage_share=share).table["price"].mean() for share in (0.0, 1.0))
    assert deep < shallow


def test_shared_labels_are_shared() -> None:
    assert len(cleared(250, is_shared=True, n_labels=1).labels) == 1


def test_a_share_that_must_be_sold_is_sold_or_refused() -> None:
    assert (cleared(200, sell_through=0.8).products["sold_share"] >= 0.8).all()
    with pytest.raises(InputError, match="reaches a sell-through of at most"):
        cleared(2000, sell_through=0.9)


def test_stock_is_what_is_given_before_what_is_counted() -> None:
    skus = known_demand().panel.skus
    assert stock_of(counted_tables(40), skus, {}).tolist() == [40.0] * 6
    given = stock_of(counted_tables(40), skus, {"sku-1": 7})
    assert given[skus.index("sku-1")] == 7
    assert np.isnan(given).sum() == 5
    with pytest.raises(InputError, match="no forecast product is called 'sku-99'"):
        stock_of(known_tables(), skus, {"sku-99": 7})
    with pytest.raises(InputError, match="needs counted stock"):
        stock_of(known_tables(), skus, {})
