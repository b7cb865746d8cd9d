"""What every lifetime model keeps to, against hand computation, numerical integration and simulated truth."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from scipy import integrate
from scipy.special import betaln

from dealwright.core.errors import InputError
from dealwright.customer.lifetime.catalogue import lifetime_models
from dealwright.customer.lifetime.histories import Floats, purchase_histories
from dealwright.customer.lifetime.model import LifetimeModel
from dealwright.customer.lifetime.simulate import simulate_customers

NAMES = ("bg_nbd", "mbg_nbd", "pareto_nbd")
HISTORIES = purchase_histories(
    [0, 1, 2, 7, 40, 3], [0, 1.7, 30.4, 20.0, 37.0, 39.0], [38.9, 38.9, 38.9, 30.0, 39.0, 39.0]
)


def a_model(name: str) -> LifetimeModel:
    return lifetime_models().make(name)


def params_of(name: str) -> Floats:
    return np.array([0.55, 10.6, 0.6, 11.7] if name == "pareto_nbd" else [0.5, 6.0, 0.9, 2.0])


def test_models_are_made_by_name() -> None:
    assert tuple(lifetime_models()) == NAMES
    with pytest.raises(InputError, match=r"no lifetime model is called 'bgnbd'; did you mean 'bg_nbd'\?"):
        lifetime_models().make("bgnbd")


def test_who_came_once_is_certainly_there_for_bg_nbd_but_may_have_left_for_the_others() -> None:
    once = purchase_histories([0], [0], [20])
    alive = {name: a_model(name).outlook(params_of(name), once).alive[0] for name in NAMES}
    assert alive["bg_nbd"] == 1.0
    # odds of having left: a / b * ((alpha + age) / alpha) ** r
    assert alive["mbg_nbd"] == pytest.approx(1 / (1 + 0.9 / 2.0 * math.sqrt(26 / 6)), rel=1e-12)
    assert 0 < alive["pareto_nbd"] < 1


def test_bg_nbd_of_one_repeat_by_hand() -> None:
    model, history = a_model("bg_nbd"), purchase_histories([1], [4], [10])
    r, alpha, a, b = 1.0, 6.0, 1.5, 2.0
    # L = alpha * (B(a, b+1) / B(a, b)) * (1 / 16**2 + a / b / 10**2), with B(a, b+1) / B(a, b) = b / (a + b)
    ways = 1 / 16**2, 1.5 / 2 / 10**2
    told = model.log_likelihood(np.array([r, alpha, a, b]), history)
    assert told.values[0] == pytest.approx(math.log(6 * 2 / 3.5 * sum(ways)), rel=1e-12)
    outlook = model.outlook(np.array([r, alpha, a, b]), history)
    assert outlook.alive[0] == pytest.approx(ways[0] / sum(ways), rel=1e-12)
    assert outlook.returns(16.0)[0] == pytest.approx(outlook.alive[0] * (1 - 1 / 2**2), rel=1e-12)


def test_a_customer_who_never_leaves_buys_at_the_rate_that_was_seen() -> None:
    # Leaving is as good as impossible: expected purchases are (r + x) / (alpha + age) a week.
    history = purchase_histories([4], [15], [18])
    never = {"bg_nbd": [1.0, 2.0, 1e-4, 1e6], "mbg_nbd": [1.0, 2.0, 1e-4, 1e6], "pareto_nbd": [1.0, 2.0, 1e-4, 1e7]}
    for name, params in never.items():
        outlook = a_model(name).outlook(np.array(params), history)
        assert outlook.purchases(8.0)[0] == pytest.approx(5 / 20 * 8, rel=1e-6)
        assert outlook.leaves(1.0)[0] == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_derivatives_are_those_of_the_likelihood(name: str) -> None:
    model, params = a_model(name), params_of(name)
    told = model.log_likelihood(params, HISTORIES)
    for k in range(4):
        step = np.zeros(4)
        step[k] = 1e-5 * params[k]
        up, down = (model.log_likelihood(params + sign * step, HISTORIES).values for sign in (1, -1))
        assert told.gradient[:, k] == pytest.approx((up - down) / (2 * step[k]), rel=1e-5, abs=1e-7)


def beta_mean(a: float, b: float, of: Callable[[Floats], Floats]) -> float:
    """The mean of a function of a beta distributed chance, by the trapezoidal rule over its logit."""
    logit = np.linspace(-60 / a, 60 / min(b, 1.0), 20_001)
    log_p, log_q = -np.logaddexp(0, -logit), -np.logaddexp(0, logit)
    density = np.exp(a * log_p + b * log_q - betaln(a, b))
    return float(np.trapezoid(density * of(np.exp(log_p)), logit))


@pytest.mark.parametrize("name", ["bg_nbd", "mbg_nbd"])
@pytest.mark.parametrize(("a", "b"), [(0.9, 2.0), (1.0, 2.0), (1.0 + 1e-6, 0.7), (0.4, 0.6), (0.4, 0.60001)])
def test_expected_purchases_and_leaving_agree_with_integration(name: str, a: float, b: float) -> None:
    r, alpha, span = 0.5, 6.0, 39.0
    outlook = a_model(name).outlook(np.array([r, alpha, a, b]), HISTORIES)
    purchases, leaves = outlook.purchases(span), outlook.leaves(1.0)
    for i, (x, age) in enumerate(zip(HISTORIES.repeats, HISTORIES.age, strict=True)):
        shape, rate, stays = r + x, alpha + age, b + x + (name == "mbg_nbd")

        def bought(p: Floats, shape: float = shape, rate: float = rate) -> Floats:
            return np.asarray(-np.expm1(-shape * np.log1p(p * span / rate)) / p)

        def gone(p: Floats, shape: float = shape, rate: float = rate) -> Floats:
            return np.asarray(-np.expm1(-shape * np.log1p(p / rate)))

        assert purchases[i] == pytest.approx(outlook.alive[i] * beta_mean(a, stays, bought), rel=1e-7)
        assert leaves[i] == pytest.approx(beta_mean(a, stays, gone), rel=1e-9)


def test_pareto_nbd_agrees_with_integration_over_the_time_of_leaving() -> None:
    r, alpha, s, beta = params = np.array([0.55, 10.6, 0.6, 11.7])
    told = a_model("pareto_nbd").log_likelihood(params, HISTORIES)
    outlook = a_model("pareto_nbd").outlook(params, HISTORIES)
    for i, (x, last, age) in enumerate(zip(HISTORIES.repeats, HISTORIES.active_span, HISTORIES.age, strict=True)):

        def gone(y: float, k: float = r + x, base: float = alpha + last) -> float:
            return float(s * ((alpha + y) / base) ** -k * (beta + y) ** -(s + 1))

        left = integrate.quad(gone, last, age, epsabs=0, epsrel=1e-11)[0]
        there = ((alpha + age) / (alpha + last)) ** -(r + x) * (beta + age) ** -s
        constant = math.lgamma(r + x) - math.lgamma(r) + r * math.log(alpha) + s * math.log(beta)
        scale = -(r + x) * math.log(alpha + last)
        assert told.values[i] == pytest.approx(constant + scale + math.log(there + left), rel=1e-10)
        assert outlook.alive[i] == pytest.approx(there / (there + left), rel=1e-10)


def test_pareto_nbd_returns_agree_with_the_distribution_of_rates() -> None:
    r, alpha, s, beta = params = np.array([0.55, 10.6, 1.0, 11.7])
    outlook = a_model("pareto_nbd").outlook(params, purchase_histories([3], [20], [30]))
    rng = np.random.default_rng(1)
    rate, leave = rng.gamma(r + 3, 1 / (alpha + 30), 400_000), rng.gamma(s, 1 / (beta + 30), 400_000)
    weeks = np.minimum(rng.exponential(1 / leave), 39.0)
    assert outlook.returns(39.0)[0] == pytest.approx(
        outlook.alive[0] * np.mean(1 - np.exp(-rate * weeks)), rel=0.005
    )
    assert outlook.purchases(39.0)[0] == pytest.approx(outlook.alive[0] * np.mean(rate * weeks), rel=0.005)


@pytest.mark.parametrize("name", NAMES)
def test_who_was_seen_on_the_last_day_has_hardly_had_time_to_leave(name: str) -> None:
    seen_today = purchase_histories([5], [30], [30])
    alive = a_model(name).outlook(params_of(name), seen_today).alive[0]
    assert alive == 1.0 if name == "pareto_nbd" else 0.5 < alive < 1.0


@pytest.mark.parametrize("name", NAMES)
def test_longer_silence_means_less_hope(name: str) -> None:
    silent = purchase_histories([5] * 4, [10] * 4, [11, 20, 40, 80])
    assert (np.diff(a_model(name).outlook(params_of(name), silent).alive) < 0).all()


@pytest.mark.parametrize("name", NAMES)
def test_extreme_customers_and_parameters_give_numbers(name: str) -> None:
    extreme = purchase_histories([0, 1, 5000, 3000, 1], [0, 1e-6, 5000, 1, 9999], [0, 1e4, 5000, 1e4, 1e4])
    for params in ([1e-4] * 4, [1e7] * 4, [1e-4, 1e7, 1e-4, 1e7], [1e7, 1e-4, 1e7, 1e-4], [50.0, 0.1, 3.0, 1e3]):
        told = a_model(name).log_likelihood(np.array(params), extreme)
        assert np.isfinite(told.values).all()
        assert np.isfinite(told.gradient).all()
        outlook = a_model(name).outlook(np.array(params), extreme)
        assert ((outlook.alive >= 0) & (outlook.alive <= 1)).all()
        for answer in (outlook.returns(52.0), outlook.leaves(1.0)):
            assert ((answer >= 0) & (answer <= 1)).all()
        assert np.isfinite(outlook.purchases(52.0)).all()
        assert (outlook.drawn_purchases(52.0, np.random.default_rng(0)) >= 0).all()


@pytest.mark.parametrize("name", NAMES)
def test_expectations_are_those_of_simulated_customers(name: str) -> None:
    model, params = a_model(name), params_of(name)
    truth = simulate_customers(model, list(params), np.full(60_000, 35.0), span=39.0, rng=np.random.default_rng(5))
    outlook = model.outlook(params, truth.histories)
    assert outlook.alive.mean() == pytest.approx(truth.is_alive.mean(), abs=0.008)
    assert outlook.purchases(39.0).mean() == pytest.approx(truth.future.mean(), rel=0.04)
    assert outlook.returns(39.0).mean() == pytest.approx((truth.future > 0).mean(), abs=0.008)
    drawn = outlook.drawn_purchases(39.0, np.random.default_rng(6))
    assert drawn.mean() == pytest.approx(truth.future.mean(), rel=0.05)
    assert (drawn > 0).mean() == pytest.approx((truth.future > 0).mean(), abs=0.01)
    often = truth.histories.repeats >= 3
    assert outlook.alive[often].mean() == pytest.approx(truth.is_alive[often].mean(), abs=0.015)
    assert outlook.purchases(39.0)[often].mean() == pytest.approx(truth.future[often].mean(), rel=0.05)
