"""Who buys within the coming days, and how sure that is: boosting for the probability, a tree to say why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from lightgbm import LGBMClassifier
from numpy.typing import NDArray
from scipy.special import logit
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.tree import DecisionTreeClassifier

from dealwright.core.errors import InputError
from dealwright.customer.habits import HABITS
from dealwright.customer.share import share_interval

Floats = NDArray[np.float64]

LEAST_EACH = 30
"""Customers who bought, and who did not, without whom nothing is learnt."""
TREE_DEPTH = 3
TELLING = ("days_since", "orders_28", "orders_91", "orders_182", "gap_last", "tenure_days")
"""The habits that a person can check: the tree is to be read, not to be right in every case."""
_LEAST_LEAF = 30
_CERTAIN = 1e-4
_NEVER = 1e6


@dataclass(frozen=True, slots=True)
class Moment:
    """What was known at a moment, `habits` (n rows, columns `HABITS`), and who ordered within the horizon (n,)."""

    habits: pd.DataFrame
    has_bought: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Reliability:
    """How far probabilities were true of customers whose future was not seen.

    `auc` is the chance that a buyer was ranked above one who did not buy, `brier` the mean squared error.
    `tenths` has a row per tenth of the customers, the least likely first: n, predicted, actual, and the 90 %
    interval of what is actual (low, high).
    """

    auc: float
    brier: float
    tenths: pd.DataFrame


@dataclass(frozen=True, slots=True)
class Condition:
    """A habit above `limit`, or at most that."""

    habit: str
    is_above: bool
    limit: float


@dataclass(frozen=True, slots=True)
class Sign:
    """A group of customers that the tree tells apart: all `conditions` hold; `share` of them bought."""

    conditions: tuple[Condition, ...]
    n: int
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Intent:
    """A fitted model of who orders within `horizon_days`; `signs` say the same in a few sentences, coarsely."""

    horizon_days: int
    booster: LGBMClassifier
    slope: float
    shift: float
    signs: tuple[Sign, ...]

    def probabilities(self, habits: pd.DataFrame) -> Floats:
        """The chance (n,) that each customer orders within the horizon, from `habits` (n rows)."""
        score = _score(self.booster, habits)
        return np.asarray(1.0 / (1.0 + np.exp(-(self.slope * score + self.shift))))


def learn_intent(moments: Sequence[Moment], *, horizon_days: int, seed: int) -> Intent:
    """Learn from earlier moments, the latest first: it calibrates what the others taught (Platt 1999).

    No customer's future is seen: each moment's habits are from before it. Raises InputError if there are fewer than
    two moments, or too few customers who bought or did not.
    """
    if len(moments) < 2:
        raise InputError(
            f"{len(moments)} earlier stretches of {horizon_days} days are known; at least two are needed, one to "
            "learn from and one to calibrate on: import a longer history or ask for fewer days"
        )
    latest, *older = moments
    for part in ([latest], older):
        _refuse_one_sided(np.concatenate([moment.has_bought for moment in part]), horizon_days)
    habits = pd.concat([moment.habits[list(HABITS)] for moment in older], ignore_index=True)
    has_bought = np.concatenate([moment.has_bought for moment in older])
    booster = LGBMClassifier(
        n_estimators=150,
        num_leaves=8,
        learning_rate=0.04,
        min_child_samples=60,
        subsample=0.8,
        subsample_freq=1,
        colsample_bytree=0.5,
        random_state=seed,
        n_jobs=1,
        deterministic=True,
        verbose=-1,
    ).fit(habits.to_numpy(), has_bought)
    platt = LogisticRegression(C=1e6).fit(_score(booster, latest.habits)[:, None], latest.has_bought)
    return Intent(
        horizon_days,
        booster,
        slope=float(platt.coef_[0, 0]),
        shift=float(platt.intercept_[0]),
        signs=_signs(habits, has_bought, seed),
    )


def judge(probabilities: Floats, has_bought: NDArray[np.bool_]) -> Reliability:
    """What probabilities (n,) were worth, once it is known who bought (n,)."""
    order = np.argsort(probabilities, kind="stable")
    tenth = np.empty(len(order), dtype=np.int64)
    tenth[order] = np.arange(len(order)) * 10 // len(order)
    table = pd.DataFrame({"tenth": tenth, "predicted": probabilities, "actual": has_bought.astype(np.float64)})
    tenths = table.groupby("tenth").agg(
        n=("actual", "size"), predicted=("predicted", "mean"), actual=("actual", "mean")
    )
    low, high = share_interval(tenths["actual"] * tenths["n"], tenths["n"])
    return Reliability(
        float(roc_auc_score(has_bought, probabilities)),
        float(np.mean((probabilities - has_bought) ** 2)),
        tenths.assign(low=low, high=high).reset_index(drop=True),
    )


def _refuse_one_sided(has_bought: NDArray[np.bool_], horizon_days: int) -> None:
    n_buyers = int(has_bought.sum())
    if min(n_buyers, len(has_bought) - n_buyers) < LEAST_EACH:
        raise InputError(
            f"of {len(has_bought)} customers {n_buyers} ordered within {horizon_days} days; to learn who does, at "
            f"least {LEAST_EACH} who do and {LEAST_EACH} who do not are needed: choose another number of days"
        )


def _score(booster: LGBMClassifier, habits: pd.DataFrame) -> Floats:
    chance = booster.predict_proba(habits[list(HABITS)].to_numpy())[:, 1]
    return np.asarray(logit(np.clip(chance, _CERTAIN, 1.0 - _CERTAIN)))


def _signs(habits: pd.DataFrame, has_bought: NDArray[np.bool_], seed: int) -> tuple[Sign, ...]:
    """The leaves of a small tree, those who buy most first. Shares have Wilson's 90 % interval."""
    filled = habits[list(TELLING)].fillna(np.inf).clip(upper=_NEVER)  # who ordered once has no gap: never yet
    model = DecisionTreeClassifier(max_depth=TREE_DEPTH, min_samples_leaf=_LEAST_LEAF, random_state=seed)
    model.fit(filled.to_numpy(), has_bought)
    leaves = model.apply(filled.to_numpy())
    found = []
    for leaf, conditions in _paths(model):
        inside = has_bought[leaves == leaf]
        low, high = share_interval(inside.sum(), len(inside))
        found.append(Sign(conditions, len(inside), float(inside.mean()), float(low), float(high)))
    return tuple(sorted(found, key=lambda sign: -sign.share))


def _paths(model: DecisionTreeClassifier) -> list[tuple[int, tuple[Condition, ...]]]:
    """Every leaf's number with the conditions on the way to it; of several on one habit and side, the narrowest."""
    tree, found = model.tree_, []
    open_nodes: list[tuple[int, dict[tuple[str, bool], Condition]]] = [(0, {})]
    while open_nodes:
        node, limits = open_nodes.pop()
        if tree.children_left[node] < 0:
            found.append((node, tuple(limits.values())))
            continue
        name, limit = TELLING[tree.feature[node]], float(tree.threshold[node])
        for is_above, children in ((True, tree.children_right), (False, tree.children_left)):
            open_nodes.append((int(children[node]), limits | {(name, is_above): Condition(name, is_above, limit)}))
    return found
