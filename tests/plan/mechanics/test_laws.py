"""What holds for every mechanic, whatever its numbers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealwright.plan.mechanics import (
    AmountOff,
    Baskets,
    Bundle,
    BundleItem,
    BuyXGetY,
    Coupon,
    FixedPrice,
    FlashSale,
    FreeDelivery,
    FullReduction,
    FullReductionEvery,
    GroupBuy,
    Mechanic,
    MemberPrice,
    PercentOff,
    Presale,
    Purchases,
    QuantityTiers,
    Shopping,
    SpendStep,
    UnitStep,
    effective,
)
from dealwright.plan.mechanics.effective import MOST_FELT

depths = st.floats(0.01, 0.95)
shares = st.floats(0.0, 1.0)
PRICE = 1000

shoppings = st.builds(
    lambda quantities, values, is_seen: (
        Shopping("tea", PRICE, Purchases.observed(quantities), baskets=Baskets.observed(values), shelf={"mug": 700})
        if is_seen
        else Shopping("tea", PRICE, shelf={"mug": 700})
    ),
    st.lists(st.integers(1, 12), min_size=1, max_size=6),
    st.lists(st.integers(1, 50_000), min_size=1, max_size=6),
    st.booleans(),
)
spends = st.integers(2, 40_000)

discounts: st.SearchStrategy[Mechanic] = st.one_of(
    st.builds(PercentOff, depths),
    st.builds(AmountOff, st.integers(1, PRICE - 1)),
    st.builds(FixedPrice, st.integers(1, PRICE - 1)),
    spends.flatmap(lambda spend: st.builds(FullReductionEvery, st.just(spend), st.integers(1, spend - 1))),
    spends.map(lambda s: FullReduction((SpendStep(s, max(s // 3, 1)), SpendStep(2 * s, max(s // 3, 1) + 1)))),
    st.builds(BuyXGetY, st.integers(1, 4), st.integers(1, 4), st.floats(0.01, 1.0), st.none() | st.integers(1, 3)),
    st.builds(lambda p, t: Bundle((BundleItem("tea"), BundleItem("mug", 3)), p, t), st.integers(1, 3099), shares),
    st.builds(lambda n, d: QuantityTiers((UnitStep(n, d / 2), UnitStep(n + 2, d))), st.integers(1, 5), depths),
    st.builds(Coupon, depths, shares),
    st.builds(FlashSale, depths, st.none() | st.integers(1, 9), st.floats(0.1, 168.0), st.none() | shares),
    st.builds(GroupBuy, depths, st.integers(2, 9), shares, shares),
    st.integers(2, PRICE).flatmap(lambda e: st.builds(Presale, st.integers(1, e - 1), st.just(e), shares)),
    st.builds(MemberPrice, depths, shares),
)


@given(mechanic=discounts, shopping=shoppings)
def test_what_is_given_is_never_below_nothing_nor_above_the_price(mechanic: Mechanic, shopping: Shopping) -> None:
    offer = effective(mechanic, shopping)
    assert 0.0 <= offer.cost_minor <= PRICE
    assert 0.0 <= offer.felt_depth < 1.0
    assert 0.0 <= offer.reach <= 1.0
    assert 0.0 <= offer.uses_per_unit <= 1.0
    if not isinstance(mechanic, Bundle):  # whose spare cent is given to one item and felt by none
        assert offer.felt_depth == pytest.approx(min(offer.cost_share, MOST_FELT), rel=1e-9)


steps_of_generosity: list[Callable[[float], Mechanic]] = [
    lambda x: PercentOff(0.01 + 0.9 * x),
    lambda x: AmountOff(1 + int(998 * x)),
    lambda x: FixedPrice(999 - int(998 * x)),
    lambda x: FullReductionEvery(5000, 1 + int(4998 * x)),
    lambda x: FullReductionEvery(9000 - int(8000 * x), 500),
    lambda x: FullReduction((SpendStep(5000, 100), SpendStep(9000, 101 + int(8000 * x)))),
    lambda x: BuyXGetY(2, 1, off=0.01 + 0.99 * x),
    lambda x: BuyXGetY(2, 1, completing=x),
    lambda x: BuyXGetY(2, 1 + int(5 * x), completing=0.0),
    lambda x: BuyXGetY(6 - int(5 * x), 2, completing=0.0),
    lambda x: BuyXGetY(1, 1, most_times=1 + int(5 * x)),
    lambda x: Bundle((BundleItem("tea"), BundleItem("mug", 3)), 3099 - int(3000 * x), 0.5),
    lambda x: QuantityTiers((UnitStep(2, 0.01 + 0.4 * x), UnitStep(6, 0.9))),
    lambda x: QuantityTiers((UnitStep(9 - int(8 * x), 0.3),)),
    lambda x: Coupon(0.3, redeemed=x),
    lambda x: FlashSale(0.4, hours=1 + 167 * x),
    lambda x: GroupBuy(0.3, seats=3, fills=x),
    lambda x: Presale(100, 101 + int(899 * x)),
    lambda x: MemberPrice(0.3, members=x),
    lambda x: FreeDelivery(9000 - int(9000 * x), 500),
]


@given(
    generous=st.sampled_from(steps_of_generosity),
    less=shares,
    more=shares,
    quantities=st.lists(st.integers(1, 12), min_size=1, max_size=6),
    values=st.lists(st.integers(500, 50_000), min_size=1, max_size=6),
)
def test_more_generous_is_felt_more_and_costs_more(
    generous: Callable[[float], Mechanic], less: float, more: float, quantities: list[int], values: list[int]
) -> None:
    less, more = sorted((less, more))
    seen = Shopping(
        "tea", PRICE, Purchases.observed(quantities), baskets=Baskets.observed(values), shelf={"mug": 700}
    )
    one, other = effective(generous(less), seen), effective(generous(more), seen)
    assert other.felt_depth >= one.felt_depth - 1e-12
    # A bundle's spare cent may go to the other item.
    assert other.cost_minor >= one.cost_minor - (1.0 if isinstance(generous(less), Bundle) else 1e-9)


@given(mechanic=discounts, units=st.floats(0.0, 1e6))
def test_no_more_is_given_than_there_is(mechanic: Mechanic, units: float) -> None:
    offer = effective(mechanic, Shopping("tea", PRICE, shelf={"mug": 700}))
    served = offer.served(units)
    assert 0.0 <= served <= 1.0
    assert served * units * offer.uses_per_unit <= offer.most_uses * (1 + 1e-12)


@given(
    units=st.lists(st.integers(1, 40), min_size=1, max_size=8),
    reduction=st.sampled_from(
        [
            FullReductionEvery(5000, 777),
            FullReductionEvery(3000, 1001, 2500),
            FullReduction((SpendStep(7000, 999),)),
        ]
    ),
)
def test_what_units_bear_sums_to_what_their_baskets_are_given(
    units: list[int], reduction: FullReduction | FullReductionEvery
) -> None:
    values = np.array(units) * PRICE
    tea = Shopping("tea", PRICE, baskets=Baskets.observed(values, units=units))
    assert effective(reduction, tea).discount_minor * sum(units) == pytest.approx(
        float(reduction.off(values).sum())
    )
