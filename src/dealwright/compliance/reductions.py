"""Whether a price reduction that everybody sees is one: held against what was paid, asked and offered before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from dealwright.compliance.finding import About, Evidence, Finding
from dealwright.compliance.price_history import PriceHistory, PriceRow
from dealwright.compliance.profile import Ruling
from dealwright.core.money import Money

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Reduction:
    """Everybody pays `price_minor` for a unit from `start` on; `base_minor` is the price it is shown against."""

    promotion_id: str
    sku: str
    base_minor: int
    price_minor: int
    start: date
    currency: str

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """What the shop shows."""
        since = self.start.isoformat()
        return Evidence("shown", self.base_minor, since=since), Evidence("shown", self.price_minor, since=since)

    def percent_from(self, base_minor: int) -> Fraction:
        """How many per cent below a price it is; negative if it is above."""
        return Fraction(100 * (base_minor - self.price_minor), base_minor)

    def money(self, minor: int) -> Money:
        """An amount in the reduction's currency."""
        return Money(minor, self.currency)


def check_lowest_paid(reduction: Reduction, history: PriceHistory, ruling: Ruling) -> Finding:
    """The price it is shown against is at most the lowest paid in the days before; else the last paid."""
    about = About("lowest_paid_price", ruling, reduction.promotion_id, reduction.sku)
    lowest = history.lowest_paid(reduction.start, days=ruling.days)
    if lowest is None:
        return about.found("never_sold", "warn", reduction.evidence, base=reduction.money(reduction.base_minor))
    values = _values(reduction, lowest, ruling)
    evidence = (lowest.evidence, *reduction.evidence)
    if reduction.base_minor <= lowest.price_minor:
        return about.found("base_was_paid", "allow", evidence, **values)
    return about.found("base_above_paid", None, evidence, **values)


def check_raised(reduction: Reduction, history: PriceHistory, ruling: Ruling, *, reason: str = "") -> Finding:
    """The list price was not raised in the days before to the one that the reduction is counted from.

    A recorded `reason` for the raise is accepted. Only recorded list prices count: those inferred from sales differ
    from day to day and from store to store without anybody raising them.
    """
    about = About("raised_then_cut", ruling, reduction.promotion_id, reduction.sku)
    first, last = reduction.start - ruling.days * _DAY, reduction.start - _DAY
    rows = history.recorded.between(first, last, "regular")
    lower = [row for row in rows if row.price_minor < reduction.base_minor]
    if not rows:
        return about.found("list_price_unknown", "warn", reduction.evidence, days=ruling.days)
    if not lower:
        return about.found("not_raised", "allow", (rows[0].evidence,), days=ruling.days)
    before = max(lower, key=lambda row: row.until)
    values = _values(reduction, before, ruling)
    evidence = (before.evidence, *reduction.evidence)
    if reason:
        return about.found("raised_for_a_reason", "allow", (*evidence, Evidence("term", text=reason)), **values)
    return about.found("raised_before", None, evidence, **values)


def check_prior_price(reduction: Reduction, history: PriceHistory, ruling: Ruling, *, kind: str = "") -> Finding:
    """It is counted from the lowest price offered in the days before the reduction began.

    Goods of a `kind` that the ruling exempts pass. Where the law knows steps, days count before the first one. A
    lower price that is only inferred from sales warns: it may have been a voucher, or that of another store.
    """
    about = About("prior_price", ruling, reduction.promotion_id, reduction.sku)
    if kind and kind in ruling.exempt:
        return about.found("exempt", "allow", (Evidence("term", text=kind),), kind=kind)
    start = reduction.start
    if ruling.is_stepwise:
        start = history.first_step(start, reduction.price_minor)
    recorded = history.recorded.lowest_offered(start, days=ruling.days)
    prior = history.lowest_offered(start, days=ruling.days)
    if prior is None:
        return about.found("prior_unknown", "warn", reduction.evidence, days=ruling.days)
    for row in (recorded, prior):
        case = "" if row is None else _breach(reduction, row)
        if row is not None and case:
            evidence = (row.evidence, *reduction.evidence)
            return about.found(
                case, "warn" if row.is_inferred else None, evidence, **_values(reduction, row, ruling)
            )
    values, evidence = _values(reduction, prior, ruling), (prior.evidence, *reduction.evidence)
    since = history.known_since
    if since is not None and since > start - ruling.days * _DAY:
        return about.found("prior_short", "warn", evidence, **values, known=(start - since).days)
    return about.found("prior_kept", "allow", evidence, **values)


def _breach(reduction: Reduction, prior: PriceRow) -> str:
    if reduction.price_minor >= prior.price_minor:
        return "no_reduction"
    return "base_above_prior" if reduction.base_minor > prior.price_minor else ""


def _values(reduction: Reduction, row: PriceRow, ruling: Ruling) -> dict[str, object]:
    shown, real = (reduction.percent_from(base) for base in (reduction.base_minor, row.price_minor))
    return {
        "base": reduction.money(reduction.base_minor),
        "price": reduction.money(reduction.price_minor),
        "lowest": reduction.money(row.price_minor),
        "since": row.since,
        "until": row.until,
        "days": ruling.days,
        "shown": int(shown),
        "real": max(int(real), 0),
        "from_day": row.until + (ruling.days + 1) * _DAY,
    }
