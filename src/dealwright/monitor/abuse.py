"""Whether somebody plays the promotion: too fast, in a ring, by guessing codes, or by returning what earned it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from dealwright.monitor.alert import Alert, Code, Plain, first_seen
from dealwright.monitor.expectation import Expectation

Seen = TypeVar("Seen")


@dataclass(frozen=True, slots=True)
class Use:
    """One use of the campaign's promotions. `device` and `address` are pseudonyms, empty where not known."""

    at: datetime
    customer: str
    order_id: str
    device: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Try:
    """A code that was typed, from a source (a device, a session), and whether it exists."""

    at: datetime
    source: str
    exists: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """An order that reached the promotion's threshold, and what is left of it after returns."""

    at: datetime
    customer: str
    threshold_minor: int
    kept_minor: int


@dataclass(frozen=True, slots=True)
class AbuseLimits:
    """What is still usual. Families and offices share addresses: a ring has several customers and more uses."""

    window_minutes: int = 60
    uses_per_customer: int = 5
    customers_per_ring: int = 5
    uses_per_ring: int = 10
    misses_per_source: int = 10
    least_miss_share: float = 0.8
    orders_below_threshold: int = 3


USUAL_LIMITS = AbuseLimits()


def velocity(
    uses: Sequence[Use], expectation: Expectation, now: datetime, *, limits: AbuseLimits = USUAL_LIMITS
) -> tuple[Alert, ...]:
    """Customers who use the promotion more often within the window than is usual, the most eager first."""
    counts = Counter(use.customer for use in _lately(uses, lambda one: one.at, now, limits))
    return tuple(
        _alert(
            "velocity",
            expectation,
            now,
            subject=customer,
            evidence={
                "who": customer,
                "n_uses": n_uses,
                "minutes": limits.window_minutes,
                "most": limits.uses_per_customer,
            },
        )
        for customer, n_uses in counts.most_common()
        if n_uses > limits.uses_per_customer
    )


def rings(
    uses: Sequence[Use], expectation: Expectation, now: datetime, *, limits: AbuseLimits = USUAL_LIMITS
) -> tuple[Alert, ...]:
    """Customers joined by shared devices or addresses, directly or over others, who together use it too often."""
    groups = _joined(uses)
    n_uses = Counter(use.customer for use in uses)
    alerts = []
    for members in groups:
        total = sum(n_uses[one] for one in members)
        if len(members) >= limits.customers_per_ring and total >= limits.uses_per_ring:
            evidence: dict[str, Plain] = {
                "n_customers": len(members),
                "n_uses": total,
                "customers": ", ".join(members[:20]),
            }
            alerts.append(_alert("ring", expectation, now, subject=members[0], evidence=evidence))
    return tuple(alerts)


def code_guessing(
    tries: Sequence[Try], expectation: Expectation, now: datetime, *, limits: AbuseLimits = USUAL_LIMITS
) -> tuple[Alert, ...]:
    """Sources most of whose many codes do not exist."""
    by_source = _grouped(_lately(tries, lambda one: one.at, now, limits), lambda one: one.source)
    alerts = []
    for source, many in sorted(by_source.items()):
        n_misses = sum(not one.exists for one in many)
        if n_misses >= limits.misses_per_source and n_misses >= limits.least_miss_share * len(many):
            evidence: dict[str, Plain] = {
                "who": source,
                "n_tries": len(many),
                "n_misses": n_misses,
                "minutes": limits.window_minutes,
            }
            alerts.append(_alert("code_guessing", expectation, now, subject=source, evidence=evidence))
    return tuple(alerts)


def refund_after_threshold(
    orders: Sequence[Kept], expectation: Expectation, now: datetime, *, limits: AbuseLimits = USUAL_LIMITS
) -> tuple[Alert, ...]:
    """Customers who again and again reach the threshold and then send so much back that they would not have."""
    alerts = []
    for customer, many in sorted(_grouped(orders, lambda one: one.customer).items()):
        n_below = sum(one.kept_minor < one.threshold_minor for one in many)
        if n_below >= limits.orders_below_threshold:
            evidence: dict[str, Plain] = {"who": customer, "n_orders": len(many), "n_below": n_below}
            alerts.append(_alert("refund_after_threshold", expectation, now, subject=customer, evidence=evidence))
    return tuple(alerts)


def _alert(
    code: Code, expectation: Expectation, now: datetime, *, subject: str, evidence: Mapping[str, Plain]
) -> Alert:
    return first_seen(
        code=code,
        severity="warning",
        campaign_id=expectation.campaign_id,
        metric="uses",
        subject=subject,
        at=now,
        evidence=evidence,
    )


def _lately(many: Iterable[Seen], at: Callable[[Seen], datetime], now: datetime, limits: AbuseLimits) -> list[Seen]:
    since = now - timedelta(minutes=limits.window_minutes)
    return [one for one in many if since < at(one) <= now]


def _grouped(many: Iterable[Seen], name: Callable[[Seen], str]) -> Mapping[str, list[Seen]]:
    groups: dict[str, list[Seen]] = defaultdict(list)
    for one in many:
        groups[name(one)].append(one)
    return groups


def _joined(uses: Sequence[Use]) -> list[list[str]]:
    """Groups of customers that are linked, in the order of their names."""
    leader: dict[str, str] = {}

    def root(name: str) -> str:
        leader.setdefault(name, name)
        while leader[name] != name:
            leader[name] = name = leader[leader[name]]
        return name

    for use in uses:
        customer = root(f"c:{use.customer}")
        for link in (f"d:{use.device}" if use.device else "", f"a:{use.address}" if use.address else ""):
            if link:
                leader[root(link)] = root(customer)
    groups: dict[str, list[str]] = defaultdict(list)
    for customer in sorted({use.customer for use in uses}):
        groups[root(f"c:{customer}")].append(customer)
    return sorted(groups.values())
