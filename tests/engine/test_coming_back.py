"""What comes back of an order: a part with a return, the rest with a cancellation."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from dealwright.engine.coming_back import cancelled_demands, returned_demands
from dealwright.engine.evaluation import Evaluation, PricedDelivery, PricedLine, Share
from dealwright.engine.ledger import Demand
from dealwright.engine.refund import refund

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)


def priced(*lines: PricedLine) -> Evaluation:
    return Evaluation("EUR", NOON, lines, (), (), ())


def test_a_partial_return_gives_the_budget_its_money_back_and_nothing_else() -> None:
    line = PricedLine("1", "T", 3, 1500, 1400, (Share("A", 100, "order"),))
    demands = (Demand("uses/A", 1, 9, promotion_id="A"), Demand("budget/A", 100, 999, promotion_id="A"))
    back = returned_demands(demands, priced(line), before={}, after={"1": 1})
    assert [(demand.account, demand.amount) for demand in back] == [("budget/A", 33)]


def test_a_cancellation_gives_back_what_no_return_did() -> None:
    line = PricedLine("1", "T", 3, 1500, 1400, (Share("A", 100, "order"),))
    demands = (
        Demand("uses/A", 1, 9, promotion_id="A"),
        Demand("uses/B", 1, 9, comes_back=False, promotion_id="B"),
        Demand("stock/main/T", 3, of_lines={"1": 3}),
        Demand("budget/A", 100, 999, promotion_id="A"),
    )
    back = cancelled_demands(demands, priced(line), returned={"1": 2})
    assert {demand.account: demand.amount for demand in back} == {"uses/A": 1, "stock/main/T": 1, "budget/A": 33}


def test_the_discount_on_delivery_returns_to_its_budget_with_the_last_unit_and_once() -> None:
    line = PricedLine("1", "T", 2, 1000, 1000)
    post = PricedDelivery("post", 400, 100, (Share("SHIP", 300, "order"),))
    sold = Evaluation("EUR", NOON, (line,), (post,), (), ())
    demands = (Demand("budget/SHIP", 300, 999, promotion_id="SHIP"),)
    assert returned_demands(demands, sold, before={}, after={"1": 1}) == ()
    (back,) = returned_demands(demands, sold, before={"1": 1}, after={"1": 2})
    assert (back.account, back.amount) == ("budget/SHIP", 300)
    assert cancelled_demands(demands, sold, returned={"1": 2}) == ()
    (rest,) = cancelled_demands(demands, sold, returned={"1": 1})
    assert rest.amount == 300


def test_of_three_units_at_3_33_with_1_00_off_customer_and_budget_share_every_cent() -> None:
    line = PricedLine("1", "T", 3, 999, 899, (Share("A", 100, "item"),))
    demands = (Demand("budget/A", 100, 999, promotion_id="A"),)
    refunds, back = one_by_one(line, demands)
    assert refunds == [300, 299, 300]
    assert back == [{"budget/A": 33}, {"budget/A": 34}, {"budget/A": 33}]


def test_half_a_cent_goes_to_the_customer_and_not_to_the_budget() -> None:
    line = PricedLine("1", "T", 2, 200, 101, (Share("A", 99, "item"),))
    refunds, back = one_by_one(line, (Demand("budget/A", 99, 999, promotion_id="A"),))
    assert refunds == [51, 50]
    assert back == [{"budget/A": 49}, {"budget/A": 50}]


def test_two_promotions_on_one_line_each_get_their_part_of_every_unit_back() -> None:
    line = PricedLine("1", "T", 3, 999, 899, (Share("A", 60, "item"), Share("B", 40, "order")))
    demands = tuple(Demand(f"budget/{name}", 99, 999, promotion_id=name) for name in "AB")
    refunds, back = one_by_one(line, demands)
    assert refunds == [300, 299, 300]
    assert back == [
        {"budget/A": 20, "budget/B": 13},
        {"budget/A": 20, "budget/B": 14},
        {"budget/A": 20, "budget/B": 13},
    ]


def test_shares_too_small_for_every_unit_come_back_one_after_the_other_and_never_fall() -> None:
    line = PricedLine("1", "T", 4, 400, 397, tuple(Share(name, 1, "item") for name in "ABC"))
    demands = tuple(Demand(f"budget/{name}", 1, 9, promotion_id=name) for name in "ABC")
    refunds, back = one_by_one(line, demands)
    assert refunds == [99, 100, 99, 99]
    assert back == [{"budget/B": 1}, {}, {"budget/A": 1}, {"budget/C": 1}]


def one_by_one(line: PricedLine, demands: tuple[Demand, ...]) -> tuple[list[int], list[dict[str, int]]]:
    """What the customer and what the accounts get with each unit."""
    sold = priced(line)
    refunds, back = [], []
    for n in range(line.quantity):
        refunds.append(refund(sold, {"1": 1}, already={"1": n}).amount_minor)
        came = returned_demands(demands, sold, before={"1": n}, after={"1": n + 1})
        back.append({demand.account: demand.amount for demand in came})
    return refunds, back


@st.composite
def lines_and_parts(draw: st.DrawFn) -> tuple[PricedLine, list[int]]:
    """A line with up to four shares, and its units in the parts in which they come back; some are kept."""
    parts = draw(st.lists(st.integers(1, 40), min_size=1, max_size=8))
    quantity, price = sum(parts) + draw(st.integers(0, 5)), draw(st.integers(0, 10**7))
    off, shares = 0, []
    for name in draw(st.lists(st.sampled_from("ABCD"), max_size=4)):
        amount = draw(st.integers(0, quantity * price - off))
        off += amount
        shares.append(Share(name, amount, "item"))
    return PricedLine("1", "T", quantity, quantity * price, quantity * price - off, tuple(shares)), parts


@settings(max_examples=500)
@given(lines_and_parts())
def test_what_customer_and_budgets_get_back_is_the_list_value_to_the_cent(
    given_: tuple[PricedLine, list[int]],
) -> None:
    line, parts = given_
    sold, price = priced(line), line.regular_minor // line.quantity
    given_away = {name: sum(s.amount_minor for s in line.shares if s.promotion_id == name) for name in "ABCD"}
    demands = tuple(Demand(f"budget/{name}", off, 10**12, promotion_id=name) for name, off in given_away.items())
    came: Counter[str] = Counter()
    before = 0
    for units in parts:
        back = returned_demands(demands, sold, before={"1": before}, after={"1": before + units})
        refunded = refund(sold, {"1": units}, already={"1": before})
        assert sum(demand.amount for demand in back) == units * price - refunded.amount_minor
        assert all(demand.amount > 0 for demand in back)
        came.update({demand.promotion_id: demand.amount for demand in back})
        before += units
    rest = cancelled_demands(demands, sold, returned={"1": before})
    assert all(demand.amount > 0 for demand in rest)
    came.update({demand.promotion_id: demand.amount for demand in rest})
    assert {name: came[name] for name in "ABCD"} == given_away


@given(
    discount=st.integers(0, 10**9),
    parts=st.lists(st.integers(1, 50), min_size=1, max_size=8),
    kept=st.integers(0, 5),
)
def test_however_units_come_back_the_budget_gets_back_what_it_gave(
    discount: int, parts: list[int], kept: int
) -> None:
    quantity = sum(parts) + kept
    line = PricedLine("1", "T", quantity, 10**10, 10**10 - discount, (Share("A", discount, "item"),))
    demands = (Demand("budget/A", discount, 10**10, promotion_id="A"),)
    total, before = 0, 0
    for units in parts:
        back = returned_demands(demands, priced(line), before={"1": before}, after={"1": before + units})
        before += units
        total += sum(demand.amount for demand in back)
    rest = cancelled_demands(demands, priced(line), returned={"1": before})
    assert total + sum(demand.amount for demand in rest) == discount
