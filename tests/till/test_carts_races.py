"""Many want the same at once: exactly what there is is given, in threads and in processes.

Names of tests end with the public issue that reports the failure elsewhere, where there is one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import pytest

from dealwright.campaign.coupon import Batch
from dealwright.campaign.promotion import Limits, Promotion
from dealwright.core.cart import Cart, LineItem
from dealwright.engine.benefits.amount_off import AmountOff
from dealwright.engine.benefits.percent_off import PercentOff
from dealwright.engine.ledger import Balance
from dealwright.engine.outcomes import Held, Order, Refunded, Refused
from dealwright.till import Till, open_till
from ledgers import (  # noqa: F401
    SetClock,
    at_once,
    postgres_template,
    sqlite_template,
    stored_url,
    till_url,
)
from postgres_server import postgres_server  # noqa: F401
from till_buyers import Buyer, again, buy, buy_in_processes, mixed_discounts

TEN = Promotion("TEN", "EUR", PercentOff(Fraction(10)), code="TEN")


@pytest.fixture
def till(till_url: str) -> Iterator[Till]:  # noqa: F811
    with open_till(till_url) as opened:
        yield opened
        assert opened.audit() == ()


def balance(till: Till, account: str) -> tuple[int, int, int]:
    found = till.ledger.accounts.balances([account])[account]
    return found.available, found.held, found.used


def limited(**limits: int) -> Promotion:
    return replace(TEN, limits=Limits(**limits))  # type: ignore[arg-type]


def results(answers: list[object]) -> Counter[str]:
    return Counter(str(answer) for answer in answers)


def test_one_code_in_fifty_carts_is_redeemed_once_vendure_4660_medusa_13760_saleor_15855_nop_6487(
    till: Till,
) -> None:
    till.promotions.put([limited(total=1)])
    buyers = [Buyer(number, f"c{number}", codes=("TEN",)) for number in range(50)]
    answers = at_once(50, lambda number: buy(till, buyers[number]))
    assert results(answers) == {"order": 1, "limit_reached": 49}
    assert balance(till, "uses/TEN") == (0, 0, 1)
    assert sum(till.carts.order(f"o{number}") is not None for number in range(50)) == 1


def test_fifty_different_codes_of_a_promotion_with_limit_one_redeem_once_shopware_18716(till: Till) -> None:
    till.promotions.put([replace(TEN, code="", batch="B", limits=Limits(total=1))])
    codes = till.coupons.issue(Batch("B", "TEN", 50)).codes
    buyers = [Buyer(number, f"c{number}", codes=(codes[number],)) for number in range(50)]
    answers = at_once(50, lambda number: buy(till, buyers[number]))
    assert results(answers) == {"order": 1, "limit_reached": 49}
    assert balance(till, "uses/TEN") == (0, 0, 1)


def test_one_code_of_a_batch_in_twenty_carts_is_redeemed_once(till: Till) -> None:
    till.promotions.put([replace(TEN, code="", batch="B")])
    (code,) = till.coupons.issue(Batch("B", "TEN", 1)).codes
    answers = at_once(20, lambda number: buy(till, Buyer(number, f"c{number}", codes=(code,))))
    assert results(answers) == {"order": 1, "code_used_up": 19}


def test_two_hundred_buyers_get_exactly_the_ten_units_there_are_vendure_3508(till: Till) -> None:
    till.stock.load("TEA", 10)
    answers = at_once(200, lambda number: buy(till, Buyer(number, f"c{number}")))
    assert results(answers) == {"order": 10, "sold_out": 190}
    assert till.stock.left("TEA") == Balance("stock/main/TEA", 0, 0, 10)


def test_buyers_in_three_processes_get_exactly_what_there_is(stored_url: str) -> None:  # noqa: F811
    with open_till(stored_url) as till:
        till.promotions.put([limited(total=7, per_customer=1)])
        till.stock.load("TEA", 20)
        with_code = [Buyer(number, f"c{number % 30}", codes=("TEN",)) for number in range(60)]
        without = [Buyer(number, f"c{number}") for number in range(60, 120)]
        found = buy_in_processes(stored_url, [one for pair in zip(with_code, without, strict=True) for one in pair])
        assert found["order"] == 20
        assert sum(found.values()) == 120
        assert set(found) <= {"order", "sold_out", "limit_reached", "customer_limit_reached"}
        assert till.stock.left("TEA") == Balance("stock/main/TEA", 0, 0, 20)
        free, held, used = balance(till, "uses/TEN")
        assert (free + used, held) == (7, 0)
        orders = [order for number in range(120) if (order := till.carts.order(f"o{number}")) is not None]
        assert len(orders) == 20
        redeemed = [order.customer_id for order in orders if order.evaluation.applied]
        assert len(redeemed) == len(set(redeemed)) == used


def test_a_customer_who_clicks_a_hundred_times_uses_one_shopper_510(till: Till) -> None:
    """Where the conditional statement hits no row, no order keeps the discount."""
    till.promotions.put([limited(per_customer=1)])
    answers = at_once(30, lambda number: buy(till, Buyer(number, "c1", codes=("TEN",))))
    assert results(answers) == {"order": 1, "customer_limit_reached": 29}
    assert balance(till, "uses/TEN/customer/c1") == (0, 0, 1)
    discounted = [till.carts.order(f"o{number}") for number in range(30)]
    assert sum(order is not None for order in discounted) == 1


def test_the_same_key_at_once_gives_one_order_and_one_answer_saleor_15855(till: Till) -> None:
    till.promotions.put([limited(total=5)])
    cart = Buyer(1, "c1", codes=("TEN",)).cart
    holds = at_once(10, lambda _: again(lambda: till.carts.hold(cart, key="k", order_id="o")))
    assert len({repr(hold) for hold in holds}) == 1
    hold = holds[0]
    assert isinstance(hold, Held)
    orders = at_once(10, lambda _: again(lambda: till.carts.commit(hold.hold_id, key="c")))
    assert isinstance(orders[0], Order)
    assert all(order == orders[0] for order in orders)
    assert balance(till, "uses/TEN") == (4, 0, 1)
    assert len(till.ledger.outbox.pending(100)) == 1


def test_commits_of_one_hold_under_many_keys_give_one_order(till: Till) -> None:
    till.stock.load("TEA", 5)
    hold = till.carts.hold(Buyer(1, "c1").cart, key="k", order_id="o")
    assert isinstance(hold, Held)
    answers = at_once(12, lambda number: again(lambda: till.carts.commit(hold.hold_id, key=f"c{number}")))
    assert sum(isinstance(answer, Order) for answer in answers) == 1
    assert {answer.code for answer in answers if isinstance(answer, Refused)} == {"already_committed"}
    assert till.stock.left("TEA") == Balance("stock/main/TEA", 4, 0, 1)


def test_a_budget_is_never_overspent_while_many_cross_it(till: Till) -> None:
    till.promotions.put([replace(TEN, code="", limits=Limits(budget_minor=50_000))])
    buyers = mixed_discounts(60, seed=7)
    answers = at_once(20, lambda number: [buy(till, buyer) for buyer in buyers[number::20]])
    assert all(codes == ["order"] * 3 for codes in answers)
    orders = [order for number in range(60) if (order := till.carts.order(f"o{number}")) is not None]
    granted = sum(applied.discount_minor for order in orders for applied in order.evaluation.applied)
    left, held, used = balance(till, "budget/TEN")
    assert (used, held) == (granted, 0)
    assert left == 50_000 - granted
    refused = [order for order in orders if not order.evaluation.applied]
    assert refused, "the budget was never crossed"
    assert left < 10_000  # the largest discount: whoever was refused wanted more than there was then


def test_two_lines_that_cost_more_than_the_budget_together_get_at_most_the_budget_medusa_2_21_2(
    till: Till,
) -> None:
    benefit = AmountOff(750)
    first = Promotion("A", "EUR", benefit, limits=Limits(budget_minor=1000))
    till.promotions.put([first])
    carts = [Cart("EUR", (LineItem("1", "TEA", 1, 5000),)) for _ in range(2)]
    for number, cart in enumerate(carts):
        hold = till.carts.hold(cart, key=f"h{number}", order_id=f"o{number}")
        assert isinstance(hold, Held)
        assert isinstance(till.carts.commit(hold.hold_id, key=f"c{number}"), Order)
    assert balance(till, "budget/A") == (250, 0, 750)


def test_a_payment_at_the_deadline_is_paid_or_expired_and_never_both(
    till_url: str,  # noqa: F811
) -> None:
    clock = SetClock()
    with open_till(till_url, clock=clock) as till:
        till.stock.load("TEA", 10)
        for number in range(10):
            hold = till.carts.hold(Buyer(number, "c").cart, key=f"h{number}", order_id=f"o{number}", seconds=60)
            assert isinstance(hold, Held)
            # Both read the hold before its time, then one writes at the deadline and one just before it.
            late = replace(till.ledger, clock=SetClock(hold.expires_at))
            with_sweeper = Till(late, till.connected, coupons=till.coupons._books)
            answers = at_once(
                2,
                lambda who, hold=hold, number=number, sweeper=with_sweeper: (  # type: ignore[misc]
                    till.carts.commit(hold.hold_id, key=f"c{number}") if who == 0 else sweeper.sweep().holds
                ),
            )
            is_paid = isinstance(answers[0], Order)
            assert is_paid == (answers[1] == 0)
            assert is_paid == (till.carts.order(f"o{number}") is not None)
        left = till.stock.left("TEA")
        assert left is not None
        assert left.held == 0
        paid = sum(till.carts.order(f"o{number}") is not None for number in range(10))
        assert (left.available, left.used) == (10 - paid, paid)


def test_many_sweepers_give_back_what_expired_once(till_url: str) -> None:  # noqa: F811
    clock = SetClock()
    with open_till(till_url, clock=clock) as till:
        till.stock.load("TEA", 30)
        for number in range(30):
            held = till.carts.hold(Buyer(number, "c").cart, key=f"h{number}", order_id=f"o{number}", seconds=60)
            assert isinstance(held, Held)
        clock.forward(60)
        answers = at_once(4, lambda _: till.sweep().holds)
        assert sum(count for count in answers if isinstance(count, int)) == 30
        assert till.stock.left("TEA") == Balance("stock/main/TEA", 30, 0, 0)
        assert len(till.ledger.outbox.pending(100)) == 30


def test_returns_at_once_refund_every_unit_once(till: Till) -> None:
    hold = till.carts.hold(Buyer(1, "c", units=5).cart, key="h", order_id="o")
    assert isinstance(hold, Held)
    till.carts.commit(hold.hold_id, key="c")
    answers = at_once(8, lambda number: again(lambda: till.carts.return_lines("o", {"1": 1}, key=f"r{number}")))
    refunds = [answer for answer in answers if isinstance(answer, Refunded)]
    assert len(refunds) == 5
    assert {answer.code for answer in answers if isinstance(answer, Refused)} == {"already_returned"}
    assert sum(answer.amount_minor for answer in refunds) == 2500


def test_a_return_and_a_cancellation_at_once_refund_what_was_paid(till: Till) -> None:
    for number in range(5):
        hold = till.carts.hold(Buyer(number, "c", units=2).cart, key=f"h{number}", order_id=f"o{number}")
        assert isinstance(hold, Held)
        till.carts.commit(hold.hold_id, key=f"c{number}")
        answers = at_once(
            2,
            lambda who, number=number: again(  # type: ignore[misc]
                lambda: (
                    till.carts.cancel(f"o{number}", key=f"x{number}")
                    if who
                    else till.carts.return_lines(f"o{number}", {"1": 1}, key=f"r{number}")
                )
            ),
        )
        assert sum(answer.amount_minor for answer in answers if isinstance(answer, Refunded)) == 1000
