"""Why a customer got this offer and not that one."""

from __future__ import annotations

import numpy as np
import pytest

from dealwright.core.errors import InputError
from dealwright.plan.personal.batch import assign_offers
from dealwright.plan.personal.explain import explain_offer
from dealwright.plan.personal.limit import Budget
from dealwright.plan.personal.offers import PersonalOffers

OFFERS = PersonalOffers(
    np.array([[10.0, 14.0], [9.0, 12.0], [2.0, 3.0]]),
    np.array([[2.0, 6.0], [3.0, 6.0], [2.0, 5.0]]),
    eligible=np.array([[True, True], [True, False], [True, True]]),
    names=("1 off", "3 off"),
)
LIMITS = [Budget(6)]


def test_the_offer_with_most_value_after_what_it_takes_of_the_budget_wins() -> None:
    answer = assign_offers(OFFERS, LIMITS)
    assert answer.choice.tolist() == [0, 0, -1]
    told = explain_offer(0, OFFERS, LIMITS, answer)
    price = answer.limits[0].price
    assert 1.0 <= price <= 3.0
    assert (told.chosen.offer, told.chosen.value, told.chosen.cost) == ("1 off", 10.0, 2.0)
    assert told.chosen.limits_cost == pytest.approx(2.0 * price)
    assert told.runner_up.offer == "3 off"
    assert told.lead == pytest.approx((10.0 - 2.0 * price) - (14.0 - 6.0 * price))
    assert told.lead >= 0
    assert "1 off (value 10.00, cost 2.00" in str(told)
    assert "budget (expected cost) at" in str(told)


def test_an_offer_that_was_not_allowed_is_named_and_does_not_compete() -> None:
    told = explain_offer(1, OFFERS, LIMITS, assign_offers(OFFERS, LIMITS))
    assert told.barred == ("3 off",)
    assert told.runner_up.offer == "no offer"
    assert "Not allowed: 3 off." in str(told)


def test_who_gets_nothing_learns_what_came_closest() -> None:
    answer = assign_offers(OFFERS, LIMITS)
    told = explain_offer(2, OFFERS, LIMITS, answer)
    assert told.chosen.offer == "no offer"
    assert told.runner_up.left <= 1e-9


def test_an_unknown_customer_or_another_allocation_is_refused() -> None:
    answer = assign_offers(OFFERS, LIMITS)
    with pytest.raises(InputError, match="numbered 0 to 2; given 3"):
        explain_offer(3, OFFERS, LIMITS, answer)
    with pytest.raises(InputError, match="other offers or limits"):
        explain_offer(0, OFFERS, [], answer)
