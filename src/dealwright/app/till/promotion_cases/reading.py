"""One case of a file: cart, promotions, policy and past, ready to be priced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dealwright.app.till.promotion_cases import fields
from dealwright.app.till.promotion_cases.benefits import benefit_of
from dealwright.app.till.promotion_cases.carts import USUAL_MOMENT, cart_of, policy_of, price_basis_of
from dealwright.app.till.promotion_cases.conditions import conditions_of
from dealwright.app.till.promotion_cases.items import items_of
from dealwright.app.till.promotion_cases.past import Budget, limits_of, usage_of
from dealwright.campaign.promotion import Layer, Promotion
from dealwright.campaign.schedule import ALWAYS, Schedule
from dealwright.core.cart import Cart, checked
from dealwright.core.errors import InputError
from dealwright.engine.policy import Policy
from dealwright.engine.usage import Usage

_CASE = (
    "id", "source", "kind", "policy", "cart", "promotions", "expected", "state", "notes", "derived", "quirk",
    "about",
)  # fmt: skip
_PROMOTION = (
    "id", "trigger", "code", "priority", "exclusive", "conditions", "benefit", "layer", "lane", "slot", "group",
    "limits", "budget", "single_use", "reusable_after_cancel", "starts_at", "ends_at", "stackable", "name",
)  # fmt: skip
_LAYERS: Mapping[str, tuple[Layer, int]] = {
    "catalog": ("catalogue", 0), "catalogue": ("catalogue", 0), "cart": ("cart", 0), "item": ("cart", 0),
    "order": ("cart", 1), "store": ("cart", 1), "platform": ("cart", 2), "shipping": ("delivery", 0),
    "delivery": ("delivery", 0),
}  # fmt: skip
_KINDS = ("price", "lifecycle", "explain")
_LANES_PER_LANE = 1000


@dataclass(frozen=True, slots=True)
class Case:
    """A case ready to be priced.

    Ids of promotions begin with their place, so that equal priorities run as listed; `name` is the id as given.
    `budgets` are those of promotions that have one, `single` the promotions whose code is used once.
    """

    id: str
    cart: Cart
    promotions: tuple[Promotion, ...]
    policy: Policy
    usage: Usage
    at: datetime
    quoted_at: datetime | None
    budgets: Mapping[str, Budget]
    single: frozenset[str]
    expected: Mapping[str, Any]


def case_of(where: str, given: object) -> Case:
    """One case. InputError for a broken one, CaseError for what the till cannot express."""
    raw = fields.mapping(where, given)
    fields.check_names(where, raw, _CASE)
    kind = str(raw.get("kind", "price"))
    fields.one_of(f"{where}.kind", "kind", kind, _KINDS)
    given_policy = fields.mapping(f"{where}.policy", raw.get("policy", {}))
    given_cart = fields.mapping(f"{where}.cart", fields.needed(where, raw, "cart"))
    given_promotions = [
        fields.mapping(f"{where}.promotions[{n}]", one)
        for n, one in enumerate(fields.sequence(f"{where}.promotions", fields.needed(where, raw, "promotions")))
    ]
    policy = policy_of(f"{where}.policy", given_policy)
    cart = cart_of(
        f"{where}.cart",
        given_cart,
        price_basis=price_basis_of(f"{where}.policy", given_policy),
        codes=_codes(f"{where}.cart.codes", given_cart, given_promotions),
    )
    stacking = str(given_policy.get("stacking", "sequential"))
    promotions = tuple(
        _promotion(f"{where}.promotions[{n}]", one, n, cart.currency, stacking)
        for n, one in enumerate(given_promotions)
    )
    state = fields.mapping(f"{where}.state", raw.get("state", {}))
    budgets = {
        promotion.id: budget
        for promotion, one in zip(promotions, given_promotions, strict=True)
        if (budget := _budget(f"{where}.promotions", one, cart.currency)) is not None
    }
    return Case(
        id=fields.text(f"{where}.id", fields.needed(where, raw, "id")),
        cart=checked(cart),
        promotions=promotions,
        policy=policy,
        usage=usage_of(
            f"{where}.state",
            state,
            {promotion.id: one for promotion, one in zip(promotions, given_promotions, strict=True)},
            customer_id=cart.shopper.customer_id,
            budgets=budgets,
            codes_are_case_sensitive=policy.codes_are_case_sensitive,
        ),
        at=_moment(f"{where}", state.get("commit_at") or given_cart.get("now") or state.get("now")) or USUAL_MOMENT,
        quoted_at=_moment(f"{where}.state.quoted_at", state.get("quoted_at")),
        budgets=budgets,
        single=frozenset(
            promotion.id
            for promotion, one in zip(promotions, given_promotions, strict=True)
            if one.get("single_use")
        ),
        expected=_expected(f"{where}.expected", fields.needed(where, raw, "expected")),
    )


def _codes(where: str, cart: Mapping[str, Any], promotions: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """The codes entered; a case that enters none is about its promotions, whose codes then count as entered."""
    entered = fields.texts(where, cart.get("codes", ()))
    return entered or tuple(dict.fromkeys(str(one["code"]) for one in promotions if one.get("code")))


def _expected(where: str, given: object) -> Mapping[str, Any]:
    expected = fields.mapping(where, given)
    if not expected:
        raise InputError(
            f"{where} is empty, so the case would pass whatever the till says; expect a total at least"
        )
    return expected


def _moment(where: str, given: object) -> datetime | None:
    return None if given is None else fields.moment(where, given)


def _budget(where: str, raw: Mapping[str, Any], currency: str) -> Budget | None:
    return Budget.of(where, raw["budget"], currency) if raw.get("budget") is not None else None


def _promotion(where: str, raw: Mapping[str, Any], number: int, currency: str, stacking: str) -> Promotion:
    fields.check_names(where, raw, _PROMOTION)
    trigger = str(raw.get("trigger", "auto"))
    fields.one_of(f"{where}.trigger", "trigger", trigger, ("auto", "code"))
    conditions = [
        fields.mapping(f"{where}.conditions[{n}]", one)
        for n, one in enumerate(fields.sequence(f"{where}.conditions", raw.get("conditions", ())))
    ]
    given_benefit = fields.mapping(f"{where}.benefit", fields.needed(where, raw, "benefit"))
    eligible = items_of(f"{where}.benefit.filter", given_benefit.get("filter"), currency=currency)
    layer, lane = _layer(where, raw)
    return Promotion(
        id=f"{number:05} {fields.text(f'{where}.id', fields.needed(where, raw, 'id'))}",
        currency=currency,
        benefit=benefit_of(f"{where}.benefit", given_benefit, currency=currency, conditions=conditions),
        conditions=tuple(
            read
            for n, one in enumerate(conditions)
            for read in conditions_of(f"{where}.conditions[{n}]", one, eligible=eligible, currency=currency)
        ),
        name=str(raw["id"]),
        code=fields.text(f"{where}.code", raw.get("code", "")) if trigger == "code" else "",
        schedule=_schedule(where, raw),
        layer=layer,
        lane=lane,
        priority=fields.signed(f"{where}.priority", raw.get("priority", 0)),
        exclusive_group=_group(raw, given_benefit, stacking),
        is_exclusive=_is_exclusive(where, raw),
        limits=limits_of(where, raw, currency),
    )


def _is_exclusive(where: str, raw: Mapping[str, Any]) -> bool:
    """What does not stack goes with no other."""
    is_alone = fields.flag(f"{where}.exclusive", raw.get("exclusive", False))
    return is_alone or not fields.flag(f"{where}.stackable", raw.get("stackable", True))


def _layer(where: str, raw: Mapping[str, Any]) -> tuple[Layer, int]:
    """Layers in the order of the till; lanes inside a layer."""
    name = str(raw.get("layer", "cart"))
    layer, step = _LAYERS[fields.one_of(f"{where}.layer", "layer", name, _LAYERS)]
    return layer, step * _LANES_PER_LANE + fields.signed(f"{where}.lane", raw.get("lane", 0))


def _group(raw: Mapping[str, Any], benefit: Mapping[str, Any], stacking: str) -> str:
    """One promotion of a slot or group applies where the policy says so; else a group says nothing."""
    if stacking == "best_per_slot":
        return f"slot {raw.get('slot') or benefit.get('scope')}"
    return str(raw.get("group", "")) if stacking == "best_per_group" else ""


def _schedule(where: str, raw: Mapping[str, Any]) -> Schedule:
    start, end = (
        _moment(f"{where}.starts_at", raw.get("starts_at")),
        _moment(f"{where}.ends_at", raw.get("ends_at")),
    )
    return ALWAYS if start is None and end is None else Schedule(start, end)
