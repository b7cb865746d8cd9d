"""Who will stay away: the survival model beside a logistic regression on RFM, on Complete Journey.

Of customers who bought in the last twelve weeks, who buys nothing in the next four: judged every week from the 28th
on, learnt anew every four weeks from what was known by then. The peer is a logistic regression on recency,
frequency and spend, or on their logarithms, learnt from the last four weeks whose outcome was known.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from clocks import Reading
from customers_calibration import worst_tenth
from customers_journey import complete_journey
from dealwright.adapters.memory import MemoryTables
from dealwright.app.customers.foresee_absence import WEEKS_AWAY, learn_returns
from dealwright.customer.lifetime.purchases import purchase_days
from dealwright.customer.survival_snapshots import ACTIVE_DAYS, WEEK_DAYS, Snapshot, Visits, snapshot, visits_of
from demand_claims import Claim

Floats = NDArray[np.float64]

FIRST_TEST_DAY = 196
MORE_AUC, BRIER_OVER, DECILE_WITHIN = 0.01, 0.98, 0.02


@dataclass(frozen=True, slots=True)
class Judged:
    """Chances (n,) and what happened, of all test days together."""

    chance: Floats
    happened: NDArray[np.bool_]


def claims() -> list[Claim]:
    """More accurate than the better peer by stated margins, and calibrated."""
    sales = complete_journey()
    if sales is None:
        print("\nComplete Journey is not installed (extra 'demo'), so churn was not judged")
        return []
    tables = MemoryTables({"sales": sales})
    visits = visits_of(purchase_days(tables.table("sales")).execute())
    n_days = int(visits.day.max()) + 1
    horizon = WEEKS_AWAY * WEEK_DAYS
    days = [day for day in range(ACTIVE_DAYS, n_days - horizon + 1, WEEK_DAYS) if day >= FIRST_TEST_DAY]
    blocks = [days[i : i + WEEKS_AWAY] for i in range(0, len(days), WEEKS_AWAY)]
    began = Reading.now()
    ours = _judge(visits, blocks, lambda day: _returns(visits, day))
    took = Reading.now()
    peers = {
        "logistic, RFM": _judge(visits, blocks, lambda day: _rfm_chance(visits, day - horizon, log=False)),
        "logistic, log RFM": _judge(visits, blocks, lambda day: _rfm_chance(visits, day - horizon, log=True)),
    }
    print(f"\nwho buys nothing for {WEEKS_AWAY} weeks: {len(ours.chance):,} customers and test days, "
          f"{ours.happened.mean():.1%} did; {took.since(began)}")  # fmt: skip
    print(f"{'':24} {'AUC':>7} {'Brier':>8}")
    for name, judged in {"dealwright": ours, **peers}.items():
        print(
            f"{name:24} {_auc(judged):7.4f} {_brier(judged):8.5f}   {worst_tenth(judged.chance, judged.happened)}"
        )
    return [
        Claim("churn: AUC above the better peer", _auc(ours) - max(map(_auc, peers.values())), low=MORE_AUC),
        Claim(
            "churn: Brier over that of the better peer",
            _brier(ours) / min(map(_brier, peers.values())),
            high=BRIER_OVER,
        ),
        Claim(
            "churn: worst decile off by",
            worst_tenth(ours.chance, ours.happened).distance,
            high=DECILE_WITHIN,
        ),
    ]


Foresee = Callable[[Snapshot], Floats]


def _judge(visits: Visits, blocks: list[list[int]], learn: Callable[[int], Foresee]) -> Judged:
    """`learn` is given the first day of a block, before which all it learns from has happened."""
    chances, happened = [], []
    for block in blocks:
        foresee = learn(block[0])
        for day in block:
            at = snapshot(visits, day)
            chances.append(foresee(at))
            happened.append(at.weeks_away >= WEEKS_AWAY)
    return Judged(np.concatenate(chances), np.concatenate(happened))


def _returns(visits: Visits, today: int) -> Foresee:
    model = learn_returns(visits, today=today, seed=1)
    return lambda at: model.stays_away(at.covariates)


def _rfm_chance(visits: Visits, learnt_on: int, *, log: bool) -> Foresee:
    past = snapshot(visits, learnt_on)
    model = make_pipeline(StandardScaler(), LogisticRegression(C=1e6, max_iter=1000))
    model.fit(_rfm(visits, past, log=log), past.weeks_away >= WEEKS_AWAY)
    return lambda at: np.asarray(model.predict_proba(_rfm(visits, at, log=log))[:, 1])


def _rfm(visits: Visits, at: Snapshot, *, log: bool) -> Floats:
    """Days since the last purchase, days with one, and spend, over the whole past."""
    past = visits.day < at.day
    who, n = visits.who[past], len(visits.customers)
    last = np.zeros(n)
    np.maximum.at(last, who, visits.day[past].astype(np.float64))
    columns = [at.day - last, np.bincount(who, minlength=n), np.bincount(who, visits.paid[past], minlength=n)]
    values = np.column_stack(columns)[at.rows]
    return np.asarray(np.log1p(values) if log else values)


def _auc(judged: Judged) -> float:
    return float(roc_auc_score(judged.happened, judged.chance))


def _brier(judged: Judged) -> float:
    return float(brier_score_loss(judged.happened, judged.chance))
