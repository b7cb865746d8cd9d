"""What an offer adds with a customer, worked out by hand: half of the time they buy, 1.00 each, costs 0.40."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealwright.core.errors import InputError
from dealwright.core.estimate import Estimate
from dealwright.recommend.offers import Goods, OfferTerms, Response, value_offer

GOODS = Goods(np.array([100.0, 200.0]), np.array([40.0, 100.0]), np.array([1.0, 2.0]))
TWICE = Estimate(2.0, 1.0, 3.0, 0.8, "experiment")


def _measured(*items: int, depth: float = 0.2, times: Estimate = TWICE) -> OfferTerms:
    return OfferTerms("offer", items or (0,), depth, times, Response.MEASURED)


def test_a_customer_who_buys_half_of_the_time_buys_three_quarters_of_the_time_at_twice_the_rate() -> None:
    found = value_offer(np.array([[0.5, 0.0]]), GOODS, _measured())
    assert found.margin.tolist() == pytest.approx([15.0])  # a quarter more, 60 each
    assert found.wasted.tolist() == pytest.approx([10.0])  # 20 off for the half who buy anyway
    assert found.given.tolist() == pytest.approx([5.0])  # 20 off for the quarter more
    assert found.net.tolist() == pytest.approx([0.0])
    assert found.cost.tolist() == pytest.approx([15.0])
    assert found.worst == pytest.approx(20.0)


def test_the_range_is_that_of_the_answer() -> None:
    found = value_offer(np.array([[0.5, 0.0]]), GOODS, _measured())
    # Once as often: 10 are wasted. Three times: 0.375 more at 40 left each, less the 10.
    assert (found.low.tolist(), found.high.tolist()) == (pytest.approx([-10.0]), pytest.approx([5.0]))


def test_who_would_never_buy_gets_nothing_from_it_and_costs_nothing() -> None:
    found = value_offer(np.array([[0.0, 0.0]]), GOODS, _measured())
    assert (found.net.tolist(), found.cost.tolist()) == ([0.0], [0.0])


def test_an_offer_for_two_products_adds_what_each_adds_with_the_units_of_a_purchase() -> None:
    both = value_offer(np.array([[0.5, 0.5]]), GOODS, _measured(0, 1))
    alone = [value_offer(np.array([[0.5, 0.5]]), GOODS, _measured(k)).net[0] for k in (0, 1)]
    # 2 units of 200 at a margin of 100: a quarter more brings 50, costs 0.75 x 80 = 60.
    assert alone == pytest.approx([0.0, -10.0])
    assert both.net.tolist() == pytest.approx([-10.0])


def test_an_assumed_answer_follows_from_the_elasticity_and_says_so() -> None:
    terms = OfferTerms.assumed("half", (0,), 0.5, Estimate(2.0, 1.0, 3.0, 0.8, "assumed"))
    assert (terms.times.value, terms.times.low, terms.times.high) == (4.0, 2.0, 8.0)
    assert terms.response is Response.ASSUMED
    assert terms.response.value == "assumed response, not measured"


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        (lambda: _measured(depth=0.0), "above 0 and below 1"),
        (lambda: _measured(depth=1.0), "above 0 and below 1"),
        (lambda: OfferTerms.assumed("all", (0,), 1.0), "above 0 and below 1"),
        (lambda: _measured(times=Estimate(1.0, 0.0, 2.0, 0.8, "x")), "more than 0 times"),
        (lambda: OfferTerms("none", (), 0.2, TWICE, Response.MEASURED), "at least one product"),
    ],
)
def test_an_offer_that_cannot_be_is_refused(terms: object, said: str) -> None:
    with pytest.raises(InputError, match=said):
        terms()  # type: ignore[operator]


@given(chance=st.floats(0, 0.999), depth=st.floats(0.01, 0.9), times=st.floats(0.5, 5), cost=st.floats(0, 150))
def test_parts_sum_and_the_range_holds_the_value(chance: float, depth: float, times: float, cost: float) -> None:
    goods = Goods(np.array([100.0]), np.array([cost]), np.array([1.0]))
    terms = _measured(depth=depth, times=Estimate(times, 0.9 * times, 1.2 * times, 0.8, "x"))
    found = value_offer(np.array([[chance]]), goods, terms)
    assert found.net[0] == pytest.approx(found.margin[0] - found.cost[0])
    assert found.low[0] <= found.net[0] <= found.high[0]
    assert -1e-9 <= found.cost[0] <= found.worst + 1e-9
