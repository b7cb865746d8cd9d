"""The evaluation in words and amounts: shares per line, who applied, who did not and why."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal, cast

from dealwright.engine.applying import Many, Why, Whys, together
from dealwright.engine.evaluation import OUR_SHAPES, Shapes
from dealwright.engine.facts import Facts
from dealwright.engine.goods import Goods
from dealwright.engine.grants import Cut, Grant
from dealwright.engine.held import Held
from dealwright.engine.reasons import reason
from dealwright.engine.runs import Run, merged
from dealwright.engine.steps import AnyStep, Plain, Repeated, Step

_CUTS_ONLY = Grant()  # what a plain step gives besides what it takes off
_SHARE_SCOPES: Mapping[str, Literal["item", "order"]] = {"item": "item", "order": "order", "delivery": "item"}


class Told:
    """What an evaluation is made of: it tells each part of it when that is asked for."""

    __slots__ = ("facts", "goods", "held", "refused", "start", "steps")

    def __init__(
        self,
        facts: Facts,
        start: Goods,
        goods: Goods,
        steps: Sequence[AnyStep],
        refused: list[Why | Many],
        held: Held,
    ) -> None:
        self.facts = facts
        self.start = start
        self.goods = goods
        self.steps = steps
        self.refused = refused
        self.held = held

    @property
    def total_minor(self) -> int:
        """What is to be paid."""
        return sum(self.goods.nets) + sum(self.goods.fees)

    def draws_on(self, promotion_ids: Container[str]) -> bool:
        """Whether one of these promotions applies, or a gift that does not lie in the cart is given."""
        for step in self.steps:
            if step.rule.id in promotion_ids:
                return True
            if type(step) is Step and any(not gift.line for gift in step.grant.gifts):
                return True
        return False

    def tell(self, part: str, shapes: Shapes = OUR_SHAPES) -> Any:
        """One field of the evaluation, its parts in these shapes."""
        return _PARTS[part](self, shapes)


def _currency(found: Told, _: Shapes) -> str:
    return found.facts.cart.currency


def _at(found: Told, _: Shapes) -> datetime:
    return found.facts.at


def _lines(found: Told, shapes: Shapes) -> tuple[Any, ...]:
    """The lines in the cart's own order."""
    facts, goods = found.facts, found.goods
    shares: list[list[Any]] = [[] for _ in facts.lines]
    make = shapes.share
    for step in found.steps:
        if type(step) is Repeated:
            for place, share in _kept_shares(step, make):
                shares[step.lines[place]].append(share)
            continue
        name, scope = step.rule.id, _SHARE_SCOPES[step.rule.benefit.scope]
        for cut in _cuts(step):
            if cut[1]:
                shares[cut[0]].append(make(name, cut[1], scope))
    told = {
        line.line: shapes.line(
            line.line, line.sku, line.quantity, regular, net, tuple(own), _units(of_units, shapes)
        )
        for line, regular, net, own, of_units in zip(
            facts.lines, facts.regular, goods.nets, shares, goods.runs, strict=True
        )
    }
    return tuple([told[line.line] for line in facts.cart.lines])


def _cuts(step: AnyStep) -> Sequence[Cut | tuple[int, int]]:
    """What a step takes off which line."""
    return step.offs if type(step) is Plain else step.grant.cuts


def _kept_shares(step: Repeated, make: Callable[..., Any]) -> list[tuple[int, Any]]:
    """The shares of what was given before, with their places among its lines."""
    told: list[tuple[int, Any]] | None = step.given.told.get(make)
    if told is None:
        name, scope = step.rule.id, _SHARE_SCOPES[step.rule.benefit.scope]
        told = [(place, make(name, off, scope)) for place, off, _ in step.given.cuts if off]
        step.given.told[make] = told
    return told


def _units(runs: Sequence[Run] | None, shapes: Shapes) -> tuple[Any, ...]:
    make = shapes.units
    if runs is None or make is None:
        return ()
    return tuple(
        [make(run.count, run.price_minor) for run in merged([run._replace(is_used=False) for run in runs])]
    )


