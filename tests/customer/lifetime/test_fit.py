"""Parameters are found again from simulated customers, and intervals hold what they promise."""

from __future__ import annotations

import numpy as np
import pytest

from dealwright.core.errors import InputError
from dealwright.customer.lifetime.catalogue import lifetime_models
from dealwright.customer.lifetime.fit import FittedLifetime, fit_lifetime
from dealwright.customer.lifetime.forecast import Spending, forecast_customers
from dealwright.customer.lifetime.gamma_gamma import (
    SpendHistories,
    drawn_total,
    fit_spend,
    mean_spend,
    spend_histories,
)
from dealwright.customer.lifetime.histories import Floats, Ints, PurchaseHistories, purchase_histories
from dealwright.customer.lifetime.simulate import SimulatedCustomers, simulate_customers

TRUTH = {
    "bg_nbd": (0.243, 4.414, 0.793, 2.426),
    "mbg_nbd": (0.525, 6.183, 0.891, 1.614),
    "pareto_nbd": (0.553, 10.578, 0.606, 11.669),
}


def simulated(name: str, n: int, *, seed: int) -> SimulatedCustomers:
    rng = np.random.default_rng(seed)
    age = rng.integers(27 * 7, 39 * 7, n) / 7
    return simulate_customers(lifetime_models().make(name), TRUTH[name], age, span=39.0, rng=rng)


def fitted(name: str, histories: PurchaseHistories) -> FittedLifetime:
    return fit_lifetime(lifetime_models().make(name), histories)


def spends(
    repeats: Ints, rng: np.random.Generator, p: float = 6.25, q: float = 3.74
) -> tuple[SpendHistories, Floats]:
    """What customers paid on average, and the true scale of each."""
    scale = rng.gamma(q, 1 / 1544.0, len(repeats))
    bought = np.maximum(repeats, 1)
    return spend_histories(repeats, np.where(repeats > 0, rng.gamma(p * bought) / scale / bought, 0.0)), scale


@pytest.mark.parametrize("name", list(TRUTH))
def test_parameters_are_found_again_within_their_intervals(name: str) -> None:
    estimates = fitted(name, simulated(name, 8_000, seed=3).histories).peak.estimates(level=0.99)
    for (parameter, estimate), truth in zip(estimates.items(), TRUTH[name], strict=True):
        assert estimate.low <= truth <= estimate.high, parameter
        assert estimate.value == pytest.approx(truth, rel=0.5)


@pytest.mark.parametrize("name", list(TRUTH))
def test_the_likelihood_is_flat_at_the_parameters_found(name: str) -> None:
    histories = simulated(name, 1000, seed=4).histories
    found = fitted(name, histories)
    gradient = found.model.log_likelihood(found.peak.params, histories).gradient.mean(axis=0)
    assert gradient * found.peak.params == pytest.approx(np.zeros(4), abs=1e-5)
    total = found.model.log_likelihood(found.peak.params, histories).values.sum()
    assert found.peak.log_likelihood == pytest.approx(total)
    assert (found.n_customers, found.n_repeaters) == (1000, int((histories.repeats > 0).sum()))


def test_spend_parameters_are_found_again() -> None:
    rng = np.random.default_rng(2)
    spend, _ = spends(rng.integers(0, 6, 20_000), rng)
    found = fit_spend(spend)
    assert found.params == pytest.approx([6.25, 3.74, 1544.0], rel=0.06)
    assert found.n_customers == int((spend.purchases > 0).sum())


def test_expected_spend_lies_between_that_of_all_and_that_of_the_customer() -> None:
    # p (gamma + x m) / (p x + q - 1): of all, 2 * 30 / (4 - 1) = 20; of one who spent 10 twice, 2 * 50 / (4 + 3).
    known = spend_histories([0, 2], [0.0, 10.0])
    assert mean_spend(np.array([2.0, 4.0, 30.0]), known) == pytest.approx([20.0, 100 / 7])


def test_who_buys_nothing_spends_nothing() -> None:
    known = spend_histories([3, 3], [10.0, 10.0])
    totals = drawn_total(np.array([2.0, 4.0, 30.0]), known, np.array([0, 5]), np.random.default_rng(1))
    assert totals[0] == 0.0
    assert totals[1] > 0.0


