"""What comes back of an order: a part with a return, the rest with a cancellation."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from dealwright.engine.coming_back import cancelled_demands, returned_demands
from dealwright.engine.evaluation import Evaluation, PricedDelivery, PricedLine, Share
from dealwright.engine.ledger import Demand

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
    assert {demand.account: demand.amount for demand in back} == {"uses/A": 1, "stock/main/T": 1, "budget/A": 34}


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
