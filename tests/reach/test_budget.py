"""Marketing money over channels: the textbook case, the law of equal marginals, and S shapes."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from dealwright.core.errors import InfeasibleError, InputError
from dealwright.reach.budget import Channel, split_budget, split_on_grid
from dealwright.reach.response import CarriedOver, HillResponse, LogResponse

TWO = [Channel("search", LogResponse(300, 50)), Channel("social", LogResponse(200, 100))]
S_SHAPED = [Channel("tv", HillResponse(100, 30, 3)), Channel("radio", HillResponse(95, 30, 3))]

channels = st.lists(
    st.one_of(
        st.builds(LogResponse, st.floats(1, 500), st.floats(1, 200)),
        st.builds(HillResponse, st.floats(1, 500), st.floats(1, 200), st.floats(0.3, 1.0)),
        st.builds(CarriedOver, st.builds(LogResponse, st.floats(1, 500), st.floats(1, 200)), st.floats(0, 0.9)),
    ),
    min_size=1,
    max_size=5,
).map(lambda responses: [Channel(f"channel {k}", response) for k, response in enumerate(responses)])


def test_a_budget_of_200_goes_160_to_40() -> None:
    split = split_budget(TWO, 200)
    np.testing.assert_allclose(split.spend, [160, 40], rtol=1e-12)
    np.testing.assert_allclose(split.marginal, [10 / 7, 10 / 7])
    assert split.price == pytest.approx(10 / 7 - 1)
    assert split.gross == pytest.approx(497.8198, abs=5e-5)
    assert split.net == pytest.approx(297.8198, abs=5e-5)
    assert split.gap == pytest.approx(0, abs=1e-12)


def test_of_a_budget_of_400_only_350_are_spent() -> None:
    split = split_budget(TWO, 400)
    np.testing.assert_allclose(split.spend, [250, 100], rtol=1e-12)
    assert split.spent == pytest.approx(350)
    assert split.net == pytest.approx(326.1573, abs=5e-5)
    assert split.price == 0


def test_a_budget_of_40_goes_to_one_channel() -> None:
    split = split_budget(TWO, 40)
    np.testing.assert_allclose(split.spend, [40, 0], atol=1e-9)
    assert 1 + split.price == pytest.approx(10 / 3)
    assert split.net == pytest.approx(136.3360, abs=5e-5)


@settings(max_examples=40, deadline=None)
@given(channels, st.floats(1, 2000))
def test_one_unit_more_brings_the_same_in_every_channel_that_is_used(listed: list[Channel], budget: float) -> None:
    split = split_budget(listed, budget)
    assert split.spent <= budget * (1 + 1e-9)
    used = split.spend > 1e-6 * budget
    np.testing.assert_allclose(split.marginal[used], 1 + split.price, rtol=1e-4)
    idle = np.array([channel.response.marginal(np.array([1e-6 * budget]))[0] for channel in listed])[~used]
    assert (idle <= (1 + split.price) * (1 + 1e-4)).all()
    assert split.price == 0 or split.spent == pytest.approx(budget, rel=1e-6)
    assert split.net <= split.bound + 1e-6 * abs(split.bound)
    assert split.gap < 1e-6 or split.net < 1e-3


@settings(max_examples=40, deadline=None)
@given(channels, st.floats(1, 1000))
def test_more_money_never_nets_less(listed: list[Channel], budget: float) -> None:
    assert split_budget(listed, budget).net <= split_budget(listed, 2 * budget).net + 1e-6


def test_a_general_optimiser_finds_nothing_better() -> None:
    listed = [*TWO, Channel("mail", HillResponse(150, 60), 10, 25), Channel("app", HillResponse(90, 20, 0.7))]
    split = split_budget(listed, 180)

    def loss(spend: np.ndarray) -> float:
        brought = [channel.response.value(np.array([x]))[0] for channel, x in zip(listed, spend, strict=True)]
        return float(spend.sum() - sum(brought))

    theirs = minimize(
        loss,
        [40.0, 40.0, 20.0, 20.0],
        bounds=[(1e-9, 180), (1e-9, 180), (10, 25), (1e-9, 180)],
        constraints={"type": "ineq", "fun": lambda spend: 180 - spend.sum()},
    )
    assert split.net >= -theirs.fun - 1e-6
    assert 10 <= split.spend[2] <= 25


def test_least_and_most_of_a_channel_are_kept_even_if_they_do_not_pay() -> None:
    forced = [Channel("search", LogResponse(300, 50), most=60), Channel("social", LogResponse(20, 100), least=30)]
    split = split_budget(forced, 200)
    np.testing.assert_allclose(split.spend, [60, 30])
    assert split.marginal[1] < 1 < split.marginal[0]


def test_s_shaped_channels_get_all_or_nothing() -> None:
    split = split_on_grid(S_SHAPED, 50, step=1)
    assert split.spend.tolist() == [48, 0]  # beyond 48, a unit more brings less than it costs
    even = sum(float(channel.response.value(np.array([25.0]))[0]) for channel in S_SHAPED) - 50
    assert split.net > even + 10


def test_no_split_on_the_grid_is_better_and_none_off_it_beats_the_bound() -> None:
    listed = [*S_SHAPED, Channel("mail", HillResponse(60, 20, 0.8), 2, 30)]
    split = split_on_grid(listed, 60, step=2)
    amounts = range(0, 61, 2)
    nets = [
        sum(float(ch.response.value(np.array([x]))[0]) - x for ch, x in zip(listed, spend, strict=True))
        for spend in itertools.product(amounts, amounts, range(2, 31, 2))
        if sum(spend) <= 60
    ]
    assert split.net == pytest.approx(max(nets))
    fine = split_on_grid(listed, 60, step=0.125)
    assert split.net <= fine.net <= split.bound
    assert fine.bound < split.bound
    assert fine.gap < 0.1


def test_the_grid_finds_the_closed_form_where_it_holds_it() -> None:
    for budget in (200, 400, 40):
        exact, grid = split_budget(TWO, budget), split_on_grid(TWO, budget, step=10)
        np.testing.assert_allclose(grid.spend, exact.spend, atol=1e-9)
        assert grid.net == pytest.approx(exact.net)


def test_an_s_shaped_channel_is_refused_where_concave_ones_are_asked_for() -> None:
    with pytest.raises(InputError, match="tv, radio is S-shaped"):
        split_budget(S_SHAPED, 50)


def test_bad_budgets_channels_and_steps_are_refused() -> None:
    with pytest.raises(InputError, match="2 problems"):
        split_budget([], 0)
    with pytest.raises(InputError, match="share a name"):
        split_budget([TWO[0], TWO[0]], 10)
    with pytest.raises(InputError, match="least <= most"):
        Channel("search", LogResponse(1, 1), 5, 2)
    with pytest.raises(InputError, match="step is 0"):
        split_on_grid(TWO, 10, step=0)


def test_least_amounts_beyond_the_budget_are_named() -> None:
    forced = [Channel("search", LogResponse(300, 50), least=30), Channel("social", LogResponse(20, 100), least=30)]
    with pytest.raises(InfeasibleError) as refused:
        split_budget(forced, 50)
    assert refused.value.conflict == ("a budget of 50", "at least 30 on search", "at least 30 on social")