def test_purchases_without_a_positive_value_say_nothing_of_spend() -> None:
    assert spend_histories([2, 0, 1], [-5.0, 3.0, 4.0]).purchases.tolist() == [0, 0, 1]


@pytest.mark.parametrize("name", list(TRUTH))
def test_intervals_of_customers_and_of_all_together_hold_the_future(name: str) -> None:
    truth = simulated(name, 1500, seed=8)
    rng = np.random.default_rng(9)
    spend, scale = spends(truth.histories.repeats, rng)
    future_spend = np.where(truth.future > 0, rng.gamma(6.25 * np.maximum(truth.future, 1)) / scale, 0.0)
    seen = forecast_customers(
        fitted(name, truth.histories),
        truth.histories,
        span_weeks=39.0,
        rng=rng,
        spending=Spending(fit_spend(spend), spend),
        level=0.9,
        n_draws=100,
    )
    assert seen.spend is not None
    assert seen.total_spend is not None
    held = (truth.future >= seen.purchases.low) & (truth.future <= seen.purchases.high)
    assert np.mean(held) >= 0.89
    # Counts are coarse: intervals of the many who will not come hold more than they promise.
    assert 0.82 <= np.mean(held[truth.histories.repeats >= 3]) <= 0.98
    assert 0.88 <= np.mean((future_spend >= seen.spend.low) & (future_spend <= seen.spend.high)) <= 0.97
    # One sum is one draw, and of ten such intervals one may miss; twice as far off none may be.
    for total, actual in ((seen.total_purchases, truth.future.sum()), (seen.total_spend, future_spend.sum())):
        assert abs(actual - total.value) <= total.high - total.low
    for chance in (seen.alive, seen.returns, seen.churn_hazard):
        assert ((chance.low >= 0) & (chance.low <= chance.high) & (chance.high <= 1)).all()
    assert seen.total_purchases.value == pytest.approx(seen.purchases.value.sum())


def test_customers_who_are_alike_get_the_same_answer_in_the_order_asked() -> None:
    truth = simulated("bg_nbd", 2000, seed=1)
    asked = purchase_histories([0, 5, 0], [0, 20, 0], [30, 30, 30])
    seen = forecast_customers(
        fitted("bg_nbd", truth.histories), asked, span_weeks=10.0, rng=np.random.default_rng(1), n_draws=50
    )
    assert seen.purchases.value[0] == seen.purchases.value[2] < seen.purchases.value[1]
    assert seen.alive.value.tolist()[::2] == [1.0, 1.0]
    assert seen.spend is None


def test_customers_who_never_came_again_teach_nothing() -> None:
    with pytest.raises(InputError, match="none of the 3 customers came again on another day"):
        fitted("bg_nbd", purchase_histories([0, 0, 0], [0, 0, 0], [5, 6, 7]))


def test_one_customer_who_came_again_is_enough_to_answer_and_little_to_be_sure() -> None:
    few = purchase_histories([0, 1, 0], [0, 3, 0], [5, 6, 7])
    for name in TRUTH:
        seen = forecast_customers(fitted(name, few), few, span_weeks=4.0, rng=np.random.default_rng(1), n_draws=40)
        assert np.isfinite(seen.purchases.value).all()
        assert np.isfinite(seen.purchases.high).all()
        assert seen.total_purchases.high >= 1


def test_spend_of_one_customer_teaches_nothing() -> None:
    with pytest.raises(InputError, match="at least 2 of them; 1 of 2 have a purchase of positive value"):
        fit_spend(spend_histories([1, 0], [5.0, 0.0]))


def test_a_forecast_tells_all_that_is_wrong_with_the_question() -> None:
    found = fitted("bg_nbd", simulated("bg_nbd", 500, seed=1).histories)
    with pytest.raises(InputError) as refusal:
        forecast_customers(
            found,
            purchase_histories([], [], []),
            span_weeks=0.0,
            rng=np.random.default_rng(1),
            n_draws=1,
            level=1.0,
        )
    assert refusal.value.problems == (
        "there are no customers to forecast; give at least one history",
        "the span to forecast is a number of weeks above zero; given 0.0",
        "an interval needs at least 20 draws; given 1",
        "the level of an interval lies between 0 and 1; given 1.0",
    )
