"""Where customers go from what they do now: who reaches the goal, where they drop off, what a state is worth."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import ibis
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dealwright.core.errors import InputError
from dealwright.customer.chain import Chain, drawn
from dealwright.data import columns as c

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

START, DROP_OFF = "start", "drop-off"
STATE, NEXT, TIMES = "state", "next", "times"
PAUSE_MINUTES = 30
"""After so long without an event the journey is over: the usual length of a web session."""
LEVEL = 0.9
N_DRAWS = 1_000


@dataclass(frozen=True, slots=True)
class Ways:
    """How often each state was followed by each state or end: `times` (S, S + E), the columns states then ends.

    `spend` (S,) is the mean earned in a visit of each state, `spend_error` (S,) its standard error, minor units.
    """

    states: tuple[str, ...]
    ends: tuple[str, ...]
    times: Ints
    spend: Floats
    spend_error: Floats

    @classmethod
    def of(cls, rows: pd.DataFrame, *, ends: Sequence[str]) -> Ways:
        """From rows (state, next, times); nothing is earned on the way."""
        states = sorted({str(name) for name in (*rows[STATE], *rows[NEXT])} - {START, *ends})
        states = [START, *states] if START in set(rows[STATE]) else states
        place = {name: k for k, name in enumerate((*states, *ends))}
        times = np.zeros((len(states), len(place)), dtype=np.int64)
        np.add.at(times, (rows[STATE].map(place).to_numpy(), rows[NEXT].map(place).to_numpy()), rows[TIMES])
        none = np.zeros(len(states))
        return cls(tuple(states), tuple(ends), times, none, none)


def ways_of_events(events: ibis.Table, *, goals: Collection[str], pause_minutes: int = PAUSE_MINUTES) -> ibis.Table:
    """How often each kind of event was followed by each, as rows (state, next, times); one pass over the events.

    A journey starts with the first event after a pause or a goal, and ends with a goal or, where nothing follows
    within `pause_minutes`, in drop-off. Journeys that may still go on when the table ends are left open: what
    follows their last event is not known. Events of one moment follow each other by name.
    """
    window = ibis.window(group_by=c.CUSTOMER, order_by=[c.HAPPENED_AT, c.KIND])
    at, kind = events[c.HAPPENED_AT], events[c.KIND]
    pause = 60 * pause_minutes
    seconds = at.epoch_seconds()
    told = events.select(
        kind=kind,
        before=kind.lag().over(window),
        after=kind.lead().over(window),
        since=seconds - seconds.lag().over(window),
        until=seconds.lead().over(window) - seconds,
        rest=seconds.max().over(ibis.window()) - seconds,
    )
    is_goal = told.kind.isin(list(goals))
    is_start = told.before.isnull() | (told.since > pause) | told.before.isin(list(goals))
    is_last = told.after.isnull() | (told.until > pause)
    steps = told.filter(~is_goal & ~(is_last & (told.rest <= pause)))
    steps = steps.select(
        **{
            STATE: steps.kind,
            NEXT: ibis.ifelse(steps.after.isnull() | (steps.until > pause), DROP_OFF, steps.after),
        }
    )
    starts = told.filter(is_start)
    ways = steps.union(starts.select(**{STATE: ibis.literal(START), NEXT: starts.kind}))
    return ways.group_by(STATE, NEXT).agg(**{TIMES: ways.count()}).order_by(STATE, NEXT)


def follow(ways: Ways, *, end_minor: Sequence[float], rng: np.random.Generator) -> pd.DataFrame:
    """One row per state, in the order of `ways.states`: what becomes of customers who are there.

    Columns: state, times (how often it was left), drop_off (share of those who end there and then, at the last of
    the ends); chance of the first end, steps until any end, worth (expected to be earned from here on, minor units,
    with `end_minor` at each end), and removal: by what share fewer would reach the first end from the first state
    if everybody who comes here were lost instead. Each of the latter four has columns _low and _high at 90 %.
    A state that nobody has left yet may lead anywhere: its intervals are wide. Raises InputError if there are no
    states, or customers went on from one for ever.
    """
    _refuse_endless(ways)
    total = ways.times.sum(axis=1, keepdims=True)
    shares = np.where(total > 0, ways.times / np.maximum(total, 1), 1.0 / ways.times.shape[1])
    n = len(ways.states)
    mode = Chain(shares[:, :n], shares[:, n:])
    draws = drawn(ways.times, N_DRAWS, rng)
    earned = ways.spend + ways.spend_error * rng.standard_normal((N_DRAWS, n))
    per_end = np.asarray(end_minor, dtype=np.float64)
    table = pd.DataFrame({STATE: ways.states, TIMES: total[:, 0], "drop_off": shares[:, -1]})
    for name, value, many in (
        ("chance", mode.chances[:, 0], draws.chances[..., 0]),
        ("steps", mode.steps, draws.steps),
        ("worth", mode.worth(ways.spend, per_end), _worth(draws, earned, per_end)),
        ("removal", _removal(mode), _removal(draws)),
    ):
        low, high = np.quantile(many, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
        # The mode counts ways nobody took as impossible, the draws do not: it may lie beside their middle.
        table[name], table[f"{name}_low"], table[f"{name}_high"] = (
            value,
            np.minimum(low, value),
            np.maximum(high, value),
        )
    return table


def _worth(draws: Chain, per_visit: Floats, per_end: Floats) -> Floats:
    return np.asarray((draws.visits @ (per_visit + draws.ends @ per_end)[..., None])[..., 0])


def _removal(chain: Chain) -> Floats:
    """Share of those who start in the first state and reach the first end only by way of each state, (..., S)."""
    n = chain.moves.shape[-1]
    reach = chain.chances[..., 0, 0]
    last = chain.ends.shape[-1] - 1
    rest = np.stack([chain.without(k, lost_to=last).chances[..., 0, 0] for k in range(n)], axis=-1)
    none = np.zeros_like(rest)
    return np.asarray(np.divide(reach[..., None] - rest, reach[..., None], out=none, where=reach[..., None] > 0))


def _refuse_endless(ways: Ways) -> None:
    n = len(ways.states)
    if n == 0:
        raise InputError("there is no journey to follow: no customer did anything that was followed by anything")
    can_end = (ways.times[:, n:].sum(axis=1) > 0) | (ways.times.sum(axis=1) == 0)
    for _ in range(n):
        can_end = can_end | ((ways.times[:, :n] > 0) & can_end[None, :]).any(axis=1)
    stuck = [name for name, ends in zip(ways.states, can_end, strict=True) if not ends]
    if stuck:
        raise InputError(
            f"from {', '.join(stuck)} no journey ever ended in {' or '.join(ways.ends)}; name the kinds of events "
            "that are goals, or take a longer stretch of events"
        )
