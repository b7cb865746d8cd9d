"""How a marketing budget is split over channels, from what spending on them brought in the past."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dealwright.app.plain import plain_estimate, plain_row
from dealwright.app.ports import Tables
from dealwright.app.reach.learn_channels import ChannelHistory, DrawnResponse, learn_channels
from dealwright.core.errors import InputError
from dealwright.core.estimate import Estimate
from dealwright.core.period import WEEK, week_start
from dealwright.core.rng import stream
from dealwright.data import columns as c
from dealwright.data.tables import AD_SPEND, Column, Kind, TableContract
from dealwright.reach.budget import BudgetSplit, Channel, split_budget

Floats = NDArray[np.float64]

MARGIN = "margin_amount"
SPEND_HISTORY = TableContract(
    "spend history",
    AD_SPEND.holds,
    "a split of the budget over channels",
    (*AD_SPEND.columns, Column(MARGIN, Kind.MONEY)),
)
"""Like the table `ad_spend`; `margin_amount` is the extra margin that was measured for the channel that day."""
METHOD = "weighted curves of past weeks"
BEYOND = 1.5
"""How far beyond the most that was ever spent in a week a channel is believed to go on as before."""
MOST_OPTIMA = 100
"""Draws in which the best split is looked for by itself, to say how sure each channel's part is."""


@dataclass(frozen=True, slots=True)
class ReachPlan:
    """The split with the highest expected net margin, a week, in major units.

    `table` has a row per channel: channel, spent a week until now, `spend` proposed with bounds (of the best split
    of each possible truth), `most` that is believed, `chance` that the channel brings anything at all, `brings`
    (gross margin of the proposed spend) and `next_unit` (what one unit more brings) with bounds. `net` is the
    margin less the spending, `gain` against the same budget split as until now, and no split nets more than `bound`
    in the mean. `price` is what one more unit of budget would bring; 0 if not all is spent.
    """

    currency: str
    budget: float
    table: pd.DataFrame
    spent: float
    net: Estimate
    gain: Estimate
    price: float
    bound: float
    n_weeks_seen: int
    is_measured: bool

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "currency": self.currency,
            "budget_a_week": self.budget,
            "channels": [plain_row(row) for row in self.table.to_dict("records")],
            "spent": self.spent,
            "net": plain_estimate(self.net),
            "gain": plain_estimate(self.gain),
            "price": self.price,
            "bound": self.bound,
            "n_weeks_seen": self.n_weeks_seen,
            "is_measured": self.is_measured,
        }


@dataclass(frozen=True, slots=True)
class ReachAim:
    """Money a week, in major units, and the least and most for channels that have such limits."""

    budget: float
    least: Mapping[str, float]
    most: Mapping[str, float]


def split_reach(history: ChannelHistory, aim: ReachAim, *, currency: str, seed: int) -> ReachPlan:
    """Learn and split; InputError for an unknown channel, a budget of nothing, or a history that cannot tell."""
    unknown = [
        str(InputError.unknown("channel", name, history.names))
        for name in dict.fromkeys([*aim.least, *aim.most])
        if name not in history.names
    ]
    if unknown:
        raise InputError(*unknown)
    learnt = learn_channels(history, stream(seed, "reach"))
    believed = BEYOND * history.spend.max(axis=1)
    limits = [
        (aim.least.get(name, 0.0), min(aim.most.get(name, np.inf), max(float(most), aim.least.get(name, 0.0))))
        for name, most in zip(history.names, believed, strict=True)
    ]
    split = split_budget(_channels(history.names, learnt, limits), aim.budget)
    bounds = _spread(history.names, learnt, limits, aim.budget)
    usual = history.spend.mean(axis=1)
    as_usual = usual * min(aim.budget / max(float(usual.sum()), 1e-9), 1.0)
    net, before = _net(learnt, split.spend), _net(learnt, as_usual)
    rows = [
        {
            "channel": name,
            "until_now": float(usual[k]),
            "spend": float(split.spend[k]),
            "spend_low": float(bounds[0, k]),
            "spend_high": float(bounds[1, k]),
            "most": limits[k][1],
            "chance": float((learnt[k].scale > 0).mean()),
            **_told("brings", learnt[k].draws(split.spend[[k]])[:, 0]),
            **_told("next_unit", learnt[k].marginal_draws(float(split.spend[k]))),
        }
        for k, name in enumerate(history.names)
    ]
    return ReachPlan(
        currency=currency,
        budget=aim.budget,
        table=pd.DataFrame(rows).sort_values(["spend", "channel"], ascending=[False, True], ignore_index=True),
        spent=split.spent,
        net=_estimate(net),
        gain=_estimate(net - before),
        price=split.price,
        bound=split.bound,
        n_weeks_seen=history.spend.shape[1],
        is_measured=history.is_measured,
    )


