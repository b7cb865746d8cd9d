"""How customers' buying goes on from period to period: often, now and then, not for a while, gone.

The states of a journey for shops that know nothing but orders; `customer.journey` follows them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from itertools import pairwise

import ibis
import numpy as np
import pandas as pd

from dealwright.core.errors import InputError
from dealwright.customer.habits import AT, SECONDS_A_DAY, SPEND
from dealwright.customer.journey import NEXT, START, STATE, TIMES, Ways
from dealwright.data import columns as c

GONE = "gone"
ONCE, SOME, OFTEN = "1 order", "2-3 orders", "4+ orders"
PERIOD_DAYS = 28
GONE_AFTER = 3
"""Whole periods without an order after which a customer counts as gone; who comes back then starts anew."""

_SILENT, _N, _SPEND, _SQUARES = "silent", "n", "spend_sum", "spend_squares"


def stays(orders: ibis.Table, end: datetime, *, period_days: int = PERIOD_DAYS) -> ibis.Table:
    """How often (n) customers in a state then kept silent for so many periods before the next state.

    From `habits.orders_of`; one row per state, silence and next state (missing if nobody knows yet), with the sum
    and the sum of squares of what was spent in the period. Periods are counted back from `end`, so that the last is
    whole; the first, which is not, is left out. `state` is `start` for a customer's first period.
    """
    ago = ((_seconds(end) - orders[AT].epoch_seconds()) / (SECONDS_A_DAY * period_days)).floor().cast("int64")
    dated = orders.mutate(ago=ago).filter(ibis._.ago >= 0)
    dated = dated.filter(dated.ago < dated.ago.max().as_scalar())
    by_period = dated.group_by(c.CUSTOMER, "ago").agg(
        n_orders=dated.count(), spent=dated[SPEND].sum().cast("float64")
    )
    state = ibis.cases((by_period.n_orders >= 4, OFTEN), (by_period.n_orders >= 2, SOME), else_=ONCE)
    window = ibis.window(group_by=c.CUSTOMER, order_by=ibis.desc("ago"))
    known = by_period.mutate(**{STATE: state})
    lead = known.ago.lead().over(window)
    told = known.mutate(
        **{NEXT: known[STATE].lead().over(window), _SILENT: known.ago - ibis.coalesce(lead, -1) - 1},
        is_first=known.ago.lag().over(window).isnull(),
    )
    firsts = told.filter(told.is_first).select(
        **{
            STATE: ibis.literal(START),
            NEXT: STATE,
            _SILENT: ibis.literal(0, type="int64"),
            "spent": ibis.literal(0.0),
        }
    )
    every = told.select(STATE, NEXT, _SILENT, "spent").union(firsts)
    return (
        every.group_by(STATE, NEXT, _SILENT)
        .agg(**{_N: every.count(), _SPEND: every.spent.sum(), _SQUARES: (every.spent * every.spent).sum()})
        .order_by(STATE, NEXT, _SILENT)
    )


def ways_of_stays(rows: pd.DataFrame, *, gone_after: int = GONE_AFTER) -> Ways:
    """The ways customers went from period to period, from the rows of `stays`.

    Raises InputError if there are none, or `gone_after` is below 1.
    """
    if gone_after < 1:
        raise InputError(f"a customer is gone after 1 silent period or more; {gone_after} were given")
    if rows.empty:
        raise InputError("no order names its customer in at least one whole period; import a longer history")
    ways: dict[tuple[str, str], int] = {}
    for row in rows.to_dict("records"):
        after = row[NEXT] if isinstance(row[NEXT], str) else None
        for way in _steps(str(row[STATE]), after, int(row[_SILENT]), gone_after):
            ways[way] = ways.get(way, 0) + int(row[_N])
    table = pd.DataFrame([(*way, times) for way, times in ways.items()], columns=[STATE, NEXT, TIMES])
    counted = Ways.of(table, ends=(GONE,))
    by_state = rows.groupby(STATE)[[_N, _SPEND, _SQUARES]].sum().reindex(counted.states).fillna(0.0)
    n = np.maximum(by_state[_N].to_numpy(dtype=np.float64), 1.0)
    mean = by_state[_SPEND].to_numpy(dtype=np.float64) / n
    variance = np.maximum(by_state[_SQUARES].to_numpy(dtype=np.float64) / n - mean**2, 0.0)
    return replace(counted, spend=mean, spend_error=np.sqrt(variance / n))


def _steps(state: str, after: str | None, silent: int, gone_after: int) -> list[tuple[str, str]]:
    """The ways of one stay: from the state through silent periods to the next state, or as far as is known."""
    quiet = [f"quiet {k + 1}" for k in range(min(silent, gone_after - 1))]
    is_gone = silent >= gone_after
    passed = [state, *quiet, *([GONE] if is_gone else [after] if after else [])]
    steps = list(pairwise(passed))
    return [*steps, (START, after)] if is_gone and after else steps


def _seconds(moment: datetime) -> ibis.Value:
    return ibis.literal(moment).epoch_seconds()
