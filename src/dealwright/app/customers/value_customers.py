"""What each customer will be worth: purchases, spend and margin to come, who has left and who is about to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import ibis
import numpy as np
import pandas as pd

from dealwright.app.customers.foresee_absence import foresee_absence
from dealwright.app.plain import plain_estimate
from dealwright.app.ports import Progress, Tables, silent
from dealwright.app.shop.credible_sales import credible_tables
from dealwright.app.shop.customer_margin import MarginShare, margin_share
from dealwright.core.errors import InputError
from dealwright.core.estimate import Estimate
from dealwright.core.rng import stream
from dealwright.core.verdict import MET, Verdict
from dealwright.customer.lifetime.catalogue import lifetime_models
from dealwright.customer.lifetime.fit import FittedLifetime, fit_lifetime
from dealwright.customer.lifetime.forecast import CustomerForecast, Ranges, Spending, forecast_customers
from dealwright.customer.lifetime.gamma_gamma import fit_spend
from dealwright.customer.lifetime.purchases import (
    DAYS_A_WEEK,
    CustomerHistories,
    customer_histories,
    purchase_days,
    purchase_summary,
)
from dealwright.data import columns as c
from dealwright.data.finding import Finding

MOST_DAYS = 3_660
"""Ten years: further on no past says anything."""
_CHANCES = ("alive", "churn_hazard", "stays_away")
BEST = "best"
"""Instead of the name of a model: the one that explains the histories best."""


@dataclass(frozen=True, slots=True)
class ValueTerms:
    """What is asked: value in the next `horizon_days`, by which lifetime model, in intervals of which `level`.

    `cost_share` is assumed of products whose cost is not known. `n_draws` is how often chance is played.
    """

    horizon_days: int = 182
    model: str = BEST
    cost_share: float = 0.70
    level: float = 0.8
    n_draws: int = 200

    def __post_init__(self) -> None:
        problems = []
        if not 1 <= self.horizon_days <= MOST_DAYS:
            problems.append(f"the horizon is 1 to {MOST_DAYS} days; given {self.horizon_days}")
        if not 0 <= self.cost_share <= 1:
            problems.append(f"cost_share is a share between 0 and 1; given {self.cost_share}")
        if self.model != BEST and self.model not in list(lifetime_models()):
            problems.append(str(InputError.unknown("lifetime model", self.model, [BEST, *lifetime_models()])))
        if problems:
            raise InputError(*problems)


@dataclass(frozen=True, slots=True)
class ValueCheck:
    """The same model, learnt without the last `days` days, against what customers then did.

    `purchases` is what it expected of all customers known by then, `actual` what they did; `mean_error` is the mean
    absolute error per customer, and `covered` the share of customers within their interval.
    """

    days: int
    n_customers: int
    purchases: Estimate
    actual: int
    mean_error: float
    covered: float


@dataclass(frozen=True, slots=True)
class CustomerValues:
    """`customers` has a row per customer who bought something by the day `until`: customer_id, and for the
    `horizon_days` after it expected_purchases (days with a purchase), expected_spend_minor and lifetime_value_minor
    (margin), each with `_low` and `_high`; and as they are now alive, churn_hazard (the chance to leave within a
    week) and stays_away (the chance to buy nothing for four weeks; of customers who still come), likewise.

    `totals` are of all customers together. `log_likelihoods` tells how well each model tried explains the
    histories. Spend and margin are absent if `spend_verdict` says why, stays_away if `absence_verdict` does, and
    `check` if the past is too short to be split. `n_came_again` customers bought on more than one day.
    """

    until: date
    terms: ValueTerms
    customers: pd.DataFrame
    totals: Mapping[str, Estimate]
    model: str
    parameters: Mapping[str, Estimate]
    log_likelihoods: Mapping[str, float]
    margin: MarginShare
    spend_verdict: Verdict
    absence_verdict: Verdict
    check: ValueCheck | None
    n_came_again: int
    findings: tuple[Finding, ...] = ()

    def without_width(self) -> dict[str, int]:
        """Of how many customers the range of a chance is a single point, by column (those with any).

        Such a chance is assumed by the model and not known: `bg_nbd` takes who came once for still there.
        """
        table, found = self.customers, dict[str, int]()
        for name in _CHANCES:
            if f"{name}_low" in table and (n := int((table[f"{name}_low"] == table[f"{name}_high"]).sum())):
                found[name] = n
        return found

    def to_dict(self) -> dict[str, object]:
        """Plain values, for JSON: all but the customers."""
        check = self.check
        return {
            "until": str(self.until),
            "horizon_days": self.terms.horizon_days,
            "n_customers": len(self.customers),
            "n_came_again": self.n_came_again,
            "ranges_without_width": self.without_width(),
            "totals": {name: plain_estimate(total) for name, total in self.totals.items()},
            "model": self.model,
            "parameters": {name: plain_estimate(value) for name, value in self.parameters.items()},
            "log_likelihoods": dict(self.log_likelihoods),
            "margin_share": self.margin.share,
            "margin_share_known_for": self.margin.known_for,
            "findings": [finding.to_dict() for finding in self.findings],
            "why_no_spend": self.spend_verdict.reason,
            "why_no_absence": self.absence_verdict.reason,
            "check": check
            and {
                "days": check.days,
                "n_customers": check.n_customers,
                "purchases": plain_estimate(check.purchases),
                "actual": check.actual,
                "mean_error": check.mean_error,
                "covered": check.covered,
            },
        }


def value_customers(
    tables: Tables,
    *,
    seed: int,
    terms: ValueTerms | None = None,
    today: date | None = None,
    progress: Progress = silent,
) -> CustomerValues:
    """Value every customer who ever bought something, at the end of the last day of sales.

    Sales are those that can be believed on the day `today`, see `credible_tables`. Raises InputError if there are
    none, no purchase names its customer, or nobody came twice.
    """
    if not tables.has("sales"):
        raise InputError("there are no sales to value customers by; import a file of order lines as table 'sales'")
    progress("reading when customers bought", 0.0)
    credible = credible_tables(tables, today=today)
    sales = credible.table("sales")
    until = pd.Timestamp(sales[c.SOLD_AT].max().execute()).date()
    margin = margin_share(credible, until=until, cost_share=(terms or ValueTerms()).cost_share)
    with purchase_days(sales).cache() as days:
        if not bool(days.count().execute()):
            raise InputError(
                "no order line with a positive quantity names its customer (column 'customer_id' of table 'sales')"
                "; import it to learn what customers will be worth"
            )
        found = _valued(days, until, margin, terms=terms or ValueTerms(), seed=seed, progress=progress)
    return replace(found, findings=credible.findings)


def _valued(
    days: ibis.Table, until: date, margin: MarginShare, *, terms: ValueTerms, seed: int, progress: Progress
) -> CustomerValues:
    known = _histories(days, until)
    progress("learning how customers come and leave", 0.2)
    tried = _fitted(known, terms.model)
    fitted = max(tried, key=lambda one: one.peak.log_likelihood)
    spending, spend_verdict = _spending(known)
    progress("looking ahead", 0.4)
    forecast = _forecast(fitted, known, spending, days=terms.horizon_days, terms=terms, seed=seed)
    progress("asking who will stay away", 0.7)
    absence = foresee_absence(days.execute(), until=until, seed=seed, level=terms.level)
    progress("checking against the past", 0.9)
    check = _check(days, known, fitted, terms=terms, seed=seed)
    table = _customer_table(known, forecast, margin).merge(absence.customers, on=c.CUSTOMER, how="left")
    progress("customers valued", 1.0)
    return CustomerValues(
        until=until,
        terms=terms,
        customers=table,
        totals=_totals(forecast, margin),
        model=fitted.model.name,
        parameters=fitted.peak.estimates(level=terms.level),
        log_likelihoods={one.model.name: one.peak.log_likelihood for one in tried},
        margin=margin,
        spend_verdict=spend_verdict,
        absence_verdict=absence.verdict,
        check=check,
        n_came_again=int((known.purchases.repeats > 0).sum()),
    )


def _histories(days: ibis.Table, until: date) -> CustomerHistories:
    return customer_histories(purchase_summary(days, until=until).execute(), until=until)


def _fitted(known: CustomerHistories, model: str) -> list[FittedLifetime]:
    models = lifetime_models()
    return [fit_lifetime(models.make(name), known.purchases) for name in (models if model == BEST else [model])]


def _spending(known: CustomerHistories) -> tuple[Spending | None, Verdict]:
    try:
        return Spending(fit_spend(known.spend), known.spend), MET
    except InputError as refusal:
        return None, Verdict(False, "spend_unknown", str(refusal))


def _forecast(
    fitted: FittedLifetime,
    known: CustomerHistories,
    spending: Spending | None,
    *,
    days: int,
    terms: ValueTerms,
    seed: int,
) -> CustomerForecast:
    return forecast_customers(
        fitted,
        known.purchases,
        span_weeks=days / DAYS_A_WEEK,
        rng=stream(seed, "customer", "value", str(known.until)),
        spending=spending,
        n_draws=terms.n_draws,
        level=terms.level,
    )


def _check(
    days: ibis.Table, known: CustomerHistories, fitted: FittedLifetime, *, terms: ValueTerms, seed: int
) -> ValueCheck | None:
    """Holds out as many days as are asked for, a third of the past at most."""
    held = min(terms.horizon_days, int(known.purchases.age.max() * DAYS_A_WEEK) // 3)
    split = known.until - timedelta(days=held)
    try:
        before = _histories(days, split)
        earlier = fit_lifetime(fitted.model, before.purchases)
    except InputError:
        return None
    forecast = _forecast(earlier, before, None, days=held, terms=terms, seed=seed)
    after = days.filter(days.day > split).group_by(c.CUSTOMER).agg(n=ibis._.count()).execute()
    actual = after.set_index(c.CUSTOMER)["n"].reindex(before.customers, fill_value=0).to_numpy(dtype=np.int64)
    expected = forecast.purchases
    return ValueCheck(
        days=held,
        n_customers=len(before),
        purchases=forecast.total_purchases,
        actual=int(actual.sum()),
        mean_error=float(np.abs(expected.value - actual).mean()),
        covered=float(((actual >= expected.low) & (actual <= expected.high)).mean()),
    )


def _customer_table(known: CustomerHistories, forecast: CustomerForecast, margin: MarginShare) -> pd.DataFrame:
    columns = {c.CUSTOMER: known.customers.to_numpy(), **_columns("expected_purchases", forecast.purchases)}
    if forecast.spend is not None:
        columns |= _money("expected_spend_minor", forecast.spend, 1.0)
        columns |= _money("lifetime_value_minor", forecast.spend, margin.share)
    columns |= _columns("alive", forecast.alive) | _columns("churn_hazard", forecast.churn_hazard)
    return pd.DataFrame(columns)


def _columns(name: str, ranges: Ranges) -> dict[str, np.ndarray[tuple[int], np.dtype[np.float64]]]:
    return {name: ranges.value, f"{name}_low": ranges.low, f"{name}_high": ranges.high}


def _money(name: str, ranges: Ranges, share: float) -> dict[str, np.ndarray[tuple[int], np.dtype[np.int64]]]:
    return {key: np.rint(value * share).astype(np.int64) for key, value in _columns(name, ranges).items()}


def _totals(forecast: CustomerForecast, margin: MarginShare) -> dict[str, Estimate]:
    totals = {"purchases": forecast.total_purchases}
    if forecast.total_spend is not None:
        spend = forecast.total_spend
        totals["spend_minor"] = spend
        low, high = sorted((spend.low * margin.share, spend.high * margin.share))
        totals["lifetime_value_minor"] = Estimate(spend.value * margin.share, low, high, spend.level, spend.method)
    return totals
