"""What each customer is expected to do in a span to come, and how sure that is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dealwright.core.errors import InputError
from dealwright.core.estimate import Estimate
from dealwright.customer.lifetime.fit import FittedLifetime, in_parts
from dealwright.customer.lifetime.gamma_gamma import FittedSpend, SpendHistories, drawn_total, mean_spend, shapes
from dealwright.customer.lifetime.histories import Floats, Ints, PurchaseHistories, equal_rows
from dealwright.customer.lifetime.model import Outlook

HAZARD_WEEKS = 1.0
"""The period of the churn hazard."""
LEAST_DRAWS = 20
METHOD = "fitted model; interval by draws of its parameters and of what customers then do"


@dataclass(frozen=True, slots=True)
class Ranges:
    """A number per customer, arrays (n,): the expected `value`, and the interval from `low` to `high`."""

    value: Floats
    low: Floats
    high: Floats

    @classmethod
    def joined(cls, parts: Sequence[Ranges]) -> Ranges:
        """One after the other."""
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in ("value", "low", "high")))

    def of(self, rows: Ints) -> Ranges:
        """Some rows, in the order asked."""
        return Ranges(self.value[rows], self.low[rows], self.high[rows])


@dataclass(frozen=True, slots=True)
class CustomerForecast:
    """Of n customers in the `span_weeks` after their histories; intervals hold the truth with probability `level`.

    `purchases` (days with a purchase) and `spend` are ranges of what customers will do, chance included. Those of
    `alive` (not having left), `returns` (at least one purchase) and `churn_hazard` (of leaving within a week, given
    that they have not left) are ranges of the chance itself. `spend` is absent if nothing is known of it.
    """

    span_weeks: float
    level: float
    purchases: Ranges
    alive: Ranges
    returns: Ranges
    churn_hazard: Ranges
    total_purchases: Estimate
    spend: Ranges | None = None
    total_spend: Estimate | None = None


@dataclass(frozen=True, slots=True)
class Spending:
    """The distribution of spend, and what each customer has spent."""

    fitted: FittedSpend
    histories: SpendHistories


def forecast_customers(
    fitted: FittedLifetime,
    histories: PurchaseHistories,
    *,
    span_weeks: float,
    rng: np.random.Generator,
    spending: Spending | None = None,
    n_draws: int = 200,
    level: float = 0.8,
) -> CustomerForecast:
    """Customers in the order of `histories`; they need not be those the model was fitted to.

    Customers who are alike in all that is known of them get the same answer, computed once.
    """
    _check(histories, spending, span_weeks=span_weeks, n_draws=n_draws, level=level)
    equal = equal_rows(histories.columns() + (spending.histories.columns() if spending else ()))
    asked = _Asked(
        fitted,
        spending,
        params=fitted.peak.drawn(n_draws, rng),
        spend_params=shapes(spending.fitted.peak.drawn(n_draws, rng)) if spending else None,
        span_weeks=span_weeks,
        level=level,
    )
    parts = [
        _forecast_part(asked, histories, equal.first[rows], times=equal.counts[rows], rng=rng)
        for rows in in_parts(len(equal.first))
    ]

    def joined(ranges: Sequence[Ranges]) -> Ranges:
        return Ranges.joined(ranges).of(equal.kind_of)

    purchases, spends = [part.purchases for part in parts], [part.spend for part in parts if part.spend]
    chances = {name: joined([part.chances[name] for part in parts]) for name in CHANCES}
    return CustomerForecast(
        span_weeks=span_weeks,
        level=level,
        purchases=joined([part.ranges for part in purchases]),
        alive=chances["alive"],
        returns=chances["returns"],
        churn_hazard=chances["churn_hazard"],
        total_purchases=_total(purchases, level=level, rng=rng),
        spend=joined([part.ranges for part in spends]) if spends else None,
        total_spend=_total(spends, level=level, rng=rng) if spends else None,
    )


CHANCES: dict[str, Callable[[Outlook, float], Floats]] = {
    "alive": lambda look, _span: look.alive,
    "returns": lambda look, span: look.returns(span),
    "churn_hazard": lambda look, _span: look.leaves(HAZARD_WEEKS),
}


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked of all customers; `params` (n_draws, k) as they may be, `spend_params` likewise."""

    fitted: FittedLifetime
    spending: Spending | None
    params: Floats
    spend_params: Floats | None
    span_weeks: float
    level: float


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What some customers will do: `ranges` of each kind; for all together the expected sum at the most likely
    parameters, at each draw of them `sums` (n_draws,), and the variance that chance adds."""

    ranges: Ranges
    expected: float
    sums: Floats
    variance: float


@dataclass(frozen=True, slots=True)
class _Part:
    chances: dict[str, Ranges]
    purchases: _Drawn
    spend: _Drawn | None


def _forecast_part(
    asked: _Asked, histories: PurchaseHistories, rows: Ints, *, times: Ints, rng: np.random.Generator
) -> _Part:
    """Kinds of customers, each of which there is so many `times`."""
    part, span = histories.of(rows), asked.span_weeks
    now = asked.fitted.outlook(part)
    looks = [asked.fitted.model.outlook(params, part) for params in asked.params]
    expected = np.array([look.purchases(span) for look in looks])
    counts = np.array([look.drawn_purchases(span, rng) for look in looks])
    chances = {
        name: _range(ask(now, span), np.array([ask(look, span) for look in looks]), level=asked.level)
        for name, ask in CHANCES.items()
    }
    purchases = _drawn(now.purchases(span), expected, counts, times=times, level=asked.level)
    if asked.spending is None or asked.spend_params is None:
        return _Part(chances, purchases, None)
    bought = asked.spending.histories.of(rows)
    spends = [
        drawn_total(params, bought, count, rng) for params, count in zip(asked.spend_params, counts, strict=True)
    ]
    each = np.array([mean_spend(params, bought) for params in asked.spend_params])
    value = now.purchases(span) * mean_spend(asked.spending.fitted.params, bought)
    return _Part(
        chances, purchases, _drawn(value, expected * each, np.array(spends), times=times, level=asked.level)
    )


def _range(value: Floats, draws: NDArray[Any], *, level: float) -> Ranges:
    """An interval of counts ends at counts, so that the mean of a count that is mostly zero may lie above it."""
    tail = (1 - level) / 2
    if np.issubdtype(draws.dtype, np.integer):
        low, high = np.quantile(draws, [tail, 1 - tail], axis=0, method="inverted_cdf")
    else:
        low, high = np.quantile(draws, [tail, 1 - tail], axis=0)
        # Draws lie around a weak belief, the value is what the data alone say: where these differ, both are kept.
        low, high = np.minimum(low, value), np.maximum(high, value)
    return Ranges(value, low.astype(np.float64), high.astype(np.float64))


def _drawn(value: Floats, expected: Floats, draws: NDArray[Any], *, times: Ints, level: float) -> _Drawn:
    chance = np.mean((draws - expected) ** 2, axis=0)
    return _Drawn(_range(value, draws, level=level), float(times @ value), expected @ times, float(times @ chance))


def _total(parts: Sequence[_Drawn], *, level: float, rng: np.random.Generator) -> Estimate:
    """All customers together: what they do by chance evens out, what the parameters have wrong does not."""
    sums = np.sum([part.sums for part in parts], axis=0)
    noise = rng.normal(0.0, np.sqrt(sum(part.variance for part in parts)), len(sums))
    low, high = np.quantile(np.maximum(sums + noise, 0.0), [(1 - level) / 2, (1 + level) / 2])
    return Estimate(sum(part.expected for part in parts), float(low), float(high), level, METHOD)


def _check(
    histories: PurchaseHistories, spending: Spending | None, *, span_weeks: float, n_draws: int, level: float
) -> None:
    problems = []
    if len(histories) == 0:
        problems.append("there are no customers to forecast; give at least one history")
    if not 0 < span_weeks < np.inf:
        problems.append(f"the span to forecast is a number of weeks above zero; given {span_weeks}")
    if n_draws < LEAST_DRAWS:
        problems.append(f"an interval needs at least {LEAST_DRAWS} draws; given {n_draws}")
    if not 0 < level < 1:
        problems.append(f"the level of an interval lies between 0 and 1; given {level}")
    if spending is not None and len(spending.histories) != len(histories):
        problems.append(
            f"histories of spend and of purchases are of the same customers; given {len(spending.histories)} "
            f"and {len(histories)}"
        )
    if problems:
        raise InputError(*problems)