def _deliveries(found: Told, shapes: Shapes) -> tuple[Any, ...]:
    """The deliveries in the cart's own order."""
    facts, before, after = found.facts, found.start.fees, found.goods.fees
    if not before:
        return ()
    shares: list[list[Any]] = [[] for _ in before]
    for step in found.steps:
        for cut in step.grant.fee_cuts if type(step) is Step else ():
            shares[cut.delivery].append(shapes.share(step.rule.id, cut.amount_minor, "order"))
    told = {
        delivery.method: shapes.delivery(delivery.method, before[number], after[number], tuple(shares[number]))
        for number, delivery in enumerate(facts.deliveries)
    }
    return tuple([told[delivery.method] for delivery in facts.cart.deliveries])


def _applied(found: Told, shapes: Shapes) -> tuple[Any, ...]:
    # The code that opened a promotion is the cart's own; without codes, what was given before is told as before.
    keeps = not found.held.code_of
    return tuple(
        [
            _kept_applied(step, found, shapes)
            if keeps and type(step) is Repeated
            else _one_applied(step, found, shapes)
            for step in found.steps
        ]
    )


def _kept_applied(step: Repeated, found: Told, shapes: Shapes) -> Any:
    told = step.given.told.get(shapes.applied)
    if told is None:
        told = step.given.told[shapes.applied] = _one_applied(step, found, shapes)
    return told


def _one_applied(step: AnyStep, found: Told, shapes: Shapes) -> Any:
    promotion, cuts = step.rule.promotion, _cuts(step)
    grant = _CUTS_ONLY if type(step) is Plain else step.grant
    discount = sum([cut[1] for cut in cuts])
    if grant.fee_cuts:
        discount += sum([cut.amount_minor for cut in grant.fee_cuts])
    n_units = grant.n_units
    if n_units is None:
        quantities = found.facts.quantities
        n_units = sum([quantities[cut[0]] for cut in cuts])
    platform = (2 * discount * promotion.funded_percent + 100) // 200
    return shapes.applied(
        promotion.id,
        promotion.version,
        found.held.code_of.get(promotion.id, ""),
        discount,
        platform,
        discount - platform,
        n_units,
        grant.uses,
        tuple([shapes.gift(gift.sku, gift.quantity, gift.line) for gift in grant.gifts]) if grant.gifts else (),
        grant.points,
        grant.points_spent,
        grant.next_coupon,
        step.rule.sentence,
        grant.frees_delivery,
        grant.prepaid_minor,
    )


def _refused(found: Told, shapes: Shapes) -> tuple[Any, ...]:
    """Every promotion that gave nothing, by id; of several reasons the last."""
    currency = found.facts.cart.currency
    refused: dict[str, Any] = {}
    for why in together(found.refused):
        if type(why) is Why:
            refused[why.rule.id] = _refusal(why, currency, shapes)
        else:
            refused.update(_told_before(cast(Whys, why), currency, shapes))
    for step in found.steps:
        refused.pop(step.rule.id, None)
    return tuple([refused[name] for name in sorted(refused)])


def _told_before(whys: Whys, currency: str, shapes: Shapes) -> dict[str, Any]:
    """Reasons that are kept for many carts are put into words once, with the promotions' ids."""
    told = whys.told.get(shapes.refusal)
    if told is None:
        told = {why.rule.id: _refusal(why, currency, shapes) for why in whys.whys}
        whys.told[shapes.refusal] = told
    return told


def _refusal(why: Why, currency: str, shapes: Shapes) -> Any:
    rule, code, missing_minor, missing_quantity, lost_to = why
    return shapes.refusal(rule.id, code, reason(why, currency), missing_minor, missing_quantity, lost_to)


def _next_steps(found: Told, shapes: Shapes) -> tuple[Any, ...]:
    currency, told = found.facts.cart.currency, []
    for step in found.steps:
        next_step = step.rule.next_step
        gap = None if next_step is None else next_step(found.goods)
        if gap is not None:
            told.append(_refusal(Why.unmet(step.rule, gap), currency, shapes))
    return tuple(told)


def _unknown(found: Told, _: Shapes) -> tuple[str, ...]:
    return tuple(found.held.unknown)


_PARTS: Mapping[str, Callable[[Told, Shapes], Any]] = MappingProxyType(
    {
        "currency": _currency,
        "at": _at,
        "lines": _lines,
        "deliveries": _deliveries,
        "applied": _applied,
        "refused": _refused,
        "next_steps": _next_steps,
        "unknown_codes": _unknown,
    }
)
