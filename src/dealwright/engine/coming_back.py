"""What a return or a cancellation gives back of what an order drew on the ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from dealwright.engine.evaluation import Evaluation, PricedLine
from dealwright.engine.ledger import Demand
from dealwright.engine.refund import discount_back


def returned_demands(
    demands: Iterable[Demand], evaluation: Evaluation, *, before: Mapping[str, int], after: Mapping[str, int]
) -> tuple[Demand, ...]:
    """What a partial return gives back: the money of the discounts on the returned units, to their budgets.

    To the cent it is the list value of these units less their refund. Uses stay used. Returned goods are not put on
    the shelf: whoever has looked at them loads them again.
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
    money: Counter[str] = Counter()
    for line in evaluation.lines:
        money.update(_shares_back(line, after.get(line.line, 0)))
        money.subtract(_shares_back(line, before.get(line.line, 0)))
    if _is_all_back(evaluation, after) and not _is_all_back(evaluation, before):
        for share in (share for delivery in evaluation.deliveries for share in delivery.shares):
            money[share.promotion_id] += share.amount_minor
    return money


def _shares_back(line: PricedLine, quantity: int) -> Mapping[str, int]:
    """Per promotion, its part of the discount that comes back with `quantity` units; with all of them its share."""
    shares: Counter[str] = Counter()
    for share in line.shares:
        shares[share.promotion_id] += share.amount_minor
    parts = _divided(discount_back(line, quantity), tuple(shares.values()))
    return dict(zip(shares, parts, strict=True))


def _divided(total: int, weights: Sequence[int]) -> list[int]:
    """`total` in proportion to `weights`, so that no part ever falls as the total grows to their sum.

    Largest remainders would take a cent back from one part when another gets two.

    >>> [_divided(total, (7, 6, 3)) for total in (0, 2, 8, 15, 16)]
    [[0, 0, 0], [1, 1, 0], [4, 3, 1], [7, 5, 3], [7, 6, 3]]
    """
    parts, weight_left = [], sum(weights)
    for weight in weights:
        part = (2 * weight * total + weight_left) // (2 * weight_left) if weight_left else 0
        parts.append(part)
        total -= part
        weight_left -= weight
    return parts


def _is_all_back(evaluation: Evaluation, returned: Mapping[str, int]) -> bool:
    """Whether delivery was refunded: lines that cost nothing (gifts) need not come back."""
    counted = [line for line in evaluation.lines if line.net_minor] or evaluation.lines
    return all(returned.get(line.line, 0) >= line.quantity for line in counted)
