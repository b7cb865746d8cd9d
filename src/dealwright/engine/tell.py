"""The evaluation in words and amounts: shares per line, who applied, who did not and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from dealwright.engine.applying import Many, Plain, Step, Why, every
from dealwright.engine.eligibility import units_of
from dealwright.engine.evaluation import (
    Applied,
    PricedDelivery,
    PricedLine,
    PricedUnits,
    Refusal,
    Share,
)
from dealwright.engine.facts import Facts
from dealwright.engine.goods import Goods
from dealwright.engine.held import Held
from dealwright.engine.reasons import reason
from dealwright.engine.runs import merged

_MOST_TOLD = 32


class Told:
    """What an evaluation is made of: it tells each part of it when that is asked for."""

    __slots__ = ("facts", "goods", "held", "is_plain", "refused", "start", "steps")

    def __init__(
        self,
        facts: Facts,
        start: Goods,
        goods: Goods,
        steps: Sequence[Step | Plain],
        refused: list[Why | Many],
        held: Held,
    ) -> None:
        self.facts = facts
        self.start = start
        self.goods = goods
        self.steps = steps
        self.is_plain = True
        self.refused = refused
        self.held = held

    @property
    def total_minor(self) -> int:
        """What is to be paid."""
        return sum(self.goods.nets) + sum(self.goods.fees)

    def tell(self, part: str) -> object:
        """One field of the evaluation."""
        if self.is_plain:
            self.steps = [Step(step.rule, step.grant) for step in self.steps]
            self.is_plain = False
        return _PARTS[part](self)


def _currency(found: Told) -> str:
    return found.facts.cart.currency


def _at(found: Told) -> datetime:
    return found.facts.at


def _lines_told(found: Told) -> tuple[PricedLine, ...]:
    """The lines in the cart's own order."""
    lines = {line.line: line for line in _lines(found)}
    return tuple([lines[line.line] for line in found.facts.cart.lines])


def _deliveries_told(found: Told) -> tuple[PricedDelivery, ...]:
    """The deliveries in the cart's own order."""
    deliveries = {delivery.method: delivery for delivery in _deliveries(found)}
    return tuple([deliveries[delivery.method] for delivery in found.facts.cart.deliveries])


def _applied_told(found: Told) -> tuple[Applied, ...]:
    return tuple([_applied(step, found) for step in found.steps])


def _refused_told(found: Told) -> tuple[Refusal, ...]:
    """Every promotion that gave nothing, by id; of several reasons the last."""
    currency, taken = found.facts.cart.currency, {step.rule.id for step in found.steps}
    refused = {why.rule.id: why for why in every(found.refused) if why.rule.id not in taken}
    return tuple([_refusal(refused[name], currency) for name in sorted(refused)])


def _next_steps_told(found: Told) -> tuple[Refusal, ...]:
    return tuple([step for step in (_next_step(step, found) for step in found.steps) if step is not None])


def _unknown_told(found: Told) -> tuple[str, ...]:
    return tuple(found.held.unknown)


def _lines(found: Told) -> list[PricedLine]:
    facts, goods = found.facts, found.goods
    shares: list[list[Share]] = [[] for _ in facts.lines]
    for step in found.steps:
        scope = "order" if step.rule.benefit.scope == "order" else "item"
        for cut in step.grant.cuts:
            if cut.amount_minor:
                shares[cut.line].append(Share(step.rule.id, cut.amount_minor, scope))  # type: ignore[arg-type]
    return [
        PricedLine(
            line.line,
            line.sku,
            line.quantity,
            facts.regular[number],
            goods.nets[number],
            tuple(shares[number]),
            _units(goods, number),
        )
        for number, line in enumerate(facts.lines)
    ]


def _units(goods: Goods, line: int) -> tuple[PricedUnits, ...]:
    runs = goods.runs[line]
    if runs is None:
        return ()
    plain = merged([run._replace(is_used=False) for run in runs])
    return tuple([PricedUnits(run.count, run.price_minor) for run in plain])


def _deliveries(found: Told) -> list[PricedDelivery]:
    shares: list[list[Share]] = [[] for _ in found.start.fees]
    for step in found.steps:
        for cut in step.grant.fee_cuts:
            shares[cut.delivery].append(Share(step.rule.id, cut.amount_minor, "order"))
    return [
        PricedDelivery(delivery.method, found.start.fees[number], found.goods.fees[number], tuple(shares[number]))
        for number, delivery in enumerate(found.facts.deliveries)
    ]


def _applied(step: Step | Plain, found: Told) -> Applied:
    promotion, grant = step.rule.promotion, step.grant
    discount = grant.amount_minor
    platform = (2 * discount * promotion.funded_percent + 100) // 200
    return Applied(
        promotion.id,
        promotion.version,
        found.held.code_of.get(promotion.id, ""),
        discount,
        platform,
        discount - platform,
        units_of(grant, found.facts),
        grant.uses,
        grant.gifts,
        grant.points,
        grant.points_spent,
        grant.next_coupon,
        step.rule.sentence,
        grant.frees_delivery,
        grant.prepaid_minor,
    )


def _refusal(why: Why, currency: str) -> Refusal:
    """The refusal; those without a gap are said again and again, and kept."""
    rule, code, missing_minor, missing_quantity, lost_to = why
    if missing_minor or missing_quantity:
        return Refusal(rule.id, code, reason(why, currency), missing_minor, missing_quantity, lost_to)
    said = rule.told.get((code, lost_to))
    if said is None:
        if len(rule.told) >= _MOST_TOLD:
            rule.told.clear()
        said = rule.told[code, lost_to] = Refusal(rule.id, code, reason(why, currency), 0, 0, lost_to)
    return said


def _next_step(step: Step | Plain, found: Told) -> Refusal | None:
    next_step = getattr(step.rule.benefit, "next_step", None)
    if next_step is None:
        return None
    gap = next_step(found.goods)
    return _refusal(Why.unmet(step.rule, gap), found.facts.cart.currency) if gap is not None else None


_PARTS: Mapping[str, Callable[[Told], object]] = MappingProxyType(
    {
        "currency": _currency,
        "at": _at,
        "lines": _lines_told,
        "deliveries": _deliveries_told,
        "applied": _applied_told,
        "refused": _refused_told,
        "next_steps": _next_steps_told,
        "unknown_codes": _unknown_told,
    }
)
