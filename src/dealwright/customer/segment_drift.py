"""How segments grew and shrank between two days, and who moved where."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm

from dealwright.core.errors import InputError
from dealwright.customer.share import share_interval
from dealwright.data import columns as c

ABSENT = "not_a_customer"
"""Where customers come from, or go to, who are in only one of the two lists."""


@dataclass(frozen=True, slots=True)
class SegmentDrift:
    """`shares` has a row per segment: segment, n_then, share_then with low and high, the same now, and change (of
    the share) with low and high. `moves` has a row per pair of segments that customers moved between, or stayed in:
    segment_then, segment_now, n_customers, and share (of those in segment_then) with low and high.
    """

    shares: pd.DataFrame
    moves: pd.DataFrame
    level: float


def segment_drift(then: pd.DataFrame, now: pd.DataFrame, *, level: float = 0.9) -> SegmentDrift:
    """Compare who was in which segment on two days; both have customer_id and segment, one row per customer.

    Both must come from the same centroids (`Segmentation.assign`) or the same rules, or the change would be that
    of the segments' meaning. Intervals take customers for a sample of those the shop could have had: shares by
    Wilson's score; a change with the covariance of those who are in both lists, so that who stays adds nothing to
    its doubt. Raises InputError if a list is empty or names a customer twice.
    """
    problems = [problem for name, list_ in (("then", then), ("now", now)) for problem in _wrong(name, list_)]
    if problems:
        raise InputError(*problems)
    both = then.merge(now, on=c.CUSTOMER, how="outer", suffixes=("_then", "_now"))
    both = both[["segment_then", "segment_now"]].fillna(ABSENT)
    names = sorted({*then["segment"], *now["segment"]})
    return SegmentDrift(
        pd.DataFrame([_shift(name, both, level=level) for name in names]), _moves(both, level=level), level
    )


def _wrong(name: str, members: pd.DataFrame) -> list[str]:
    if members.empty:
        return [f"nobody was in a segment {name}; there is nothing to compare"]
    n_twice = int(members[c.CUSTOMER].duplicated().sum())
    return [f"{n_twice} customers are named more than once {name}; give each one segment"] if n_twice else []


def _shift(name: str, both: pd.DataFrame, *, level: float) -> dict[str, object]:
    known = [both["segment_then"] != ABSENT, both["segment_now"] != ABSENT]
    inside = [both["segment_then"] == name, both["segment_now"] == name]
    of = [int(side.sum()) for side in known]
    n = [int(side.sum()) for side in inside]
    low, high = share_interval(n, of, level=level)
    then, now = n[0] / of[0], n[1] / of[1]
    # Each customer's pull on the difference of the shares; the sum of squares is its variance.
    pull = known[1] * (inside[1] - now) / of[1] - known[0] * (inside[0] - then) / of[0]
    reach = float(norm.isf((1 - level) / 2) * np.sqrt((pull**2).sum()))
    return {
        "segment": name,
        "n_then": n[0],
        "share_then": then,
        "share_then_low": float(low[0]),
        "share_then_high": float(high[0]),
        "n_now": n[1],
        "share_now": now,
        "share_now_low": float(low[1]),
        "share_now_high": float(high[1]),
        "change": now - then,
        "change_low": now - then - reach,
        "change_high": now - then + reach,
    }


def _moves(both: pd.DataFrame, *, level: float) -> pd.DataFrame:
    moves = both.groupby(["segment_then", "segment_now"], sort=True).size().rename("n_customers").reset_index()
    of = moves.groupby("segment_then")["n_customers"].transform("sum")
    low, high = share_interval(moves["n_customers"], of, level=level)
    return moves.assign(share=moves["n_customers"] / of, low=low, high=high)
