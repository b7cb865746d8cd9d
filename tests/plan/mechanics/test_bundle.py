"""Bundles: one price for several products, its discount split to the cent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealwright.core.errors import InputError
from dealwright.plan.mechanics import Bundle, BundleItem, Shopping, effective

SET = Bundle((BundleItem("tea"), BundleItem("mug", 2)), price_minor=1000, taken=0.5)
SHELF = {"tea": 333, "mug": 500}


def test_the_discount_goes_to_items_in_proportion_to_regular_prices() -> None:
    # 1333 - 1000 = 333 on 333 and 1000: 83.19 and 249.81, the spare cent to the larger remainder.
    assert SET.shares(SHELF) == {"tea": 83, "mug": 250}


def test_each_item_costs_its_exact_share_and_is_felt_to_be_cut_like_the_others() -> None:
    tea = effective(SET, Shopping("tea", 333, shelf=SHELF))
    mug = effective(SET, Shopping("mug", 500, shelf=SHELF))
    assert tea.felt_depth == mug.felt_depth == pytest.approx(0.5 * 333 / 1333)
    assert (tea.discount_minor, mug.discount_minor) == (41.5, 62.5)
    assert (tea.discount_minor + 2 * mug.discount_minor) / SET.taken == 333


def test_a_bundle_is_not_offered_where_it_does_not_belong() -> None:
    assert SET.suits(Shopping("cup", 400, shelf=SHELF)).code == "not_in_bundle"
    assert SET.suits(Shopping("tea", 333)).code == "no_price"
    assert SET.suits(Shopping("tea", 333, shelf={"mug": 300})).code == "not_below_regular"
    assert "mug" in SET.suits(Shopping("tea", 333)).reason


def test_a_bundle_holds_several_units_each_product_named_once() -> None:
    with pytest.raises(InputError, match="items name tea more than once"):
        Bundle((BundleItem("tea"), BundleItem("tea")), 100, 0.5)
    with pytest.raises(InputError, match="use fixed_price for one"):
        Bundle((BundleItem("tea"),), 100, 0.5)
    with pytest.raises(InputError, match="items is a list of one or more BundleItem"):
        Bundle((), 100, 0.5)
    with pytest.raises(InputError, match="sku is a text that is not empty"):
        BundleItem(" ")


@given(
    prices=st.lists(st.integers(1, 10_000), min_size=2, max_size=5),
    units=st.lists(st.integers(1, 4), min_size=5, max_size=5),
    data=st.data(),
)
def test_shares_always_sum_to_the_discount_and_stay_within_the_items(
    prices: list[int], units: list[int], data: st.DataObject
) -> None:
    shelf = {f"p{i}": price for i, price in enumerate(prices)}
    items = tuple(BundleItem(f"p{i}", units[i]) for i in range(len(prices)))
    regular = sum(item.units * shelf[item.sku] for item in items)
    bundle = Bundle(items, data.draw(st.integers(1, regular - 1)), 1.0)
    shares = bundle.shares(shelf)
    assert sum(shares.values()) == regular - bundle.price_minor
    assert all(0 <= shares[item.sku] <= item.units * shelf[item.sku] for item in items)
