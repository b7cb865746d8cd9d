"""What a return or a cancellation gives back of what an order drew on the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from dealwright.engine.evaluation import Evaluation
from dealwright.engine.ledger import Demand


def returned_demands(
    demands: Iterable[Demand], evaluation: Evaluation, *, before: Mapping[str, int], after: Mapping[str, int]
) -> tuple[Demand, ...]:
    """What a partial return gives back: the money of the discounts on the returned units, to their budgets.

    Uses stay used. Returned goods are not put on the shelf: whoever has looked at them loads them again.
    """
    money = _discounts_back(evaluation, before=before, after=after)
    return tuple(
        replace(demand, amount=money[demand.promotion_id])
        for demand in demands
        if _is_budget(demand) and money.get(demand.promotion_id, 0) > 0
    )


def cancelled_demands(
    demands: Iterable[Demand], evaluation: Evaluation, *, returned: Mapping[str, int]
) -> tuple[Demand, ...]:
    """What a cancelled order gives back: all that comes back and has not come back with a return."""
    money = _discounts_back(evaluation, before={}, after=returned)
    rest = (
        replace(demand, amount=demand.amount - _back_already(demand, money, returned))
        for demand in demands
        if demand.comes_back
    )
    return tuple(demand for demand in rest if demand.amount > 0)


def _is_budget(demand: Demand) -> bool:
    return demand.account.startswith("budget/")


def _back_already(demand: Demand, money: Mapping[str, int], returned: Mapping[str, int]) -> int:
    if _is_budget(demand):
        return money.get(demand.promotion_id, 0)
    return sum(returned.get(line, 0) for line in demand.of_lines)


def _discounts_back(
    evaluation: Evaluation, *, before: Mapping[str, int], after: Mapping[str, int]
) -> Mapping[str, int]:
    """Per promotion, the discount on the units of every line that were returned between `before` and `after`.

    The discount on delivery comes with the last unit, as its fee does.
    """
    money: dict[str, int] = {}
    for line in evaluation.lines:
        first, last = before.get(line.line, 0), after.get(line.line, 0)
        for share in line.shares:
            # Differences of one rounded running total: any partition of the units gives back the whole.
            back = share.amount_minor * last // line.quantity - share.amount_minor * first // line.quantity
            money[share.promotion_id] = money.get(share.promotion_id, 0) + back
    if _is_all_back(evaluation, after) and not _is_all_back(evaluation, before):
        for share in (share for delivery in evaluation.deliveries for share in delivery.shares):
            money[share.promotion_id] = money.get(share.promotion_id, 0) + share.amount_minor
    return money


def _is_all_back(evaluation: Evaluation, returned: Mapping[str, int]) -> bool:
    """Whether delivery was refunded: lines that cost nothing (gifts) need not come back."""
    counted = [line for line in evaluation.lines if line.net_minor] or evaluation.lines
    return all(returned.get(line.line, 0) >= line.quantity for line in counted)
