"""Which promotions apply together, in which layers and lanes, and what a shopper is told about the others."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from dealwright.campaign.items import Items
from dealwright.campaign.promotion import Limits, Promotion
from dealwright.campaign.schedule import Schedule
from dealwright.core.cart import Cart, LineItem, Shopper
from dealwright.core.errors import InputError
from dealwright.engine.benefits.buy_get import BuyGet
from dealwright.engine.benefits.delivery import FreeDelivery
from dealwright.engine.benefits.extras import FreeGift
from dealwright.engine.benefits.fixed_price import FixedPrice
from dealwright.engine.benefits.full_reduction import EveryReduction
from dealwright.engine.conditions.quantity import MinimumQuantity
from dealwright.engine.conditions.shopper import InSegment
from dealwright.engine.conditions.spend import MinimumSpend
from dealwright.engine.evaluate import evaluate
from dealwright.engine.index import compile_promotions
from dealwright.engine.policy import Policy
from dealwright.engine.usage import HeldCode, Usage
from till_carts import AT, a_cart, a_line, a_promotion, applied, nets, off, percent, priced, refusal

A = Items(skus=("a",))
CART = a_cart(a_line("a", 1, 6000), a_line("b", 2, 2000))


def test_of_an_exclusive_group_the_promotion_that_saves_most_applies() -> None:
    found = priced(
        CART,
        [a_promotion("ten", off(1000), exclusive_group="g"), a_promotion("half", percent(50), exclusive_group="g")],
    )
    assert applied(found) == ["half"]
    assert refusal(found, "ten").code == "lost_to_better"
    assert refusal(found, "ten").lost_to == ("half",)


def test_an_exclusive_promotion_applies_alone_when_it_saves_most() -> None:
    stacking = [a_promotion("ten", off(1000)), a_promotion("nine", off(900))]
    found = priced(CART, [*stacking, a_promotion("alone", off(2000), is_exclusive=True)])
    assert applied(found) == ["alone"]
    assert (refusal(found, "ten").code, refusal(found, "ten").lost_to) == ("excluded_by", ("alone",))
    weaker = priced(CART, [*stacking, a_promotion("alone", off(1800), is_exclusive=True)])
    assert applied(weaker) == ["nine", "ten"]
    assert refusal(weaker, "alone").code == "lost_to_better"


def test_or_it_comes_first_whatever_it_saves_if_the_shop_says_so() -> None:
    policy = Policy(exclusive_choice="priority")
    promotions = [
        a_promotion("ten", off(1000)),
        a_promotion("one", off(100), is_exclusive=True, priority=2),
        a_promotion("two", off(200), is_exclusive=True, priority=1),
    ]
    found = priced(CART, promotions, policy=policy)
    assert applied(found) == ["one"]
    assert refusal(found, "ten").code == "excluded_by"


def test_an_exclusive_promotion_whose_budget_is_gone_excludes_nobody() -> None:
    promotions = [
        a_promotion("alone", off(2000), is_exclusive=True, limits=Limits(budget_minor=1999)),
        a_promotion("ten", off(1000)),
    ]
    for policy in (Policy(), Policy(exclusive_choice="priority")):
        found = priced(CART, promotions, policy=policy)
        assert applied(found) == ["ten"]
        assert refusal(found, "alone").code == "budget_exceeded"


def test_a_promotion_is_left_out_when_the_shopper_pays_less_without_it() -> None:
    policy = Policy(condition_base="remaining")
    every = a_promotion("every", EveryReduction(10_000, 5000))
    found = priced(CART, [every, a_promotion("small", off(1), priority=1)], policy=policy)
    assert (found.total_minor, applied(found)) == (5000, ["every"])
    assert refusal(found, "small").lost_to == ("every",)


def test_a_shop_that_applies_everything_applies_it_even_then() -> None:
    policy = Policy(condition_base="remaining", stacking="sequential")
    every = a_promotion("every", EveryReduction(10_000, 5000))
    found = priced(CART, [every, a_promotion("small", off(1), priority=1)], policy=policy)
    assert (found.total_minor, applied(found)) == (9999, ["small"])


def test_later_lanes_see_what_earlier_lanes_left() -> None:
    late = MinimumSpend(9000, basis="remaining")
    promotions = [a_promotion("first", percent(20)), a_promotion("then", off(500), late, lane=1)]
    found = priced(CART, promotions)
    assert applied(found) == ["first"]
    assert refusal(found, "then").missing_minor == 1000


def test_a_group_taken_in_one_lane_is_taken_in_the_next() -> None:
    promotions = [
        a_promotion("first", off(100), exclusive_group="g"),
        a_promotion("then", off(900), exclusive_group="g", lane=1),
    ]
    found = priced(CART, promotions)
    assert applied(found) == ["first"]
    assert refusal(found, "then").lost_to == ("first",)


def test_conditions_look_at_prices_after_the_catalogue_layer() -> None:
    sale = a_promotion("sale", percent(50, A), layer="catalogue")
    spend = a_promotion("spend", off(100), MinimumSpend(7001))
    assert refusal(priced(CART, [sale, spend]), "spend").missing_minor == 1
    assert applied(priced(CART, [sale, spend], policy=Policy(condition_base="regular"))) == ["sale", "spend"]


def test_goods_reduced_in_the_catalogue_can_be_left_out() -> None:
    sale = a_promotion("sale", percent(50, A), layer="catalogue")
    fresh = a_promotion("fresh", off(1000, Items(without_discounted=True)))
    assert nets(priced(CART, [sale, fresh])) == {"a": 3000, "b": 3000}


def test_delivery_comes_last_and_sees_the_discounted_goods() -> None:
    free = a_promotion("free", FreeDelivery(), MinimumSpend(8001, basis="remaining"))
    cart = a_cart(*CART.lines, fee=490)
    found = priced(cart, [a_promotion("fifth", percent(20)), free])
    assert refusal(found, "free").reason == "add 0.01 EUR to get free delivery"
    assert found.total_minor == 8490


def test_two_percentages_compound_and_add_only_by_policy() -> None:
    promotions = [a_promotion("x", percent(20)), a_promotion("y", percent(10))]
    assert priced(CART, promotions).total_minor == 7200
    assert priced(CART, promotions, policy=Policy(stacking="additive")).total_minor == 7000


def test_best_per_line_leaves_each_line_its_best_discount() -> None:
    promotions = [a_promotion("x", percent(20)), a_promotion("y", off(1500, A))]
    found = priced(CART, promotions, policy=Policy(stacking="best_per_line"))
    assert nets(found) == {"a": 4500, "b": 3200}


def test_two_free_deliveries_never_pay_the_shopper() -> None:
    promotions = [a_promotion("x", FreeDelivery()), a_promotion("y", FreeDelivery())]
    found = priced(a_cart(a_line("a", 1, 100), fee=490), promotions)
    assert (found.delivery_minor, applied(found)) == (0, ["x"])
    assert refusal(found, "y").code == "nothing_to_discount"


def test_three_oversized_discounts_leave_zero_not_less() -> None:
    promotions = [a_promotion(name, off(99_999)) for name in ("x", "y", "z")]
    found = priced(CART, promotions)
    assert (found.total_minor, applied(found)) == (0, ["x"])


def test_a_line_at_its_floor_takes_nothing_and_says_so() -> None:
    cart = a_cart(a_line("a", 1, 5000, floor_minor=5000))
    assert refusal(priced(cart, [a_promotion("x", off(100))]), "x").code == "at_floor_price"


def test_a_line_that_takes_no_discount_still_counts() -> None:
    card = LineItem("card", "card", 1, 5000, is_discountable=False)
    found = priced(a_cart(a_line("a", 1, 2000), card), [a_promotion("x", percent(10), MinimumSpend(7000))])
    assert nets(found) == {"a": 1800, "card": 5000}


def test_a_code_unlocks_its_promotion_in_any_case_and_once() -> None:
    promotion = a_promotion("x", off(500), code="Hello")
    for codes in (("HELLO",), ("hello", "Hello")):
        found = priced(a_cart(*CART.lines, codes=codes), [promotion])
        assert (found.discount_minor, found.unknown_codes) == (500, ())
    assert priced(CART, [promotion]).discount_minor == 0
    exact = priced(a_cart(*CART.lines, codes=("hello",)), [promotion], policy=Policy(codes_are_case_sensitive=True))
    assert (exact.discount_minor, exact.unknown_codes) == (0, ("hello",))


@pytest.mark.parametrize(
    ("held", "reason"),
    [
        (HeldCode("K1", "x", state="used_up"), "code_used_up"),
        (HeldCode("K1", "x", uses_left=0), "code_used_up"),
        (HeldCode("K1", "x", state="expired"), "ended"),
    ],
)
def test_a_personal_code_that_is_no_longer_good_says_why(held: HeldCode, reason: str) -> None:
    promotion = a_promotion("x", off(500), batch="spring")
    cart = a_cart(*CART.lines, codes=("K1",))
    assert refusal(priced(cart, [promotion], usage=Usage(codes={"K1": held})), "x").code == reason
    good = priced(cart, [promotion], usage=Usage(codes={"K1": HeldCode("K1", "x", 1)}))
    assert (good.discount_minor, good.applied[0].code) == (500, "K1")


def test_a_code_of_somebody_else_is_unknown_like_one_that_does_not_exist() -> None:
    promotion = a_promotion("x", off(500), batch="spring")
    held = Usage(codes={"K1": HeldCode("K1", "x", state="foreign")})
    found = priced(a_cart(*CART.lines, codes=("K1", "K2")), [promotion], usage=held)
    assert (found.unknown_codes, found.refused) == (("K1", "K2"), ())


@pytest.mark.parametrize(
    ("limits", "usage", "reason"),
    [
        (Limits(total=2), Usage(uses={"x": 2}), "limit_reached"),
        (Limits(per_customer=1), Usage(customer_uses={"x": 1}), "customer_limit_reached"),
        (Limits(budget_minor=1000), Usage(spent_minor={"x": 1000}), "budget_exceeded"),
        (Limits(budget_minor=1000), Usage(spent_minor={"x": 501}), "budget_exceeded"),
        (Limits(units=2), Usage(), "limit_reached"),
        (Limits(units=5), Usage(units={"x": 3}), "limit_reached"),
        (Limits(units_per_customer=5), Usage(customer_units={"x": 3}), "customer_limit_reached"),
    ],
)
def test_what_was_used_before_counts(limits: Limits, usage: Usage, reason: str) -> None:
    promotion = a_promotion("x", off(500), limits=limits)
    assert refusal(priced(CART, [promotion], usage=usage), "x").code == reason


def test_a_discount_can_shrink_to_what_is_left_of_its_budget() -> None:
    promotion = a_promotion("x", percent(50), limits=Limits(budget_minor=1000))
    found = priced(CART, [promotion], policy=Policy(budget_overrun="shrink"), usage=Usage(spent_minor={"x": 1}))
    assert (found.discount_minor, nets(found)) == (999, {"a": 5401, "b": 3600})


def test_two_lines_never_get_more_than_the_budget_together() -> None:
    cart = a_cart(a_line("a", 1, 100_000), a_line("b", 1, 100_000))
    promotion = a_promotion("x", FixedPrice(25_000), limits=Limits(budget_minor=100_000))
    assert priced(cart, [promotion], policy=Policy(budget_overrun="shrink")).discount_minor == 100_000
    assert priced(cart, [promotion]).discount_minor == 0


def test_the_platform_pays_its_part_to_the_cent() -> None:
    found = priced(CART, [a_promotion("x", off(333), funded_percent=50)]).applied[0]
    assert (found.platform_minor, found.merchant_minor) == (167, 166)


def test_a_promotion_ends_before_its_end() -> None:
    promotion = a_promotion("x", off(500), schedule=Schedule(AT, AT + timedelta(hours=1)))
    assert applied(priced(CART, [promotion], at=AT)) == ["x"]
    assert applied(priced(CART, [promotion], at=AT + timedelta(minutes=59))) == ["x"]
    ended = priced(CART, [promotion], at=AT + timedelta(hours=1), explain_all=True)
    assert refusal(ended, "x").code == "ended"
    early = priced(CART, [promotion], at=AT - timedelta(seconds=1), explain_all=True)
    assert refusal(early, "x").code == "not_started"


def test_the_code_of_a_promotion_that_has_ended_is_told_so() -> None:
    promotion = a_promotion("x", off(500), code="X", schedule=Schedule(end=AT))
    assert refusal(priced(a_cart(*CART.lines, codes=("X",)), [promotion]), "x").code == "ended"


def test_a_promotion_in_another_currency_is_not_considered() -> None:
    dollars = a_promotion("x", off(500))
    cart = Cart("USD", CART.lines)
    assert priced(cart, [dollars]).refused == ()
    assert refusal(priced(cart, [dollars], explain_all=True), "x").code == "other_currency"


def test_only_promotions_whose_goods_are_in_the_cart_are_considered_unless_all_are_asked_for() -> None:
    other = a_promotion("x", percent(10, Items(skus=("zzz",))))
    assert priced(CART, [other]).refused == ()
    assert refusal(priced(CART, [other], explain_all=True), "x").code == "items_missing"


def test_of_many_thresholds_out_of_reach_the_nearest_are_told() -> None:
    promotions = [a_promotion(f"p{n}", off(n), MinimumSpend(10_000 + n)) for n in range(1, 50)]
    found = priced(CART, promotions)
    assert [(one.promotion_id, one.missing_minor) for one in found.refused] == [("p1", 1), ("p2", 2), ("p3", 3)]


def test_a_shopper_who_is_not_addressed_is_not_told_to_spend_more() -> None:
    promotion = a_promotion("x", off(100, A), InSegment(("vip",)), MinimumSpend(99_999, A))
    assert refusal(priced(CART, [promotion]), "x").code == "not_in_segment"
    cart = a_cart(*CART.lines, shopper=Shopper("c", ("vip",)))
    assert refusal(priced(cart, [promotion]), "x").code == "below_minimum_spend"


def test_what_is_missing_is_said_in_a_sentence() -> None:
    deal = a_promotion("x", BuyGet(4, 1, A, A))
    enough = a_promotion("y", percent(10), MinimumQuantity(5))
    found = priced(CART, [deal, enough])
    assert refusal(found, "x").reason.startswith("add 4 more to get buy 4 of product a, get 1 of product a free")
    assert refusal(found, "y").reason == "add 2 more to get 10% off goods"


def test_a_huge_group_is_decided_by_what_saves_most_and_the_outdone_are_not_looked_at() -> None:
    promotions = [a_promotion(f"p{n:03}", percent(n % 90 + 1, A), exclusive_group="g") for n in range(500)]
    found = priced(CART, promotions)
    assert applied(found) == ["p089"]
    assert nets(found)["a"] == 600


def test_many_groups_that_meet_on_the_order_are_still_decided_fast_and_well() -> None:
    """Beyond what is tried exactly, each group keeps those of its members that save most by themselves."""
    promotions = [
        a_promotion(f"{group}{n}", off(100 * n + len(group)) if n % 2 else percent(n), exclusive_group=group)
        for group in ("g", "hh", "iii", "jjjj")
        for n in range(1, 9)
    ]
    found = priced(CART, promotions)
    assert len(found.applied) == 4
    assert found.total_minor < 10_000 - 4 * 700


@pytest.mark.parametrize("choice", ["value", "priority"])
def test_hundreds_of_promotions_that_stack_are_all_taken(choice: str) -> None:
    """More than can be tried: then what stacks is taken as it comes."""
    deals = [a_promotion(f"d{n:03}", BuyGet(2, 1, A, A), priority=-n) for n in range(150)]
    cents = [a_promotion(f"c{n:03}", off(1), priority=-n) for n in range(150)]
    policy = Policy(exclusive_choice=choice)  # type: ignore[arg-type]
    found = priced(a_cart(a_line("a", 3, 1000)), [*deals, *cents], policy=policy)
    assert (found.total_minor, len(found.applied)) == (2000 - 150, 151)


def test_a_moment_without_a_zone_and_a_broken_cart_are_refused() -> None:
    compiled = compile_promotions([])
    with pytest.raises(InputError, match="has no time zone"):
        evaluate(CART, compiled, at=datetime(2030, 1, 1))
    with pytest.raises(InputError, match="quantity is 1 to"):
        evaluate(a_cart(a_line("a", 0, 100)), compiled, at=datetime(2030, 1, 1, tzinfo=UTC))


def test_a_promotion_listed_twice_is_refused() -> None:
    with pytest.raises(InputError, match="promotion 'x' is there twice"):
        compile_promotions([a_promotion("x", off(1)), a_promotion("x", off(2), version=2)])


def test_an_empty_cart_costs_nothing_and_is_told_what_it_takes() -> None:
    found = priced(a_cart(), [a_promotion("x", off(100), MinimumSpend(199))])
    assert (found.total_minor, refusal(found, "x").missing_minor) == (0, 199)


def test_the_biggest_cart_is_exact() -> None:
    units, price = 1_000_000_000, 10**15
    found = priced(
        a_cart(a_line("a", units, price)), [a_promotion("x", percent(10)), a_promotion("y", BuyGet(2, 1))]
    )
    assert found.goods_minor == units * price
    assert found.total_minor == units * price - sum(one.discount_minor for one in found.applied)
    assert Fraction(found.discount_minor, found.goods_minor) > Fraction(1, 3)


def test_an_exclusive_gift_applies_though_it_saves_no_money() -> None:
    gift = Promotion("g", "EUR", FreeGift("MUG"), is_exclusive=True)
    told = evaluate(Cart("EUR", (LineItem("1", "TEA", 1, 100),)), compile_promotions([gift]), at=AT)
    assert [applied.promotion_id for applied in told.applied] == ["g"]
    assert told.refused == ()
    assert told.total_minor == 100
