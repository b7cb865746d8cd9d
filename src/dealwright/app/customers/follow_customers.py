"""Follow customers from what they do now to where it ends: on the way to a goal, or from period to period."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import pandas as pd

from dealwright.app.ports import Tables
from dealwright.app.shop.credible_sales import credible_tables
from dealwright.core.errors import InputError
from dealwright.core.rng import stream
from dealwright.customer.habits import AT, orders_of
from dealwright.customer.journey import DROP_OFF, PAUSE_MINUTES, START, Ways, follow, ways_of_events
from dealwright.customer.lifecycle import GONE_AFTER, PERIOD_DAYS, stays, ways_of_stays
from dealwright.data import columns as c
from dealwright.data.finding import Finding

GOALS = ("buy", "order", "purchase")
"""Kinds of events that end a journey well, unless others are named."""


@dataclass(frozen=True, slots=True)
class FollowedCustomers:
    """What becomes of customers in each state: `states` is `customer.journey.follow`, amounts in minor units; of
    lives the silent periods stand in order of their number.

    `kind` says what a step is: an event of a visit, or a period in a customer's life.
    """

    kind: Literal["visits", "lives"]
    ways: Ways
    states: pd.DataFrame
    findings: tuple[Finding, ...] = ()

    def to_dict(self) -> dict[str, object]:
        """Plain values, for JSON; `worth` in minor units."""
        return {
            "kind": self.kind,
            "ends": list(self.ends),
            "states": self.states.to_dict("records"),
            "findings": [finding.to_dict() for finding in self.findings],
        }

    @property
    def ends(self) -> tuple[str, ...]:
        """Where behaviour can end."""
        return self.ways.ends


def follow_visits(
    tables: Tables,
    *,
    goals: Collection[str] = GOALS,
    pause_minutes: int = PAUSE_MINUTES,
    seed: int,
) -> FollowedCustomers:
    """From the table `events`: who reaches a goal from where, who is lost on the way, what each state is worth.

    A goal is worth a mean order, if sales are known. Raises InputError if there are no events, or none is a goal.
    """
    if not tables.has("events"):
        raise InputError(
            "nothing is known of what customers do before they buy; import the table 'events' (customer_id, "
            "happened_at, kind), or follow their orders from period to period instead"
        )
    events = tables.table("events")
    kinds = sorted(str(kind) for kind in events.select(c.KIND).distinct().execute()[c.KIND])
    reached = [kind for kind in kinds if kind in set(goals)]
    if not reached:
        raise InputError(f"none of the goals {', '.join(goals)} is a kind of event; there are {', '.join(kinds)}")
    rows = ways_of_events(events, goals=reached, pause_minutes=pause_minutes).execute()
    goal = reached[0]
    ways = Ways.of(rows.replace({"next": dict.fromkeys(reached, goal)}), ends=(goal, DROP_OFF))
    worth = (_mean_order(tables), 0.0)
    return FollowedCustomers("visits", ways, follow(ways, end_minor=worth, rng=stream(seed, "customer", "journey")))


def follow_lives(
    tables: Tables,
    *,
    period_days: int = PERIOD_DAYS,
    gone_after: int = GONE_AFTER,
    seed: int,
    today: date | None = None,
) -> FollowedCustomers:
    """From orders: how often customers buy from period to period, and what they spend until they are gone.

    Sales are those that can be believed on the day `today`. Raises InputError if none with a positive quantity
    names its customer and order, or the history holds no whole period.
    """
    if period_days < 1:
        raise InputError(f"a period is 1 day or longer; {period_days} were given")
    if not tables.has("sales"):
        raise InputError("there are no orders to follow; import a file of order lines as table 'sales' first")
    credible = credible_tables(tables, today=today)
    with orders_of(credible.table("sales")).cache() as orders:
        last = orders.aggregate(last=orders[AT].max()).execute().iloc[0, 0]
        if pd.isna(last):
            raise InputError(
                "no sale with a positive quantity names both its customer and its order (columns 'customer_id' and "
                "'order_id' of table 'sales'); import such sales to follow customers"
            )
        end = pd.Timestamp(last).to_pydatetime() + timedelta(seconds=1)
        rows = stays(orders, end, period_days=period_days).execute()
    ways = ways_of_stays(rows, gone_after=gone_after)
    states = follow(ways, end_minor=(0.0,), rng=stream(seed, "customer", "lives"))
    states = states.sort_values(
        "state", key=lambda names: names.map(_with_numbers), kind="stable", ignore_index=True
    )
    return FollowedCustomers("lives", ways, states, credible.findings)


def _with_numbers(state: str) -> tuple[bool, list[tuple[str, int]]]:
    """The start first; else by name, but 'quiet 2' before 'quiet 10'."""
    parts = re.findall(r"(\d+)|(\D+)", state)
    return state != START, [(text, int(digits or 0)) for digits, text in parts]


def _mean_order(tables: Tables) -> float:
    if not tables.has("sales"):
        return 0.0
    sales = tables.table("sales")
    bought = sales.filter(sales[c.QUANTITY] > 0, sales[c.ORDER].notnull())
    told = bought.aggregate(spent=bought[c.NET_AMOUNT].sum(), n=bought[c.ORDER].nunique()).execute().iloc[0]
    return float(told["spent"]) / float(told["n"]) if told["n"] else 0.0
