"""Buy some, get more of the same: whole purchases, counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from dealwright.core.errors import InputError
from dealwright.plan.mechanics import BuyXGetY, Purchases, Shopping, effective


def buying(*quantities: int, price: int = 900) -> Shopping:
    return Shopping("tea", price, Purchases.observed(quantities))


def test_one_and_one_free_is_half_price_if_everyone_takes_pairs() -> None:
    offer = effective(BuyXGetY(1, 1), buying(2, 2, 4))
    assert (offer.felt_depth, offer.discount_minor, offer.reach) == (0.5, 450.0, 1.0)


def test_who_has_one_in_hand_fetches_the_free_one() -> None:
    assert effective(BuyXGetY(1, 1), buying(1)).felt_depth == 0.5
    assert effective(BuyXGetY(1, 1, completing=0.0), buying(1)).felt_depth == 0.0
    # Half of them: of 1.5 units on average half a unit is free.
    assert effective(BuyXGetY(1, 1, completing=0.5), buying(1)).felt_depth == pytest.approx(1 / 3)


def test_buy_two_get_one_on_purchases_of_one_two_three_and_three() -> None:
    # As they are: 2 of 9 units free. With the third unit of the two fetched: 3 of 10.
    assert effective(BuyXGetY(2, 1, completing=0.0), buying(1, 2, 3, 3)).discount_minor == pytest.approx(200.0)
    fetched = effective(BuyXGetY(2, 1), buying(1, 2, 3, 3))
    assert fetched.felt_depth == pytest.approx(0.3)
    assert fetched.reach == 0.75


def test_units_in_hand_beyond_those_to_be_paid_are_given_before_the_group_is_full() -> None:
    given = BuyXGetY(2, 2).given(np.arange(1, 10))
    assert given.tolist() == [0, 0, 1, 2, 2, 2, 3, 4, 4]


def test_the_second_at_half_price_is_fetched_by_half() -> None:
    offer = effective(BuyXGetY(1, 1, off=0.5), buying(1, 1, 2))
    # 4 units and half a unit for each of two: 5 in all, 2 of them at half price.
    assert offer.felt_depth == pytest.approx(0.5 * 2 / 5)
    assert offer.uses_per_unit == pytest.approx(2 / 5)
    assert next(a for a in offer.assumptions if a.code == "completing").number == 0.5


def test_a_limit_per_purchase_holds() -> None:
    once = BuyXGetY(1, 1, most_times=1)
    assert once.given(np.array([1, 2, 3, 8])).tolist() == [0, 1, 1, 1]
    assert once.lacking(np.array([1, 2, 3, 8])).tolist() == [1, 0, 0, 0]


def test_unseen_quantities_follow_the_closed_form() -> None:
    # Geometric with mean 2: of n-th units every one is at hand with chance 1/2^(n-1); every second is free.
    offer = effective(BuyXGetY(1, 1, completing=0.0), Shopping("tea", 900, Purchases.assumed(2.0)))
    assert offer.felt_depth == pytest.approx((1 / 2) / (1 - 1 / 4) / 2)
    assert offer.assumptions[0].code == "units_at_once"
    assert offer.assumptions[0].source == "assumed"


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(InputError) as refused:
        BuyXGetY(0, 1.5, off=2.0)  # type: ignore[arg-type]
    assert [problem.split(" is ")[0] for problem in refused.value.problems] == [
        "buy_x_get_y: buy",
        "buy_x_get_y: get",
        "buy_x_get_y: off",
    ]
