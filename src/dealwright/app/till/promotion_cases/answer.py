"""What the till says to a case, in the words of the case's own expectations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from dealwright.app.till.promotion_cases import fields
from dealwright.app.till.promotion_cases.reading import Case
from dealwright.app.till.promotion_cases.taxes import discount_taxes, net_total
from dealwright.core.money import exponent
from dealwright.engine.evaluate import evaluate
from dealwright.engine.evaluation import Applied, Evaluation, PricedLine, Refusal
from dealwright.engine.index import Compiled, compile_promotions
from dealwright.engine.refund import refund
from dealwright.engine.rounding import share_out


@dataclass(frozen=True, slots=True)
class Answered:
    """A case and its evaluation."""

    case: Case
    compiled: Compiled
    evaluation: Evaluation

    def money(self, minor: int) -> str:
        """An amount as cases write it."""
        digits = exponent(self.case.cart.currency)
        return f"{Decimal(minor).scaleb(-digits):.{max(2, digits)}f}"

    def name(self, promotion_id: str) -> str:
        """A promotion's id as the case gave it."""
        return self.compiled.by_id[promotion_id].promotion.name

    def applied(self, name: str) -> Applied | None:
        """The promotion of this name or code, if it applied."""
        return next((one for one in self.evaluation.applied if self._is_called(one.promotion_id, name)), None)

    def refusal(self, name: str) -> Refusal | None:
        """Why the promotion of this name or code did not apply, or what its next tier wants."""
        told = (*self.evaluation.refused, *self.evaluation.next_steps)
        return next((one for one in told if self._is_called(one.promotion_id, name)), None)

    def _is_called(self, promotion_id: str, name: str) -> bool:
        promotion = self.compiled.by_id[promotion_id].promotion
        return name in (promotion.name, promotion.code)


def answer(case: Case) -> dict[str, Any]:
    """What was got, for every field of what is expected. CaseError for an expectation that is not known."""
    compiled = compile_promotions(case.promotions, policy=case.policy)
    found = evaluate(case.cart, compiled, at=case.at, usage=case.usage, explain_all=True)
    answered = Answered(case, compiled, found)
    for name in case.expected:
        fields.one_of("expected", "expectation", name, _ANSWERS)
    return {name: _ANSWERS[name](answered, expected) for name, expected in case.expected.items()}


def _line_discounts(one: Answered, _: Any) -> dict[str, str]:
    return {line.line: one.money(line.regular_minor - line.net_minor) for line in one.evaluation.lines}


def _line_totals(one: Answered, _: Any) -> dict[str, str]:
    return {line.line: one.money(line.net_minor) for line in one.evaluation.lines}


def _order_discount(one: Answered, _: Any) -> str:
    shares = [share for line in one.evaluation.lines for share in line.shares]
    return one.money(sum(share.amount_minor for share in shares if share.scope == "order"))


def _shipping_discount(one: Answered, _: Any) -> str:
    return one.money(sum(fee.regular_minor - fee.net_minor for fee in one.evaluation.deliveries))


def _shipping_by_method(one: Answered, _: Any) -> dict[str, str]:
    return {fee.method: one.money(fee.regular_minor - fee.net_minor) for fee in one.evaluation.deliveries}


def _total(one: Answered, _: Any) -> str:
    return one.money(one.evaluation.total_minor)


def _goods_total(one: Answered, _: Any) -> str:
    return one.money(sum(line.net_minor for line in one.evaluation.lines))


def _net_total(one: Answered, _: Any) -> str:
    return one.money(net_total(one.case.cart, one.evaluation))


def _discount_tax(one: Answered, expected: Any) -> dict[str, str]:
    taxes = discount_taxes(one.case.cart, one.evaluation)
    names = {fields.exact("expected.discount_tax", name): name for name in fields.mapping("discount_tax", expected)}
    return {names.get(rate, _decimal(rate)): one.money(tax) for rate, tax in taxes.items() if rate in names or tax}


def _decimal(number: Fraction) -> str:
    return str(Decimal(number.numerator) / Decimal(number.denominator))


def _applied(one: Answered, _: Any) -> list[str]:
    return sorted(one.name(applied.promotion_id) for applied in one.evaluation.applied)


def _rejected(one: Answered, expected: Any) -> dict[str, str]:
    return {code: _why_not(one, code) for code in fields.mapping("expected.rejected", expected)}


def _why_not(one: Answered, code: str) -> str:
    refusal = one.refusal(code)
    if refusal is not None:
        budget = one.case.budgets.get(refusal.promotion_id)
        is_use_budget = budget is not None and not budget.is_money
        return "budget_exceeded" if is_use_budget and refusal.code == "limit_reached" else refusal.code
    if code in one.evaluation.unknown_codes:
        return "code_not_found"
    return "applied" if one.applied(code) is not None else "not_considered"


def _explain(one: Answered, expected: Any) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for name, wanted in fields.mapping("expected.explain", expected).items():
        refusal = one.refusal(name)
        facts = {
            "missing_qty": refusal.missing_quantity if refusal else 0,
            "missing_amount": one.money(refusal.missing_minor if refusal else 0),
            "code": refusal.code if refusal else "",
            "reason": refusal.code if refusal else "",
            "lost_to": sorted(one.name(winner) for winner in refusal.lost_to) if refusal else [],
        }
        said[name] = {key: facts.get(key) for key in fields.mapping(f"expected.explain.{name}", wanted)}
    return said


