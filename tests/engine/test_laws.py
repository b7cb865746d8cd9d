"""Laws of the till that hold for every cart, tried on random carts, some against a slow oracle.

DEALWRIGHT_EXAMPLES says on how many carts each law is tried: 10,000 in all unless it is set, a million on demand.
"""

from __future__ import annotations

import os
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dealwright.core.cart import Cart
from dealwright.engine.evaluation import Evaluation
from dealwright.engine.refund import refund
from till_carts import priced
from till_oracle import lowest_total
from till_random import full_promotions, known_benefit, some_cart, some_policy, some_promotions

LAWS = 7
EXAMPLES = int(os.environ.get("DEALWRIGHT_EXAMPLES", str(-(-10_000 // LAWS))))
law = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize="DEALWRIGHT_EXAMPLES" not in os.environ,
    suppress_health_check=list(HealthCheck),
    database=None,
)
worlds = st.integers(0, 2**32 - 1).map(Random)


def _check_amounts(found: Evaluation, cart: Cart) -> None:
    items = {line.line: line for line in cart.lines}
    for line in found.lines:
        item = items[line.line]
        lowest = 0 if item.is_gift else min(item.floor_minor * item.quantity, line.regular_minor)
        assert line.regular_minor - line.net_minor == sum(share.amount_minor for share in line.shares)
        assert line.net_minor >= lowest
        assert all(share.amount_minor > 0 for share in line.shares)
        if line.units:
            assert sum(units.quantity for units in line.units) == line.quantity
            assert sum(units.quantity * units.net_minor for units in line.units) == line.net_minor
            assert all(units.net_minor >= 0 for units in line.units)
    for fee in found.deliveries:
        assert fee.regular_minor - fee.net_minor == sum(share.amount_minor for share in fee.shares)
        assert fee.net_minor >= 0
    shares = [share for line in found.lines for share in line.shares]
    shares += [share for fee in found.deliveries for share in fee.shares]
    for applied in found.applied:
        own = sum(share.amount_minor for share in shares if share.promotion_id == applied.promotion_id)
        assert own == applied.discount_minor
        assert applied.platform_minor + applied.merchant_minor == applied.discount_minor
    assert found.total_minor >= found.due_minor >= 0


@law
@given(worlds)
def test_shares_sum_to_discounts_and_nothing_falls_below_its_floor_or_zero(random: Random) -> None:
    cart, promotions = some_cart(random, full=True), full_promotions(random, most=6)
    _check_amounts(priced(cart, promotions, policy=some_policy(random)), cart)


@law
@given(worlds)
def test_every_promotion_is_told_once_with_its_reason(random: Random) -> None:
    cart, promotions = some_cart(random, full=True), full_promotions(random, most=6)
    found = priced(cart, promotions, policy=some_policy(random), explain_all=True)
    told = [one.promotion_id for one in found.applied] + [one.promotion_id for one in found.refused]
    assert sorted(told) == sorted(promotion.id for promotion in promotions)
    assert all(one.reason and one.missing_minor >= 0 and one.missing_quantity >= 0 for one in found.refused)


@law
@given(worlds)
def test_the_total_is_the_lowest_that_a_slow_oracle_finds_among_all_legal_combinations(random: Random) -> None:
    cart, promotions = some_cart(random), some_promotions(random, known_benefit, most=5)
    assert priced(cart, promotions).total_minor == lowest_total(cart, promotions)


@law
@given(worlds)
def test_the_order_of_lines_and_of_promotions_changes_nothing(random: Random) -> None:
    cart, promotions = some_cart(random), full_promotions(random, most=6)
    policy = some_policy(random)
    one = priced(cart, promotions, policy=policy)
    lines, turned = list(cart.lines), list(promotions)
    random.shuffle(lines)
    random.shuffle(turned)
    other = priced(Cart("EUR", tuple(lines)), turned, policy=policy)
    assert {line.line: line for line in one.lines} == {line.line: line for line in other.lines}
    assert (one.applied, one.refused, one.next_steps) == (other.applied, other.refused, other.next_steps)


@law
@given(worlds)
def test_one_promotion_more_never_raises_the_price(random: Random) -> None:
    cart, promotions = some_cart(random), some_promotions(random, known_benefit, most=6)
    fewer = promotions.copy()
    if fewer:
        fewer.pop(random.randrange(len(fewer)))
    assert priced(cart, promotions).total_minor <= priced(cart, fewer).total_minor


@law
@given(worlds)
def test_the_same_question_has_one_answer_whether_the_index_is_asked_or_every_promotion(random: Random) -> None:
    cart, promotions, policy = some_cart(random, full=True), full_promotions(random, most=6), some_policy(random)
    one, again = (priced(cart, promotions, policy=policy) for _ in range(2))
    everything = priced(cart, promotions, policy=policy, explain_all=True)
    assert one == again
    assert (one.lines, one.deliveries, one.applied) == (everything.lines, everything.deliveries, everything.applied)


@law
@given(worlds)
def test_returns_in_any_parts_sum_to_what_was_paid(random: Random) -> None:
    cart = some_cart(random, full=True)
    found = priced(cart, full_promotions(random, most=4))
    back, already = 0, dict.fromkeys((line.line for line in cart.lines), 0)
    for line in random.sample(cart.lines, len(cart.lines)):
        left = line.quantity
        while left:
            n = random.randint(1, left)
            back += refund(found, {line.line: n}, already=already).total_minor
            already[line.line] += n
            left -= n
    assert back == found.total_minor


def test_the_laws_are_tried_on_ten_thousand_carts() -> None:
    laws = [value for name, value in globals().items() if name.startswith("test_") and hasattr(value, "hypothesis")]
    assert len(laws) == LAWS
    assert LAWS * EXAMPLES >= 10_000 or "DEALWRIGHT_EXAMPLES" in os.environ
