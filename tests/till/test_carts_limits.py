"""What limits uses, units and money of a promotion, on every kind of ledger."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from counted_till import a_cart, held, left, limited, ordered, refused
from dealwright.engine.benefits.percent_off import PercentOff
from dealwright.engine.outcomes import Quote
from dealwright.till import Till
from ledgers import SetClock


def test_a_limit_in_all_holds_for_everybody_saleor_544(till: Till) -> None:
    till.promotions.put([limited(code="TEA10", total=1)])
    held(till, a_cart(codes=("TEA10",)), "o1")
    no = refused(till.carts.hold(a_cart(codes=("tea10",), customer="c2"), key="k", order_id="o2"), "limit_reached")
    assert no.promotion_id == "TEN"
    assert left(till, "uses/TEN") == (0, 1, 0)


def test_a_limit_per_customer_holds_for_each_customer(till: Till) -> None:
    till.promotions.put([limited(code="TEA10", per_customer=1)])
    held(till, a_cart(codes=("TEA10",)), "o1")
    again = till.carts.hold(a_cart(codes=("TEA10",)), key="k", order_id="o2")
    assert refused(again, "customer_limit_reached").promotion_id == "TEN"
    assert held(till, a_cart(codes=("TEA10",), customer="c2"), "o3").evaluation.total_minor == 900
    assert left(till, "uses/TEN/customer/c1") == left(till, "uses/TEN/customer/c2") == (0, 1, 0)


def test_a_limit_per_code_holds_for_the_code(till: Till) -> None:
    till.promotions.put([limited(code="TEA10", per_code=1)])
    held(till, a_cart(codes=("TEA10",)), "o1")
    no = refused(till.carts.hold(a_cart(codes=("TEA10",), customer="c2"), key="k", order_id="o2"), "code_used_up")
    assert no.promotion_id == "TEN"
    assert left(till, "code/tea10") == (0, 1, 0)


def test_a_limit_of_units_counts_units(till: Till) -> None:
    till.promotions.put([limited(code="TEA10", units=3)])
    held(till, a_cart(codes=("TEA10",)), "o1")
    assert left(till, "units/TEN") == (1, 2, 0)
    refused(till.carts.hold(a_cart(codes=("TEA10",)), key="k", order_id="o2"), "limit_reached")
    held(till, a_cart(codes=("TEA10",), units=1), "o3")
    assert left(till, "units/TEN") == (0, 3, 0)


def test_a_limit_within_days_begins_anew_with_each_window(till: Till, clock: SetClock) -> None:
    till.promotions.put([limited(code="TEA10", per_customer=1, per_customer_days=7)])
    ordered(till, a_cart(codes=("TEA10",)), "o1")
    clock.forward(86_400)  # 2024-05-02 is the first day of a window
    ordered(till, a_cart(codes=("TEA10",)), "o2")
    clock.forward(6 * 86_400)
    no = refused(till.carts.hold(a_cart(codes=("TEA10",)), key="k", order_id="o3"), "customer_limit_reached")
    assert no.promotion_id == "TEN"
    windows = ("2024-04-25", "2024-05-02")
    assert [left(till, f"uses/TEN/customer/c1/{day}") for day in windows] == [(0, 0, 1), (0, 0, 1)]


def test_a_discount_larger_than_the_rest_of_the_budget_is_refused_whole(till: Till) -> None:
    till.promotions.put([limited(code="TEA10", budget_minor=150)])
    ordered(till, a_cart(codes=("TEA10",)), "o1")
    no = refused(till.carts.hold(a_cart(codes=("TEA10",)), key="k", order_id="o2"), "budget_exceeded")
    assert no.promotion_id == "TEN"
    assert left(till, "budget/TEN") == (50, 0, 100)
    held(till, a_cart(codes=("TEA10",), units=1), "o3")
    assert left(till, "budget/TEN") == (0, 50, 100)


def test_a_promotion_that_needs_no_code_just_ends_when_it_is_used_up(till: Till) -> None:
    till.promotions.put([limited(total=1)])
    quote = Quote.of(till.carts.price(a_cart()))
    held(till, a_cart(), "o1")
    assert till.carts.price(a_cart()).total_minor == 1000
    assert held(till, a_cart(), "o2").evaluation.total_minor == 1000
    refused(till.carts.hold(a_cart(), key="k", order_id="o3", quote=quote), "limit_reached")


def test_the_next_best_promotion_steps_in_for_one_that_is_used_up(till: Till) -> None:
    better = replace(limited("BETTER", total=1), benefit=PercentOff(Fraction(20)), exclusive_group="g")
    till.promotions.put([better, replace(limited(total=1), exclusive_group="g")])
    totals = [held(till, a_cart(), f"o{number}").evaluation.total_minor for number in range(3)]
    assert totals == [800, 900, 1000]
    assert (left(till, "uses/BETTER"), left(till, "uses/TEN")) == ((0, 1, 0), (0, 1, 0))


def test_a_raised_limit_is_good_at_once(till: Till) -> None:
    till.promotions.put([limited(code="TEA10", total=1)])
    held(till, a_cart(codes=("TEA10",)), "o1")
    till.promotions.put([limited(code="TEA10", total=3, version=2)])
    held(till, a_cart(codes=("TEA10",)), "o2")
    assert left(till, "uses/TEN") == (1, 2, 0)


def test_a_code_nobody_knows_refuses_the_hold_and_not_the_price(till: Till) -> None:
    assert till.carts.price(a_cart(codes=("GUESS",))).unknown_codes == ("GUESS",)
    no = refused(till.carts.hold(a_cart(codes=("GUESS",)), key="k", order_id="o"), "code_not_found")
    assert "GUESS" in no.reason


# A hold and its own order
