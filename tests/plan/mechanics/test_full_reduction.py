"""Full reduction: what baskets are given, and what a product in them bears."""

from __future__ import annotations

import math

import numpy as np
import pytest

from dealwright.core.errors import InputError
from dealwright.plan.mechanics import (
    AssumedBaskets,
    Baskets,
    FullReduction,
    FullReductionEvery,
    Shopping,
    SpendStep,
    effective,
)

SEEN = Baskets.observed([15000, 25000, 45000])
STEPS = FullReduction((SpendStep(20000, 3000), SpendStep(40000, 8000)))


def test_every_200_take_30_gives_0_30_and_60() -> None:
    every = FullReductionEvery(20000, 3000)
    assert every.off(np.array([15000, 25000, 45000])).tolist() == [0, 3000, 6000]
    offer = effective(every, Shopping("tea", 850, baskets=SEEN))
    # 9000 of 85000, so 90 of 850.
    assert offer.felt_depth == pytest.approx(9000 / 85000, rel=1e-12)
    assert offer.discount_minor == pytest.approx(90.0, rel=1e-12)
    assert offer.reach == pytest.approx(2 / 3)


def test_a_cap_ends_the_repetition() -> None:
    capped = FullReductionEvery(20000, 3000, most_off_minor=4500)
    assert capped.off(np.array([19999, 20000, 40000, 99999])).tolist() == [0, 3000, 4500, 4500]


def test_tiers_take_the_highest_reached() -> None:
    assert STEPS.off(np.array([19999, 20000, 39999, 40000, 99999])).tolist() == [0, 3000, 3000, 8000, 8000]
    offer = effective(STEPS, Shopping("tea", 850, baskets=SEEN))
    assert offer.discount_minor == pytest.approx(850 * 11000 / 85000, rel=1e-12)


def test_a_product_found_in_small_baskets_only_bears_nothing() -> None:
    in_small = Baskets.observed([15000, 25000, 45000], units=[8, 1, 1])
    offer = effective(STEPS, Shopping("tea", 850, baskets=in_small))
    # Eight units bear nothing, one 3000 / 25000, one 8000 / 45000.
    assert offer.felt_depth == pytest.approx((3000 / 25000 + 8000 / 45000) / 10, rel=1e-12)


def test_the_shares_of_all_units_sum_to_what_the_basket_is_given() -> None:
    # A basket of 250 holding 3 units at 50 and 2 at 50: 30 off in all.
    basket = Baskets.observed([25000])
    per_unit = effective(STEPS, Shopping("tea", 5000, baskets=basket)).discount_minor
    assert 5 * per_unit == pytest.approx(3000, rel=1e-12)


def test_without_baskets_the_closed_form_is_what_many_exponential_baskets_give() -> None:
    values = -20000 * np.log((np.arange(400_000) + 0.5) / 400_000)
    many = np.maximum(np.round(values), 1).astype(np.int64)
    for reduction in (STEPS, FullReductionEvery(20000, 3000), FullReductionEvery(20000, 3000, most_off_minor=7000)):
        closed = reduction.expected_off(20000.0)
        assert closed == pytest.approx(float(reduction.off(many).mean()), rel=1e-3)


def test_the_closed_form_of_every_is_a_geometric_series() -> None:
    # Mean basket at the threshold: 30 / (e - 1) given on 200.
    offer = effective(FullReductionEvery(20000, 3000), Shopping("tea", 400))
    assert offer.felt_depth == pytest.approx(0.15 / (math.e - 1), rel=1e-12)
    assert offer.assumptions[0].source == "assumed"
    assert offer.assumptions[0].number == 20000


def test_a_known_mean_basket_replaces_the_assumed_one() -> None:
    given = AssumedBaskets(10000, source="given")
    offer = effective(FullReductionEvery(20000, 3000), Shopping("tea", 400, baskets=given))
    assert offer.felt_depth == pytest.approx(0.3 / (math.e**2 - 1), rel=1e-12)
    assert offer.assumptions[0].source == "given"


def test_steps_rise_and_leave_something_to_pay() -> None:
    with pytest.raises(InputError, match=r"full_reduction: steps.1 is not above steps.0 in spend and in off"):
        FullReduction((SpendStep(20000, 3000), SpendStep(30000, 2000)))
    with pytest.raises(InputError, match="leaves nothing to pay"):
        SpendStep(100, 100)
    with pytest.raises(InputError) as refused:
        FullReductionEvery(100, 100, most_off_minor=50)
    assert len(refused.value.problems) == 2
