"""Limits of a case's promotions and what was used of them before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dealwright.app.till.promotion_cases import fields
from dealwright.campaign.promotion import Limits
from dealwright.engine.usage import Usage

_GIVEN_BACK = ("rolled_back", "released", "cancelled", "canceled", "expired", "refunded", "failed")
_LIMITS = ("global", "per_customer", "per_code", "units", "per_customer_units")
_BUDGETS = ("spend", "usage", "use")
_STATUSES = ("committed", "reserved", "held", "pending", "used", *_GIVEN_BACK)


@dataclass(frozen=True, slots=True)
class Budget:
    """What a promotion may cost in all, in money ("spend") or in uses, and what was used of it."""

    is_money: bool
    limit: int
    used: int

    @classmethod
    def of(cls, where: str, given: object, currency: str) -> Budget:
        """A budget as a case tells it."""
        raw = fields.mapping(f"{where}.budget", given)
        kind = fields.one_of(f"{where}.budget.type", "budget", str(raw.get("type", "spend")), _BUDGETS)
        limit, used = fields.needed(f"{where}.budget", raw, "limit"), raw.get("used", "0")
        if kind == "spend":
            return cls(
                True,
                fields.minor(f"{where}.budget.limit", limit, currency),
                fields.minor(f"{where}.budget.used", used, currency),
            )
        return cls(False, fields.whole(f"{where}.budget.limit", limit), fields.whole(f"{where}.budget.used", used))


def limits_of(where: str, raw: Mapping[str, Any], currency: str) -> Limits:
    """The limits of a promotion; a code for a single use is a limit of one."""
    given = fields.mapping(f"{where}.limits", raw.get("limits", {}))
    fields.check_names(f"{where}.limits", given, _LIMITS)
    limits = {
        name: fields.whole(f"{where}.limits.{name}", value) for name, value in given.items() if name in _LIMITS
    }
    budget = Budget.of(where, raw["budget"], currency) if raw.get("budget") is not None else None
    uses = [limit for limit in (limits.get("global"), limits.get("per_code")) if limit is not None]
    uses += [1] if raw.get("single_use") else []
    uses += [budget.limit] if budget is not None and not budget.is_money else []
    return Limits(
        total=min(uses) if uses else None,
        per_customer=limits.get("per_customer"),
        units=limits.get("units"),
        units_per_customer=limits.get("per_customer_units"),
        budget_minor=budget.limit if budget is not None and budget.is_money else None,
        returns_on_cancel=fields.flag(f"{where}.reusable_after_cancel", raw.get("reusable_after_cancel", True)),
    )


def usage_of(
    where: str,
    state: Mapping[str, Any],
    promotions: Mapping[str, Mapping[str, Any]],
    *,
    customer_id: str,
    budgets: Mapping[str, Budget],
    codes_are_case_sensitive: bool,
) -> Usage:
    """Uses before: a checkout is one use however many orders it became; what was given back counts only if said."""
    written = str if codes_are_case_sensitive else _folded
    redemptions = [
        fields.mapping(f"{where}.redemptions[{n}]", one)
        for n, one in enumerate(fields.sequence(f"{where}.redemptions", state.get("redemptions", ())))
    ]
    uses: dict[str, int] = {}
    own: dict[str, int] = {}
    for name, raw in promotions.items():
        counted = [
            one for one in redemptions if _is_of(one, raw, written) and _counts(f"{where}.redemptions", one, raw)
        ]
        mine = [one for one in counted if customer_id and one.get("customer") == customer_id]
        uses[name] = _n_uses(f"{where}.redemptions", counted)
        own[name] = _n_uses(f"{where}.redemptions", mine)
        budget = budgets.get(name)
        if budget is not None and not budget.is_money:
            uses[name] += budget.used
    spent = {name: budget.used for name, budget in budgets.items() if budget.is_money}
    return Usage(uses=uses, customer_uses=own, spent_minor=spent)


def _folded(code: object) -> str:
    return str(code).casefold()


def _is_of(redemption: Mapping[str, Any], promotion: Mapping[str, Any], written: Callable[[object], str]) -> bool:
    if "promotion" in redemption:
        return bool(redemption["promotion"] == promotion.get("id"))
    used, code = redemption.get("code"), promotion.get("code")
    return used is not None and code is not None and written(used) == written(code)


def _counts(where: str, redemption: Mapping[str, Any], promotion: Mapping[str, Any]) -> bool:
    status = fields.one_of(f"{where}.status", "status", str(redemption.get("status", "committed")), _STATUSES)
    return status not in _GIVEN_BACK or promotion.get("reusable_after_cancel") is False


def _n_uses(where: str, redemptions: Sequence[Mapping[str, Any]]) -> int:
    named = {str(one["checkout"]) for one in redemptions if "checkout" in one}
    unnamed = [one for one in redemptions if "checkout" not in one]
    return len(named) + sum(fields.whole(f"{where}.uses", one.get("uses", 1)) for one in unnamed)
