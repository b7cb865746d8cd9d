"""Snapshots know only the past, and the chance to stay away is learnt as it is."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from dealwright.core.errors import InputError
from dealwright.customer.survival import fit_returns
from dealwright.customer.survival_snapshots import COVARIATES, NEVER, Visits, snapshot, visits_of

FIRST = date(2024, 1, 1)


def visits(**bought: list[int]) -> Visits:
    """Days, counted from the first, on which each customer paid 1000."""
    rows = [(who, FIRST + timedelta(days=day), 1000) for who, days in bought.items() for day in days]
    return visits_of(pd.DataFrame(rows[::-1], columns=["customer_id", "day", "paid"]))


def covariates(known: Visits, day: int) -> dict[str, float]:
    return dict(zip(COVARIATES, snapshot(known, day).covariates[0], strict=True))


def test_a_customer_is_described_by_when_they_came() -> None:
    # On the morning of day 100: bought on 0, 50, 80 and 90; gaps of 50, 30 and 10 days.
    seen = covariates(visits(ann=[0, 50, 80, 90]), 100)
    assert seen["days_since_purchase"] == pytest.approx(np.log(11))
    assert seen["days_bought"] == pytest.approx(np.log(1 + 3))
    assert seen["weeks_bought_share"] == pytest.approx(3 / 12)
    assert seen["days_bought_recently"] == pytest.approx(np.log(1 + 2))
    assert seen["usual_gap"] == pytest.approx(np.log(1 + 30))
    assert seen["overdue"] == pytest.approx(np.log(11 / 31))
    assert seen["gap_spread"] == pytest.approx(np.log(1 + np.sqrt((20**2 + 0 + 20**2) / 3)))
    assert seen["absent_share"] == pytest.approx((22 + 2) / 73)
    assert seen["spend"] == pytest.approx(np.log(3001))
    assert seen["recent_spend"] == pytest.approx(np.log(2001))


def test_a_customer_who_came_once_has_waited_as_long_as_is_known() -> None:
    seen = covariates(visits(ann=[0], bob=[3]), 10)
    assert seen["usual_gap"] == pytest.approx(np.log(11))
    assert seen["overdue"] == seen["gap_spread"] == 0.0


def test_what_happens_later_changes_nothing_but_when_they_returned() -> None:
    before = snapshot(visits(ann=[0, 10, 20], bob=[5]), 30)
    after = snapshot(visits(ann=[0, 10, 20, 30, 31], bob=[5, 47], eve=[30]), 30)
    assert after.rows.tolist() == before.rows.tolist() == [0, 1]
    assert np.array_equal(after.covariates, before.covariates)
    assert before.weeks_away.tolist() == [NEVER, NEVER]
    assert after.weeks_away.tolist() == [0, 2]


def test_who_has_not_come_for_twelve_weeks_is_not_asked_about() -> None:
    known = visits(ann=[0], bob=[1], eve=[200])
    assert snapshot(known, 84).rows.tolist() == [0, 1]
    assert snapshot(known, 85).rows.tolist() == [1]
    assert snapshot(known, 0).rows.tolist() == []


def simulated_returns(n: int, *, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """One covariate; the logit of the hazard is 0.5 - x in the first week and 0.5 less in each later one."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 1))
    hazard = 1 / (1 + np.exp(-(0.5 - x - 0.5 * np.arange(3))))
    returns = rng.random((n, 3)) < hazard
    away = np.where(returns.any(axis=1), returns.argmax(axis=1), NEVER)
    return x, away, np.prod(1 - hazard, axis=1)


def test_hazards_are_found_again_and_their_intervals_hold_them() -> None:
    x, away, truth = simulated_returns(20_000, seed=1)
    model = fit_returns(x, away, np.arange(len(x)), n_weeks=3, names=["x"])
    assert model.n_customers == 20_000
    assert np.abs(model.stays_away(x) - truth).mean() < 0.01
    assert model.stays_away(x).mean() == pytest.approx((away == NEVER).mean(), abs=0.002)
    at_zero = model.hazard(np.zeros((1, 1)))[0]
    assert at_zero == pytest.approx(1 / (1 + np.exp(-(0.5 - 0.5 * np.arange(3)))), abs=0.02)
    some = np.linspace(-1.5, 1.5, 31)[:, None]
    hazard = 1 / (1 + np.exp(-(0.5 - some - 0.5 * np.arange(3))))
    ranges = model.stays_away_ranges(some, rng=np.random.default_rng(2), level=0.99)
    assert np.mean((ranges.low <= np.prod(1 - hazard, axis=1)) & (np.prod(1 - hazard, axis=1) <= ranges.high)) > 0.9
    assert (ranges.high - ranges.low).max() < 0.1


def test_seeing_the_same_customers_again_makes_nobody_surer() -> None:
    x, away, _ = simulated_returns(1000, seed=3)
    once = fit_returns(x, away, np.arange(1000), n_weeks=3, names=["x"])
    often = fit_returns(
        np.tile(x, (20, 1)), np.tile(away, 20), np.tile(np.arange(1000), 20), n_weeks=3, names=["x"]
    )
    widths = [
        np.ptp([ends.low, ends.high], axis=0).mean()
        for ends in (model.stays_away_ranges(x, rng=np.random.default_rng(4)) for model in (once, often))
    ]
    assert widths[1] == pytest.approx(widths[0], rel=0.25)


def test_too_few_who_stay_away_are_told() -> None:
    with pytest.raises(
        InputError, match="at least 50 customers who returned within 3 weeks and as many who did not"
    ):
        fit_returns(np.zeros((60, 1)), np.zeros(60, dtype=np.int64), np.arange(60), n_weeks=3, names=["x"])


def test_covariates_that_do_not_fit_are_told() -> None:
    with pytest.raises(InputError, match=r"given shape \(60, 2\) for 60 customers and 1 names"):
        fit_returns(np.zeros((60, 2)), np.zeros(60, dtype=np.int64), np.arange(60), n_weeks=3, names=["x"])
