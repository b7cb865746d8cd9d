"""What past promotions really earned: planned by the model, sold, and the bill with its range."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from dealwright.app.demand.forecast_demand import DemandForecast
from dealwright.app.plan.plan_promotions import economics_of
from dealwright.app.plan.promotion_scatter import promotion_scatter
from dealwright.app.ports import Progress, Tables, silent
from dealwright.app.review.promotion_review import Review, Reviews, Verdict
from dealwright.app.shop.promoted_runs import LEAST_SUPPORT, SAME_DEPTH, Run, promoted_runs
from dealwright.core.errors import InputError
from dealwright.core.estimate import Estimate
from dealwright.core.rng import stream
from dealwright.data import columns as c
from dealwright.demand.decompose import Alone, without_own
from dealwright.learn.bill import PARTS, Bill, Moved, Rates, bill_of
from dealwright.learn.naive import before_and_after
from dealwright.learn.posterior import LEAST_UNITS, Drawn, Expected, Scatter, look_at_sales
from dealwright.plan.scenario import Scenario
from dealwright.plan.value import Economics

Floats = NDArray[np.float64]

N_WEEKS = 13
"""A quarter."""
LEVEL = 0.9
METHOD = "posterior given the sales of the promotion"
N_DRAWS = 1_000
WEEKS_AFTER = 4
"""In which what was pulled forward is missed: a review before they are over has not seen them."""
SURE, HOPELESS = 0.8, 0.2
LEVEL_WEEKS = 8
"""Weeks whose sales say how much a product would have sold: as many as its level is slow to drift."""
MOST_LEVEL_SPREAD = 0.5
SWITCHING_SPREAD, PULL_SPREAD = 0.18, 0.14
"""By how much of its uplift a single promotion takes more or less from neighbours, and from later weeks, than its
product usually does; standard deviations. Sales show too little of it to be learnt: set on simulated shops (seeds
201 to 206 of benchmarks/review.py), and judged on others."""
SHALLOWER = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4)


def review_promotions(
    demand: DemandForecast,
    tables: Tables,
    scenario: Scenario,
    *,
    currency: str,
    seed: int,
    since: date | None = None,
    runs: Sequence[Run] | None = None,
    progress: Progress = silent,
) -> Reviews:
    """Every promotion that began on or after `since` (None: in the latest `N_WEEKS` weeks), or those of `runs`.

    InputError if there is none.
    """
    panel = demand.panel
    since = since or (panel.starts[0] if runs else panel.starts[-N_WEEKS:][0])
    given = promoted_runs(panel) if runs is None else runs
    chosen = sorted(
        (run for run in given if panel.starts[run.first] >= since), key=lambda run: (-run.first, run.row)
    )
    if not chosen:
        raise InputError(
            f"no promotion since {since} can be reviewed: it needs a product that sold in a "
            "week with a price cut, display or mailer; import prices and promotions, or ask for an earlier day"
        )
    starts = sorted({panel.starts[run.first] for run in chosen} | {panel.starts[-1]})
    money = {on: economics_of(panel, tables, scenario.assumptions, currency=currency, on=on) for on in starts}
    bench = _Bench.of(demand, {on: economics for on, (economics, _) in money.items()}, seed)
    told = []
    for number, run in enumerate(chosen):
        if number % 50 == 0:
            progress("reviewing promotions", number / len(chosen))
        told.append(bench.review(run))
    profit = np.sum([draws for _, draws in told], axis=0)
    reviews = tuple(review for review, _ in told)
    return Reviews(reviews, _estimate(profit), sum(review.naive for review in reviews), money[panel.starts[-1]][1])


def _estimate(draws: Floats) -> Estimate:
    return Estimate.from_draws(draws, level=LEVEL, method=METHOD)


def _estimates(draws: Mapping[str, Floats]) -> dict[str, Estimate]:
    """Several at once: a quantile is as dear as ten of the same length."""
    all_draws = np.stack(list(draws.values()))
    tail = (1.0 - LEVEL) / 2.0
    low, high = np.quantile(all_draws, [tail, 1.0 - tail], axis=1)
    told = zip(draws, all_draws.mean(axis=1).tolist(), low.tolist(), high.tolist(), strict=True)
    return {name: Estimate(value, at_least, at_most, LEVEL, METHOD) for name, value, at_least, at_most in told}


@dataclass(frozen=True, slots=True)
class _Bench:
    """What all reviews of a shop share."""

    demand: DemandForecast
    economics: Mapping[date, Economics]
    scatter: Scatter
    dispersion: Floats
    alone: Alone
    pulled_own: Floats
    skus: list[str]
    seed: int

    @classmethod
    def of(cls, demand: DemandForecast, economics: Mapping[date, Economics], seed: int) -> _Bench:
        panel = demand.panel
        alone = without_own(demand.fit, panel)
        return cls(
            demand=demand,
            economics=economics,
            scatter=promotion_scatter(demand, alone),
            dispersion=demand.fit.dispersion,
            alone=alone,
            pulled_own=demand.response.pull_forward,
            skus=panel.skus,
            seed=seed,
        )

    def review(self, run: Run) -> tuple[Review, Floats]:
        """With draws of the profit."""
        panel, i = self.demand.panel, run.row
        without = self.alone.without[i, run.periods]
        depth = panel.depth[i, run.periods]
        gain, switching = self._answer(run, depth)
        spread = np.sqrt(self.dispersion[i] / (LEVEL_WEEKS * max(float(without.mean()), LEAST_UNITS)))
        expected = Expected(without, gain, float(self.dispersion[i]), min(float(spread), MOST_LEVEL_SPREAD))
        rng = stream(self.seed, "review", self.skus[i], str(panel.starts[run.first]))
        sold = panel.units[i, run.periods]
        drawn = look_at_sales(expected, sold, self.scatter, rng, n_draws=N_DRAWS)
        moved, rates = self._moved(run, drawn, switching, rng), self._rates(run, depth)
        bill = bill_of(moved, rates)
        smaller = self._smaller(run, drawn, moved, gain, bill)
        units = {
            "without": moved.without.sum(axis=1),
            "uplift": moved.uplift.sum(axis=1),
            "cannibalised": moved.switched.sum(axis=1),
            "pulled_forward": (moved.pulled_own + moved.pulled_near).sum(axis=1),
            "brought": moved.brought.sum(axis=1),
            "net_incremental": moved.net_incremental,
        }
        review = Review(
            sku=self.skus[i],
            name=str(panel.products[c.NAME].iloc[i]),
            category=panel.categories[panel.category_of[i]],
            first=panel.starts[run.first],
            last=panel.starts[run.last] + timedelta(days=panel.period_days - 1),
            depth=float(depth.mean()),
            on_display=bool((panel.display[i, run.periods] >= LEAST_SUPPORT).any()),
            in_mailer=bool((panel.mailer[i, run.periods] >= LEAST_SUPPORT).any()),
            sold=float(sold.sum()),
            expected=_estimate(self._expected(run, expected, switching, rates, rng)),
            **_estimates(units | {"profit": bill.profit}),
            parts=_estimates({name: getattr(bill, name) for name in PARTS}),
            naive=self._naive(run, rates),
            chance_of_profit=float((bill.profit > 0).mean()),
            verdict=_verdict(bill, smaller is not None),
            smaller_depth=smaller,
            is_complete=run.last + WEEKS_AFTER < len(panel.starts),
        )
        return review, bill.profit

    def _answer(self, run: Run, depth: Floats) -> tuple[Floats, Floats]:
        """What the run adds at these depths (T,), in proportion to what sells without it, and the share of it that
        neighbours lose, each (D, T)."""
        panel, row, periods = self.demand.panel, run.row, run.periods
        gain, switching = self.demand.response.answer_of(
            row, depth, panel.display[row, periods], panel.mailer[row, periods]
        )
        return self.alone.gain(gain, row, periods), switching

    def _moved(self, run: Run, drawn: Drawn, switching: Floats, rng: np.random.Generator) -> Moved:
        response, i, of = self.demand.response, run.row, drawn.of
        others = 1.0 - response.shares[i]
        switched = switching[of] + SWITCHING_SPREAD * rng.standard_normal((len(of), 1))
        own, near = self.pulled_own[of, i, None], response.rival_pull[of, i, None] * others
        usual = np.maximum(own + near, 1e-3)
        pulled = np.clip(usual + PULL_SPREAD * rng.standard_normal((len(of), 1)), 0.0, 1.0) / usual
        reached = response.halo[:, response.halo_of == self.demand.panel.category_of[i]].sum(axis=1)
        return Moved(
            without=drawn.without,
            uplift=drawn.uplift,
            switched=drawn.uplift * np.clip(switched, 0.0, 1.0) * others,
            pulled_own=drawn.uplift * own * pulled,
            pulled_near=drawn.uplift * near * pulled,
            brought=drawn.uplift * reached[of, None],
        )

    def _rates(self, run: Run, depth: Floats) -> Rates:
        panel, i = self.demand.panel, run.row
        e = self.economics[panel.starts[run.first]]
        regular = np.full(len(depth), e.price[i] - e.unit_cost[i])
        given = e.price[i] * depth * (1.0 - e.funded_share[i])
        display = panel.display[i, run.periods] >= LEAST_SUPPORT
        mailer = panel.mailer[i, run.periods] >= LEAST_SUPPORT
        near = np.array([self._near(e, i, t) for t in range(run.first, run.last + 1)])
        return Rates(
            regular=regular,
            promoted=regular - given,
            near=near,
            complement=np.full(len(regular), self._complement(e, i)),
            support=display * e.display_cost * panel.display[i, run.periods] + mailer * e.mailer_cost,
        )

    def _near(self, e: Economics, i: int, t: int) -> float:
        """Margin of a unit that the rest of the category sells in a period."""
        panel, response = self.demand.panel, self.demand.response
        k = int(panel.category_of[i])
        near = np.flatnonzero((panel.category_of == k) & (np.arange(len(panel.products)) != i))
        margin = e.price - e.unit_cost - e.price * panel.depth[:, t] * (1.0 - e.funded_share)
        rest = float(response.rest_shares[k])
        weight = response.shares[near]
        earned = float(weight @ margin[near]) + rest * float(e.rest_margin[k])
        return earned / max(float(weight.sum()) + rest, 1e-9)

    def _complement(self, e: Economics, i: int) -> float:
        response = self.demand.response
        is_of = response.halo_of == self.demand.panel.category_of[i]
        if not is_of.any():
            return 0.0
        brings = np.maximum(response.halo[:, is_of].mean(axis=0), 1e-12)
        return float(brings @ e.rest_margin[response.halo_to[is_of]] / brings.sum())

    def _expected(
        self, run: Run, expected: Expected, switching: Floats, rates: Rates, rng: np.random.Generator
    ) -> Floats:
        n_draws, n_periods = expected.gain.shape
        lift = np.exp(self.scatter.lift * rng.standard_normal((n_draws, 1)) - self.scatter.lift**2 / 2)
        without = np.broadcast_to(expected.without, (n_draws, n_periods))
        drawn = Drawn(without, without * expected.gain * lift, np.arange(n_draws))
        return bill_of(self._moved(run, drawn, switching, rng), rates).profit

    def _smaller(self, run: Run, drawn: Drawn, moved: Moved, gain: Floats, bill: Bill) -> float | None:
        """The depth below its own that would surely have earned more, and something; None if there is none."""
        depth = self.demand.panel.depth[run.row, run.periods]
        best, best_profit = None, float(bill.profit.mean())
        for less in (cut for cut in SHALLOWER if cut < depth.mean() - SAME_DEPTH):
            depths = np.full(len(depth), less)
            times = self._answer(run, depths)[0] / np.maximum(gain, 1e-9)
            profit = bill_of(moved.scaled(times[drawn.of]), self._rates(run, depths)).profit
            is_sure = (profit > 0).mean() >= SURE and (profit > bill.profit).mean() >= SURE
            if is_sure and profit.mean() > best_profit:
                best, best_profit = less, float(profit.mean())
        return best

    def _naive(self, run: Run, rates: Rates) -> float:
        panel, i = self.demand.panel, run.row
        is_plain = (self.demand.decomposition.uplift[i] <= 0.0) & panel.is_active[i]
        usual = before_and_after(panel.units[i], is_plain, run.first)
        sold = panel.units[i, run.periods]
        gained = sold * rates.promoted - usual * rates.regular - rates.support
        return float(gained.sum())


def _verdict(bill: Bill, has_smaller: bool) -> Verdict:
    chance = float((bill.profit > 0).mean())
    if has_smaller:
        return "smaller"
    if chance >= SURE:
        return "again"
    return "stop" if chance <= HOPELESS else "test"
