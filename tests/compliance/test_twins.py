"""Two shoppers who differ in one thing pay the same, unless a condition that the check of the law sees says why."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from dealwright.campaign.promotion import Promotion, Term
from dealwright.compliance.fair_terms import check_treatment
from dealwright.core.cart import Cart, LineItem, Shopper
from dealwright.engine.benefits.fixed_price import MemberPrice, SkuPrice
from dealwright.engine.benefits.percent_off import PercentOff
from dealwright.engine.conditions.shopper import CustomerIs, FirstSeen, InSegment, NewCustomer, OrderNumber
from dealwright.engine.conditions.spend import MinimumSpend
from dealwright.engine.evaluate import evaluate
from dealwright.engine.evaluation import Evaluation
from dealwright.engine.index import compile_promotions
from prices_of_tests import ruling

LAW = ruling("cn", "equal_treatment")
NOON = datetime(2026, 11, 11, 12, tzinfo=UTC)
CONDITIONS: tuple[Term, ...] = (
    MinimumSpend(1_000),
    InSegment(("vip",)),
    InSegment((), ("vip",)),
    CustomerIs(("ann",)),
    NewCustomer(),
    OrderNumber(3, is_or_later=True),
    FirstSeen(since="2026-01-01"),
)
MEMBERS = MemberPrice(("vip",), (SkuPrice("TEA", 700),))
SHOPPER = Shopper("ann", ("vip",), 0, "2026-05-01", 100)
TWINS = (
    replace(SHOPPER, customer_id="bob"),
    replace(SHOPPER, segments=()),
    replace(SHOPPER, n_orders=5),
    replace(SHOPPER, first_seen="2019-05-01"),
    replace(SHOPPER, points=0),
)


def priced(promotions: list[Promotion], shopper: Shopper) -> Evaluation:
    cart = Cart("CNY", (LineItem("1", "TEA", 2, 1_000),), shopper=shopper)
    return evaluate(cart, compile_promotions(promotions), at=NOON)


@given(
    picked=st.lists(st.tuples(st.sampled_from(CONDITIONS), st.integers(1, 40)), max_size=4),
    has_members=st.booleans(),
    twin=st.sampled_from(TWINS),
)
def test_a_difference_between_twins_is_one_that_the_check_names(
    picked: list[tuple[Term, int]], has_members: bool, twin: Shopper
) -> None:
    promotions = [
        Promotion(f"P{number}", "CNY", PercentOff(Fraction(percent)), (condition,))
        for number, (condition, percent) in enumerate(picked)
    ]
    promotions += [Promotion("M", "CNY", MEMBERS)] if has_members else []
    one, other = priced(promotions, SHOPPER), priced(promotions, twin)
    if one.total_minor == other.total_minor:
        return
    differing = {each.promotion_id for each in one.applied} ^ {each.promotion_id for each in other.applied}
    named = {each.id for each in promotions if any(f.code != "same_for_all" for f in check_treatment(each, LAW))}
    assert differing & named


def test_the_test_can_see_a_difference() -> None:
    members = [Promotion("M", "CNY", MEMBERS)]
    assert (priced(members, SHOPPER).total_minor, priced(members, TWINS[1]).total_minor) == (1_400, 2_000)
    assert [one.code for one in check_treatment(members[0], LAW)] == ["unpublished_segment"]
