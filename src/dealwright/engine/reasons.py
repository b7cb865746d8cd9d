"""Why a promotion gave nothing, in one plain sentence."""

from __future__ import annotations

from dealwright.core.money import exponent
from dealwright.engine.applying import Why
from dealwright.engine.evaluation import RefusalCode

_SAID: dict[RefusalCode, str] = {
    "not_started": "it has not started yet",
    "ended": "it has ended",
    "outside_hours": "it does not hold at this hour",
    "above_maximum_spend": "too much is spent for it",
    "above_maximum_quantity": "there are too many units for it",
    "items_missing": "none of its goods is in the cart",
    "items_not_allowed": "the cart holds goods that rule it out",
    "not_in_segment": "it is for other shoppers",
    "not_new_customer": "it is for a first order",
    "other_order_number": "it is for another order of the shopper",
    "other_channel": "it holds in another channel",
    "other_store": "it holds in another store",
    "other_region": "it holds in another region",
    "other_payment_method": "it holds for another way of paying",
    "other_delivery_method": "it holds for another way of delivery",
    "other_experiment_arm": "it belongs to another arm of an experiment",
    "other_share": "it is given to a share of the customers only",
    "seen_too_early": "it is for newer customers",
    "seen_too_late": "it is for older customers",
    "code_missing": "its code is not entered",
    "code_not_found": "no promotion answers to this code",
    "code_used_up": "its code is used up",
    "limit_reached": "it is used up",
    "customer_limit_reached": "this shopper has used it as often as allowed",
    "budget_exceeded": "its budget does not cover this discount",
    "customer_unknown": "too little is known of the shopper",
    "nothing_to_discount": "nothing is left for it to discount",
    "at_floor_price": "its goods are at their lowest price already",
    "other_currency": "it is in another currency",
    "not_live": "it is not live",
}


def amount(minor: int, currency: str) -> str:
    """An amount as it is said.

    >>> amount(140, "EUR"), amount(5, "EUR"), amount(300, "JPY")
    ('1.40 EUR', '0.05 EUR', '300 JPY')
    """
    digits = exponent(currency)
    whole, part = divmod(minor, 10**digits)
    return f"{whole:,}.{str(part).zfill(digits)} {currency}" if digits else f"{whole:,} {currency}"


def reason(why: Why, currency: str) -> str:
    """The sentence, with the gap or the winner."""
    if why.code == "below_minimum_spend":
        return f"add {amount(why.missing_minor, currency)} to get {why.rule.sentence}"
    if why.code == "below_minimum_quantity":
        return f"add {why.missing_quantity} more to get {why.rule.sentence}"
    if why.code == "lost_to_better":
        return f"{' and '.join(why.lost_to) or 'nothing'} saves more"
    if why.code == "excluded_by":
        return f"it does not go together with {' and '.join(why.lost_to)}"
    if why.code == "points_missing":
        return f"{why.missing_quantity} more points are needed"
    return _SAID[why.code]
