"""Lifetime value beside a peer: lifetimes on CDNOW; and against the truth of simulated customers.

1. CDNOW 1/10 sample, learnt to 1997-09-30, the 39 weeks after held out: parameters must be those published, to the
printed digit, and errors no larger than those of lifetimes, which is installed into benchmarks/out/ with the data
it carries; if it cannot be had, the page says so.
2. A million simulated customers, learnt within 60 CPU seconds. 3. Intervals against simulated truth.
4. What the use case says of a real grocer's customers, whose visits are more regular than the models suppose; shown
only.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from clocks import Reading, peak_mib
from customers_journey import complete_journey
from dealwright.adapters.memory import MemoryTables
from dealwright.app.customers.value_customers import ValueTerms, value_customers
from dealwright.customer.lifetime.catalogue import lifetime_models
from dealwright.customer.lifetime.fit import fit_lifetime
from dealwright.customer.lifetime.forecast import Spending, forecast_customers
from dealwright.customer.lifetime.gamma_gamma import fit_spend, mean_spend, spend_histories
from dealwright.customer.lifetime.histories import PurchaseHistories, equal_rows
from dealwright.customer.lifetime.purchases import customer_histories, purchase_days, purchase_summary
from dealwright.customer.lifetime.simulate import simulate_customers
from demand_claims import Claim
from peer_environment import ask_peer

Floats = NDArray[np.float64]

PUBLISHED: Mapping[str, tuple[str, ...]] = {
    "bg_nbd": (".243", "4.414", ".793", "2.426"),
    "mbg_nbd": (".525", "6.183", ".891", "1.614"),
    "pareto_nbd": (".553", "10.578", ".606", "11.669"),
}
PUBLISHED_SPEND = ("6.25", "3.74", "15.44")
UNTIL, WEEKS = date(1997, 9, 30), 39
N_SCALE, MOST_CPU_SECONDS = 1_000_000, 60.0
N_TRUTH, SEEDS = 1500, range(40)
LEVEL = 0.8
REGULAR = 5
"""Repeats of customers whose intervals span several counts. Who may have left for good still makes them
hold more than they promise: zero is within."""


def claims() -> list[Claim]:
    """All parts."""
    return [*cdnow(), *scale(), *coverage(), *journey()]


def cdnow() -> list[Claim]:
    said = ask_peer("customers_value")
    if said.trouble:
        print(f"\nlifetimes could not be had, so nothing was compared with it, nor with CDNOW: {said.trouble}")
        return []
    peer = json.loads(said.text)
    rows = pd.DataFrame(peer["rows"], columns=["customer_id", "sold_at", "quantity", "net_amount"])
    rows = rows.assign(sold_at=pd.to_datetime(rows["sold_at"]), order_id=rows.index.astype(str), sku="cd")
    days = purchase_days(MemoryTables({"sales": rows}).table("sales"))
    known = customer_histories(purchase_summary(days, until=UNTIL).execute(), until=UNTIL)
    held = days.execute()
    held = held[pd.to_datetime(held["day"]) > pd.Timestamp(UNTIL)].groupby("customer_id")["paid"]
    bought = held.size().reindex(known.customers, fill_value=0).to_numpy(dtype=np.float64)
    paid = held.sum().reindex(known.customers, fill_value=0).to_numpy(dtype=np.float64) / 100
    spend = fit_spend(known.spend)
    ours_spend = spend.params / np.array([1, 1, 100])
    print(f"\nCDNOW: {len(known):,} customers, {bought.sum():,.0f} purchases held out, {paid.sum():,.0f} dollars")
    print(
        f"{'':28} {'parameters':34} {'MAE':>7} {'RMSE':>7} {'corr':>6} {'total':>7} {'AUC':>6} {'$ MAE':>7}  CPU s"
    )
    made = [_as_published("gamma-gamma", ours_spend, PUBLISHED_SPEND)]
    for name in lifetime_models():
        began = Reading.now()
        fitted = fit_lifetime(lifetime_models().make(name), known.purchases)
        seconds = Reading.now().cpu_seconds - began.cpu_seconds
        expected = fitted.outlook(known.purchases).purchases(WEEKS)
        theirs = peer["models"][name]
        both = {
            "dealwright": (fitted.peak.params, expected, mean_spend(spend.params, known.spend) / 100, seconds),
            f"lifetimes {peer['version']}": (
                np.array(theirs["params"]),
                np.array(theirs["purchases"]),
                np.array(peer["spend"]["mean_spend"]),
                theirs["cpu_seconds"],
            ),
        }
        errors = []
        for who, (params, purchases, each, cpu_seconds) in both.items():
            error = np.abs(purchases - bought).mean()
            square = np.sqrt(np.mean((purchases - bought) ** 2))
            money = np.abs(purchases * each - paid).mean()
            errors.append((error, square, money))
            shown = " ".join(f"{value:.4g}" for value in params)
            print(f"{name + ', ' + who:28} {shown:34} {error:7.4f} {square:7.4f} "
                  f"{np.corrcoef(purchases, bought)[0, 1]:6.3f} {purchases.sum():7,.0f} "
                  f"{roc_auc_score(bought > 0, purchases):6.3f} {money:7.2f} {cpu_seconds:6.2f}")  # fmt: skip
        made.append(_as_published(name, fitted.peak.params, PUBLISHED[name]))
        made += [
            Claim(f"CDNOW {name}: {what} over that of lifetimes", ours / other, high=1.001)
            for what, ours, other in zip(("MAE", "RMSE", "MAE of spend"), *errors, strict=True)
        ]
    return made


def _as_published(name: str, params: Floats, published: tuple[str, ...]) -> Claim:
    """In units of the last digit printed; half of one is lost in printing."""
    off = [abs(ours - float(p)) * 10 ** len(p.split(".")[1]) for ours, p in zip(params, published, strict=True)]
    return Claim(f"CDNOW {name}: off the published parameters, in last digits", max(off), high=0.5)


def scale() -> list[Claim]:
    print(f"\n{N_SCALE:,} simulated customers, days of purchase over 27 to 39 weeks\n{'':12} {'kinds':>9}  fit")
    made = []
    for name, printed in PUBLISHED.items():
        model, rng = lifetime_models().make(name), np.random.default_rng(1)
        age = rng.integers(27 * 7, 39 * 7, N_SCALE) / 7
        seen = simulate_customers(model, [float(p) for p in printed], age, span=1.0, rng=rng).histories
        seen = PurchaseHistories(seen.repeats, np.ceil(seen.active_span * 7) / 7, seen.age)
        began = Reading.now()
        fit_lifetime(model, seen)
        done = Reading.now()
        kinds = len(equal_rows(seen.columns()).first)
        print(f"{name:12} {kinds:9,}  {done.since(began)}; peak memory {peak_mib():,.0f} MiB", flush=True)
        seconds = done.cpu_seconds - began.cpu_seconds
        made.append(Claim(f"{name}: CPU seconds for {N_SCALE:,} customers", seconds, high=MOST_CPU_SECONDS))
    return made


def coverage() -> list[Claim]:
    print(f"\nintervals of {LEVEL:.0%} against simulated truth, {N_TRUTH:,} customers, {len(SEEDS)} seeds")
    print(f"{'':12} {'purchases':>10} {'regulars':>9} {'spend':>7} {'alive':>7} {'hazard':>7} {'totals':>7}")
    made, all_runs = [], []
    for name in PUBLISHED:
        runs = np.array([_covered(name, seed) for seed in SEEDS])
        mean = runs.mean(axis=0)
        print(
            f"{name:12} {mean[0]:10.3f} {mean[1]:9.3f} {mean[2]:7.3f} {mean[3]:7.3f} {mean[4]:7.3f} {mean[5]:7.2f}"
        )
        all_runs.append(mean)
        made += [
            Claim(f"{name}: purchases within their interval", mean[0], low=LEVEL - 0.02),
            Claim(f"{name}: purchases of regulars within theirs", mean[1], LEVEL - 0.03, 0.94),
            Claim(f"{name}: spend within its interval", mean[2], low=LEVEL - 0.02),
        ]
    alive, hazard, totals = np.mean(all_runs, axis=0)[3:]
    made.append(Claim("chances of being there within their interval, all models", float(alive), 0.7, 0.9))
    made.append(Claim("churn hazards within their interval, all models", float(hazard), 0.7, 0.9))
    return [*made, Claim("totals of all customers within their interval, all models", float(totals), 0.7, 0.9)]


def _covered(name: str, seed: int) -> tuple[float, ...]:
    """Shares of customers whose truth lies in the interval; of the totals of purchases and spend, how many."""
    model, rng = lifetime_models().make(name), np.random.default_rng([seed, 17])
    params = [float(p) for p in PUBLISHED[name]]
    age = rng.integers(27 * 7, 39 * 7, N_TRUTH) / 7
    truth = simulate_customers(model, params, age, span=float(WEEKS), rng=rng)
    p, q, gamma = (float(value) for value in PUBLISHED_SPEND)
    dollars = rng.gamma(q, 1 / gamma, N_TRUTH)
    x, future = truth.histories.repeats, truth.future
    mean = np.where(x > 0, rng.gamma(p * np.maximum(x, 1)) / dollars / np.maximum(x, 1), 0.0)
    paid = np.where(future > 0, rng.gamma(p * np.maximum(future, 1)) / dollars, 0.0)
    spend = spend_histories(x, mean)
    fitted = fit_lifetime(model, truth.histories)
    seen = forecast_customers(
        fitted,
        truth.histories,
        span_weeks=float(WEEKS),
        rng=rng,
        spending=Spending(fit_spend(spend), spend),
        level=LEVEL,
    )
    assert seen.spend is not None
    assert seen.total_spend is not None
    outlook = model.outlook(np.array(params), truth.histories)
    hazard, alive = outlook.leaves(1.0), outlook.alive
    again = x > 0
    held = (future >= seen.purchases.low) & (future <= seen.purchases.high)
    return (
        float(np.mean(held)),
        float(np.mean(held[x >= REGULAR])),
        float(np.mean((paid >= seen.spend.low) & (paid <= seen.spend.high))),
        float(np.mean(((alive >= seen.alive.low) & (alive <= seen.alive.high))[again])),
        float(np.mean((hazard >= seen.churn_hazard.low) & (hazard <= seen.churn_hazard.high))),
        float(
            np.mean(
                [
                    seen.total_purchases.low <= future.sum() <= seen.total_purchases.high,
                    seen.total_spend.low <= paid.sum() <= seen.total_spend.high,
                ]
            )
        ),
    )


def journey() -> list[Claim]:
    sales = complete_journey()
    if sales is None:
        print("\nComplete Journey is not installed (extra 'demo'), so its customers were not valued")
        return []
    began = Reading.now()
    found = value_customers(MemoryTables({"sales": sales}), seed=1, terms=ValueTerms(horizon_days=91))
    print(f"\nvalue of Complete Journey's customers, next 13 weeks: {Reading.now().since(began)}")
    print(f"model {found.model}; log-likelihoods { {k: round(v) for k, v in found.log_likelihoods.items()} }")
    for name, total in found.totals.items():
        print(f"{name:24} {total.value:14,.0f}  ({total.low:,.0f} to {total.high:,.0f})")
    check = found.check
    assert check is not None
    print(f"last {check.days} days held out: expected {check.purchases.value:,.0f} purchases "
          f"({check.purchases.low:,.0f} to {check.purchases.high:,.0f}), actual {check.actual:,}; "
          f"mean error {check.mean_error:.2f}, {check.covered:.1%} within their interval")  # fmt: skip
    return []
