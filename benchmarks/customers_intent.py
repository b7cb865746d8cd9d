"""Who buys within the coming days, beside a logistic regression on RFM: Complete Journey, the last three stretches.

Each stretch is predicted from what was known before it: ours as a shop would be told, the peer learnt from the same
earlier stretches, on the logarithms of recency, frequency and spend.
"""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from clocks import Reading
from customers_calibration import worst_tenth
from customers_journey import complete_journey
from dealwright.adapters.memory import MemoryTables
from dealwright.customer.habits import AT, buyers_within, habits_before, orders_of
from dealwright.customer.intent import Moment, learn_intent
from demand_claims import Claim

HORIZON_DAYS, N_TESTS, N_LEARNT = 14, 3, 6
RFM = ["days_since", "orders", "spend"]
MORE_AUC, BRIER_OVER, TENTH_WITHIN = 0.01, 0.97, 0.02


def claims() -> list[Claim]:
    """More accurate than the peer by stated margins, and calibrated."""
    sales = complete_journey()
    if sales is None:
        print("\nComplete Journey is not installed (extra 'demo'), so purchase intent was not judged")
        return []
    sales = sales.assign(discount_amount=0)
    began = Reading.now()
    with orders_of(MemoryTables({"sales": sales}).table("sales")).cache() as orders:
        last = pd.Timestamp(orders.aggregate(last=orders[AT].max()).execute().iloc[0, 0]).to_pydatetime()
        moments = []
        for k in range(1, N_TESTS + N_LEARNT + 1):
            moment = last + timedelta(seconds=1) - k * timedelta(days=HORIZON_DAYS)
            habits = habits_before(orders, moment, horizon_days=HORIZON_DAYS).execute()
            buyers = buyers_within(orders, moment, horizon_days=HORIZON_DAYS).execute()
            moments.append(Moment(habits, habits["customer_id"].isin(buyers["customer_id"]).to_numpy()))
    read = Reading.now()
    happened = np.concatenate([moment.has_bought for moment in moments[:N_TESTS]])
    ours = np.concatenate(
        [
            learn_intent(moments[k + 1 : k + 1 + N_LEARNT], horizon_days=HORIZON_DAYS, seed=1).probabilities(
                moments[k].habits
            )
            for k in range(N_TESTS)
        ]
    )
    learnt = Reading.now()
    peer = np.concatenate([_peer(moments[k + 1 : k + 1 + N_LEARNT], moments[k]) for k in range(N_TESTS)])
    print(f"\nwho orders within {HORIZON_DAYS} days: {len(happened):,} customers and test days, "
          f"{happened.mean():.1%} did; reading {read.since(began)}; learning {learnt.since(read)}")  # fmt: skip
    print(f"{'':24} {'AUC':>7} {'Brier':>8}")
    for name, chance in (("dealwright", ours), ("logistic, log RFM", peer)):
        scores = roc_auc_score(happened, chance), brier_score_loss(happened, chance)
        print(f"{name:24} {scores[0]:7.4f} {scores[1]:8.5f}   {worst_tenth(chance, happened)}")
    auc = float(roc_auc_score(happened, ours) - roc_auc_score(happened, peer))
    brier = float(brier_score_loss(happened, ours) / brier_score_loss(happened, peer))
    return [
        Claim("intent: AUC above the peer's", auc, low=MORE_AUC),
        Claim("intent: Brier over the peer's", brier, high=BRIER_OVER),
        Claim("intent: worst tenth, expected less actual", worst_tenth(ours, happened).distance, high=TENTH_WITHIN),
    ]


def _peer(learnt: list[Moment], asked: Moment) -> NDArray[np.float64]:
    model = make_pipeline(StandardScaler(), LogisticRegression())
    habits = pd.concat([moment.habits[RFM] for moment in learnt])
    model.fit(np.log1p(habits), np.concatenate([moment.has_bought for moment in learnt]))
    return np.asarray(model.predict_proba(np.log1p(asked.habits[RFM]))[:, 1])
