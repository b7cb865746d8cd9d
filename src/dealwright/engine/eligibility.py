"""Whether a promotion may apply at all, before anything is taken off."""

from __future__ import annotations

from dealwright.campaign.schedule import Schedule
from dealwright.engine.evaluation import RefusalCode
from dealwright.engine.facts import Facts
from dealwright.engine.grants import Grant, Unmet
from dealwright.engine.rounding import share_out
from dealwright.engine.rule import Rule
from dealwright.engine.stage import missing

_STATES: dict[str, RefusalCode] = {
    "not_started": "not_started",
    "ended": "ended",
    "outside_hours": "outside_hours",
}


def refused(rule: Rule, facts: Facts) -> Unmet | None:
    """Why a promotion may not apply to this cart; `None` if it may. Its minimum spend is the index's to check."""
    if rule.is_open:
        return None
    if rule.schedule is not None:
        closed = _closed(rule.schedule, facts)
        if closed is not None:
            return closed
    for check in rule.checks:
        unmet = check(facts)
        if unmet is not None:
            return unmet
    return _used_up(rule, facts) if rule.has_limits else None


def refused_alike(rule: Rule, facts: Facts) -> Unmet | None:
    """As `refused`, for promotions that only their numbered conditions can keep out: remembered for equal ones."""
    unmet = facts.verdicts[rule.bar] = refused(rule, facts)
    if unmet is not None:
        facts.barred.add(rule.bar)
    return unmet


def refused_in_full(rule: Rule, facts: Facts) -> Unmet | None:
    """As `refused`, for promotions that did not come through the index: currency, moment and minimum spend too."""
    if rule.promotion.currency != facts.cart.currency:
        return Unmet("other_currency")
    closed = _closed(rule.schedule, facts) if rule.schedule is not None else None
    found = closed or refused(rule, facts)
    if found is None and rule.gate is not None and facts.amount(rule.gate.items) < rule.gate.amount_minor:
        return missing(rule, facts)
    return found


def _closed(schedule: Schedule, facts: Facts) -> Unmet | None:
    state = schedule.state(facts.at)
    return None if state == "open" else Unmet(_STATES[state])


def _used_up(rule: Rule, facts: Facts) -> Unmet | None:
    limits, usage, name = rule.promotion.limits, facts.usage, rule.id
    if limits.total is not None and usage.uses.get(name, 0) >= limits.total:
        return Unmet("limit_reached")
    if limits.per_customer is not None and usage.customer_uses.get(name, 0) >= limits.per_customer:
        return Unmet("customer_limit_reached")
    if limits.budget_minor is not None and usage.spent_minor.get(name, 0) >= limits.budget_minor:
        return Unmet("budget_exceeded")
    if limits.units is not None and usage.units.get(name, 0) >= limits.units:
        return Unmet("limit_reached")
    if limits.units_per_customer is not None and usage.customer_units.get(name, 0) >= limits.units_per_customer:
        return Unmet("customer_limit_reached")
    return None


def within_limits(rule: Rule, grant: Grant, facts: Facts) -> Grant | Unmet:
    """A grant that its promotion's money and units still cover; else the reason, or a smaller grant by policy."""
    limits, usage, name = rule.promotion.limits, facts.usage, rule.id
    n_units = units_of(grant, facts)
    if limits.units is not None and usage.units.get(name, 0) + n_units > limits.units:
        return Unmet("limit_reached")
    if (
        limits.units_per_customer is not None
        and usage.customer_units.get(name, 0) + n_units > limits.units_per_customer
    ):
        return Unmet("customer_limit_reached")
    if limits.budget_minor is not None:
        left = limits.budget_minor - usage.spent_minor.get(name, 0)
        if grant.amount_minor > left:
            return _shrunk(grant, left) if facts.policy.budget_overrun == "shrink" else Unmet("budget_exceeded")
    return grant


def units_of(grant: Grant, facts: Facts) -> int:
    """How many units got a promotion's price."""
    if grant.n_units is not None:
        return grant.n_units
    return sum([facts.quantities[cut.line] for cut in grant.cuts])


def _shrunk(grant: Grant, left_minor: int) -> Grant:
    """The same grant as whole-line cuts that come to no more than what is left of the budget."""
    amounts = [cut.amount_minor for cut in grant.cuts] + [cut.amount_minor for cut in grant.fee_cuts]
    parts = share_out(left_minor, amounts, amounts)
    cuts = [
        cut._replace(amount_minor=part, runs=None) for cut, part in zip(grant.cuts, parts, strict=False) if part
    ]
    fees = [
        cut._replace(amount_minor=part)
        for cut, part in zip(grant.fee_cuts, parts[len(grant.cuts) :], strict=True)
        if part
    ]
    return Grant(
        tuple(cuts),
        tuple(fees),
        uses=grant.uses,
        n_units=grant.n_units,
        gifts=grant.gifts,
        points=grant.points,
        points_spent=grant.points_spent,
        next_coupon=grant.next_coupon,
        prepaid_minor=grant.prepaid_minor,
    )