def _per_promotion(one: Answered, expected: Any) -> dict[str, dict[str, str]]:
    wanted = {
        name: fields.mapping(f"expected.per_promotion.{name}", lines)
        for name, lines in fields.mapping("expected.per_promotion", expected).items()
    }
    return {
        name: {line.line: one.money(_share(one, line, name)) for line in one.evaluation.lines if line.line in lines}
        for name, lines in wanted.items()
    }


def _share(one: Answered, line: PricedLine, name: str) -> int:
    return sum(share.amount_minor for share in line.shares if one.name(share.promotion_id) == name)


def _unit_discounts(one: Answered, expected: Any) -> dict[str, list[str]]:
    wanted = fields.mapping("expected.unit_discounts", expected)
    return {line.line: _units(one, line) for line in one.evaluation.lines if line.line in wanted}


def _units(one: Answered, line: PricedLine) -> list[str]:
    """What each unit was reduced by, most first; a case has few units."""
    price = line.regular_minor // line.quantity
    if line.units:
        offs = [price - units.net_minor for units in line.units for _ in range(units.quantity)]
    else:
        off, spare = divmod(line.regular_minor - line.net_minor, line.quantity)
        offs = [off + (unit < spare) for unit in range(line.quantity)]
    return [one.money(off) for off in sorted(offs, reverse=True)]


def _points(one: Answered, expected: Any) -> Any:
    """Points earned: in all, or shared over the lines of the promotions' goods by their regular value."""
    if not isinstance(expected, Mapping):
        return sum(applied.points for applied in one.evaluation.applied)
    shared: dict[str, int] = {}
    for applied in one.evaluation.applied:
        if applied.points:
            touched = [
                line
                for line in one.evaluation.lines
                if any(share.promotion_id == applied.promotion_id for share in line.shares)
            ]
            lines = touched or list(one.evaluation.lines)
            values = [line.regular_minor for line in lines]
            room = [applied.points] * len(lines)
            parts = share_out(applied.points, values, room, allocation=one.case.policy.allocation)
            for line, part in zip(lines, parts, strict=True):
                shared[line.line] = shared.get(line.line, 0) + part
    return {name: shared.get(name, 0) for name in expected}


def _points_used(one: Answered, _: Any) -> int:
    return sum(applied.points_spent for applied in one.evaluation.applied)


def _free_shipping(one: Answered, _: Any) -> bool:
    return any(applied.frees_delivery for applied in one.evaluation.applied)


def _gifts(one: Answered, _: Any) -> dict[str, int]:
    given: dict[str, int] = {}
    for applied in one.evaluation.applied:
        for gift in applied.gifts:
            given[gift.sku] = given.get(gift.sku, 0) + gift.quantity
    return given


def _coupons(one: Answered, _: Any) -> list[str]:
    return sorted(applied.next_coupon for applied in one.evaluation.applied if applied.next_coupon)


def _commit(one: Answered, _: Any) -> str:
    """A quote that is not what the cart costs at commit is refused; a second look at the same moment agrees."""
    case = one.case
    quoted = evaluate(case.cart, one.compiled, at=case.quoted_at or case.at, usage=case.usage, explain_all=True)
    same = quoted.total_minor == one.evaluation.total_minor and quoted.applied == one.evaluation.applied
    return "ok" if same else "rejected_stale_quote"


def _after_commit(one: Answered, expected: Any) -> dict[str, dict[str, Any]]:
    said = {}
    for code in fields.mapping("expected.after_commit", expected):
        rule = next(
            (rule for rule in one.compiled.rules if code in (rule.promotion.code, rule.promotion.name)), None
        )
        if rule is None:
            raise fields.CaseError(f"no promotion answers to {code!r}")
        used = one.case.usage.uses.get(rule.promotion.id, 0) + (one.applied(code) is not None)
        limit = rule.promotion.limits.total
        said[code] = {"used": used, "active": limit is None or used < limit}
    return said


def _after_return(one: Answered, expected: Any) -> dict[str, Any]:
    raw = fields.mapping("expected.after_return", expected)
    listed = [fields.mapping("returned", line) for line in fields.sequence("returned", raw.get("returned", ()))]
    returned = {str(line.get("line")): fields.whole("returned.qty", line.get("qty")) for line in listed}
    back = refund(one.evaluation, returned).total_minor
    return {
        "returned": raw.get("returned", []),
        "refund": one.money(back),
        "remaining_total": one.money(one.evaluation.total_minor - back),
    }


_ANSWERS: Mapping[str, Callable[[Answered, Any], Any]] = {
    "line_discounts": _line_discounts,
    "line_totals": _line_totals,
    "order_discount": _order_discount,
    "shipping_discount": _shipping_discount,
    "shipping_by_method": _shipping_by_method,
    "total": _total,
    "goods_total": _goods_total,
    "net_total": _net_total,
    "discount_tax": _discount_tax,
    "applied": _applied,
    "rejected": _rejected,
    "explain": _explain,
    "per_promotion": _per_promotion,
    "unit_discounts": _unit_discounts,
    "points": _points,
    "points_used": _points_used,
    "free_shipping": _free_shipping,
    "gifts": _gifts,
    "next_coupons": _coupons,
    "commit": _commit,
    "after_commit": _after_commit,
    "after_return": _after_return,
}