def _channels(
    names: Sequence[str], learnt: Sequence[DrawnResponse], limits: Sequence[tuple[float, float]]
) -> list[Channel]:
    return [Channel(name, one, least, most) for name, one, (least, most) in zip(names, learnt, limits, strict=True)]


def _spread(
    names: Sequence[str], learnt: Sequence[DrawnResponse], limits: Sequence[tuple[float, float]], budget: float
) -> Floats:
    """Between which amounts the best split of single truths gives each channel, (2, C)."""
    found: list[BudgetSplit] = []
    for d in range(min(len(learnt[0].scale), MOST_OPTIMA)):
        channels = [
            Channel(name, one.curve(d), least, most)
            for name, one, (least, most) in zip(names, learnt, limits, strict=True)
        ]
        found.append(split_budget(channels, budget))
    return np.asarray(np.quantile([one.spend for one in found], [0.1, 0.9], axis=0))


def _net(learnt: Sequence[DrawnResponse], spend: Floats) -> Floats:
    gross = sum(one.draws(spend[[k]])[:, 0] for k, one in enumerate(learnt))
    return np.asarray(gross - spend.sum())


def _told(name: str, draws: Floats) -> dict[str, float]:
    estimate = _estimate(draws)
    return {name: estimate.value, f"{name}_low": estimate.low, f"{name}_high": estimate.high}


def _estimate(draws: Floats) -> Estimate:
    """Mean and range; where few draws carry the mean, the range is widened to hold it."""
    told = Estimate.from_draws(draws, method=METHOD)
    return replace(told, low=min(told.low, told.value), high=max(told.high, told.value))


def history_of(
    spend: pd.DataFrame, tables: Tables, *, margin_share: float, first_weekday: int, per_major: int
) -> ChannelHistory:
    """Weeks of spending beside what came of them.

    `spend` has the columns of `SPEND_HISTORY`, minor units. Without measured margins the outcome is the shop's
    sales of the week times `margin_share`; only weeks that sales cover from beginning to end are used.
    """
    days = pd.to_datetime(spend[c.SPENT_ON]).dt.date
    weeks = pd.Series([week_start(day, first_weekday=first_weekday) for day in days], index=spend.index)
    measured = spend[MARGIN].notna().all() if MARGIN in spend else False
    by_week = spend.assign(week=weeks).pivot_table(
        index=c.CHANNEL, columns="week", values=c.SPEND_AMOUNT, aggfunc="sum", fill_value=0
    )
    span = _weeks(min(weeks), max(weeks))
    if not measured:
        sold = _sold_by_week(tables, first_weekday)
        span = [week for week in span if week in sold]
        if not span:
            raise InputError(
                f"spending is known from {min(weeks)} to {max(weeks)} and sales of no whole week among them; "
                "import both for the same time"
            )
    amounts = by_week.reindex(columns=span, fill_value=0).to_numpy(dtype=np.float64) / per_major
    names = tuple(str(name) for name in by_week.index)
    if measured:
        margins = spend.assign(week=weeks).pivot_table(
            index=c.CHANNEL, columns="week", values=MARGIN, aggfunc="sum", fill_value=0
        )
        return ChannelHistory(
            names, amounts, margins.reindex(columns=span, fill_value=0).to_numpy(float) / per_major
        )
    outcome = np.array([sold[week] for week in span]) * margin_share / per_major
    return ChannelHistory(names, amounts, outcome)


def _weeks(first: date, last: date) -> list[date]:
    return [first + k * WEEK for k in range((last - first) // WEEK + 1)]


def _sold_by_week(tables: Tables, first_weekday: int) -> dict[date, float]:
    """Net sales of each whole week, minor units."""
    sales = tables.table("sales")
    daily = sales.group_by(day=sales[c.SOLD_AT].date()).agg(total=sales[c.NET_AMOUNT].sum()).to_pandas()
    days = pd.to_datetime(daily["day"]).dt.date
    first, last = min(days), max(days)
    totals: dict[date, float] = {}
    for day, total in zip(days, daily["total"], strict=True):
        week = week_start(day, first_weekday=first_weekday)
        if week >= first and week + WEEK <= last + WEEK / 7:
            totals[week] = totals.get(week, 0.0) + float(total)
    return totals
