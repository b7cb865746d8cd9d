"""Tests that may be looked at as often as one likes."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import binom, norm

from dealwright.core.errors import InputError
from dealwright.monitor.sequential import (
    Counts,
    Floats,
    Mixture,
    Totals,
    always_valid_p,
    averaged_log_e,
    bet_on,
    buyer_bet,
    buyers_log_e,
    conversion_log_e,
    family_bound,
    mean_log_e,
    relative_change,
    settled,
)

ONE_FALL = Mixture((0.2,), (1.0,))


def arms(n: int, treated: list[int], held: list[int]) -> tuple[Counts, Counts]:
    size = np.full(len(treated), float(n))
    return Counts(size, np.array(treated, dtype=float)), Counts(size, np.array(held, dtype=float))


def counts(n: int, bought: Floats) -> Counts:
    return Counts(np.full(bought.shape, float(n)), bought)


def test_one_look_multiplies_the_stake_by_the_likelihood_ratio_of_the_bet() -> None:
    treated, held = arms(100, [4, 4], [6, 7])
    # After the first look 10 of 200 bought: with half a buyer and one customer more, a rate of 10.5 / 201. Half are
    # treated, so the bet is on b = rate / 0.9 and a = 0.8 b, and the closest harmless common rate is the mean.
    rate = 10.5 / 201
    b = rate / 0.9
    a = 0.8 * b
    expected = 4 * math.log(a / rate) + 96 * math.log((1 - a) / (1 - rate))
    expected += 7 * math.log(b / rate) + 93 * math.log((1 - b) / (1 - rate))
    log_e = conversion_log_e(treated, held, mixture=ONE_FALL)
    assert log_e[0] == 0.0
    assert log_e[1] == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("rate", "n_treated", "n_held", "tolerated"),
    [(0.05, 3, 3, 0.0), (0.4, 4, 2, 0.0), (0.3, 2, 5, 0.0), (0.5, 3, 3, 0.1)],
)
@pytest.mark.parametrize("true_rate", [0.02, 0.3, 0.8])
def test_a_look_at_a_harmless_campaign_never_raises_the_stake_on_average(
    rate: float, n_treated: int, n_held: int, tolerated: float, true_rate: float
) -> None:
    share = np.array(n_treated / (n_treated + n_held))
    bet = bet_on(np.array(rate), share, fall=0.3, tolerated=tolerated)
    for treated_rate in (true_rate * (1 - tolerated), min(1.0, true_rate * 1.1)):
        mean = 0.0
        for s, t in itertools.product(range(n_treated + 1), range(n_held + 1)):
            chance = binom.pmf(s, n_treated, treated_rate) * binom.pmf(t, n_held, true_rate)
            gain = s * bet.treated.by_buyer + (n_treated - s) * bet.treated.by_other
            gain += t * bet.held.by_buyer + (n_held - t) * bet.held.by_other
            mean += chance * math.exp(gain)
        assert mean <= 1 + 1e-12


def test_the_stake_is_a_fair_game_over_every_course_of_a_tiny_campaign() -> None:
    # Three looks at four customers an arm; before the third the first two have taught the rate or nothing is bet.
    p, n = 0.7, 4
    courses = np.array(list(itertools.product(range(n + 1), repeat=6)), dtype=float)
    chances = binom.pmf(courses, n, p).prod(axis=1)
    stakes = np.exp(conversion_log_e(counts(n, courses[:, :3]), counts(n, courses[:, 3:])))
    assert chances.sum() == pytest.approx(1.0)
    assert len(np.unique(stakes[:, -1])) > 10
    assert (chances @ stakes <= 1 + 1e-12).all()


@pytest.mark.parametrize(("share", "tolerated"), [(0.5, 0.0), (0.9, 0.0), (0.9, 0.2), (0.1, 0.05)])
def test_a_buyer_of_a_harmless_campaign_is_worth_nothing_on_average(share: float, tolerated: float) -> None:
    for fall in (0.05, 0.4, 0.8):
        bet = buyer_bet(share, fall=fall, tolerated=tolerated)
        for ratio in (1 - tolerated, 1.0, 1.5):  # of the treated rate to that of the hold-out
            chance = share * ratio / (share * ratio + 1 - share)
            mean = chance * math.exp(bet.treated) + (1 - chance) * math.exp(bet.held)
            assert mean <= 1 + 1e-12
        harmed = share * (1 - tolerated) * (1 - fall)
        chance = harmed / (harmed + 1 - share)
        assert chance * bet.treated + (1 - chance) * bet.held > 0


def test_buyers_who_come_an_hour_later_raise_no_false_alarms() -> None:
    rng, n, looks = np.random.default_rng(14), 400, 600
    bought = np.zeros((2, n, looks))
    for arm, customers in ((0, 45), (1, 5)):
        for look in range(looks):
            buyers = rng.poisson(customers * 0.4, n)  # four in ten buy, some time within the next hour
            later = rng.integers(0, 60, (n, int(buyers.max())))
            place, column = np.nonzero(np.arange(later.shape[1]) < buyers[:, None])
            when = look + later[place, column]
            np.add.at(bought[arm], (place[when < looks], when[when < looks]), 1)
    alarms = buyers_log_e(bought[0], bought[1], share=0.9).max(axis=-1) >= family_bound(0.05, 1)
    assert alarms.mean() <= 0.05


def test_at_most_one_in_twenty_healthy_campaigns_alarms_whatever_the_hour_does_to_sales() -> None:
    rng = np.random.default_rng(7)
    hours = np.arange(720)
    rate = 0.05 * (1 + 0.8 * np.sin(hours * 2 * np.pi / 240)) * np.exp(rng.normal(0, 0.3, (1_500, 720)))
    rate = np.minimum(rate, 1.0)
    treated, held = (counts(100, rng.binomial(100, rate).astype(float)) for _ in range(2))
    alarms = (conversion_log_e(treated, held).max(axis=-1) >= family_bound(0.05, 1)).mean()
    assert alarms <= 0.05
    z = _naive_z(treated, held)
    assert (z.min(axis=-1) < norm.ppf(0.05)).mean() > 0.3  # what looking every minute does to a usual test


def _naive_z(treated: Counts, held: Counts) -> Floats:
    a, b = treated.n_buyers.cumsum(axis=-1), held.n_buyers.cumsum(axis=-1)
    n = treated.n_exposed.cumsum(axis=-1)
    p = (a + b) / (2 * n)
    return np.asarray((a - b) / n / np.sqrt(np.maximum(p * (1 - p) * 2 / n, 1e-12)))


def test_a_fall_of_a_fifth_is_seen_within_forty_minutes_in_most_campaigns() -> None:
    rng = np.random.default_rng(8)
    treated = counts(200, rng.binomial(200, 0.04, (400, 40)).astype(float))
    held = counts(200, rng.binomial(200, 0.05, (400, 40)).astype(float))
    assert (conversion_log_e(treated, held).max(axis=-1) >= family_bound(0.05, 1)).mean() > 0.5
    by_buyers = buyers_log_e(treated.n_buyers, held.n_buyers, share=0.5)
    assert (by_buyers.max(axis=-1) >= family_bound(0.05, 1)).mean() > 0.5


def test_a_rise_is_no_harm_however_large() -> None:
    rng = np.random.default_rng(9)
    treated = counts(200, rng.binomial(200, 0.2, 500).astype(float))
    held = counts(200, rng.binomial(200, 0.05, 500).astype(float))
    assert conversion_log_e(treated, held).max() <= 0.0 + 1e-12


def test_a_loss_that_is_tolerated_raises_no_alarm() -> None:
    rng = np.random.default_rng(10)
    treated = counts(200, rng.binomial(200, 0.045, (400, 600)).astype(float))
    held = counts(200, rng.binomial(200, 0.05, (400, 600)).astype(float))
    tolerant = conversion_log_e(treated, held, tolerated=0.1).max(axis=-1) >= family_bound(0.05, 1)
    strict = conversion_log_e(treated, held).max(axis=-1) >= family_bound(0.05, 1)
    assert tolerant.mean() <= 0.05
    assert strict.mean() > 0.9


def test_the_test_of_money_is_the_half_normal_mixture_it_says_it_is() -> None:
    treated = Totals(np.full(4, 50.0), np.array([100.0, 80.0, 90.0, 70.0]))
    held = Totals(np.full(4, 50.0), np.array([90.0, 100.0, 110.0, 100.0]))
    x = (treated.total - held.total) / 50.0 * 5.0
    sizes = [math.sqrt(float(np.mean(x[:i] ** 2))) for i in (1, 2, 3)]
    z = x[1:] / np.array(sizes)
    total, squares = float(z.sum()), float((z**2).sum())
    mixed, _ = quad(lambda c: math.exp(-c * total - c * c * squares / 2) * 2 * norm.pdf(c, scale=0.3), 0, np.inf)
    assert mean_log_e(treated, held)[-1] == pytest.approx(math.log(mixed), abs=1e-9)


def test_every_way_the_arms_could_be_swapped_gives_the_test_of_money_a_mean_of_one_at_most() -> None:
    # In a harmless campaign with arms of one size each difference is as likely to be the other way round.
    treated = np.array([300.0, 120.0, 950.0, 40.0, 210.0, 0.0, 770.0, 80.0])
    held = np.array([100.0, 90.0, 20.0, 400.0, 180.0, 60.0, 10.0, 3_000.0])
    size, stakes = np.full(8, 20.0), []
    for swaps in itertools.product((False, True), repeat=8):
        a, b = np.where(swaps, held, treated), np.where(swaps, treated, held)
        stakes.append(math.exp(mean_log_e(Totals(size, a), Totals(size, b))[-1]))
    assert len(stakes) == 256
    assert max(stakes) > 1  # it does win at times
    assert np.mean(stakes) <= 1 + 1e-12


@pytest.mark.parametrize(("n_treated", "n_held"), [(200, 200), (180, 20), (20, 180)])
def test_heavy_tailed_money_raises_false_alarms_in_one_of_twenty_at_most(n_treated: int, n_held: int) -> None:
    rng = np.random.default_rng(11)
    treated, held = (_spent(rng, n, n_campaigns=400, n_looks=600) for n in (n_treated, n_held))
    assert (mean_log_e(treated, held).max(axis=-1) >= family_bound(0.05, 1)).mean() <= 0.05


def _spent(rng: np.random.Generator, n: int, *, n_campaigns: int, n_looks: int) -> Totals:
    """One in twenty customers spends, by a log-normal distribution whose largest are a hundred times the middle."""
    orders = rng.binomial(n, 0.05, (n_campaigns, n_looks))
    amounts = rng.lognormal(3.0, 1.2, int(orders.sum()))
    place = np.repeat(np.arange(orders.size), orders.ravel())
    total = np.bincount(place, amounts, minlength=orders.size).astype(np.float64)
    return Totals(np.full((n_campaigns, n_looks), float(n)), total.reshape(n_campaigns, n_looks))


def test_money_that_falls_by_a_third_is_seen() -> None:
    rng = np.random.default_rng(12)
    treated, held = _spent(rng, 200, n_campaigns=100, n_looks=300), _spent(rng, 200, n_campaigns=100, n_looks=300)
    less = Totals(treated.n_customers, treated.total * 0.67)
    assert (mean_log_e(less, held).max(axis=-1) >= family_bound(0.05, 1)).mean() > 0.9


def test_who_buys_later_than_they_saw_waits_for_somebody_who_sees() -> None:
    exposed, bought = np.array([5.0, 0.0, 0.0, 2.0, 9.0]), np.array([1.0, 2.0, 1.0, 0.0, 1.0])
    assert settled(exposed, bought).n_buyers.tolist() == [1.0, 0.0, 0.0, 2.0, 2.0]


def test_more_buyers_than_customers_are_refused() -> None:
    with pytest.raises(InputError, match="buyers are 0 to as many as were exposed"):
        Counts(np.array([1.0]), np.array([2.0]))


def test_more_tests_need_more_proof_each() -> None:
    assert family_bound(0.05, 1) == pytest.approx(math.log(20))
    assert family_bound(0.05, 4) == pytest.approx(math.log(80))
    with pytest.raises(InputError, match="level is between 0 and 1"):
        family_bound(0.0, 1)


def test_stakes_average_to_a_stake() -> None:
    merged = averaged_log_e([np.log(np.array([1.0, 9.0])), np.log(np.array([3.0, 1.0]))])
    assert np.exp(merged).tolist() == pytest.approx([2.0, 5.0])


def test_the_p_value_is_one_over_the_largest_stake_so_far() -> None:
    assert always_valid_p(np.log(np.array([0.5, 4.0, 2.0, 10.0]))).tolist() == pytest.approx([1.0, 0.25, 0.25, 0.1])


def test_the_interval_of_a_change_holds_the_truth_at_every_look_at_once() -> None:
    rng, n_missed = np.random.default_rng(13), 0
    for _ in range(150):
        treated = rng.binomial(200, 0.04, 60).astype(float)
        held = rng.binomial(200, 0.05, 60).astype(float)
        looks = (relative_change(counts(200, treated[:end]), counts(200, held[:end])) for end in range(5, 61, 5))
        n_missed += any(look is not None and not look.low <= -0.2 <= look.high for look in looks)
    assert n_missed <= 0.05 * 150


def test_no_change_is_told_while_nobody_bought() -> None:
    assert relative_change(counts(10, np.array([0.0])), counts(10, np.array([3.0]))) is None


def test_a_mixture_bets_its_whole_stake() -> None:
    with pytest.raises(InputError, match="weights are above 0 and sum to 1"):
        Mixture((0.1, 0.2), (0.5, 0.4))
