"""Mechanics on many products, as the planner takes them."""

from __future__ import annotations

import numpy as np
import pytest

from dealwright.core.errors import InputError
from dealwright.plan.mechanics import (
    AmountOff,
    Baskets,
    Bundle,
    BundleItem,
    BuyXGetY,
    FixedPrice,
    FlashSale,
    FullReductionEvery,
    Gift,
    PercentOff,
    Purchases,
    expand,
)


def test_each_product_has_each_mechanic_at_its_own_price() -> None:
    offers = expand([PercentOff(0.2), AmountOff(100)], {"tea": 400, "coffee": 1000})
    assert offers.skus == ("tea", "coffee")
    assert offers.felt_depth.tolist() == [[0.2, 0.25], [0.2, 0.1]]
    assert offers.cost_share.tolist() == [[0.2, 0.25], [0.2, 0.1]]
    assert offers.is_possible.all()
    assert offers.unsuited == ()


def test_what_does_not_suit_a_product_is_told_and_left_at_nothing() -> None:
    bundle = Bundle((BundleItem("tea"), BundleItem("mug")), 700, 0.5)
    offers = expand([AmountOff(500), bundle], {"tea": 400, "mug": 600, "cup": 550})
    assert offers.is_possible.tolist() == [[False, True], [True, True], [True, False]]
    assert [(each.sku, each.mechanic) for each in offers.unsuited] == [("tea", 0), ("cup", 1)]
    assert offers.felt_depth[0, 0] == offers.cost_share[0, 0] == 0.0
    assert np.isinf(offers.most_uses[0, 0])
    # Half of the units are sold in the bundle: 120 and 180 off.
    assert offers.discount_share[:2, 1] * [400, 600] == pytest.approx([60.0, 90.0])


def test_what_was_seen_of_a_product_is_used_before_what_was_seen_of_the_shop() -> None:
    offers = expand(
        [BuyXGetY(1, 1, completing=0.0), FullReductionEvery(1000, 100)],
        {"tea": 400, "mug": 600},
        purchases={"tea": Purchases.observed([2])},
        baskets=Baskets.observed([1000]),
        baskets_of={"mug": Baskets.observed([500], units=[1])},
    )
    assert offers.felt_depth[0].tolist() == [0.5, 0.1]
    assert offers.felt_depth[1, 1] == 0.0
    assert 0 < offers.felt_depth[1, 0] < 0.2
    sources = {(a.code, a.source) for a in offers.assumptions[0]}
    assert {("units_at_once", "data"), ("units_at_once", "assumed")} <= sources


def test_only_cuts_that_everyone_gets_change_the_shelf_label() -> None:
    mechanics = [PercentOff(0.2), FlashSale(0.5, stock=40), AmountOff(100), FixedPrice(300), BuyXGetY(1, 1)]
    assert expand(mechanics, {"tea": 400}).is_price_cut.tolist() == [True, False, True, True, False]


def test_gifts_are_spent_beside_the_price() -> None:
    offers = expand(
        [Gift(100, 300, weekly_cost_minor=50, vehicles=("display", "app"))],
        {"tea": 400},
        purchases={"tea": Purchases.observed([1])},
    )
    assert offers.discount_share.tolist() == [[0.0]]
    assert offers.extra_minor.tolist() == [[100.0]]
    assert offers.cost_share.tolist() == [[0.25]]
    assert offers.fixed_minor.tolist() == [[50.0]]
    assert (offers.on_display.tolist(), offers.in_mailer.tolist(), offers.in_app.tolist()) == (
        [True],
        [False],
        [True],
    )


def test_an_offer_serves_as_many_units_as_there_are() -> None:
    offers = expand([PercentOff(0.2), FlashSale(0.5, stock=40)], {"tea": 400})
    units = np.array([[[200.0, 200.0], [10.0, 10.0], [0.0, 0.0]]])
    assert offers.served(units).tolist() == [[[1.0, 0.2], [1.0, 1.0], [1.0, 1.0]]]


def test_an_assumption_is_told_once_for_all_products_with_the_mean_of_its_numbers() -> None:
    offers = expand(
        [BuyXGetY(1, 1)],
        {"tea": 400, "mug": 600},
        purchases={"tea": Purchases.observed([2]), "mug": Purchases.observed([4])},
    )
    assert [(a.code, a.number) for a in offers.assumptions[0]] == [
        ("units_at_once", 3.0),
        ("completing", 1.0),
        ("mean_cut", 0.5),
    ]


def test_all_impossible_prices_are_told_at_once() -> None:
    with pytest.raises(InputError) as refused:
        expand([PercentOff(0.2)], {"tea": 0, "mug": 600, "cup": -3})
    assert len(refused.value.problems) == 2


def test_no_mechanics_or_no_products_are_empty_arrays() -> None:
    assert expand([], {"tea": 400}).felt_depth.shape == (1, 0)
    assert expand([PercentOff(0.2)], {}).is_possible.shape == (0, 1)
