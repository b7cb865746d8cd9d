"""What sells under offers: parts that sum, and nothing created from nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealwright.demand.features import Offers, neighbour_gain
from dealwright.demand.response import MOST_LIFT, DemandResponse, draw_units


def response(
    *,
    baseline: list[float],
    shares: list[float],
    categories: list[int],
    elasticity: float = 2.0,
    curvature: float = 0.0,
    switching: float = 0.5,
    pull_forward: float = 0.1,
    later: float = 0.0,
    rival_pull: float = 0.0,
    halo: Sequence[tuple[int, int, float]] = (),
    n_weeks: int = 2,
) -> DemandResponse:
    n = len(baseline)
    ones = np.ones((1, n))
    return DemandResponse(
        skus=tuple(f"sku-{i}" for i in range(n)),
        weeks=tuple(date(2024, 1, 1) + timedelta(weeks=t) for t in range(n_weeks)),
        category_of=np.array(categories),
        elasticity=ones * elasticity,
        curvature=ones * curvature,
        typical_cut=0.2,
        display=ones * 0.5,
        mailer=ones * 0.2,
        display_depth=ones * 0.0,
        mailer_depth=ones * 0.0,
        switching=ones * switching,
        support_switching=ones * switching,
        pulls=np.stack([ones * pull_forward, ones * later]),
        rival_pull=ones * rival_pull,
        halo=np.array([[share for _, _, share in halo]]),
        halo_of=np.array([of for of, _, _ in halo], dtype=np.int64),
        halo_to=np.array([to for _, to, _ in halo], dtype=np.int64),
        baseline=np.repeat(np.array(baseline, dtype=float)[None, :, None], n_weeks, axis=2),
        shares=np.array(shares),
        dispersion=np.ones(n),
        greatest_depth=np.full(n, 0.5),
        display_reach=np.ones(n),
        mailer_reach=np.ones(n),
        n_price_points=np.full(n, 4),
        additivity=1.0,
    )


def offers(depth: list[list[float]]) -> Offers:
    cut = np.array(depth)
    return Offers(cut, np.zeros_like(cut), np.zeros_like(cut))


def test_half_price_at_elasticity_two_sells_four_times_as_much() -> None:
    r = response(baseline=[10], shares=[1.0], categories=[0])
    assert r.gain(0.5, 0.0, 0.0).item() == pytest.approx(3.0)


def test_a_promotion_takes_from_its_neighbours_by_their_share_and_from_its_own_next_week() -> None:
    # Product 0 doubles (10 extra units); half of what it gains would switch, in proportion to the shares.
    r = response(baseline=[10, 30], shares=[0.2, 0.6], categories=[0, 0], elasticity=1.0)
    v = r.volumes(offers([[0.5, 0.0], [0.0, 0.0]]))
    assert v.uplift[0].tolist() == [[pytest.approx(10.0), 0.0], [0.0, 0.0]]
    assert v.cannibalised[0].tolist() == [[0.0, 0.0], [pytest.approx(10 * 0.5 * 0.6), 0.0]]
    assert v.rest_cannibalised[0].tolist() == [[pytest.approx(10 * 0.5 * 0.2), 0.0]]
    assert v.pulled_forward[0].tolist() == [[0.0, pytest.approx(1.0)], [0.0, 0.0]]
    assert v.total[0].tolist() == [[pytest.approx(20.0), pytest.approx(9.0)], [pytest.approx(27.0), 30.0]]


def test_a_promotion_in_the_last_week_takes_from_the_week_after() -> None:
    r = response(baseline=[10], shares=[1.0], categories=[0], elasticity=1.0)
    v = r.volumes(offers([[0.0, 0.5]]))
    assert v.pulled_after.tolist() == [[pytest.approx(1.0)]]


def test_what_is_pulled_from_two_weeks_later_is_missed_then() -> None:
    r = response(baseline=[10], shares=[1.0], categories=[0], elasticity=1.0, later=0.05, n_weeks=3)
    v = r.volumes(offers([[0.5, 0.0, 0.5]]))
    assert v.pulled_forward[0, 0].tolist() == [0.0, pytest.approx(1.0), pytest.approx(0.5)]
    assert v.pulled_after.tolist() == [[pytest.approx(1.0 + 0.5)]]
    assert r.pull_forward.tolist() == [[pytest.approx(0.15)]]


def test_what_rivals_miss_later_is_spread_over_six_weeks_and_over_the_category() -> None:
    # Ten more of product 0; two of them are missed later: three quarters by product 1, none by product 0 itself.
    r = response(
        baseline=[10, 30],
        shares=[0.25, 0.75],
        categories=[0, 0],
        elasticity=1.0,
        switching=0.0,
        pull_forward=0.0,
        rival_pull=0.2,
        n_weeks=8,
    )
    v = r.volumes(offers([[0.5] + [0.0] * 7, [0.0] * 8]))
    assert v.pulled_forward[0, 0].tolist() == [0.0] * 8
    assert v.pulled_forward[0, 1].sum() == pytest.approx(10 * 0.2 * 0.75)
    assert v.pulled_forward[0, 1, 7] == 0.0
    assert (np.diff(v.pulled_forward[0, 1, 1:7]) < 0).all()
    late = r.volumes(offers([[0.0] * 7 + [0.5], [0.0] * 8]))
    assert late.pulled_after[0].tolist() == [0.0, pytest.approx(1.5)]


def test_lift_bends_but_never_turns_down() -> None:
    r = response(baseline=[10], shares=[1.0], categories=[0], elasticity=2.0, curvature=-3.0)
    lifts = [np.log1p(r.gain(depth, 0.0, 0.0).item()) for depth in (0.05, 0.1, 0.2, 0.4, 0.6, 0.8)]
    assert lifts == sorted(lifts)
    cut = -np.log(0.8)
    assert lifts[2] == pytest.approx(2.0 * cut - 3.0 * cut * (cut - 0.2))


def test_a_complement_gains_in_proportion_to_what_the_promoted_category_gains() -> None:
    # Ten more of product 0; a tenth of it goes to category 1, all to its product in the plan.
    r = response(baseline=[10, 30], shares=[1.0, 0.8], categories=[0, 1], elasticity=1.0, halo=[(0, 1, 0.1)])
    v = r.volumes(offers([[0.5, 0.0], [0.0, 0.0]]))
    assert v.halo[0].tolist() == [[0.0, 0.0], [pytest.approx(1.0), 0.0]]
    assert v.total[0, 1].tolist() == [pytest.approx(31.0), 30.0]
    assert r.halo_matrix().tolist() == [[0.0, 0.0], [pytest.approx(0.1), 0.0]]


def test_a_lower_price_never_sells_less_even_in_a_draw_of_the_wrong_sign() -> None:
    r = response(baseline=[10], shares=[1.0], categories=[0], elasticity=-1.0)
    gains = [r.gain(depth, 1.0, 0.0).item() for depth in (0.0, 0.2, 0.4)]
    assert gains == [pytest.approx(np.expm1(0.5))] * 3


def test_asking_for_more_than_was_ever_seen_is_flagged() -> None:
    r = replace(
        response(baseline=[10, 10], shares=[0.5, 0.5], categories=[0, 0]), mailer_reach=np.array([1.0, 0.0])
    )
    asked = Offers(np.array([[0.6, 0.5], [0.2, 0.2]]), np.zeros((2, 2)), np.array([[0.0, 1.0], [0.0, 1.0]]))
    assert r.is_extrapolated(asked).tolist() == [[True, False], [False, True]]


def test_a_neighbour_sells_less_by_switching_times_elasticity_times_share() -> None:
    r = response(
        baseline=[10, 30, 5], shares=[0.25, 0.75, 1.0], categories=[0, 0, 1], elasticity=2.0, switching=0.5
    )
    assert r.cross_elasticity("sku-0", "sku-1").value == pytest.approx(0.5 * 2.0 * 0.25)
    assert r.cross_elasticity("sku-0", "sku-2").value == 0.0


def test_what_a_display_brings_is_taken_from_neighbours_by_a_share_of_its_own() -> None:
    r = response(
        baseline=[10, 30], shares=[0.25, 0.75], categories=[0, 0], elasticity=1.0, switching=0.2, n_weeks=1
    )
    r = replace(r, support_switching=np.full((1, 2), 0.8))
    assert r.switching_of(0.5, 0.0, 0.0)[0, 0] == pytest.approx(0.2)
    assert r.switching_of(0.0, 1.0, 0.0)[0, 0] == pytest.approx(0.8)
    # Half the lift of log 2 + log 2 is the price's, half the display's.
    even = replace(r, display=np.full((1, 2), np.log(2.0)))
    assert even.switching_of(0.5, 1.0, 0.0)[0, 0] == pytest.approx(0.5)
    shown = Offers(np.zeros((2, 1)), np.array([[1.0], [0.0]]), np.zeros((2, 1)))
    v = r.volumes(shown)
    assert v.cannibalised[0, 1].item() == pytest.approx(0.8 * 0.75 * v.uplift[0, 0].item())


def test_promotions_that_meet_take_from_each_other_in_proportion_to_what_is_sold_where_people_do_so() -> None:
    # Both double. Each is asked for 10 * 0.5 * 0.5 = 2.5 of a baseline of 10: a quarter of what it sells.
    r = response(baseline=[10, 10], shares=[0.5, 0.5], categories=[0, 0], elasticity=1.0, switching=0.5, n_weeks=1)
    both = offers([[0.5], [0.5]])
    assert r.volumes(both).total[0].tolist() == [[pytest.approx(17.5)], [pytest.approx(17.5)]]
    leaving = replace(r, additivity=0.0).volumes(both)
    assert leaving.total[0].tolist() == [[pytest.approx(20 * np.exp(-0.25))]] * 2
    assert leaving.cannibalised[0, 0].item() == pytest.approx(20 * (1 - np.exp(-0.25)))


def test_a_promotion_that_meets_no_other_takes_next_to_the_same_either_way() -> None:
    r = response(
        baseline=[10, 30], shares=[0.25, 0.75], categories=[0, 0], elasticity=1.0, switching=0.4, n_weeks=1
    )
    alone = offers([[0.2], [0.0]])
    added, left = (replace(r, additivity=a).volumes(alone).cannibalised[0, 1].item() for a in (1.0, 0.0))
    assert added == pytest.approx(0.4 * 0.75 * 2.5)
    assert left == pytest.approx(30 * (1 - np.exp(-added / 30)))


def test_other_categories_lose_nothing() -> None:
    r = response(baseline=[10, 30], shares=[1.0, 1.0], categories=[0, 1])
    v = r.volumes(offers([[0.4, 0.4], [0.0, 0.0]]))
    assert v.cannibalised.sum() == 0.0


@given(
    depth=st.floats(0.0, 0.6),
    switching=st.floats(0.0, 1.0),
    shares=st.lists(st.floats(0.01, 0.3), min_size=3, max_size=3),
)
def test_neighbours_never_lose_more_than_was_switched(depth: float, switching: float, shares: list[float]) -> None:
    r = response(baseline=[10, 20, 30], shares=shares, categories=[0, 0, 0], switching=switching)
    v = r.volumes(offers([[depth] * 2, [0.0] * 2, [0.0] * 2]))
    lost = v.cannibalised.sum() + v.rest_cannibalised.sum()
    assert lost <= switching * v.uplift.sum() + 1e-9


@given(depth=st.floats(0.0, 0.99))
def test_no_offer_is_believed_to_sell_more_than_eight_times_or_less_than_usual(depth: float) -> None:
    gain = response(baseline=[10], shares=[1.0], categories=[0]).gain(depth, 1.0, 1.0).item()
    assert 0.0 <= gain <= np.exp(MOST_LIFT) - 1 + 1e-9


def test_pressure_comes_from_others_only() -> None:
    gain = np.array([[1.0], [2.0], [4.0]])
    pressure = neighbour_gain(gain, np.array([0.1, 0.2, 0.5]), np.array([0, 0, 1]))
    assert pressure[:, 0].tolist() == [pytest.approx(0.4), pytest.approx(0.1), 0.0]


def test_drawn_units_are_whole_with_the_mean_and_dispersion_asked_for() -> None:
    rng = np.random.default_rng(0)
    units = draw_units(np.full((200_000,), 8.0), np.full((200_000,), 3.0), rng)
    assert (units == np.floor(units)).all()
    assert units.mean() == pytest.approx(8.0, abs=0.05)
    assert units.var() / units.mean() == pytest.approx(3.0, rel=0.03)


def test_nothing_expected_means_nothing_sold() -> None:
    assert draw_units(np.zeros(5), np.full(5, 2.0), np.random.default_rng(0)).tolist() == [0.0] * 5


def test_a_product_whose_response_may_have_the_wrong_sign_is_named() -> None:
    r = response(baseline=[10, 10], shares=[0.5, 0.5], categories=[0, 0])
    draws = np.array([[1.0, -0.2], [1.2, 0.4]])
    unsure = replace(r, elasticity=draws)
    assert unsure.wrong_sign() == ["sku-1"]
