"""What a reorder policy leaves on the shelf and costs, followed through possible courses of demand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from dealwright.core.estimate import Estimate
from dealwright.data import columns as c
from dealwright.supply.given import Given
from dealwright.supply.policy import Policy

Floats = NDArray[np.float64]

LEVEL = 0.8


class Unmet(Enum):
    """What becomes of demand that finds no stock."""

    LOST = "lost"
    OWED = "owed"
    """The customer waits and is served first when stock comes."""


@dataclass(frozen=True, slots=True)
class PolicyCourse:
    """The course of n products over T periods in D draws of demand; all arrays are (D, n, T) units.

    `short` are units lost in the period, or owed at its end. `cost`, (D, n), is the mean cost of a period.
    The first `n_warm_up` periods are in the arrays but not in cost, service or fill rate.
    """

    demand: Floats
    ordered: Floats
    received: Floats
    closing: Floats
    short: Floats
    unmet: Unmet
    cost: Floats
    n_warm_up: int

    @property
    def service(self) -> Floats:
        """Share of periods, (D, n), that end without anybody waiting or gone."""
        return np.asarray((self.short[:, :, self.n_warm_up :] == 0).mean(axis=2), dtype=np.float64)

    @property
    def fill_rate(self) -> Floats:
        """Share of demand, (D, n), that is met from the shelf at once; 1 where nothing is asked for."""
        late = self.short
        if self.unmet is Unmet.OWED:
            # Of what is owed at the end, this period's part is at most this period's demand.
            late = np.minimum(self.short, self.demand)
        asked = self.demand[:, :, self.n_warm_up :].sum(axis=2)
        missed = late[:, :, self.n_warm_up :].sum(axis=2)
        missing = np.divide(missed, asked, out=np.zeros_like(asked), where=asked > 0)
        return np.asarray(1 - missing, dtype=np.float64)

    def cost_of(self, product: int) -> Estimate:
        """Cost of a period for one product, by its place."""
        return Estimate.from_draws(self.cost[:, product], level=LEVEL, method="policy followed through draws")

    def to_frame(self, skus: Sequence[str]) -> pd.DataFrame:
        """One row per product: cost of a period, service and fill rate with their bounds, mean closing stock."""
        columns: dict[str, object] = {c.SKU: list(skus)}
        for name, draws in (("cost", self.cost), ("service", self.service), ("fill_rate", self.fill_rate)):
            low, high = np.quantile(draws, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
            columns |= {name: draws.mean(axis=0), f"{name}_low": low, f"{name}_high": high}
        columns["closing"] = self.closing[:, :, self.n_warm_up :].mean(axis=(0, 2))
        return pd.DataFrame(columns)


def follow_policy(
    policy: Policy,
    demand_draws: NDArray[np.generic],
    *,
    opening_units: ArrayLike,
    lead_time_periods: int,
    unmet: Unmet,
    holding_cost: ArrayLike,
    shortage_cost: ArrayLike,
    order_cost: ArrayLike,
    n_warm_up: int = 0,
) -> PolicyCourse:
    """Follow n products under a policy through demand (D, n, T).

    In each period stock is looked at and an order placed; what was ordered `lead_time_periods` ago comes in
    (0: the order itself); then customers come. Holding is paid on what is left at the end, shortage on what is
    lost in the period or owed at its end. The three costs and `opening_units` are (n,) or one number for all.
    """
    given = Given()
    demand = given.array("demand_draws", demand_draws, (None, None, None))
    _, n, n_periods = demand.shape
    opening = given.array("opening_units", opening_units, (n,), is_spread=True)
    lead = given.whole("lead_time_periods", lead_time_periods)
    warm_up = given.whole("n_warm_up", n_warm_up)
    given.rule(
        f"n_warm_up is {warm_up}; it must leave some of the {n_periods} periods", is_kept=warm_up < n_periods
    )
    costs = [
        given.array(name, values, (n,), is_spread=True)
        for name, values in (
            ("holding_cost", holding_cost),
            ("shortage_cost", shortage_cost),
            ("order_cost", order_cost),
        )
    ]
    given.require()

    flow = _flow(policy, demand, opening, lead=lead, unmet=unmet)
    holding, shortage, per_order = (cost[:, None] for cost in costs)
    spent = holding * flow.closing + shortage * flow.short + per_order * _times(policy, flow.ordered)
    return PolicyCourse(
        demand=demand,
        ordered=flow.ordered,
        received=flow.received,
        closing=flow.closing,
        short=flow.short,
        unmet=unmet,
        cost=spent[:, :, warm_up:].mean(axis=2),
        n_warm_up=warm_up,
    )


class _Flow(NamedTuple):
    """Units, (D, n, T)."""

    ordered: Floats
    received: Floats
    closing: Floats
    short: Floats


def _flow(policy: Policy, demand: Floats, opening: Floats, *, lead: int, unmet: Unmet) -> _Flow:
    n_draws, n, n_periods = demand.shape
    ordered, received, net, short = (np.zeros_like(demand) for _ in range(4))
    stock = np.tile(opening, (n_draws, 1))
    on_order = np.zeros((n_draws, n))
    for t in range(n_periods):
        ordered[:, :, t] = policy.order(stock + on_order)
        if t >= lead:
            received[:, :, t] = ordered[:, :, t - lead]
        on_order += ordered[:, :, t] - received[:, :, t]
        stock = stock + received[:, :, t] - demand[:, :, t]
        short[:, :, t] = np.maximum(-stock, 0.0)
        if unmet is Unmet.LOST:
            stock = np.maximum(stock, 0.0)
        net[:, :, t] = stock
    lost = short if unmet is Unmet.LOST else np.zeros_like(short)
    balance = opening[:, None] + np.cumsum(received - demand + lost, axis=2)
    assert np.allclose(balance, net), "stock before + received - sold must be stock after"
    return _Flow(ordered, received, np.maximum(net, 0.0), short)


def _times(policy: Policy, ordered: Floats) -> Floats:
    """How many orders each (D, n, T) is; the policy reads products last."""
    return np.moveaxis(policy.n_orders(np.moveaxis(ordered, 1, 2)), 2, 1)
