from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dealwright.core.errors import InputError
from dealwright.simulate.offers import Calendar, paid_prices
from dealwright.simulate.setup import SMALL
from dealwright.simulate.world import World, make_world

MANY = replace(SMALL, n_products=60, n_weeks=104)


def _correlation(world: World) -> float:
    n_weeks = world.setup.n_weeks
    depth = world.offers.depth[:, :n_weeks]
    return float(np.corrcoef(world.hidden[:, :n_weeks].ravel(), depth.ravel())[0, 1])


def test_promotions_know_nothing_of_hidden_demand_unless_the_buyer_feels_it() -> None:
    assert abs(_correlation(make_world(MANY, seed=1))) < 0.04
    assert _correlation(make_world(replace(MANY, endogeneity=1.0), seed=1)) > 0.2
    assert _correlation(make_world(replace(MANY, endogeneity=-1.0), seed=1)) < -0.1


def test_money_is_whole_minor_units() -> None:
    world = make_world(SMALL, seed=1)
    for amounts in (
        world.regular,
        world.competitor,
        world.unit_cost,
        paid_prices(world.regular, world.offers.depth),
    ):
        assert amounts.dtype == np.int64
        assert (amounts > 0).all()


def test_a_cut_price_is_rounded_up_to_the_minor_unit() -> None:
    assert paid_prices(np.array([100, 199, 333]), np.array([0.2, 0.25, 0.0])).tolist() == [80, 150, 333]


def test_about_as_many_weeks_are_promoted_as_asked() -> None:
    share = (make_world(MANY, seed=1).offers.depth[:, :104] > 0).mean()
    assert share == pytest.approx(MANY.promoted_share, abs=0.03)


def test_nothing_is_promised_for_the_future() -> None:
    assert not make_world(SMALL, seed=1).offers.is_offered[:, SMALL.n_weeks :].any()


def test_a_switch_leaves_the_rest_of_the_world_as_it_was() -> None:
    world = make_world(SMALL, seed=1)
    calm = make_world(replace(SMALL, has_season=False, has_holidays=False, has_competitor=False), seed=1)
    assert np.array_equal(world.regular, calm.regular)
    assert np.array_equal(world.offers.depth, calm.offers.depth)
    assert calm.appetite.std() < world.appetite.std()
    assert np.array_equal(calm.competitor, calm.regular)


def test_without_promotions_nothing_is_ever_offered() -> None:
    assert not make_world(replace(SMALL, promoted_share=0.0), seed=1).offers.is_offered.any()


def test_a_calendar_of_uneven_arrays_is_refused() -> None:
    with pytest.raises(InputError, match="depth and mailer"):
        Calendar(np.zeros((2, 3)), np.zeros((2, 1, 4)), np.zeros((2, 3)))
    with pytest.raises(InputError, match="between 0 and 1"):
        Calendar(np.full((2, 3), 20.0), np.zeros((2, 1, 3)), np.zeros((2, 3)))
