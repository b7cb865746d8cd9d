"""Which one offer for everybody: best on average, for the worst off, or with the least regret."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np

from dealwright.core.errors import InputError
from dealwright.plan.personal.offers import Floats


class Rule(Enum):
    """What "best for all" means."""

    EXPECTED = "expected"  # highest mean over user types by their shares
    WORST_OFF = "worst off"  # highest value with the type where it is lowest
    REGRET = "regret"  # the type that misses most against its own best offer misses least


@dataclass(frozen=True, slots=True)
class OneForAll:
    """The number of the offer, and every offer's score (P,) by the rule: the highest wins, regret counts below
    zero."""

    offer: int
    scores: Floats


def type_values(
    *, profit: Floats, buys: Floats, leaves: Floats, lifetime_value: float | Floats, cost: float | Floats = 0.0
) -> Floats:
    """Value (U, P) of each offer with each type of user: profit now, and the relation that is kept.

    `profit` of a purchase and chance that it `buys`, chance that it `leaves` (all that broadcast to U x P), value
    of a customer who stays, `cost` per head whether bought or not. Money in one unit throughout.
    """
    for name, chance in (("buys", buys), ("leaves", leaves)):
        if not np.all((chance >= 0) & (chance <= 1)):
            raise InputError(f"{name} holds values that are not chances from 0 to 1")
    return np.asarray(profit * buys + (1.0 - leaves) * lifetime_value - cost, dtype=np.float64)


def choose_one(values: Floats, shares: Floats, *, rule: Rule = Rule.EXPECTED) -> OneForAll:
    """The best column of `values` (U, P) for user types of `shares` (U,); among equals the first.

    Raises InputError if shapes differ, a value is not finite, or shares are not positive with a sum of 1.

    >>> values = np.array([[42.0, 45.0], [49.0, 48.0]])
    >>> shares = np.array([0.1, 0.9])
    >>> choose_one(values, shares).offer, choose_one(values, shares, rule=Rule.REGRET).offer
    (0, 1)
    """
    if values.ndim != 2 or 0 in values.shape or shares.shape != values.shape[:1] or not np.isfinite(values).all():
        raise InputError(
            f"values have the shape {values.shape}, shares {shares.shape}; they must be types x offers and types, "
            "all finite, at least one of each"
        )
    if not (shares > 0).all() or abs(float(shares.sum()) - 1.0) > 1e-9:
        raise InputError(f"shares must be above 0 and sum to 1; given {shares.tolist()}")
    if rule is Rule.EXPECTED:
        scores = shares @ values
    elif rule is Rule.WORST_OFF:
        scores = values.min(axis=0)
    else:
        scores = -(values.max(axis=1, keepdims=True) - values).max(axis=0)
    return OneForAll(int(scores.argmax()), np.asarray(scores, dtype=np.float64))
